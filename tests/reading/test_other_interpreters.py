"""The reading is the same under every Python that a student may have, from 3.8 on."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.handout.shipping import shipped_engine
from autograder.reading.loading_plan import plan

from .hand_ins import HAND_INS

ROOT = Path(__file__).parents[2]
OLDEST = "py38"
RULES = {
    "exercises": [
        {
            "name": "word_count",
            "provides": "word_count",
            "file": "words.py",
            "forbidden": ["collections.Counter"],
        }
    ],
    "notebook": "tiny.ipynb",
    "skip_tags": ["experiment"],
}
PROGRAM = """
import json, sys
sys.path.insert(0, sys.argv[1])
from checkkit_reading.loading_plan import plan
given = json.load(sys.stdin)
read = {}
for name, files in given["hand_ins"].items():
    made = plan({path: bytes.fromhex(data) for path, data in files.items()}, given["rules"])
    read[name] = made["exercises"], made["notes"], made["sources"]
print(json.dumps(read, sort_keys=True))
"""


def bytes_of(files: dict[str, bytes | str]) -> dict[str, bytes]:
    return {
        path: content if isinstance(content, bytes) else content.encode()
        for path, content in files.items()
    }


def shipped(folder: Path) -> Path:
    """What of the handout needs nothing but Python itself."""
    for path, text in shipped_engine().items():
        if path.startswith("checkkit/reading/"):
            place = folder / path.replace("checkkit/reading", "checkkit_reading")
            place.parent.mkdir(exist_ok=True)
            place.write_text(text.replace("checkkit.reading", "checkkit_reading"))
    return folder


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10", "3.12", "3.13", "3.14"])
def test_a_hand_in_is_read_alike(version: str, tmp_path: Path) -> None:
    python = shutil.which(f"python{version}")
    works = python and subprocess.run([python, "-c", ""], capture_output=True).returncode == 0
    if not python or not works:
        pytest.skip(f"there is no python{version} here")
    # Messages of the parser itself change from version to version.
    names = [name for name in HAND_INS if "no-python" not in name]
    given = {
        "rules": RULES,
        "hand_ins": {
            name: {path: data.hex() for path, data in bytes_of(HAND_INS[name].files).items()}
            for name in names
        },
    }
    run = subprocess.run(
        [python, "-c", PROGRAM, str(shipped(tmp_path))],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    for name, read in json.loads(run.stdout).items():
        made = plan(bytes_of(HAND_INS[name].files), RULES)
        here = json.loads(json.dumps([made["exercises"], made["notes"], made["sources"]]))
        assert read == here, name


def test_all_that_is_handed_out_is_syntax_of_the_oldest_python() -> None:
    """Ruff reads each file as that version would."""
    files = [str(path) for path in sorted((ROOT / "assignments" / "t6").rglob("*.py"))]
    assert len(files) > 80
    options = ["--isolated", "--target-version", OLDEST, "--select", "F63,F7", "--no-cache"]
    run = subprocess.run(
        [sys.executable, "-m", "ruff", "check", *options, *files], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout


def test_the_oldest_python_is_looked_for_in_earnest(tmp_path: Path) -> None:
    newer = tmp_path / "newer.py"
    newer.write_text("match 1:\n    case 1:\n        pass\n")
    options = ["--isolated", "--target-version", OLDEST, "--select", "F63,F7", "--no-cache"]
    run = subprocess.run(
        [sys.executable, "-m", "ruff", "check", *options, str(newer)], capture_output=True
    )
    assert run.returncode == 1
