"""One check as pytest sees it: behind the boundary or in pytest's own process, and what it gave."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from autograder.assignment.load import Assignment
    from autograder.grading.points_table import Answer
    from autograder.grading.pytest_session import GradedSubmission
    from autograder.grading.result_records import CheckResult
    from autograder.isolation.tiers import Tier
    from autograder.kit import Check

ISOLATION: pytest.StashKey[Tier] = pytest.StashKey()
_ASSIGNMENTS: pytest.StashKey[dict[Path, Assignment]] = pytest.StashKey()
INQUIRIES: pytest.StashKey[dict[Path, GradedSubmission]] = pytest.StashKey()
IN_PROCESS: pytest.StashKey[dict[Path, Any]] = pytest.StashKey()
ANSWER: pytest.StashKey[Answer] = pytest.StashKey()


class CheckItem(pytest.Item):
    """One check, asked through the boundary."""

    def __init__(self, *, check: Check, **more: Any) -> None:
        super().__init__(**more)
        self.check = check

    def runtest(self) -> None:
        from autograder.grading.pytest_session import NoAnswer

        known = {made.name: made for made in assignment_of(self).checks}
        if self.check.name not in known:
            pytest.skip(f"the exercise {self.check.exercise} is not graded")
        try:
            exercise, result = _inquiry(self).of(known[self.check.name])
        except NoAnswer as reason:
            raise _NotPassed(str(reason)) from None
        answer = _keep(self, self.check, result, exercise.open_points > 0)
        if result.outcome != "passed":
            from autograder.grading.points_table import message

            raise _NotPassed(message(answer))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, _NotPassed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.check.function.__code__.co_firstlineno - 1, self.name


class _NotPassed(Exception):
    """A check did not pass; the message says it all, no traceback is needed."""


def keep_in_process(
    item: pytest.Item, check: Check, raised: pytest.ExceptionInfo[BaseException] | None
) -> None:
    """What a check gives that pytest itself has run."""
    assignment = assignment_of(item)
    asked = getattr(item, "funcargs", {}).get("sub")
    if asked is None or check.name not in [known.name for known in assignment.checks]:
        return
    from autograder.grading.grade import shares
    from autograder.grading.verdict_worth import check_result
    from autograder.kit import Problem, Verdict
    from autograder.kit.running import verdict_of

    if raised is None:
        verdict = Verdict("passed", "", "", asked)
    elif isinstance(raised.value, Problem):
        verdict = verdict_of(raised.value, asked)
    else:
        verdict = Verdict("infrastructure", str(raised.value), "the check itself failed", asked)
    exercise = assignment.manifest.exercise(check.exercise)
    worth = shares(assignment, exercise)[check.name]
    handed_in = (submission_path(item.config) / exercise.file).is_file()
    _keep(item, check, check_result(assignment, check, worth, verdict), handed_in)


def _keep(item: pytest.Item, check: Check, result: CheckResult, handed_in: bool) -> Answer:
    """Keep what a check gave with its item, and as properties for JUnit XML."""
    from autograder.grading.points_table import Answer

    folder = str(assignment_of(item).folder)
    answer = Answer(folder=folder, exercise=check.exercise, handed_in=handed_in, result=result)
    item.stash[ANSWER] = answer
    item.user_properties += [
        ("exercise", check.exercise),
        ("title", result.title),
        ("visibility", "public" if result.public else "hidden"),
        ("points", result.points),
        ("score", "" if result.score is None else result.score),
        ("outcome", result.outcome),
        *([(found.kind, found.name)] if (found := result.diagnosis) else []),
        *([("carried", " ".join(result.carried))] if result.carried else []),
        *([("staff", result.staff)] if result.staff else []),
        *([("asked", result.asked)] if result.asked else []),
    ]
    return answer


def check_of(item: pytest.Item) -> Check | None:
    """The check that an item asks; None for any other test."""
    found = getattr(item, "check", None) or getattr(getattr(item, "obj", None), "check", None)
    return found if type(found).__name__ == "Check" else None


def submission_path(config: pytest.Config) -> Path:
    """Where the submission named lies."""
    return Path(config.invocation_params.dir, config.getoption("--submission"))


def assignment_of(item: pytest.Item) -> Assignment:
    """The assignment in whose checks an item stands."""
    return load(item.config, item.path.parent.parent)


def load(config: pytest.Config, folder: Path) -> Assignment:
    """The assignment in a folder, read once a run.

    Raises:
        pytest.UsageError: it is not valid.
    """
    from autograder.assignment.load import load_assignment
    from autograder.assignment.manifest_problems import ManifestError

    known = config.stash.setdefault(_ASSIGNMENTS, {})
    if folder not in known:
        try:
            known[folder] = load_assignment(folder)
        except ManifestError as problem:
            raise pytest.UsageError(str(problem)) from None
    return known[folder]


def _inquiry(item: pytest.Item) -> GradedSubmission:
    """The submission behind the boundary, graded when the first check asks it."""
    from autograder.grading.pytest_session import GradedSubmission
    from autograder.sandbox.zygote import ZygoteError

    assignment, config = assignment_of(item), item.config
    known = config.stash.setdefault(INQUIRIES, {})
    if assignment.folder not in known:
        path, seed = submission_path(config), config.getoption("--seed")
        checks = [
            check_of(one) for one in item.session.items if one.path.parent == item.path.parent
        ]
        only = {made.exercise for made in checks if made}
        only &= {made.name for made in assignment.manifest.enabled_exercises}
        try:
            known[assignment.folder] = GradedSubmission(
                assignment, path, seed, config.stash[ISOLATION], only
            )
        except ZygoteError as problem:
            pytest.exit(f"autograder: {problem}", returncode=2)
    return known[assignment.folder]
