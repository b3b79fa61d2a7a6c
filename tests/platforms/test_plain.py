"""A packed archive as Gradescope calls it without Otter.

What Gradescope reads and writes is documented at
https://gradescope-autograders.readthedocs.io/en/latest/specs/ (results.json) and
https://gradescope-autograders.readthedocs.io/en/latest/submission_metadata/.
"""

from __future__ import annotations

import json
import re
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from autograder.assignment.load import Assignment, load_assignment
from autograder.grading.result_records import Result
from autograder.platforms import container
from autograder.platforms.archive import pack
from autograder.platforms.handover import put_back, set_aside
from tests.redteam.surroundings import plant

from .conftest import HANGING, RIGHT, SEED, WRONG, Ended, notebook

Run = Callable[..., Ended]

DOCUMENTED = json.loads(
    (Path(__file__).parents[1] / "gradescope-results.schema.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("source", [RIGHT, WRONG, HANGING], ids=["right", "wrong", "hanging"])
def test_the_file_is_as_documented_and_the_score_that_of_grade(
    platform: Run, graded: Callable[..., Result], source: str
) -> None:
    expected = graded({"work.py": source}, seed=SEED)
    ended = platform({"work.py": source})
    assert ended.code == 0, ended.said
    jsonschema.validate(ended.results, DOCUMENTED)
    assert ended.results is not None
    assert ended.results["score"] == expected.score
    assert ended.scores == {made.name: made.score for made in expected.exercises}
    assert "leaderboard" not in ended.results
    public = {test["name"]: test["visibility"] for test in ended.results["tests"]}
    assert public == {
        "double: a fixed array is doubled": "visible",
        "double: a random array is doubled": "after_published",
        "Tally: counts add up": "after_published",
    }


def test_the_seed_is_that_of_the_archive_and_told_to_nobody(platform: Run) -> None:
    seen = "import numpy as np\nprint('x')\n" + RIGHT
    ended = platform({"work.py": seen})
    assert ended.results is not None
    assert '"seed"' not in json.dumps(ended.results)


def submitted(moment: str, *before: tuple[str, Any]) -> dict[str, Any]:
    return {
        "id": 123456,
        "created_at": moment,
        "users": [{"email": "anna@example.org", "id": 1, "name": "Anna"}],
        "previous_submissions": [
            {
                "submission_time": time,
                "score": 0.0,
                "results": None if told is None else {"extra_data": {"hidden_details": told}},
            }
            for time, told in before
        ],
    }


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        ([], True),
        ([("2026-02-10T09:00:00.000000-07:00", True)] * 4, True),
        ([("2026-02-10T09:00:00.000000-07:00", True)] * 5, False),
        ([("2026-02-10T09:00:00.000000-07:00", None)] * 5, False),
        ([("2026-02-10T09:00:00.000000-07:00", False)] * 9, True),
        ([("2026-02-08T09:00:00.000000-07:00", True)] * 9, True),
    ],
    ids=["first", "fifth", "sixth", "unknown", "told nothing before", "other days"],
)
def test_details_of_hidden_checks_come_with_the_first_of_a_day(
    platform: Run, before: list[tuple[str, Any]], shown: bool
) -> None:
    metadata = submitted("2026-02-10T10:00:00.000000-07:00", *before)
    ended = platform({"work.py": WRONG}, metadata)
    assert ended.results is not None
    told = {test["number"]: test["output"] for test in ended.results["tests"]}
    assert "got  expected" in told["1.1"], told
    assert ("the values are off" in told["1.2"]) is shown
    assert ("first 5 submissions of a day" in told["1.2"]) is not shown
    assert ended.results["extra_data"]["hidden_details"] is shown


def test_what_cannot_be_read_is_said_and_gets_nothing(platform: Run) -> None:
    ended = platform({"essay.txt": "I would rather write."})
    assert ended.results is not None
    assert ended.results["score"] == 0
    assert "wanted: the notebook (.ipynb) or the .py files" in ended.results["output"]


