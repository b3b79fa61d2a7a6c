"""Judge trials: right answers rejected, wrong ones that got through, and how narrowly."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import msgspec

from autograder.assignment.known_answers import read_mistakes
from autograder.assignment.load import Assignment
from autograder.assignment.right_answers import read_alternatives
from autograder.proof.equivalents import read_equivalents, survivors_and_excused
from autograder.proof.margins import Margin, margins
from autograder.proof.prices import Surcharge, prices, surcharge, surcharged
from autograder.proof.trial_records import Trial
from autograder.proof.trial_submissions import RIGHT

NAMED_SHARE = 0.95
_MOST_NAMED = 2


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What the proof found; every list of `shortfalls` is empty when the assignment is sound.

    Attributes:
        counts: how many variants of each kind were tried.
        shortfalls: by title, one line for each thing that is not as it must be.
        survivors: mutants that no check fails and that no reason excuses.
        excused: mutants that are equivalent, with the reason.
        confusions: mistakes and the other name they were given.
        named: mistakes that were given their own name alone.
        mistakes: those for which a name was looked for.
        killed: mutants that lose points.
        idle: checks that no mistake and no mutant fails.
        prices: what each mistake costs of its exercise's points, in percent.
        unseen_at_home: mistakes that every public check lets pass: exercise, name, and why that is
            so, empty where no reason is written.
        surcharges: of each answer that calls an exercise with a mistake in it.
        redundant: groups of checks that always fall together.
        margins: of every numeric check.
        cpu_seconds: of all workers.
    """

    counts: dict[str, int]
    shortfalls: dict[str, list[str]]
    survivors: list[str]
    excused: list[tuple[str, str]]
    confusions: list[tuple[str, str]]
    named: int
    mistakes: int
    killed: int
    idle: list[str]
    unseen_at_home: list[tuple[str, str, str]]
    redundant: list[list[str]]
    prices: list[tuple[str, str, float]]
    surcharges: list[Surcharge]
    margins: list[Margin]
    cpu_seconds: float

    @property
    def sound(self) -> bool:
        """Whether nothing falls short."""
        return not any(self.shortfalls.values())


def judge(assignment: Assignment, trials: Sequence[Trial]) -> Judgement:
    """Judge all trials of a proof."""
    by_kind: dict[str, list[Trial]] = {}
    for trial in trials:
        by_kind.setdefault(trial.kind, []).append(trial)
    mistakes, mutants = by_kind.get("mistake", []), by_kind.get("mutant", [])
    surcharges = [surcharge(assignment, trial) for trial in by_kind.get("caller", [])]
    survivors, excused = survivors_and_excused(mutants, read_equivalents(assignment.folder))
    caught = [trial for trial in mistakes if trial.caught and trial.named]
    own = [trial for trial in caught if _named(trial) == [trial.name]]
    among = [t for t in caught if t not in own and t.name in _named(t)[:_MOST_NAMED]]
    found = margins(trials)
    shortfalls = {
        "could not be tried": [f"{t.kind} {t.name}: {t.lost}" for t in trials if t.lost],
        "faults of the checks themselves": _faults(trials),
        "right answers rejected": _rejected(by_kind),
        "conventions not noted as declared": _conventions(assignment, by_kind),
        "points for what is not written": _unearned(by_kind),
        "points for answers that do nothing": _lifeless(by_kind),
        "mistakes that lose nothing": [
            f"{t.exercise}: {t.name}"
            + (f", in {t.seeds - t.caught} of {t.seeds} seeds" if t.caught else "")
            for t in mistakes
            if not t.lost and t.caught < t.seeds
        ],
        "mistakes that cost another exercise": _stray(assignment, mistakes),
        "mistakes that cost whoever calls": surcharged(surcharges),
        "mutants that survive": survivors,
        "right answers accused": _accused(by_kind),
        "mistakes named wrongly": _unnamed(caught, own, among),
        "tolerances with less than a decade on one side": [
            f"{made.exercise}, {made.check}: noise {made.below:.1f} decades below, nearest wrong "
            f"answer {'nowhere' if made.above is None else f'{made.above:.1f}'} above"
            for made in found
            if made.narrow
        ],
    }
    wrong = [*mistakes, *mutants]
    return Judgement(
        counts={kind: len(found) for kind, found in by_kind.items()},
        shortfalls=shortfalls,
        survivors=survivors,
        excused=excused,
        confusions=[(t.name, ", ".join(_named(t)) or "nothing") for t in caught if t not in own],
        named=len(own),
        mistakes=sum(trial.named for trial in mistakes),
        killed=len(mutants) - len(survivors) - len(excused),
        idle=_idle(assignment, by_kind.get("reference", []), wrong),
        unseen_at_home=_unseen_at_home(assignment, mistakes),
        redundant=_redundant(assignment, wrong),
        prices=prices(assignment, mistakes),
        surcharges=surcharges,
        margins=found,
        cpu_seconds=round(sum(t.cpu_seconds for t in trials), 1),
    )


