"""The Otter plugin: Otter's kernel gets an empty notebook, and Otter's results are ours.

Named in `otter_config.json` by `autograder pack`. Events and records are those of Otter 7, see
https://otter-grader.readthedocs.io/en/latest/plugins/creating_plugins.html.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from otter.plugins import AbstractOtterPlugin
from otter.test_files import GradingResults, TestCase
from otter.test_files.abstract_test import TestCaseResult
from otter.test_files.exception_test import ExceptionTestFile

from autograder.assignment.points import difference, total
from autograder.grading.result_records import ExerciseResult, Result
from autograder.platforms.handover import HANDED_IN, empty_notebook, set_aside
from autograder.platforms.run_plain import graded


class BoundaryPlugin(AbstractOtterPlugin):  # type: ignore[misc]
    """Grades behind the boundary in the place of Otter's kernel."""

    def __init__(
        self, submission_path: str, submission_metadata: dict[str, Any], plugin_config: Any
    ) -> None:
        super().__init__(submission_path, submission_metadata, plugin_config)
        self._path = Path(submission_path)
        self._root = self._path.parent.parent
        self._report = ""

    def before_grading(self, config: Any) -> None:
        """Move the submission, its log and its modules out of Otter's sight."""
        self._forget_paths()
        aside = self._root / HANDED_IN
        if not aside.exists():
            set_aside(self._root, self._path.name)
            _take_out_what_otter_added(aside)
        # Otter would run the public tests against the empty notebook; the rest is for nobody.
        shutil.rmtree(self._path.parent / "tests", ignore_errors=True)

    def before_execution(self, submission: Any) -> Any:
        """Give Otter's kernel nothing to run."""
        return empty_notebook()

    def after_grading(self, results: GradingResults) -> None:
        """Grade, and put the result in the place of what Otter found.

        Raises:
            One of `plain.FAILURES`: there is no fair score; Otter then fails as loudly.
        """
        made, told = graded(self._root)
        result = made.result
        results.__class__ = OurResults
        results.our_results = told
        results._catastrophic_error = None
        results.notebook = None
        results.output = told["output"]
        results.results = {
            record.name: record for record in [*map(_record, result.exercises), *_rest(result)]
        }
        self._report = made.report

    def generate_report(self) -> str:
        """What Otter prints at the end."""
        return self._report

    def _forget_paths(self) -> None:
        """No module is imported from where a submission lies, whatever it is named.

        Raises:
            ShadowedModule: one was, before this plugin was asked.
        """
        inside = self._path.parent.resolve()
        sys.path[:] = [path for path in sys.path if path and not _below(path, inside)]
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if isinstance(file, str) and _below(file, inside):
                raise ShadowedModule(
                    f"the module {name!r} came from {file}, which was handed in; call Otter by its "
                    "command `otter run`, which looks for modules elsewhere"
                )


class ShadowedModule(Exception):
    """A module of this process is the student's: nothing that it finds can be trusted."""


class OurResults(GradingResults):  # type: ignore[misc]
    """Otter's results, of which `results.json` is ours; elsewhere they are Otter's own."""

    our_results: dict[str, Any]

    def to_gradescope_dict(self, ag_config: Any) -> dict[str, Any]:
        """The content of `results.json`."""
        return self.our_results

    def __reduce__(self) -> tuple[Any, ...]:
        """As a plain `GradingResults`, for readers without this package."""
        state = {name: value for name, value in vars(self).items() if name != "our_results"}
        return GradingResults, ([],), state


def _below(path: str, folder: Path) -> bool:
    return Path(path).resolve().is_relative_to(folder)


def _take_out_what_otter_added(aside: Path) -> None:
    """The copy of the public tests and an empty `__init__.py`: the student handed in neither."""
    shutil.rmtree(aside / "tests", ignore_errors=True)
    added = aside / "__init__.py"
    if added.is_file() and not added.read_bytes():
        added.unlink()


def _record(exercise: ExerciseResult) -> ExceptionTestFile:
    cases, ended = [], []
    for check in exercise.checks:
        passed = check.outcome == "passed"
        case = TestCase(
            name=check.title,
            body=None,
            hidden=not check.public,
            points=check.points,
            success_message=None,
            failure_message=check.hint or None,
        )
        cases.append(case)
        ended.append(TestCaseResult(test_case=case, message=check.message or None, passed=passed))
    return _file(exercise.name, cases, ended, exercise.score or 0.0)


def _rest(result: Result) -> list[ExceptionTestFile]:
    """What keeps the sum of the exercises from being the score: the cap on bonus, and lateness."""
    earned = total(exercise.score or 0.0 for exercise in result.exercises)
    change = difference(result.counts or 0.0, earned)
    return [_file("The total ends at the maximum; lateness", [], [], change)] if change else []


def _file(
    name: str, cases: list[TestCase], ended: list[TestCaseResult], score: float
) -> ExceptionTestFile:
    made = ExceptionTestFile(name=name, path="", test_cases=cases, all_or_nothing=False)
    made.test_case_results = ended
    made.update_score(score)
    return made