def test_several_notebooks_and_modules_are_no_trouble(platform: Run) -> None:
    files = {"a.ipynb": notebook(RIGHT), "b.ipynb": notebook("1"), "x.py": "y = 1\n", "z.py": ""}
    assert platform(files).scores == {"double": 6, "Tally": 4}


# The probes that broke a grader which runs hidden tests in the student's own process.
PROBES = {
    "reading the tests": "import glob\nfor p in glob.glob('./tests/*.py') + "
    "glob.glob('../**/*.py', recursive=True):\n    print('FOUND', open(p).read())\n",
    "replacing allclose": "import numpy as np\nnp.allclose = np.testing.assert_allclose = "
    "np.array_equal = lambda *a, **k: True\n",
    "patching the test file": "import sys, types\nfake = types.ModuleType('otter')\n"
    "sys.modules['otter'] = sys.modules['autograder'] = fake\n",
    "forging a test result": "import gc\nfor o in gc.get_objects():\n"
    "    if type(o) is list and len(o) < 50:\n        try:\n"
    "            o.append({'score': 99, 'status': 'passed'})\n        except Exception: pass\n",
    "patching pickle": "import pickle\npickle.dump = pickle.dumps = lambda *a, **k: b'99'\n",
    "threads": "import threading\nfor _ in range(20):\n"
    "    threading.Thread(target=lambda: [0 for _ in iter(int, 1)], daemon=True).start()\n",
}
LOOKING = """
class Looks:
    def __array__(self, dtype=None, copy=None):
        import inspect, numpy as np
        for frame in inspect.stack():
            for value in frame.frame.f_locals.values():
                if isinstance(value, np.ndarray):
                    return value
        return np.zeros(2)


def double(x):
    return Looks()
"""
ENDING = "\n\ndef double(x):\n    import os\n    os._exit(0)\n"
LOOPING = "\n\ndef double(x):\n    while True:\n        pass\n"


@pytest.mark.parametrize("probe", PROBES)
def test_a_probe_in_the_file_gains_nothing(platform: Run, probe: str) -> None:
    ended = platform({"work.py": PROBES[probe] + WRONG})
    assert ended.code == 0, ended.said
    assert ended.results is not None
    assert ended.scores["double"] == 0
    assert ended.results["score"] <= 4
    assert "expect.close" not in ended.said + json.dumps(ended.results)


@pytest.mark.parametrize(
    ("probe", "verdict"),
    [(LOOKING, "expected an array"), (ENDING, "the process ended"), (LOOPING, "out of time")],
    ids=["an array that looks around", "os._exit(0)", "an endless loop"],
)
def test_a_probe_in_an_answer_costs_itself(platform: Run, probe: str, verdict: str) -> None:
    ended = platform({"work.py": RIGHT + probe})
    assert ended.scores == {"double": 0, "Tally": 4}
    assert ended.results is not None
    told = [test["output"] for test in ended.results["tests"] if test["status"] == "failed"]
    assert all(verdict in one for one in told), told


