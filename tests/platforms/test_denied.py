"""In a container as Gradescope's: root, no namespaces. What isolation remains there is applied."""

from __future__ import annotations

import json
import os
import re
import shutil
import site
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.grading.result_records import Result
from autograder.isolation.layers import landlock

from .conftest import RIGHT, SEED

LIKE_DOCKER = Path(__file__).parents[1] / "sandbox" / "like_docker.py"
# What the small assignment does not need, and copying which would take long.
LEFT_OUT = {"tensorflow", "keras", "sklearn", "scipy", "playwright", "grpc", "clang", "mypy"}
KNOWN_TO_OTTER = re.compile(
    r"(run_autograder|setup\.sh|environment\.yml|requirements\.\w+|otter_config\.json|"
    r"run_otter\.py)$|(files|tests)/"
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not hasattr(os, "geteuid") or os.geteuid() != 0, reason="root, as in a container"
    ),
]

# Tells what it can read of what it must not; the first check is public and shows the text.
LOOKING = """
import os

FOUND = []
for place in PLACES:
    for folder, _, names in os.walk(place):
        FOUND.append("listed " + folder)
        for name in names:
            try:
                open(os.path.join(folder, name)).close()
                FOUND.append("read " + os.path.join(folder, name))
            except OSError:
                pass
    try:
        open(place).close()
        FOUND.append("read " + place)
    except OSError:
        pass
for pid in os.listdir("/proc") if os.access("/proc", os.R_OK) else ():
    try:
        FOUND.append(open(f"/proc/{pid}/environ").read() and "environment of " + pid)
    except OSError:
        pass
FOUND = [one for one in FOUND if one and one != f"environment of {os.getpid()}"]


def double(x):
    raise RuntimeError(f"user {os.getuid()} found {FOUND}")
"""


@pytest.fixture(scope="module")
def environment() -> Iterator[Path]:
    """A Python with what is needed that every user can reach, and nothing of this package in it."""
    home = Path(tempfile.mkdtemp(prefix="front-"))
    home.chmod(0o755)
    try:
        place = home / "python"
        _link(Path(sys.base_prefix, "bin"), place / "bin", ())
        name = f"lib/python{sys.version_info[0]}.{sys.version_info[1]}"
        _link(Path(sys.base_prefix, name), place / name, {"site-packages", "test", "idlelib"})
        for packages in site.getsitepackages():
            ours = {entry.name for entry in Path(packages).glob("*autograder*")}
            _link(Path(packages), place / name / "site-packages", LEFT_OUT | ours)
        _link(Path(sys.prefix, "share"), place / "share", ())
        yield place
    finally:
        shutil.rmtree(home)


def _link(folder: Path, target: Path, left_out: object) -> None:
    """Copy a tree by links to its files, as far as there is one."""
    if not folder.is_dir():
        return
    if os.stat(folder).st_dev != os.stat(tempfile.gettempdir()).st_dev:
        pytest.skip("the environment lies on another disk, where it cannot be linked to")
    names = left_out if isinstance(left_out, (set, frozenset)) else set()

    def ignored(place: str, entries: list[str]) -> set[str]:
        return {"__pycache__"} | names if Path(place) == folder else {"__pycache__"}

    shutil.copytree(
        folder, target, symlinks=True, ignore=ignored, copy_function=os.link, dirs_exist_ok=True
    )


@pytest.fixture
def root(environment: Path, packed: Path) -> Iterator[Path]:
    """A platform's folder where every user may enter, as /autograder is.

    It holds what the containers of `otter grade` do, whose image takes only names that Otter knows
    and has no metadata in it.
    """
    place = Path(tempfile.mkdtemp(prefix="front-root-"))
    place.chmod(0o755)
    (place / "submission").mkdir()
    (place / "results").mkdir()
    with zipfile.ZipFile(packed) as archive:
        known = [name for name in archive.namelist() if KNOWN_TO_OTTER.match(name)]
        archive.extractall(place / "source", known)
    (place / "submission_metadata.json").touch()
    (place / "venv").symlink_to(environment)
    yield place
    shutil.rmtree(place)


@pytest.mark.parametrize(
    ("denied", "arguments", "tier"),
    [((), (), "T3"), (("--no-landlock",), ("--plain",), "T4")],
    ids=["with Otter", "plain, on an old kernel"],
)
def test_what_remains_is_applied_and_named(
    root: Path,
    graded: Callable[..., Result],
    denied: tuple[str, ...],
    arguments: tuple[str, ...],
    tier: str,
) -> None:
    if tier == "T3" and not landlock.abi():
        pytest.skip("this kernel has no Landlock")
    secret = root / "secret-of-the-machine"
    secret.write_text("nobody's business")
    secret.chmod(0o600)
    places = [str(root / name) for name in ("source", "submission_metadata.json", "handed_in")]
    places += [str(root / "results"), str(secret)]
    source = f"PLACES = {places}\n{RIGHT}{LOOKING}"
    (root / "submission" / "work.py").write_text(source)
    (root / "submission" / "more.py").write_text("")
    run = subprocess.run(
        [
            *(sys.executable, LIKE_DOCKER, *denied),
            *("/bin/bash", root / "source" / "run_autograder", *arguments, root),
        ],
        env={"PATH": os.environ["PATH"], "GRADER_SECRET": "s3cret"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    told = json.loads((root / "results" / "results.json").read_text())
    assert f"isolation {tier} " in run.stdout
    assert {"uid", "own-pid", "seccomp", "rlimits"} <= set(told["extra_data"]["isolation"])
    assert ("landlock" in told["extra_data"]["isolation"]) == (tier == "T3")
    expected = graded({"work.py": source}, seed=SEED)
    assert told["score"] == expected.score == 4
    (public,) = [test["output"] for test in told["tests"] if test["number"] == "1.1"]
    found = public.partition("RuntimeError: user ")[2].partition("\n")[0]
    user, _, found = found.partition(" found ")
    assert int(user) > 0
    assert found.startswith("[") and "read" not in found and "environment" not in found, public
    assert "source" not in found and "handed_in" not in found, public
