"""The real ``otter run`` with a packed archive: the same scores, and nothing runs in its kernel."""

from __future__ import annotations

import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.assignment.load import Assignment
from autograder.grading.result_records import Result
from autograder.platforms.archive import pack
from tests.redteam.surroundings import plant

from .conftest import HANGING, RIGHT, SEED, WRONG, Ended, notebook, zipped

pytestmark = pytest.mark.slow
Run = Callable[..., Ended]


@pytest.mark.parametrize("source", [RIGHT, WRONG, HANGING], ids=["right", "wrong", "hanging"])
def test_a_notebook_gets_the_score_of_grade(
    otter_run: Run, graded: Callable[..., Result], source: str
) -> None:
    expected = graded({"work.ipynb": notebook(source)}, seed=SEED)
    ended = otter_run("work.ipynb", notebook(source))
    assert ended.code == 0, ended.said
    assert ended.results is not None
    assert ended.results["score"] == expected.score
    assert ended.scores == {made.name: made.score for made in expected.exercises}
    assert f"Total Score: {expected.score:.3f} / 10.000" in ended.said
    assert "points, isolation T" in ended.said


def test_a_zip_of_modules_beside_a_notebook(otter_run: Run) -> None:
    files = {
        "small.ipynb": notebook("print('nothing yet')"),
        "work.py": "from more import twice\n" + RIGHT.replace("np.asarray(x) * 2", "twice(x)"),
        "more.py": "import numpy as np\n\n\ndef twice(x):\n    return np.asarray(x) * 2\n",
    }
    ended = otter_run("anna.zip", zipped(files))
    assert ended.scores == {"double": 6, "Tally": 4}


def test_a_script(otter_run: Run) -> None:
    assert otter_run("work.py", WRONG.encode()).scores == {"double": 0, "Tally": 4}


class Payload:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


def test_nothing_of_a_submission_runs_where_otter_runs(otter_run: Run, tmp_path: Path) -> None:
    """Probes that broke Otter: its log, its modules, its results, its pickles."""
    mark = tmp_path / "ran-in-the-grader"
    shadow = f"open({str(mark)!r}, 'w').close()\n"
    patches = f"""
import pickle
try:
    import otter.test_files.exception_test as tests
    tests.ExceptionTestFile.run = lambda self, *a, **k: setattr(self, "_score", 99)
except ImportError:
    pass
pickle.dump = lambda *a, **k: open({str(mark)!r}, "w")
for frames in range(3):
    try:
        tests.TestFile(path="")
    except Exception:
        pass
try:
    open({str(mark)!r}, "w")
except OSError:
    pass
"""
    files = {
        "work.ipynb": notebook(patches + WRONG),
        ".OTTER_LOG": pickle.dumps(Payload(mark)),
        "ipykernel_launcher.py": shadow,
        "otter.py": shadow,
        "numpy.py": shadow,
        "sitecustomize.py": shadow,
        "tests/double.py": shadow,
    }
    ended = otter_run("work.zip", zipped(files))
    assert ended.code == 0, ended.said
    assert ended.scores == {"double": 0, "Tally": 4}
    assert not mark.exists()


def test_nothing_that_tools_look_for_is_taken_from_a_submission(
    otter_run: Run, tmp_path: Path
) -> None:
    """Otter's own configuration, Jupyter's, IPython's and modules of every name, in the zip."""
    log = tmp_path / "loaded.txt"
    planted = plant(tmp_path / "planted", log)
    files = {
        path.relative_to(planted).as_posix(): path.read_bytes()
        for path in planted.rglob("*")
        if path.is_file() and path.name != "work.py"
    }
    ended = otter_run("work.zip", zipped({**files, "work.ipynb": notebook(WRONG)}))
    assert ended.code == 0, ended.said
    assert ended.scores == {"double": 0, "Tally": 4}
    assert not log.exists()


def test_without_a_fair_score_otter_fails_loudly(
    otter_run: Run, packed: Path, tmp_path: Path
) -> None:
    """An archive whose checks cannot be read says so, and nobody gets a 0 for it."""
    broken = tmp_path / "broken.zip"
    with zipfile.ZipFile(packed) as whole, zipfile.ZipFile(broken, "w") as part:
        for name in whole.namelist():
            content = whole.read(name)
            part.writestr(name, b"oh no" if name.endswith("test_work.py") else content)
    ended = otter_run("work.ipynb", notebook(RIGHT), broken)
    assert ended.code != 0
    assert ended.results is None
    assert "test_work.py" in ended.said


LOOKS = """
import os

def found(roots, wanted):
    for root in roots:
        for place, folders, names in os.walk(root):
            folders[:] = [one for one in folders if one not in ("site-packages", "proc", "sys")]
            for name in names:
                try:
                    with open(os.path.join(place, name), "rb") as file:
                        if any(one in file.read(1 << 20) for one in wanted):
                            return True
                except OSError:
                    pass
    return False
"""


def test_where_otter_runs_neither_checks_nor_seed_are_found(
    otter_run: Run, small: Assignment, tmp_path: Path
) -> None:
    """Code that looks through all files, its environment and its parents' answers right if so."""
    seed = 918273645546
    archive = tmp_path / "seeded.zip"
    archive.write_bytes(pack(small, seed))
    there: dict[str, Any] = {}
    exec(LOOKS, there)
    # Put together where it is looked for, so that the code does not find itself.
    halves = [("test_double_ra", "ndom"), (str(seed)[:6], str(seed)[6:])]
    unpacked = tmp_path / "unpacked"
    zipfile.ZipFile(archive).extractall(unpacked)
    for first, second in halves:
        assert there["found"]([unpacked], [(first + second).encode()]), first
    roots = ["/", "/proc/self/cwd", "/proc/1/root", str(tmp_path), "..", os.fspath(Path.cwd())]
    look = f"""
WANTED = [(first + second).encode() for first, second in {halves!r}]
SPIES = ["/proc/self/environ", "/proc/self/cmdline", "/proc/1/environ", "/proc/1/cmdline"]
def told():
    for path in SPIES:
        try:
            if any(one in open(path, "rb").read() for one in WANTED):
                return True
        except OSError:
            pass
    return found({roots!r}, WANTED)
"""
    spying = RIGHT.replace("return np.asarray(x) * 2", "return np.asarray(x) * (2 if SEEN else 3)")
    ended = otter_run("work.ipynb", notebook(LOOKS + look + "SEEN = told()\n" + spying), archive)
    assert ended.code == 0, ended.said
    assert ended.scores == {"double": 0, "Tally": 4}, ended.said
