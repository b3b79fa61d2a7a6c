"""Say a grade in Gradescope's own format, `results.json`: one test an exercise, in Markdown.

The fields, their meanings and defaults are those of
https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format. What a student reads
there is what stands on the feedback page, and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from autograder.assignment.manifest import Manifest
from autograder.grading.result_records import Result
from autograder.own_files import complete_bytes, own_folder
from autograder.publish.feedback import overview_markdown, section_markdown
from autograder.publish.page import Page, Section, arrange
from autograder.publish.safe_names import file_name

FOLDER, FILE = "gradescope", "results.json"

Visibility = Literal["visible", "after_due_date", "after_published", "hidden"]
Status = Literal["passed", "failed"]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of ``tests``; without `score` and `status` while a person has to look."""

    name: str
    number: str
    max_score: float
    output: str
    tags: tuple[str, ...]
    score: float | UnsetType = UNSET
    status: Status | UnsetType = UNSET


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of ``results.json``.

    Where neither the whole nor each test has a score, Gradescope says that the autograder failed:
    so nobody gets 0 points for a fault that is not theirs, and staff see it.
    """

    score: float | UnsetType = UNSET
    execution_time: float
    output: str
    output_format: Literal["md"] = "md"
    test_output_format: Literal["md"] = "md"
    test_name_format: Literal["text"] = "text"
    visibility: Visibility
    stdout_visibility: Visibility = "hidden"
    extra_data: dict[str, str]
    tests: tuple[Case, ...]


def gradescope_report(
    result: Result, manifest: Manifest, visibility: Visibility = "visible"
) -> Report:
    """Say a grade as Gradescope reads it.

    Args:
        result: the grade. What is for staff in it does not reach the report.
        manifest: of the assignment that was graded.
        visibility: when students see the tests; as long as they do not, they see no score either.
    """
    page = arrange(result, manifest)
    return Report(
        score=UNSET if result.counts is None else result.counts,
        execution_time=round(result.seconds, 3),
        output=overview_markdown(page, manifest),
        visibility=visibility,
        extra_data=_extra(result, page),
        tests=tuple(
            _case(number, section, made.score, made.max_score)
            for number, (section, made) in enumerate(
                zip(page.sections, result.exercises, strict=True), 1
            )
        ),
    )


def to_json(report: Report) -> bytes:
    """The bytes of ``results.json``."""
    return msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n"


def _case(number: int, section: Section, score: float | None, most: float) -> Case:
    decided = score is not None
    return Case(
        name=f"{section.name} (bonus)" if section.bonus else section.name,
        number=str(number),
        score=score if score is not None else UNSET,
        max_score=most,
        status=("failed" if section.findings else "passed") if decided else UNSET,
        output=section_markdown(section),
        tags=("bonus" if section.bonus else "core", *([section.file] if section.file else [])),
    )


def _extra(result: Result, page: Page) -> dict[str, str]:
    """What Gradescope stores with the result. No seed: later runs of a student are handed this."""
    return {
        "grading_id": page.grading_id,
        "status": result.status,
        "assignment": result.assignment,
        "version": result.version,
        "isolation": ", ".join(result.isolation),
    }


@dataclass
class GradescopeOutlet:
    """Writes ``gradescope/SUBMISSION/results.json`` for submissions that came from Gradescope.

    Args:
        manifest: of the assignment.
        folder: of the results.
        everybody: whether to write one for others too.
    """

    manifest: Manifest
    folder: Path
    everybody: bool = False
    _taken: set[str] = field(default_factory=set)
    _places: dict[str, str] = field(default_factory=dict)
    _reports: dict[str, bytes] = field(default_factory=dict)

    def add(self, result: Result, page: Path) -> None:
        """Take a submission's report; members of a group share a submission, and so a report."""
        who = result.student
        exported = who is not None and who.platform == "gradescope" and who.upload
        name = exported or (result.submission if self.everybody else "")
        if not name or (exported and name in self._places):
            return
        self._places[name] = file_name(name, self._taken)
        self._reports[self._places[name]] = to_json(gradescope_report(result, self.manifest))

    def finish(self, folder: Path) -> Collection[str]:
        """Write the reports; those of submissions that are no longer there are to go."""
        for name, report in self._reports.items():
            with complete_bytes(own_folder(folder / FOLDER / name) / FILE) as file:
                file.write(report)
        return [
            f"{FOLDER}/{report.parent.name}/{FILE}"
            for report in self.folder.glob(f"{FOLDER}/*/{FILE}")
            if report.parent.name not in self._reports and not report.parent.is_symlink()
        ]
