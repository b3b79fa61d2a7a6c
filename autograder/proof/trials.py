"""Try variants: put them to the checks over many seeds, through the ordinary pipeline."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

import msgspec

from autograder.assignment.load import Assignment
from autograder.assignment.manifest import Exercise
from autograder.grading.asking import ask_checks
from autograder.grading.carried_errors import carry_forward
from autograder.grading.diagnosis import Diagnoser
from autograder.grading.graded_attempt import GradedAttempt
from autograder.grading.lifeless import LIFELESS, is_lifeless
from autograder.intake.submissions import Bundle
from autograder.kit import Problem, Verdict
from autograder.proof.content import Contents
from autograder.proof.trial_cache import Cache
from autograder.proof.trial_records import CheckTrial, Trial
from autograder.proof.trial_submissions import RIGHT, Variant
from autograder.sandbox.zygote import Zygote, ZygoteError


@dataclass(frozen=True)
class Plan:
    """How thoroughly to try: the first seed, and how many of them.

    Attributes:
        seed: the first one.
        stability: for right answers, of NumPy and of Keras exercises.
        mistakes: for named mistakes, likewise.
        survivors: for a mutant, until it is caught.
        name_keras: whether mistakes of Keras exercises are named, too; that takes the answers of
            all their mistakes, each in a worker.
    """

    seed: int
    stability: tuple[int, int]
    mistakes: tuple[int, int]
    survivors: int
    name_keras: bool = field(default=True, repr=False)

    def seeds(self, variant: Variant, uses_keras: bool) -> range:
        """The seeds for a variant."""
        if variant.kind in RIGHT:
            count = self.stability[uses_keras]
        elif variant.kind == "mistake":
            count = self.mistakes[uses_keras]
        elif variant.kind == "mutant":
            count = self.survivors
        else:
            count = 1
        return range(self.seed, self.seed + count)


def try_all(
    assignment: Assignment,
    chosen: Iterable[Variant],
    zygote: Zygote,
    plan: Plan,
    jobs: int,
    cache: Cache,
    on_trial: Callable[[Trial], None] = lambda trial: None,
) -> Iterator[Trial]:
    """Try variants with several slots; results come as they are ready.

    Args:
        assignment: what is asked.
        chosen: the variants.
        zygote: forks the workers.
        plan: which seeds.
        jobs: how many at once.
        cache: answers what was tried before, and keeps what is tried now.
        on_trial: told of each trial, from this thread.
    """
    trier = _Trier(assignment, zygote, plan)
    contents = Contents(assignment)
    waiting = iter(chosen)
    with ThreadPoolExecutor(jobs, thread_name_prefix="slot") as slots:
        running: set[Future[Trial]] = set()
        more = True
        while more or running:
            while more and len(running) < 2 * jobs:
                variant = next(waiting, None)
                if variant is None:
                    more = False
                    break
                key = _key(contents, variant, plan)
                known = cache.get(key)
                if known is None:
                    running.add(slots.submit(trier.try_one, variant, key))
                else:
                    on_trial(known)
                    yield known
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                trial = future.result()
                cache.add(trial)
                on_trial(trial)
                yield trial


def _key(contents: Contents, variant: Variant, plan: Plan) -> str:
    about = f"{contents.digest(variant.asks)} {variant.kind} {variant.name} {plan}"
    total = hashlib.sha256(about.encode())
    for path, content in sorted(variant.files.items()):
        total.update(path.encode() + b"\0" + hashlib.sha256(content).digest())
    return total.hexdigest()


class _Trier:
    """Puts variants to the checks, several at a time.

    Args:
        assignment: what is asked.
        zygote: forks the workers.
        plan: which seeds.
    """

    def __init__(self, assignment: Assignment, zygote: Zygote, plan: Plan) -> None:
        self._assignment = assignment
        self._zygote = zygote
        self._plan = plan
        self._diagnoser = Diagnoser(assignment, zygote, plan.seed)

    def try_one(self, variant: Variant, key: str) -> Trial:
        """Try a variant over its seeds in one worker; a mutant until it is caught."""
        exercises = [
            made
            for made in self._assignment.manifest.enabled_exercises
            if made.name in variant.asks
        ]
        uses_keras = any(made.uses == "tensorflow" for made in exercises)
        named = variant.kind in RIGHT or (
            variant.kind == "mistake" and (self._plan.name_keras or not uses_keras)
        )
        bundle = Bundle(variant.name, dict(variant.files))
        attempt = GradedAttempt(self._assignment, bundle, self._zygote, self._plan.seed, None, ())
        checks: dict[str, CheckTrial] = {}
        diagnosis: dict[str, tuple[str, ...]] = {}
        seeds, caught, lost = 0, 0, ""
        try:
            attempt.prepare()
            for seed in self._plan.seeds(variant, uses_keras):
                attempt.seed = seed
                seeds += 1
                asked = {made.name: self._ask(attempt, made, variant) for made in exercises}
                if variant.kind == "caller":
                    for name, back in carry_forward(attempt, asked).items():
                        asked[name] |= {check: verdict for check, (_, verdict) in back.items()}
                for made in exercises:
                    verdicts = asked[made.name]
                    pays = not is_lifeless(self._assignment, made, verdicts)
                    for name, verdict in verdicts.items():
                        before = checks.get(name, CheckTrial(exercise=made.name))
                        checks[name] = _added(before, verdict, pays)
                    failed = not all(verdict.passed for verdict in verdicts.values())
                    caught += failed and made.name == variant.exercise
                    if seeds == 1 and failed and named:
                        explained = self._diagnoser.explain(made, verdicts)
                        if explained:
                            names = dict.fromkeys(told.name for told, _ in explained.values())
                            diagnosis[made.name] = tuple(names)
                if variant.kind == "mutant" and caught:
                    break
        except (Problem, ZygoteError) as error:
            lost = str(error)
        finally:
            attempt.close()
        return Trial(
            key=key,
            kind=variant.kind,
            name=variant.name,
            exercise=variant.exercise,
            seeds=seeds,
            caught=caught,
            checks=checks,
            needs=variant.may_cost,
            diagnosis=diagnosis,
            lost=lost,
            cpu_seconds=attempt.cpu_seconds,
            named=named,
        )

    def _ask(self, attempt: GradedAttempt, made: Exercise, variant: Variant) -> dict[str, Verdict]:
        """The verdicts of an exercise's checks; of a Keras mutant up to the first that fails."""
        if variant.kind == "mutant" and made.uses == "tensorflow":
            verdicts: dict[str, Verdict] = {}
            for check in self._assignment.checks_of(made):
                verdicts[check.name] = attempt.ask_check(made, check, verdicts)
                if not verdicts[check.name].passed:
                    break
            return verdicts
        return ask_checks(attempt, made, False, ask_checks(attempt, made, public=True))


def _added(before: CheckTrial, verdict: Verdict, pays: bool) -> CheckTrial:
    """A check's trial with one verdict more; what holds and is worth nothing counts as failed."""
    if verdict.passed and not pays:
        return msgspec.structs.replace(
            before, outcomes=(*before.outcomes, "failed"), message=before.message or LIFELESS
        )
    deviation, tolerance = None, before.tolerance
    if verdict.measure is not None:
        deviation, tolerance = verdict.measure[0], verdict.measure[1:]
    if verdict.passed:
        noise = max(before.noise or 0.0, deviation) if deviation is not None else before.noise
        followed = tuple(sorted({*before.conventions, *verdict.conventions}))
        return msgspec.structs.replace(
            before, passed=before.passed + 1, noise=noise, tolerance=tolerance, conventions=followed
        )
    smallest = before.deviation
    if verdict.outcome == "failed" and deviation is not None and deviation > 1:
        smallest = deviation if smallest is None else min(smallest, deviation)
    return msgspec.structs.replace(
        before,
        outcomes=(*before.outcomes, verdict.outcome),
        deviation=smallest,
        tolerance=tolerance,
        message=before.message or verdict.public,
    )
