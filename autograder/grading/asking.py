"""Put an exercise's checks to one submission, and get a verdict for each."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.assignment.manifest import Exercise
from autograder.grading.attempt import Attempt
from autograder.grading.check_clock import Overrun, limited
from autograder.grading.seeds import check_generator
from autograder.kit import Check, Problem, Submission, Verdict, run_check
from autograder.sandbox.zygote import ZygoteError

TRIES = 2
_MAX_TIMEOUTS = 2
_OWN_FAULT = "the grader itself failed"


def ask_checks(
    attempt: Attempt, exercise: Exercise, public: bool, before: Mapping[str, Verdict] | None = None
) -> dict[str, Verdict]:
    """The verdicts of an exercise's public or hidden checks, by the check's name.

    Args:
        attempt: the submission.
        exercise: the exercise.
        public: which of its checks.
        before: verdicts it has already; they are in the answer too.
    """
    verdicts: dict[str, Verdict] = dict(before or {})
    for check in attempt.assignment.checks_of(exercise):
        if check.public is public:
            verdicts[check.name] = ask_next(attempt, exercise, check, verdicts)
    return verdicts


def ask_next(
    attempt: Attempt, exercise: Exercise, check: Check, before: Mapping[str, Verdict]
) -> Verdict:
    """The verdict of one check, which is not asked where the exercise has lost it already.

    Args:
        attempt: the submission.
        exercise: the exercise.
        check: one of its checks.
        before: verdicts of the exercise's checks that came before.
    """
    uses = attempt.forbidden_uses(exercise)
    if uses:
        told = f"this exercise is written from scratch, and your code uses {uses}"
        return _unasked("forbidden", told)
    if sum(made.outcome == "timeout" for made in before.values()) >= _MAX_TIMEOUTS:
        told = f"not asked, because {_MAX_TIMEOUTS} checks before it ran out of time"
        return _unasked("timeout", told)
    return _ask(attempt, exercise, check)


def _ask(attempt: Attempt, exercise: Exercise, check: Check) -> Verdict:
    """The verdict of one check; a fault of the infrastructure is tried again once."""
    try:
        verdict = _try(attempt, exercise, check)
        for _ in range(TRIES - 1):
            if verdict.outcome == "infrastructure":
                verdict = _try(attempt, exercise, check)
        return verdict
    except Overrun as overrun:
        # It may have struck in the middle of a message: this worker is not asked again.
        attempt.close()
        return _unasked("infrastructure", str(overrun), _OWN_FAULT)


def _try(attempt: Attempt, exercise: Exercise, check: Check) -> Verdict:
    fixtures = {
        "rng": check_generator(attempt.seed, check.name),
        "ref": attempt.assignment.reference,
    }
    seconds = check.seconds or attempt.assignment.manifest.limits.judge_seconds
    try:
        sub = attempt.begin(exercise, check.name, check.seconds)
        with limited(seconds, check.function.__name__):
            return run_check(check, sub, fixtures)
    except Problem as problem:
        return _unasked(problem.outcome, problem.public, problem.hidden)
    except ZygoteError as error:
        return _unasked("infrastructure", str(error), _OWN_FAULT)


def _unasked(outcome: str, public: str, hidden: str | None = None) -> Verdict:
    """The verdict of a check that could not be put."""
    silent = Submission(lambda *question: None)
    return Verdict(outcome, public, public if hidden is None else hidden, silent)