def test_a_pickled_log_is_never_read(platform: Run, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    log = f"cposix\nsystem\n(S'touch {mark}'\ntR.".encode()
    assert platform({"work.py": RIGHT, ".OTTER_LOG": log}).scores["Tally"] == 4
    assert not mark.exists()


def test_nothing_that_tools_look_for_is_taken_from_a_submission(
    platform: Run, tmp_path: Path
) -> None:
    """Configuration and modules of every tool, in the folder that the run starts in."""
    log = tmp_path / "loaded.txt"
    planted = plant(tmp_path / "planted", log)
    files = {
        path.relative_to(planted).as_posix(): path.read_bytes()
        for path in planted.rglob("*")
        if path.is_file()
    }
    ended = platform({**files, "work.py": RIGHT})
    assert ended.code == 0, ended.said
    assert ended.scores == {"double": 6, "Tally": 4}
    assert not log.exists()


def test_checks_and_reference_are_for_the_grader_alone(platform: Run, tmp_path: Path) -> None:
    platform({"work.py": RIGHT})
    source = tmp_path / "autograder" / "source"
    open_to_others = [
        path
        for path in (source, *source.rglob("*"))
        if "__pycache__" not in path.parts  # made later, in folders that are closed
        and stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    assert open_to_others == []


def test_without_isolation_there_is_no_score(platform: Run, packed: Path, tmp_path: Path) -> None:
    """On a machine that offers nothing the run fails, so that staff see it and nobody gets a 0."""
    nothing = (
        "import sys\nfrom autograder.isolation import tiers\n"
        "tiers.probe = lambda: tiers.Offer('Darwin', 'arm64')\n"
        "from autograder.platforms.container import main\nsys.exit(main(sys.argv[-2:]))\n"
    )
    ended = platform({"work.py": RIGHT}, prefix=(sys.executable, "-c", nothing))
    assert ended.code == 1
    assert ended.results is None
    assert "cannot be isolated here" in ended.said


@pytest.mark.parametrize(
    ("extended", "counts"),
    [(None, 7.0), ("2026-02-12T09:00:00.000000-07:00", 9.0)],
    ids=["for all the same", "one of the group has longer"],
)
def test_lateness_follows_the_manifest_from_the_platforms_due_date(
    platform: Run,
    small: Assignment,
    small_folder: Callable[..., Path],
    tmp_path: Path,
    extended: str | None,
    counts: float,
) -> None:
    late = (
        small.folder / "assignment.toml"
    ).read_text() + "\n[late]\npercent_per_day = 10\ngrace_minutes = 60\n"
    archive = tmp_path / "late.zip"
    archive.write_bytes(pack(load_assignment(small_folder(**{"assignment.toml": late})), SEED))
    metadata = submitted("2026-02-12T10:30:00.000000-07:00")
    metadata["assignment"] = {"due_date": "2026-02-10T09:00:00.000000-07:00"}
    metadata["users"].append({"email": "ben@example.org", "id": 2, "name": "Ben"})
    if extended is not None:
        metadata["users"][1]["assignment"] = {"due_date": extended}
    ended = platform({"work.py": RIGHT}, metadata, archive=archive)
    assert ended.results is not None
    assert ended.results["score"] == pytest.approx(counts)
    assert f"{10 - counts:g}0 % of the score is taken off" in ended.results["output"]


def test_a_run_can_be_repeated(tmp_path: Path) -> None:
    place = tmp_path / "submission"
    (place / "more").mkdir(parents=True)
    (place / "work.py").write_text(RIGHT)
    (place / "more" / "a.py").write_text("x = 1")
    for _ in range(2):
        aside = set_aside(tmp_path)
        assert set_aside(tmp_path) == aside  # the plugin comes second, and moves nothing
        assert [path.name for path in place.iterdir()] == ["submission.ipynb"]
        assert stat.S_IMODE(aside.stat().st_mode) == 0o700
        (place / "tests").mkdir()
        put_back(tmp_path)
        names = sorted(path.relative_to(place).as_posix() for path in place.rglob("*"))
        assert names == ["more", "more/a.py", "work.py"]
    put_back(tmp_path)
    assert (place / "work.py").read_text() == RIGHT


def test_what_otter_writes_for_its_own_errors_is_no_grade(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = pytest.importorskip("otter.run.run_autograder")

    def fail(root: str) -> None:
        (Path(root) / "results" / "results.json").write_text('{"score": 0}')
        raise running.OtterRuntimeError("More than one .ipynb file found in submission")

    monkeypatch.setattr(running, "main", fail)
    (tmp_path / "submission").mkdir()
    (tmp_path / "submission" / "work.py").write_text(RIGHT)
    with pytest.raises(running.OtterRuntimeError):
        container.main([str(tmp_path)])
    assert not (tmp_path / "results" / "results.json").exists()
    assert (tmp_path / "submission" / "work.py").read_text() == RIGHT


def test_what_is_seen_at_once_tells_no_score(platform: Run) -> None:
    """Hidden checks have a part in it, and students see them when grades are published."""
    ended = platform({"work.py": WRONG})
    assert ended.results is not None
    assert ended.results["extra_data"]["tier"] in ("T1", "T2", "T3", "T4")
    assert not re.search(r"\b4\b|points", ended.results["output"])
    assert "Grading id: " in ended.results["output"]
