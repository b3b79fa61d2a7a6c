"""Whoever asks, a public check says the same of a hand-in, to the word, and of the same file."""

from __future__ import annotations

import dataclasses
import html
import importlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.assignment.load import Assignment, load_assignment
from autograder.cli.check import verdicts_of
from autograder.grading.grade import grade
from autograder.handout.build import render_handout, write
from autograder.intake.submissions import Entry, read
from autograder.sandbox.zygote import Zygote

from .hand_ins import HAND_INS, RIGHT, SKELETON, WRONG, HandIn, notebook

TINY = Path(__file__).parents[1] / "tiny"
CHECKS = ("count_case", "count_refuses")
Verdicts = dict[str, Any]


@pytest.fixture(scope="module")
def tiny() -> Assignment:
    """The tiny assignment, with little time for a check."""
    made = load_assignment(TINY)
    limits = msgspec.structs.replace(made.manifest.limits, check_seconds=1.0)
    manifest = msgspec.structs.replace(made.manifest, limits=limits)
    return dataclasses.replace(made, manifest=manifest)


@pytest.fixture(scope="module")
def handout(tiny: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Its handout, without skeleton and notebook, beside which work is put."""
    folder = tmp_path_factory.mktemp("host") / "tiny"
    write(render_handout(tiny), folder)
    for name in ("words.py", "tiny.ipynb"):
        (folder / name).unlink()
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.split(".")[0] == "checkkit"]:
        del sys.modules[name]


def put(files: Mapping[str, bytes | str], folder: Path) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def at_home(handout: Path, path: Path, *options: str) -> Verdicts:
    """What check.py says of a folder or zip."""
    written = path.with_name(path.name + ".json")
    # What the handout holds, not the engine's own: the public checks import it by that name.
    console = importlib.import_module("checkkit.console")
    console.main(str(handout), ["--folder", str(path), "--json", str(written), *options])
    return json.loads(written.read_text(encoding="utf-8"))


def graded(tiny: Assignment, zygote: Zygote, path: Path) -> Verdicts:
    """What `autograder check --json` says."""
    bundle = read(Entry(path.stem, path))
    result = grade(tiny, bundle, zygote, seed=0, only=("word_count",), public_only=True)
    return json.loads(verdicts_of(result, tiny))


def comparable(found: Verdicts) -> tuple[str, list[dict[str, Any]]]:
    """What has to be the same: which file counts, and each verdict as a whole."""
    (exercise,) = [made for made in found["exercises"] if made["name"] == "word_count"]
    for check in exercise["checks"]:
        if (
            check["outcome"] == "timeout"
        ):  # by the processor's time or, on a busy machine, the clock
            check["message"] = ""
    return exercise["where"], exercise["checks"]


@pytest.fixture
def hosts(
    tiny: Assignment, handout: Path, zygote: Zygote, tmp_path: Path
) -> Callable[[Mapping[str, bytes | str]], dict[str, Verdicts]]:
    def ask(files: Mapping[str, bytes | str]) -> dict[str, Verdicts]:
        folder = put(files, tmp_path / "work")
        zipped = folder / "tiny-submission.zip"
        return {
            "grade": graded(tiny, zygote, folder),
            "check.py": at_home(handout, folder, "--pack"),
            "check.py on the zip": at_home(handout, zipped, "word_count"),
            "grade on the zip": graded(tiny, zygote, zipped),
        }

    return ask


@pytest.mark.slow
@pytest.mark.parametrize("name", HAND_INS)
def test_every_host_says_the_same(name: str, hosts: Callable[..., dict[str, Verdicts]]) -> None:
    made: HandIn = HAND_INS[name]
    said = hosts(made.files)
    where, checks = comparable(said["grade"])
    assert tuple(check["outcome"] for check in checks) == made.outcomes, checks
    assert where == made.where
    for host, found in said.items():
        assert comparable(found) == (where, checks), host
        notes = [*found["notes"], *(note for one in found["exercises"] for note in one["notes"])]
        assert not made.says or any(made.says in note for note in notes), (host, notes)


MAGICS = ["%matplotlib inline", "!pip list", "%time x = 1", "len?", "y = %pwd", "%%time", ""]
TRIED = [
    "word_count = word_count",
    "STEP = 1",
    "1 / 0",
    "x = = 1",
    "del word_count",
    "import gone",
    "word_count = word_count('a b')",
    "word_count.seen = word_count('a b')",
    "if __name__ == '__main__':\n    STEP = 2\n    print(word_count('a b'))",
    "try:\n    import gone\nexcept ImportError:\n    STEP = 1\nelse:\n    STEP = 2",
    "for STEP in (3, 2, 1):\n    pass",
    "raise SystemExit",
    "low = str.upper",
    "import parts",
    "from parts import *",
    "from parts import STEP, low",
    "from parts import word_count",
    "from parts import word_count as mine\nword_count = mine",
    "from words import word_count",
    "import parts as p\nword_count = p.word_count",
    "import statistics\nSTEP = int(statistics.mean([1]))",
    "@staticmethod\ndef low(text):\n    return text.lower()",
]
LEANING = RIGHT.replace("+ 1", "+ STEP"), RIGHT.replace("text.lower()", "low(text)")
IMPORTED = "from collections import Counter as word_count"
COUNTER = "from collections import Counter\n" + RIGHT.replace("{}", "Counter()")
ANSWERS = [RIGHT, RIGHT, WRONG, SKELETON, IMPORTED, COUNTER, *LEANING]
WRAPPED = "def once(made):\n    return made\n@once" + RIGHT
GUARDED = "if True:" + RIGHT.replace("\n", "\n    ")
PIECES = st.sampled_from([*ANSWERS, WRAPPED, GUARDED, *TRIED])
TAGS = st.sampled_from(["", "", "", "experiment"])
CELLS = st.lists(st.tuples(st.sampled_from(MAGICS), PIECES, TAGS), min_size=1, max_size=6)
MODULE = st.lists(PIECES, min_size=1, max_size=3).map("\n".join)
BESIDE = st.dictionaries(
    st.sampled_from(["words.py", "parts.py", "statistics.py", "sub/parts.py"]), MODULE, max_size=2
)


@pytest.mark.slow
@settings(
    max_examples=int(os.environ.get("T6_READING_EXAMPLES", "100")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(CELLS, BESIDE)
def test_generated_notebooks_are_read_alike(
    tiny: Assignment,
    handout: Path,
    zygote: Zygote,
    tmp_path_factory: pytest.TempPathFactory,
    cells: list[tuple[str, ...]],
    beside: dict[str, str],
) -> None:
    made = [(f"{magic}\n{text}", tag) if tag else f"{magic}\n{text}" for magic, text, tag in cells]
    folder = put(
        {"tiny.ipynb": notebook(*made), **beside}, tmp_path_factory.mktemp("hand-in") / "work"
    )
    assert comparable(at_home(handout, folder, "word_count")) == comparable(
        graded(tiny, zygote, folder)
    )


@pytest.mark.parametrize(
    "name", ["plain", "wrong", "own-statistics", "fails-at-its-end", "forbidden", "skeleton"]
)
def test_plain_pytest_says_the_same(name: str, handout: Path, tmp_path: Path) -> None:
    made = HAND_INS[name]
    folder = tmp_path / "tiny"
    put(
        {
            path.relative_to(handout).as_posix(): path.read_bytes()
            for path in handout.rglob("*")
            if path.is_file()
        },
        folder,
    )
    put(made.files, folder)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-k", "word_count"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
    )
    passed = sum(outcome == "passed" for outcome in made.outcomes)
    told = re.findall(r"(\d+) (passed|failed)", run.stdout)
    assert {kind: int(count) for count, kind in told} == {
        kind: count for kind, count in (("passed", passed), ("failed", 2 - passed)) if count
    }, run.stdout


@pytest.mark.parametrize(
    ("cells", "first", "says"),
    [
        ((RIGHT,), "word_count: all 2 public checks pass", ""),
        ((WRONG,), "word_count: 1 of 2 public checks pass", ""),
        # What only the kernel knows, the file does not.
        (
            (RIGHT.replace("+ 1", "+ STEP"), ("STEP = 2 - 1", "experiment")),
            "word_count: 1 of 2 public checks pass",
            "as it is saved does otherwise",
        ),
        (
            ("from collections import Counter\n" + RIGHT.replace("{}", "Counter()"),),
            "word_count: 0 of 2 public checks pass",
            "written from scratch",
        ),
    ],
)
def test_the_notebooks_check_says_what_the_file_will_get(
    handout: Path, tmp_path: Path, cells: tuple[Any, ...], first: str, says: str
) -> None:
    nbformat = pytest.importorskip("nbformat")
    client = pytest.importorskip("nbclient")
    folder = tmp_path / "tiny"
    put(
        {
            path.relative_to(handout).as_posix(): path.read_bytes()
            for path in handout.rglob("*")
            if path.is_file()
        },
        folder,
    )
    check = "from checkkit.grader import Grader\nGrader().check('word_count')"
    put({"tiny.ipynb": notebook(*cells, (check, "check"))}, folder)
    book = nbformat.read(folder / "tiny.ipynb", as_version=4)
    client.NotebookClient(book, resources={"metadata": {"path": str(folder)}}).execute()
    (shown,) = [out["data"] for out in book.cells[-1].outputs]
    assert shown["text/plain"].startswith(first), shown
    assert says in shown["text/plain"] and html.escape(says) in shown["text/html"]
