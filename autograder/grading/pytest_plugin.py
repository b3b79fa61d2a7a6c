"""Ask an assignment's checks with pytest: ``pytest solutions/t6/checks --submission PATH``.

What is imported at the top is imported in every run of pytest on this machine: keep it small.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autograder.grading.pytest_door import NotGuarded, expect_guarded
from autograder.grading.pytest_items import (
    ANSWER,
    IN_PROCESS,
    ISOLATION,
    CheckItem,
    assignment_of,
    check_of,
    keep_in_process,
    load,
    submission_path,
)

if TYPE_CHECKING:
    import numpy as np

    from autograder.kit import Submission

_FORMS = (".py", ".ipynb", ".zip")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("autograder", "checks of an assignment")
    group.addoption(
        "--submission",
        metavar="PATH",
        help="whom to ask the checks: a folder of modules, a .py, .ipynb or .zip",
    )
    group.addoption(
        "--isolation",
        choices=("required", "none", "in-process"),
        default="required",
        help="required: behind the boundary, as autograder grade does; none: in a process of its "
        "own that nothing confines; in-process: a folder of modules, in pytest itself, for --pdb "
        "and for systems other than Linux (the last two for work you trust; default: %(default)s)",
    )
    group.addoption(
        "--seed", type=int, default=0, help="seed of the hidden inputs (default: %(default)s)"
    )


@pytest.hookimpl(tryfirst=True)  # before a conftest.py is loaded
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Refuse a grading run that something else than its command line has set up."""
    known = early_config.known_args_namespace
    if known.submission is None or hasattr(early_config, "workerinput"):
        return
    try:
        expect_guarded(
            early_config.invocation_params.args,
            known.file_or_dir,
            early_config.inipath,
            known.isolation,
        )
    except NotGuarded as problem:
        raise pytest.UsageError(str(problem)) from None


def pytest_sessionstart(session: pytest.Session) -> None:
    config = session.config
    if config.getoption("--submission") is None or config.option.collectonly:
        return
    path, wanted = submission_path(config), config.getoption("--isolation")
    if not path.exists():
        raise pytest.UsageError(f"--submission {path}: there is no such file or folder")
    if wanted == "in-process":
        if not path.is_dir():
            raise pytest.UsageError(
                f"--submission {path}: --isolation in-process asks a folder of modules only"
            )
        return
    if not path.is_dir() and path.suffix.lower() not in _FORMS:
        raise pytest.UsageError(
            f"--submission {path}: expected a folder, or a file that ends in {', '.join(_FORMS)}"
        )
    from autograder.isolation.tiers import NotIsolated, isolation

    try:
        config.stash[ISOLATION] = isolation(wanted)
    except NotIsolated as refused:
        raise pytest.UsageError(
            f"{refused} (autograder doctor says more; --isolation none is for work you trust only)"
        ) from None


def pytest_report_header(config: pytest.Config) -> list[str]:
    if config.getoption("--submission") is None or config.option.collectonly:
        return []
    tier = config.stash.get(ISOLATION, None)
    if tier is None:
        layers, holes = "none, in this process", tuple[str, ...]()
    else:
        layers = ", ".join(tier.layers) or "none"
        holes = tier.holes
    seed = config.getoption("--seed")
    return [
        f"submission: {config.getoption('--submission')}, seed {seed}, isolation: {layers}",
        *(f"isolation: a hostile submission {hole}" for hole in holes),
    ]


def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, name: str, obj: object
) -> pytest.Item | None:
    """A check that goes through the boundary is an item of its own kind, without fixtures."""
    config = collector.config
    if config.getoption("--submission") is None or not inspect.isfunction(obj):
        return None
    made = getattr(obj, "check", None)
    if made is None or config.getoption("--isolation") == "in-process":
        return None
    from autograder.kit import Check

    if not isinstance(made, Check):
        return None
    item: pytest.Item = CheckItem.from_parent(collector, name=name, check=made)
    return item


@pytest.hookimpl(tryfirst=True)  # before -k looks at the names
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Ask as `grade` asks: the public checks first, and exercise by exercise."""
    if config.getoption("--submission") is None:
        return

    def place(item: pytest.Item) -> tuple[bool, int]:
        made = check_of(item)
        if made is None:
            return False, -1
        item.extra_keyword_matches.add(made.exercise)
        names = [known.name for known in assignment_of(item).checks]
        return not made.public, names.index(made.name) if made.name in names else -1

    items.sort(key=place)


@pytest.hookimpl(hookwrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """End a check in this process that does not end by itself."""
    made = check_of(pyfuncitem) if pyfuncitem.config.getoption("--submission") else None
    if made is None:
        yield
        return
    from autograder.grading.check_clock import Overrun, limited

    limits = assignment_of(pyfuncitem).manifest.limits
    try:
        with limited(made.seconds or limits.judge_seconds, pyfuncitem.name):
            yield
    except Overrun as overrun:
        pytest.fail(str(overrun), pytrace=False)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Put points and outcome on the report: for JUnit XML, and for the table at the end."""
    made = check_of(item) if item.config.getoption("--submission") is not None else None
    if made is not None and call.when == "call" and not isinstance(item, CheckItem):
        keep_in_process(item, made, call.excinfo)
    outcome: Any = yield
    answer = item.stash.get(ANSWER, None)
    if answer is not None and call.when == "call":
        # A plain dict, so that pytest-xdist can send it from where the check ran.
        outcome.get_result().autograder = answer.plain()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    plain = [
        report.autograder
        for reports in terminalreporter.stats.values()
        for report in reports
        if hasattr(report, "autograder")
    ]
    if not plain:
        return
    from autograder.grading.points_table import Answer, table

    answers = [Answer.of(one) for one in plain]
    for folder in dict.fromkeys(answer.folder for answer in answers):
        assignment = load(config, Path(folder))
        terminalreporter.section(f"points: {assignment.manifest.assignment.title}")
        for line in table(assignment, [made for made in answers if made.folder == folder]):
            terminalreporter.write_line(line)


@pytest.fixture
def sub(request: pytest.FixtureRequest) -> Submission:
    """The submission named by ``--submission``, in this process."""
    if request.config.getoption("--submission") is None:
        pytest.skip("no submission named; add --submission PATH")
    from autograder.assignment.rules import facts_of, given_files
    from autograder.intake.submissions import Entry, read
    from autograder.kit.in_process import InProcessAttempt

    path = submission_path(request.config)
    known: dict[Path, InProcessAttempt] = request.config.stash.setdefault(IN_PROCESS, {})
    assignment = assignment_of(request.node)
    if assignment.folder not in known:
        files = {**given_files(assignment), **read(Entry(path.stem, path)).files}
        known[assignment.folder] = InProcessAttempt(facts_of(assignment), files)
    made = request.function.check
    return known[assignment.folder].begin(assignment.manifest.exercise(made.exercise), made.name)


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """Draws the inputs of a hidden check, from ``--seed``."""
    from autograder.grading.seeds import check_generator

    return check_generator(request.config.getoption("--seed"), request.function.check.name)


@pytest.fixture
def ref(request: pytest.FixtureRequest) -> Any:
    """The reference solution."""
    return assignment_of(request.node).reference
