"""The export that Gradescope reads, against the format it documents.

https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format names the fields and
what each may hold; `gradescope-results.schema.json` is that page, with nothing optional added.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from markdown_it import MarkdownIt

from autograder.assignment.manifest import Manifest
from autograder.grading.result_records import Late, Result, Student
from autograder.publish.gradescope_results import GradescopeOutlet, gradescope_report, to_json
from autograder.publish.results import write_results

DOCUMENTED = json.loads(
    (Path(__file__).parents[1] / "gradescope-results.schema.json").read_text(encoding="utf-8")
)


def written(result: Result, manifest: Manifest, **more: Any) -> dict[str, Any]:
    """The report as Gradescope reads it, which fits what is documented."""
    report = json.loads(to_json(gradescope_report(result, manifest, **more)))
    jsonschema.validate(report, DOCUMENTED)
    assert isinstance(report, dict)
    return report


def test_each_exercise_is_a_test_in_order(ordinary: Result, manifest: Manifest) -> None:
    report = written(ordinary, manifest, visibility="after_published")
    assert report["score"] == ordinary.score
    assert report["execution_time"] == ordinary.seconds
    assert report["visibility"] == "after_published" and report["stdout_visibility"] == "hidden"
    assert [test["name"].split()[0] for test in report["tests"]] == [
        made.name for made in ordinary.exercises
    ]
    assert [test["number"] for test in report["tests"]] == [str(n) for n in range(1, 10)]
    tests = {test["name"]: test for test in report["tests"]}
    assert (tests["Adam"]["score"], tests["Adam"]["max_score"]) == (2.0, 6.0)
    assert tests["Adam"]["status"] == "failed" and "No bias correction" in tests["Adam"]["output"]
    assert tests["Momentum"]["status"] == tests["findings"]["status"] == "passed"
    assert "up to 4 more points" in tests["findings"]["output"]
    assert "bonus" in tests["shift_augment (bonus)"]["tags"]


def test_nothing_for_staff_is_in_it(
    ordinary: Result, undecided: Result, manifest: Manifest
) -> None:
    for result in (ordinary, undecided):
        text = json.dumps(written(result, manifest))
        assert "0.123456789" not in text and str(result.seed) not in text


def test_what_is_not_decided_has_no_score(
    undecided: Result, unreadable: Result, manifest: Manifest
) -> None:
    report = written(undecided, manifest)
    assert "score" not in report
    assert [set(test) & {"score", "status"} for test in report["tests"]] == [set()]
    assert "not your" in report["output"]
    report = written(unreadable, manifest)
    assert "score" not in report and report["tests"] == []
    assert "the zip is damaged" in report["output"]


def test_what_lateness_costs_is_taken_off(ordinary: Result, manifest: Manifest) -> None:
    late = msgspec.structs.replace(ordinary, late=Late(days=2, percent=20.0), final_score=11.2)
    report = written(late, manifest)
    assert report["score"] == 11.2
    assert "20 % of the score" in report["output"]


def test_what_students_write_stays_text(hostile: Result, manifest: Manifest) -> None:
    report = written(hostile, manifest)
    parser = MarkdownIt("commonmark", {"html": True})
    for text in [report["output"], *(test["output"] for test in report["tests"])]:
        tokens = parser.parse(text)
        kinds = {each.type for token in tokens for each in [token, *(token.children or [])]}
        assert not kinds & {"html_block", "html_inline", "image", "link_open"}


@pytest.mark.parametrize("everybody", [False, True])
def test_a_file_a_submission(
    everybody: bool, make: Callable[..., Result], manifest: Manifest, tmp_path: Path
) -> None:
    def of(name: str, upload: str) -> Result:
        who = Student(name=name, platform="gradescope", upload=upload) if upload else None
        return make(name, student=who)

    stale = tmp_path / "gradescope" / "submission_1"
    stale.mkdir(parents=True)
    (stale / "results.json").write_text("{}")
    (stale / "notes.txt").write_text("mine")
    outlet = GradescopeOutlet(manifest, tmp_path, everybody)
    people = (("Ada", "submission_7"), ("Alan", "submission_7"), ("../Kurt", ""))
    write_results([of(*who) for who in people], manifest, tmp_path, [outlet])
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("results.json")}
    others = {"gradescope/_Kurt/results.json"} if everybody else set()
    assert found == {"gradescope/submission_7/results.json"} | others
    assert (stale / "notes.txt").exists()
