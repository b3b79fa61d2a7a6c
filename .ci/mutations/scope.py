"""Which modules are changed, and which tests may notice: patterns, so that a renaming changes none.

A module counts when people or grades pass through it: it names one of their records. The folders
left out do other work: what students run, what is rendered, how an assignment is brought over or
proved, and where code runs; they have tests and proofs of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

ENGINE = "autograder"
# Told to a run that notes coverage: where the notes go, and which modules matter.
TARGET, MODULES = "MUTATION_NOTES", "MUTATION_MODULES"
_RECORDS = re.compile(
    r"\b(Student|Submission|Entry|Bundle|Row|Result|ExerciseResult|CheckResult|Mark|Dropped"
    r"|Handed|Diagnosis|Late|NothingToGrade|UnreadableTable|Unreadable)\b"
    r"|class Scale\b"  # what they are counted in
)
_LEFT_OUT = (
    *(
        "*/kit/*",
        "*/sandbox/*",
        "*/isolation/*",
        "*/worker/*",
        "*/handout/*",
        "*/importing/*",
        "*/proof/*",
        "*/inspection/*",
    ),
    *("*/reading/*", "*/student/*"),  # they travel in the handout
    *("*cluster*", "*/pages.py", "*/page.py", "*/analysis.py", "*report.py", "*fingerprint*"),
    *("*/pytest_*.py", "*/otter_*.py", "*/import_*.py", "*/similarity.py", "*/blocks.py"),
    *(
        "*/show.py",
        "*/check.py",
        "*/demo.py",
        "*/doctor.py",
        "*/authoring.py",
        "*/command_table.py",
    ),
)
_TESTS_LEFT_OUT = (
    *("*/redteam/*", "*/sandbox/*", "*/loading/*", "*/importing/*", "*/lab/*", "*/proof/*"),
    *("*/notebook/*", "*/handout_front/*", "*/mistakes/*", "*/checks/*", "*/reference/*"),
    *("*/pipeline/*", "*/reading/*", "*/authoring/*", "*/handout/test_[!m]*"),
    *("*/test_lab.py", "*/test_denied.py", "*/test_export.py", "*/test_otter_run.py"),
    *("*/test_archive.py", "*/test_cluster.py", "tests/test_*.py"),
    *("*/test_interruption.py", "*/test_faults.py", "*/test_store_faults.py"),  # in other processes
)
_ABOUT = re.compile(
    r"autograder\.(?!kit|sandbox|handout|importing|proof)\w|from typer\.testing|conftest|grade\("
)


def modules(root: Path) -> Iterator[str]:
    """The modules that are changed, from the root of the project, in order."""
    for path in sorted((root / ENGINE).rglob("*.py")):
        name = path.relative_to(root).as_posix()
        left_out = any(fnmatch(name, pattern) for pattern in _LEFT_OUT)
        if not left_out and _RECORDS.search(path.read_text(encoding="utf-8")):
            yield name


def test_files(root: Path) -> Iterator[str]:
    """The files of tests that may notice a change of these modules."""
    for path in sorted((root / "tests").rglob("test_*.py")):
        name = path.relative_to(root).as_posix()
        left_out = any(fnmatch(name, pattern) for pattern in _TESTS_LEFT_OUT)
        if not left_out and _ABOUT.search(path.read_text(encoding="utf-8")):
            yield name