def _unseen_at_home(
    assignment: Assignment, mistakes: Sequence[Trial]
) -> list[tuple[str, str, str]]:
    """The mistakes that no public check of their exercise fails, in the order of the exercises."""
    reasons = {
        made.name: made.why_hidden for made in read_mistakes(assignment.folder, assignment.manifest)
    }
    found = []
    for exercise in assignment.manifest.enabled_exercises:
        public = {check.name for check in assignment.checks_of(exercise) if check.public}
        for trial in mistakes:
            if trial.exercise == exercise.name and not public.intersection(trial.failing()):
                found.append((exercise.name, trial.name, reasons.get(trial.name, "")))
    return list(dict.fromkeys(found))


def _named(trial: Trial) -> list[str]:
    told = trial.diagnosis.get(trial.exercise, ())
    return [name for each in told for name in each.split(", or ")]


def _faults(trials: Sequence[Trial]) -> list[str]:
    return [
        f"{trial.kind} {trial.name}: {name}: {made.message.strip().splitlines()[-1]}"
        for trial in trials
        for name, made in trial.checks.items()
        if "infrastructure" in made.outcomes
    ]


def _rejected(by_kind: dict[str, list[Trial]]) -> list[str]:
    """Checks that a right answer did not pass, for at least one seed."""
    told = []
    for kind in ("reference", "alternative", "alone"):
        for trial in by_kind.get(kind, []):
            for name in trial.failing(trial.exercise):
                made = trial.checks[name]
                told.append(
                    f"{kind} {trial.name}: {name} in {len(made.outcomes)} of {trial.seeds} seeds: "
                    f"{made.message.splitlines()[0] if made.message else made.outcomes[0]}"
                )
    return told


def _conventions(assignment: Assignment, by_kind: dict[str, list[Trial]]) -> list[str]:
    declared = {
        made.name: made.convention
        for made in read_alternatives(assignment.folder, assignment.manifest)
    }
    told = []
    for trial in by_kind.get("alternative", []):
        noted = sorted({name for made in trial.checks.values() for name in made.conventions})
        wanted = [declared[trial.name]] if declared.get(trial.name) else []
        if noted != wanted:
            told.append(f"{trial.name}: declares {wanted or 'none'}, noted {noted or 'none'}")
    return told


def _unearned(by_kind: dict[str, list[Trial]]) -> list[str]:
    told = []
    for trial in [*by_kind.get("skeleton", []), *by_kind.get("alone", [])]:
        earned = {made.exercise for made in trial.checks.values() if made.passed}
        extra = earned - {trial.exercise} - set(trial.needs)
        told += [f"{trial.kind} {trial.name}: points in {name}" for name in sorted(extra)]
    return told


def _lifeless(by_kind: dict[str, list[Trial]]) -> list[str]:
    return [
        f"{trial.name}: {', '.join(paid)}"
        for trial in by_kind.get("lifeless", [])
        if (paid := [name for name, made in trial.checks.items() if made.passed])
    ]


def _stray(assignment: Assignment, mistakes: Sequence[Trial]) -> list[str]:
    return [
        f"{trial.name} ({trial.exercise}): {name} of {trial.checks[name].exercise}"
        for trial in mistakes
        for name in trial.failing()
        if trial.checks[name].exercise not in (trial.exercise, *trial.needs)
    ]


def _accused(by_kind: dict[str, list[Trial]]) -> list[str]:
    return [
        f"{trial.kind} {trial.name}: {', '.join(itertools.chain(*trial.diagnosis.values()))}"
        for kind in RIGHT
        for trial in by_kind.get(kind, [])
        if trial.diagnosis
    ]


def _unnamed(caught: list[Trial], own: list[Trial], among: list[Trial]) -> list[str]:
    """Nothing while enough are named by their own name and the rest among at most two."""
    if not caught:
        return []
    told = [
        f"{t.name} ({t.exercise}): named {', or '.join(_named(t)) or 'as nothing'}"
        for t in caught
        if t not in own and t not in among
    ]
    # Two that cannot be told apart are two: a single exercise may have such a pair.
    if len(caught) - len(own) > max(_MOST_NAMED, (1 - NAMED_SHARE) * len(caught)):
        told.append(f"{len(own)} of {len(caught)} by their own name, {NAMED_SHARE:.0%} expected")
    return told


def _idle(assignment: Assignment, asked: Sequence[Trial], wrong: Sequence[Trial]) -> list[str]:
    """Checks of the exercises tried that no wrong answer fails."""
    exercises = {trial.exercise for trial in asked}
    failing = {name for trial in wrong for name in trial.failing()}
    return [
        f"{c.exercise}: {c.name}"
        for c in assignment.checks
        if c.exercise in exercises and c.name not in failing
    ]


def _redundant(assignment: Assignment, wrong: Sequence[Trial]) -> list[list[str]]:
    """Checks of one exercise that the same wrong answers fail, and no others.

    Only answers count that all of these checks were put to.
    """
    every = {
        made.name: {check.name for check in assignment.checks_of(made)}
        for made in assignment.manifest.enabled_exercises
    }
    whole = [t for t in wrong if t.exercise in every and every[t.exercise] <= t.checks.keys()]
    patterns: dict[tuple[str, frozenset[str]], list[str]] = {}
    for check in assignment.checks:
        fallen = frozenset(t.key for t in whole if check.name in t.failing())
        if fallen:
            patterns.setdefault((check.exercise, fallen), []).append(check.name)
    return [names for names in patterns.values() if len(names) > 1]
