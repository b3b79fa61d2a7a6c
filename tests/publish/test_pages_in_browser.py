"""Nothing that a student wrote runs on a page that students or staff open."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from autograder.assignment.manifest import read_manifest
from autograder.grading.result_records import (
    CheckResult,
    Diagnosis,
    ExerciseResult,
    Result,
    Student,
)
from autograder.publish.class_report import ReportOutlet
from autograder.publish.results import write_results
from tests.browsing import HOSTILE, OWNED, PAYLOADS, what_ran

SOLUTIONS = Path(__file__).parents[2] / "solutions" / "t6"


def hostile_result(number: int, text: str) -> Result:
    """A result with a text in each place that a student, or their code, can fill."""
    check = CheckResult(
        name="adam_one_step",
        title="one step",
        public=number % 2 == 0,
        points=7.0,
        score=0.0,
        outcome="raised",
        message=text,
        hint=text,
        diagnosis=Diagnosis(kind="mistake", name=text, explanation=text),
        staff=text,
    )
    made = ExerciseResult(
        name="Adam", tier="core", score=0.0, max_score=7.0, checks=(check,), notes=(text,)
    )
    return Result(
        submission=f"{number} {text}"[:200],
        status="graded" if number % 3 else "needs_person",
        score=0.0 if number % 3 else None,
        max_score=100.0,
        seconds=1.0,
        seed=1,
        assignment="a" * 64,
        version="1",
        isolation=(),
        log=text,
        staff_log=text,
        reason=text,
        notes=(text,),
        exercises=(made,),
        student=Student(name=text, id=text, sid=text, email=text, group=text),
    )


@pytest.mark.browser
@pytest.mark.parametrize("bypass_csp", [True, False], ids=["escaping alone", "with its policy"])
def test_feedback_and_report_show_hostile_texts_as_text(
    tmp_path: Path, chromium: str, bypass_csp: bool
) -> None:
    manifest = read_manifest(SOLUTIONS)
    results = [hostile_result(n, text) for n, text in enumerate((*PAYLOADS, HOSTILE))]
    report = ReportOutlet(
        manifest,
        same_work=[[result.submission for result in results]],
        dropped=[(HOSTILE, HOSTILE)],
        not_compared={HOSTILE: [HOSTILE]},
    )
    write_results(results, manifest, tmp_path, [report])
    pages = [*sorted((tmp_path / "feedback").glob("*.html")), tmp_path / "report.html"]
    assert len(pages) == len(results) + 1
    assert what_ran(chromium, [page.as_uri() for page in pages], bypass_csp) == []


@pytest.mark.browser
def test_the_browser_notices_a_page_that_lets_it_run(tmp_path: Path, chromium: str) -> None:
    for number, payload in enumerate(PAYLOADS[:5]):
        page = tmp_path / f"{number}.html"
        page.write_text(f"<title>ours</title><p title='{payload}'>{payload}</p>")
        assert what_ran(chromium, [page.as_uri()], bypass_csp=True), payload
    assert OWNED in msgspec.json.encode(hostile_result(1, HOSTILE)).decode()
