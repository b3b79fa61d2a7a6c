"""Grade one submission: every check of every exercise, then points, messages and status."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping

from autograder.assignment.load import Assignment
from autograder.assignment.manifest import Exercise
from autograder.assignment.points import difference, total, total_decided
from autograder.grading.asking import ask_checks
from autograder.grading.carried_errors import Carried, carried_notes, carry_forward
from autograder.grading.counterexamples import Counterexamples, Search
from autograder.grading.diagnosis import Explainer
from autograder.grading.graded_attempt import GradedAttempt, Recollection
from autograder.grading.lifeless import LIFELESS, is_lifeless
from autograder.grading.mistake_answers import Verdicts
from autograder.grading.price_cap import kept_shares
from autograder.grading.remembered import NotRemembered
from autograder.grading.result_records import (
    CheckResult,
    ExerciseResult,
    Result,
    Status,
)
from autograder.grading.safe_text import clean
from autograder.grading.sandboxed import SandboxedAttempt
from autograder.grading.settling import settle
from autograder.grading.told_of_failures import explained_by, shown_for
from autograder.grading.verdict_worth import NOTHING, check_result
from autograder.intake.submissions import Bundle
from autograder.kit import Problem, Verdict
from autograder.kit.attempt import TRIES
from autograder.sandbox.zygote import Zygote, ZygoteError


def grade(
    assignment: Assignment,
    bundle: Bundle,
    zygote: Zygote,
    seed: int,
    only: Collection[str] = (),
    public_only: bool = False,
    diagnoser: Explainer | None = None,
    counterexamples: Counterexamples | None = None,
    recollection: Recollection | None = None,
    counting: Collection[str] = (),
) -> Result:
    """Grade one submission.

    Args:
        assignment: what is asked.
        bundle: what was handed in.
        zygote: forks the workers that run it.
        seed: of the grading run; the same seed asks the same questions.
        only: names of exercises to grade; all when empty.
        public_only: ask only the public checks.
        diagnoser: names mistakes; without one, messages say only what failed.
        counterexamples: looks for those that may be shown; without it, none are.
        recollection: what was found before is not asked again.
        counting: see `GradedAttempt`.

    Returns:
        The result. Never raises for what a student handed in: infrastructure that keeps failing
        gives the status ``needs_person``.
    """
    attempt = GradedAttempt(assignment, bundle, zygote, seed, recollection, counting)
    return _grade(attempt, zygote.tier.layers, only, public_only, diagnoser, counterexamples)


def recalled(
    assignment: Assignment,
    bundle: Bundle,
    seed: int,
    recollection: Recollection,
    only: Collection[str] = (),
    public_only: bool = False,
) -> Result | None:
    """The result of a submission of which everything was found before; None if something was not.

    Nothing runs for it. Points, titles and hints are those of the assignment as it is now.
    """
    attempt = GradedAttempt(assignment, bundle, None, seed, recollection, ())
    try:
        return _grade(attempt, recollection.layers, only, public_only, None, None)
    except NotRemembered:
        return None


def _grade(
    attempt: GradedAttempt,
    layers: tuple[str, ...],
    only: Collection[str],
    public_only: bool,
    diagnoser: Explainer | None,
    counterexamples: Counterexamples | None,
) -> Result:
    started = time.monotonic()
    assignment, bundle = attempt.assignment, attempt.bundle
    chosen = [
        made for made in assignment.manifest.enabled_exercises if made.name in only or not only
    ]
    status, reason = prepare(attempt)
    exercises: list[ExerciseResult] = []
    search: Search | None = None
    try:
        if status == "graded":
            verdicts: dict[str, Verdicts] = {}
            for part in attempt.parts(chosen):
                # A student's code could keep a hidden input and show it in the answer to a public
                # check, in a note on loading or in a print: so all of that comes first.
                for made in part:
                    verdicts[made.name] = ask_checks(attempt, made, public=True)
                attempt.end_of_public_part()
                for made in () if public_only else part:
                    verdicts[made.name] = ask_checks(attempt, made, False, verdicts[made.name])
            carried = {} if public_only else carry_forward(attempt, verdicts)
            search = counterexamples.search(attempt) if counterexamples else None
            exercises = [
                _total(attempt, made, verdicts[made.name], diagnoser, search, carried)
                for made in chosen
            ]
    finally:
        attempt.close()
        if search:
            search.close()
    if any(result.score is None for result in exercises):
        status, reason = "needs_person", "the grader itself failed on some checks, twice"
    found = Result(
        submission=bundle.name,
        status=status,
        score=None,
        max_score=most_points(assignment, chosen),
        seconds=round(time.monotonic() - started, 3),
        memory_mib=round(attempt.peak_memory / (1 << 20), 1),
        seed=attempt.seed,
        assignment=assignment.digest,
        version=assignment.manifest.assignment.version,
        isolation=layers,
        log=clean(attempt.public_log),
        staff_log=clean(attempt.staff_log),
        reason=clean(reason),
        notes=tuple(clean(note) for note in (*bundle.notes, *attempt.notes)),
        exercises=tuple(exercises),
    )
    return settle(found, assignment.manifest)


def prepare(attempt: SandboxedAttempt) -> tuple[Status, str]:
    """Read the submission's structure; whether it can be graded, and why not."""
    if attempt.bundle.problem:
        status: Status = "missing" if attempt.bundle.missing else "unreadable"
        return status, attempt.bundle.problem
    reason = ""
    for _ in range(TRIES):
        try:
            attempt.prepare()
            return "graded", ""
        except ZygoteError as error:
            reason = f"the grader itself failed: {error}"
        except Problem as problem:
            return "unreadable", f"its files cannot be read: {problem.public}"
    return "needs_person", reason


