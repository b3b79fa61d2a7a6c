"""Say a result check by check in `results.json`, as a platform shows it to who hands in again.

The fields are those of https://gradescope-autograders.readthedocs.io/en/latest/specs/. Public
checks are visible at once, hidden ones when grades are published. Everything a student's work could
have chosen is marked as plain text, so that no page renders it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from autograder.assignment.manifest import Manifest
from autograder.assignment.wording import amount, counted, more_points
from autograder.grading.result_records import CheckResult, ExerciseResult, Late, Result
from autograder.kit.comparison import Comparison
from autograder.kit.side_by_side import table
from autograder.publish.findings import Example, arrange_check
from autograder.publish.page import Page, arrange

VISIBLE, LATER, STAFF = "visible", "after_published", "hidden"
DETAILS = "hidden_details"
_WITHHELD = (
    "What this check saw is not shown this time: details of hidden checks come with the first "
    "{first} of a day."
)


class Undecided(Exception):
    """There is no score yet, and none may be made up: a person has to look first."""


def check_results(
    result: Result, manifest: Manifest, details: bool = True, details_a_day: int | None = None
) -> dict[str, Any]:
    """The content of `results.json` for one result.

    Args:
        result: settled (see `autograder.grading.settling`).
        manifest: of the assignment.
        details: whether hidden checks tell what they saw.
        details_a_day: with how many submissions a day they do, for the sentence where they do not.

    Returns:
        Plain values. `score` is what counts, after bonus, cap and lateness; public checks are
        visible at once, hidden ones when grades are published.

    Raises:
        Undecided: the grader itself failed, so that a score would be unfair.
    """
    if result.status == "needs_person":
        raise Undecided(result.reason or "some checks could not be asked")
    tests = []
    page = arrange(result, manifest)
    withheld = "" if details else _WITHHELD.format(first=_first(details_a_day))
    for number, exercise in enumerate(result.exercises, 1):
        for place, check in enumerate(exercise.checks, 1):
            tests.append(_test(exercise, check, f"{number}.{place}", withheld))
    return {
        "score": result.counts or 0.0,
        "execution_time": math.ceil(result.seconds),
        "output": _overview(result, page),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "stdout_visibility": STAFF,
        "tests": tests,
        "extra_data": {
            "assignment": result.assignment,
            "version": result.version,
            "isolation": list(result.isolation),
            DETAILS: details,
        },
    }


def _test(
    exercise: ExerciseResult, check: CheckResult, number: str, withheld: str
) -> dict[str, Any]:
    passed = check.outcome == "passed"
    told = withheld if withheld and not check.public and not passed else _told(check)
    return {
        "number": number,
        "name": f"{exercise.name}: {check.title}",
        "score": check.score,
        "max_score": check.points,
        "status": "passed" if passed else "failed",
        "visibility": VISIBLE if check.public else LATER,
        "output": told,
        "tags": [exercise.name, exercise.tier, "public" if check.public else "hidden"],
    }


def _first(limit: int | None) -> str:
    """The submissions of a day that come with details, after "the first"."""
    return "submission" if limit == 1 else f"{limit} submissions"


def _told(check: CheckResult) -> str:
    """What the feedback page says of a check, as one text."""
    if check.outcome == "passed":
        note = check.diagnosis
        return f"Another convention, accepted: {note.name}. {note.explanation}" if note else ""
    found = arrange_check(check)
    mistake = found.mistake
    lines = [
        found.label,
        f"What was asked:\n{found.asked}" if found.asked else "",
        f"What came back: {found.message}" if found.message else "",
        *_beside(found.comparison, found.seen),
        *_example(found.example),
        found.searched,
        f"{mistake.name}. {mistake.explanation}" if mistake else "",
        f"Hint: {found.hint}" if found.hint else "",
    ]
    return "\n".join(line for line in lines if line)


def _example(made: Example | None) -> Iterator[str]:
    """A counterexample, whole."""
    if made:
        yield f"An example that you can try:\n{made.asked}\nWhat came back: {made.message}"
        yield from _beside(made.comparison, made.seen)


def _beside(comparison: Comparison | None, seen: str) -> Iterator[str]:
    """What is right beside what came back, and what there is to see in it."""
    yield from table(comparison) if comparison else ()
    yield f"Seen: {seen}" if seen else ""


def _overview(result: Result, page: Page) -> str:
    """What stands above all tests, and is seen at once: so no score, to which hidden checks add."""
    lines = []
    if page.unreadable:
        lines.append(f"This could not be graded: {page.unreadable}. Mend it, and hand in again.")
    lines += _on_top(result, page)
    lines += _lateness(result.late)
    lines += [f"Note: {note}" for note in page.notes]
    lines += [f"Note on {made.name}: {note}" for made in page.sections for note in made.notes]
    lines.append(f"Grading id: {page.grading_id}")
    return "\n".join(lines)


def _on_top(result: Result, page: Page) -> Iterator[str]:
    """What else counts. Whether the cap is reached is not told: hidden checks add to that."""
    more = more_points(result.open_points) if result.open_points else ""
    if page.capped and more:
        yield (
            f"A person can still give {more}. These and bonus points count up to {page.maximum} "
            "points in all; they cannot raise a total that is there."
        )
    elif page.capped:
        yield f"Bonus points count on top, up to {page.maximum} points in all."
    elif more:
        yield f"A person can still give {more}."


def _lateness(late: Late | None) -> Iterator[str]:
    if late is not None and late.days is not None and late.percent:
        yield (
            f"It was handed in late, {counted(late.days, 'day')} begun after the deadline: "
            f"{amount(late.percent)} % of the score is taken off."
        )
