"""Grade one submission: every check of every exercise, then points, messages and status."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import cast

from autograder.assignment.load import Assignment
from autograder.assignment.manifest import Exercise
from autograder.grading.attempt import Attempt
from autograder.grading.records import (
    CheckResult,
    Diagnosis,
    ExerciseResult,
    Outcome,
    Result,
    Status,
)
from autograder.grading.seeds import check_generator
from autograder.grading.words import clean
from autograder.intake.submissions import Bundle
from autograder.kit import Check, Problem, Submission, Verdict, run_check
from autograder.sandbox.zygote import Zygote, ZygoteError

_TRIES = 2
_MAX_TIMEOUTS = 2


def grade(
    assignment: Assignment,
    bundle: Bundle,
    zygote: Zygote,
    seed: int,
    only: Collection[str] = (),
    public_only: bool = False,
) -> Result:
    """Grade one submission.

    Args:
        assignment: what is asked.
        bundle: what was handed in.
        zygote: forks the workers that run it.
        seed: of the grading run; the same seed asks the same questions.
        only: names of exercises to grade; all when empty.
        public_only: ask only the public checks.

    Returns:
        The result. Never raises for what a student handed in: infrastructure that keeps failing
        gives the status ``needs_person``.
    """
    started = time.monotonic()
    attempt = Attempt(assignment, bundle, zygote, seed)
    chosen = [
        made for made in assignment.manifest.enabled_exercises if made.name in only or not only
    ]
    status, reason = _prepare(attempt)
    exercises: list[ExerciseResult] = []
    try:
        if status == "graded":
            # A student's code could keep a hidden input and show it in the answer to a public
            # check, in a note on loading or in a print: so all of that comes first.
            shown = {made.name: _ask(attempt, made, public=True) for made in chosen}
            attempt.end_of_public_part()
            hidden = {
                made.name: [] if public_only else _ask(attempt, made, False) for made in chosen
            }
            exercises = [
                _total(attempt, made, shown[made.name], hidden[made.name]) for made in chosen
            ]
    finally:
        attempt.close()
    if any(result.score is None for result in exercises):
        status, reason = "needs_person", "the grader itself failed on some checks, twice"
    maximum = assignment.manifest.max_score
    total = min(sum(result.score or 0.0 for result in exercises), maximum)
    return Result(
        submission=bundle.name,
        status=status,
        score=_rounded(total) if status == "graded" else None,
        max_score=maximum,
        open_points=_rounded(sum(result.open_points for result in exercises)),
        seconds=round(time.monotonic() - started, 3),
        seed=seed,
        assignment=assignment.digest,
        version=assignment.manifest.assignment.version,
        isolation=zygote.tier.layers,
        log=clean(attempt.public_log),
        staff_log=clean(attempt.log),
        reason=clean(reason),
        notes=tuple(clean(note) for note in (*bundle.notes, *attempt.notes)),
        exercises=tuple(exercises),
    )


def _prepare(attempt: Attempt) -> tuple[Status, str]:
    """Read the submission's structure; whether it can be graded, and why not."""
    if attempt.bundle.problem:
        return "unreadable", attempt.bundle.problem
    reason = ""
    for _ in range(_TRIES):
        try:
            attempt.prepare()
            return "graded", ""
        except ZygoteError as error:
            reason = f"the grader itself failed: {error}"
        except Problem as problem:
            return "unreadable", f"its files cannot be read: {problem.public}"
    return "needs_person", reason


def _ask(attempt: Attempt, exercise: Exercise, public: bool) -> list[CheckResult]:
    """Ask an exercise's public or hidden checks."""
    shares = _shares(attempt, exercise)
    found = attempt.plan["exercises"].get(exercise.name) or {"forbidden": []}
    forbidden = _forbidden(attempt, found["forbidden"])
    results: list[CheckResult] = []
    for check in attempt.assignment.checks_of(exercise):
        points = shares[check.name]
        if check.public is not public:
            continue
        if forbidden:
            results.append(_forbidden_result(check, points, forbidden))
        elif sum(result.outcome == "timeout" for result in results) >= _MAX_TIMEOUTS:
            results.append(_result(attempt, check, points, _not_asked()))
        else:
            results.append(_run(attempt, exercise, check, points))
    return results


def _shares(attempt: Attempt, exercise: Exercise) -> dict[str, float]:
    """What each check of an exercise is worth: its share of the points that a machine gives."""
    manifest = attempt.assignment.manifest
    points = manifest.scaled_points(exercise) - manifest.scaled_manual_points(exercise)
    checks = attempt.assignment.checks_of(exercise)
    weight = sum(check.weight for check in checks)
    return {check.name: points * check.weight / weight for check in checks}


