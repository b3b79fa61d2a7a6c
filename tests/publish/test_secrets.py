"""Whatever a hidden check meets, the student gets none of it: in no page, table, archive or JSON.

Work that fails in every way there is tells the hidden input wherever it can; and, without running
anything, each outcome carries a text for staff that must not get out.
"""

from __future__ import annotations

import datetime
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from otter.test_files.exception_test import ExceptionTestFile

from autograder.assignment.load import Assignment
from autograder.assignment.manifest import Manifest
from autograder.grading.counterexamples import Counterexamples
from autograder.grading.grade import exercise_result, shares
from autograder.grading.result_records import Diagnosis, Outcome, Result, Student
from autograder.grading.seeds import check_generator
from autograder.grading.settling import settle
from autograder.grading.verdict_worth import check_result
from autograder.kit import Submission, Verdict
from autograder.platforms.check_results import Undecided, check_results
from autograder.platforms.otter_plugin import _record
from autograder.publish.gradebooks import GradebookOutlet
from autograder.publish.gradescope_results import GradescopeOutlet
from autograder.publish.results import LINES, write_results
from autograder.publish.upload import UploadOutlet
from autograder.sandbox.zygote import Zygote

SEED = 813467295
STAFF_ONLY = {LINES, "results.schema.json"}
SECRET = "it was 0.123456789"

# What `double` does with a hidden input, and how that check ends.
WAYS = {
    "returns it": ("return x[::-1]", "failed"),
    "returns it as text": ("return str(x)", "failed"),
    "returns it as a key": ("return {str(x.tolist()): 1.0}", "failed"),
    "returns it as a type": ("return type('T' + str(x[0]), (), {})()", "failed"),
    "returns it in a list": ("return [str(value) for value in x]", "failed"),
    "raises with it": ("raise ValueError(str(x))", "raised"),
    "raises it as a type": ("raise type('E' + str(x[0]), (Exception,), {})()", "raised"),
    "raises with it as a key": ("return {}[tuple(x)]", "raised"),
    "raises because of it": ("raise KeyError(1) from ValueError(str(x))", "raised"),
    "refuses it": ("raise NotImplementedError(str(x))", "raised"),
    "leaves with it": ("raise SystemExit(str(x))", "raised"),
    "warns of it": ("import warnings\n    warnings.warn(str(x))\n    return x[::-1]", "failed"),
    "ends with it": ("import os\n    os.write(2, str(x).encode())\n    os._exit(3)", "died"),
    "never comes back": ("while True: pass", "timeout"),
    "fills memory": ("h = []\n    while True: h.append(np.ones(1 << 22))", "memory"),
}
LEAKY = """
import numpy as np
import sys

def double(x):
    print("saw", x, list(x))
    print("saw", x, file=sys.stderr)
    if x.shape == (2,):
        return x * 2
    {body}
"""


def outlets_of(manifest: Manifest, folder: Path) -> list[object]:
    return [
        UploadOutlet(),
        GradebookOutlet(manifest),
        GradescopeOutlet(manifest, folder, everybody=True),
    ]


def leaving(result: Result, manifest: Manifest, folder: Path) -> Iterator[tuple[str, str]]:
    """Everything of a run but what is for staff, by its name."""
    for platform in ("canvas", "moodle", "gradescope"):
        student = Student(
            name="Ada",
            id="1000",
            platform=platform,
            upload="ada_1000_5000_",
            submitted=datetime.datetime(2026, 2, 16, tzinfo=datetime.timezone.utc),
        )
        place = folder / platform
        handed = settle(msgspec.structs.replace(result, student=student), manifest)
        write_results([handed], manifest, place, outlets_of(manifest, place))  # type: ignore[arg-type]
        for path in sorted(place.rglob("*")):
            if path.suffix == ".zip":
                with zipfile.ZipFile(path) as archive:
                    for name in archive.namelist():
                        yield f"{platform}: {path.name}/{name}", archive.read(name).decode()
            elif path.is_file() and path.name not in STAFF_ONLY:
                yield f"{platform}: {path.relative_to(place)}", path.read_text()
    for details in (True, False):
        try:
            told = check_results(handed, manifest, details, 5)
        except Undecided:
            continue
        yield f"results.json, details {details}", json.dumps(told)
    for made in handed.exercises:
        yield f"Otter's record of {made.name}", told_by_otter(_record(made))


def told_by_otter(record: ExceptionTestFile) -> str:
    cases = [(case.name, case.failure_message) for case in record.test_cases]
    return f"{cases} {[ended.message for ended in record.test_case_results]} {record.summary()}"