def most_points(assignment: Assignment, chosen: Collection[Exercise]) -> float:
    """The most that the chosen exercises can give together."""
    manifest = assignment.manifest
    if len(chosen) < len(manifest.enabled_exercises):
        return total(map(manifest.scaled_points, chosen))
    return manifest.max_score


def shares(assignment: Assignment, exercise: Exercise) -> dict[str, float]:
    """What each check of an exercise is worth: its share of the points that a machine gives."""
    manifest = assignment.manifest
    points = difference(manifest.scaled_points(exercise), manifest.scaled_manual_points(exercise))
    checks = assignment.checks_of(exercise)
    parts = manifest.scale.split(points, [check.weight for check in checks])
    return {check.name: part for check, part in zip(checks, parts, strict=True)}


def _total(
    attempt: GradedAttempt,
    exercise: Exercise,
    verdicts: Verdicts,
    diagnoser: Explainer | None,
    search: Search | None,
    carried: Carried,
) -> ExerciseResult:
    """Put an exercise's verdicts together, in the order of the checks' definition."""
    worth = shares(attempt.assignment, exercise)
    back = carried.get(exercise.name, {})
    # What a sibling is to blame for says nothing about this exercise.
    own = {name: back[name][1] if name in back else made for name, made in verdicts.items()}
    explained = explained_by(attempt, exercise, own, diagnoser, back)
    lifeless = is_lifeless(attempt.assignment, exercise, own)
    named = {name: made.name for name, (made, _) in explained.items()}
    causes = {} if lifeless else named
    cap = attempt.assignment.manifest.assignment.mistake_cap_percent
    kept = kept_shares(worth, causes, cap)
    shown = shown_for(attempt, exercise, own, named, search, worth, back)
    results = [
        check_result(
            attempt.assignment,
            check,
            worth[check.name],
            own[check.name],
            explained.get(check.name),
            back[check.name][0] if check.name in back and own[check.name].passed else (),
            kept.get(check.name, NOTHING),
            pays=not lifeless,
            shown=shown.get(check.name),
        )
        for check in attempt.assignment.checks_of(exercise)
        if check.name in own
    ]
    found = attempt.plan["exercises"].get(exercise.name) or {"notes": [], "unit": None}
    waiting = [name for name, checks in carried.items() if _leans(checks, exercise.name)]
    capped = f"one mistake costs at most {cap:g} percent of an exercise, so some points stay"
    told = [*carried_notes(results, waiting), *([capped] if any(kept.values()) else [])]
    if lifeless and any(made.passed for made in own.values()):
        told.append(LIFELESS)
    notes = tuple(map(clean, (*found["notes"], *told)))
    where = clean(attempt.label(found["unit"])) if found["unit"] else ""
    handed_in = attempt.has_file(exercise.file) or bool(found["unit"])
    return exercise_result(attempt.assignment, exercise, results, handed_in, where, notes)


def exercise_result(
    assignment: Assignment,
    exercise: Exercise,
    results: Collection[CheckResult],
    handed_in: bool,
    where: str = "",
    notes: tuple[str, ...] = (),
) -> ExerciseResult:
    """What an exercise comes to.

    Args:
        assignment: whose exercise it is.
        exercise: the exercise.
        results: of its checks, as far as they were asked.
        handed_in: whether its file or its definition is there, for a person to mark.
        where: whose answer counts.
        notes: what else was found where.
    """
    manifest = assignment.manifest
    return ExerciseResult(
        name=exercise.name,
        tier="bonus" if exercise.tier == "bonus" else "core",
        score=total_decided(made.score for made in results),
        max_score=manifest.scaled_points(exercise),
        open_points=manifest.scaled_manual_points(exercise) if handed_in else 0.0,
        checks=tuple(results),
        where=where,
        notes=notes,
    )


def _leans(checks: Mapping[str, tuple[tuple[str, ...], Verdict]], helper: str) -> bool:
    return any(helper in helpers for helpers, _ in checks.values())