def _total(
    attempt: Attempt, exercise: Exercise, shown: list[CheckResult], hidden: list[CheckResult]
) -> ExerciseResult:
    """Put an exercise's results together, in the order of the checks' definition."""
    manifest = attempt.assignment.manifest
    shares = _shares(attempt, exercise)
    by_name = {result.name: result for result in (*shown, *hidden)}
    results = [by_name[name] for name in shares if name in by_name]
    # From the exact shares, or rounded thirds would not add up.
    earned = sum(shares[made.name] * (made.score or 0.0) / (made.points or 1.0) for made in results)
    manual = manifest.scaled_manual_points(exercise)
    found = attempt.plan["exercises"].get(exercise.name) or {"notes": []}
    return ExerciseResult(
        name=exercise.name,
        tier="bonus" if exercise.tier == "bonus" else "core",
        score=None if any(result.score is None for result in results) else _rounded(earned),
        max_score=_rounded(manifest.scaled_points(exercise)),
        open_points=_rounded(manual) if manual and attempt.has_file(exercise.file) else 0.0,
        checks=tuple(results),
        notes=tuple(clean(note) for note in found["notes"]),
    )


def _run(attempt: Attempt, exercise: Exercise, check: Check, points: float) -> CheckResult:
    for _ in range(_TRIES):
        verdict = _verdict(attempt, exercise, check)
        if verdict.outcome != "infrastructure":
            break
    return _result(attempt, check, points, verdict)


def _verdict(attempt: Attempt, exercise: Exercise, check: Check) -> Verdict:
    fixtures = {
        "rng": check_generator(attempt.seed, check.name),
        "ref": attempt.assignment.reference,
    }
    silent = Submission(lambda *question: None)
    try:
        sub = attempt.begin(exercise, check.name)
        return run_check(check, sub, fixtures)
    except Problem as problem:
        return Verdict(problem.outcome, problem.public, problem.hidden, silent)
    except ZygoteError as error:
        return Verdict("infrastructure", str(error), "the grader itself failed", silent)


def _not_asked() -> Verdict:
    """An exercise that ran out of time again and again is not given more of it."""
    told = f"not asked, because {_MAX_TIMEOUTS} checks of this exercise ran out of time before it"
    return Verdict("timeout", told, told, Submission(lambda *question: None))


def _result(attempt: Attempt, check: Check, points: float, verdict: Verdict) -> CheckResult:
    share, diagnosis = _convention(attempt, verdict)
    score: float | None = _rounded(points * share) if verdict.passed else 0.0
    told = check.public and verdict.outcome != "infrastructure"
    message = verdict.public if told else verdict.hidden
    if told and verdict.asked and not verdict.passed:
        message = f"{message}\nasked: {verdict.asked}"
    return CheckResult(
        name=check.name,
        title=check.title,
        public=check.public,
        points=_rounded(points),
        score=None if verdict.outcome == "infrastructure" else score,
        outcome=cast(Outcome, verdict.outcome),
        message=clean(message),
        hint="" if verdict.passed else check.hint,
        diagnosis=diagnosis,
        staff="" if verdict.passed else clean(f"{verdict.public}\nasked: {verdict.asked}"),
    )


def _convention(attempt: Attempt, verdict: Verdict) -> tuple[float, Diagnosis | None]:
    """The share of points, and the note, where the answer follows another accepted convention."""
    known = {made.name: made for made in attempt.assignment.manifest.conventions}
    followed = [known[name] for name in verdict.conventions if name in known]
    if not verdict.passed or not followed:
        return 1.0, None
    first = min(followed, key=lambda made: made.share)
    note = Diagnosis(kind="convention", name=first.title, explanation=first.explanation)
    return first.share, note


def _forbidden(attempt: Attempt, uses: list[dict[str, object]]) -> str:
    labels = {unit["id"]: unit["label"] for unit in attempt.plan["units"]}
    named = [f"`{use['name']}` ({labels.get(use['unit'])}, line {use['line']})" for use in uses[:3]]
    return ", ".join(named)


def _forbidden_result(check: Check, points: float, named: str) -> CheckResult:
    told = f"this exercise is written from scratch, and your code uses {named}"
    return CheckResult(
        name=check.name,
        title=check.title,
        public=check.public,
        points=_rounded(points),
        score=0.0,
        outcome="forbidden",
        message=clean(told),
        hint="Write the formula itself; comparing with the library elsewhere is welcome.",
    )


def _rounded(points: float) -> float:
    return round(points, 4)