def hidden_numbers() -> set[str]:
    """Hidden inputs and expected values, as far as five digits know them again."""
    x = check_generator(SEED, "double_random").normal(size=4)
    return {f"{abs(value):.12f}"[:6] for value in (*x, *(2 * x))}


@pytest.mark.parametrize("way", WAYS)
def test_nothing_of_a_hidden_check_leaves(
    graded: Callable[..., Result], small: Assignment, zygote: Zygote, tmp_path: Path, way: str
) -> None:
    body, outcome = WAYS[way]
    looking = Counterexamples(small, zygote)
    result = graded(LEAKY.format(body=body), seed=SEED, counterexamples=looking)
    public, hidden = result.exercises[0].checks
    assert (public.outcome, hidden.outcome) == ("passed", outcome)
    secrets = {*hidden_numbers(), str(SEED)}
    assert any(number in result.staff_log for number in hidden_numbers())
    count = 0
    for name, text in leaving(result, small.manifest, tmp_path):
        found = {secret for secret in secrets if secret in text}
        assert not found, f"{name} tells {found}"
        count += 1
    assert count >= 15


def test_an_example_is_shown_where_details_are(
    graded: Callable[..., Result], small: Assignment, zygote: Zygote, tmp_path: Path
) -> None:
    looking = Counterexamples(small, zygote)
    result = graded(LEAKY.format(body="return x * 3"), seed=SEED, counterexamples=looking)
    hidden = result.exercises[0].checks[1]
    assert hidden.counterexample is not None
    found = dict(leaving(result, small.manifest, tmp_path))
    asked = hidden.counterexample.asked
    assert (
        asked in found["canvas: feedback/anna.html"] and asked in found["canvas: feedback/anna.md"]
    )
    assert asked in found["results.json, details True"]
    assert asked not in found["results.json, details False"]


def test_what_is_printed_before_hidden_checks_is_shown_and_nothing_after(
    graded: Callable[..., Result], small: Assignment, tmp_path: Path
) -> None:
    result = graded(LEAKY.format(body="return x * 2"), seed=SEED)
    pages = dict(leaving(result, small.manifest, tmp_path))
    page = pages["canvas: feedback/anna.md"]
    assert "saw [1. 2.] [1.0, 2.0]" in page.replace("np.float64(1.0)", "1.0").replace(
        "np.float64(2.0)", "2.0"
    )
    assert "What your code printed during hidden checks is not shown" in page


class Asked(Submission):
    """A submission that was asked what nobody should know."""

    def asked(self) -> str:
        return f"double({SECRET!r})"


OUTCOMES: tuple[Outcome, ...] = (
    *("failed", "raised", "timeout", "memory", "died", "unusable", "forbidden"),
    "infrastructure",
)


@pytest.mark.parametrize("explained", [False, True], ids=["", "explained"])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_what_a_verdict_tells_staff_stays_with_staff(
    small: Assignment, tmp_path: Path, outcome: Outcome, explained: bool
) -> None:
    """For public checks the student reads it all, but for what the grader itself met."""
    verdict = Verdict(outcome, SECRET, "the value is off", Asked(lambda *question: None))
    mistake = Diagnosis(kind="mistake", name="Tripled", explanation="It triples.")
    explanation = (mistake, "Two times.") if explained else None
    exercise = small.manifest.exercise("double")
    worth = shares(small, exercise)
    checks = [
        check_result(small, check, worth[check.name], verdict, explanation)
        for check in small.checks_of(exercise)
    ]
    public, hidden = checks
    assert SECRET in hidden.staff and SECRET in public.staff
    told = outcome != "infrastructure"
    assert (SECRET in public.message, SECRET in hidden.message) == (told, False)
    for check, secret in ((hidden, True), (public, not told)):
        made = exercise_result(small, exercise, [check], handed_in=True)
        result = settle(whole(made, small.manifest, outcome), small.manifest)
        found = dict(leaving(result, small.manifest, tmp_path / check.name))
        assert any(SECRET in text for text in found.values()) is not secret
        assert not any(str(SEED) in text for text in found.values())
        if explained and told:
            assert "It triples." in found["canvas: feedback/Ada.md"]


def whole(exercise: object, manifest: Manifest, outcome: Outcome) -> Result:
    lost = outcome == "infrastructure"
    return Result(
        submission="Ada",
        status="needs_person" if lost else "graded",
        score=None,
        max_score=manifest.max_score,
        seconds=1.0,
        seed=SEED,
        assignment="a" * 64,
        version="1",
        isolation=(),
        log="before hidden checks",
        staff_log=f"before hidden checks\n{SECRET}",
        reason=SECRET if lost else "",
        exercises=(exercise,),  # type: ignore[arg-type]
    )
