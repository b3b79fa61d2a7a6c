"""An archive has what Otter and Gradescope look for, is the same bytes again, and shows nothing."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder.assignment.load import Assignment
from autograder.cli.app import app
from autograder.platforms.archive import pack, seed_in
from autograder.platforms.pins import constraints, requirements

from .conftest import SEED

LAB = ("numpy>=1.22", "tensorflow>=2.13")


@pytest.fixture(scope="module")
def members(packed: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(packed) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_same_assignment_and_seed_give_the_same_bytes(small: Assignment, packed: Path) -> None:
    assert pack(small, SEED) == packed.read_bytes()
    assert pack(small, SEED + 1) != packed.read_bytes()


def test_it_has_what_otter_generates(members: dict[str, bytes]) -> None:
    wanted = {"otter_config.json", "run_autograder", "run_otter.py", "setup.sh", "environment.yml"}
    assert wanted <= set(members)
    config = json.loads(members["otter_config.json"])
    assert config["plugins"] == ["autograder.platforms.otter_plugin.BoundaryPlugin"]
    assert config["points_possible"] == 10
    assert {"tests/double.py", "tests/Tally.py"} <= set(members)
    assert any(name.startswith("files/") for name in members)


def test_scripts_can_be_run_and_install_by_pip_alone(
    packed: Path, members: dict[str, bytes]
) -> None:
    with zipfile.ZipFile(packed) as archive:
        for name in ("run_autograder", "setup.sh"):
            assert archive.getinfo(name).external_attr >> 16 == 0o755
            run = subprocess.run(["bash", "-n"], input=members[name], capture_output=True)
            assert run.returncode == 0, run.stderr
    setup = members["setup.sh"].decode()
    assert len(setup.splitlines()) < 40
    assert not re.search(r"conda|mamba|wget|curl|playwright|texlive|pandoc", setup)


def test_what_students_have_as_well_tells_nothing_hidden(members: dict[str, bytes]) -> None:
    shown = b"".join(
        content
        for name, content in members.items()
        if not name.startswith("tests/grader/") and name != "requirements.lock"
    )
    for secret in (b"test_double_random", b"test_tally", b"counts add up", b"np.asarray(x) * 2"):
        assert secret not in shown


def test_every_package_has_one_version() -> None:
    with_otter, without = requirements(LAB, True), requirements(LAB, False)
    assert set(without) < set(with_otter)
    assert any(line.startswith("ipykernel==") for line in with_otter)
    exact = [line for line in with_otter if not line.startswith("tomli")]
    assert all(re.match(r"[\w.-]+==[\w.+]+(;|$)", line) for line in exact)
    held = {line.partition("==")[0] for line in constraints(LAB, True)}
    assert {"nbconvert", "pyzmq", "msgspec", "keras"} <= held
    assert not held & {"t6-autograder"}
    assert "nbconvert" not in {line.partition("==")[0] for line in constraints(LAB, False)}
    assert not any(line.startswith(("tensorflow", "otter")) for line in requirements((), False))


class TestCommand:
    def pack(self, small: Assignment, *arguments: str | Path) -> tuple[int, str, Exception | None]:
        words = ["pack", str(small.folder), *map(str, arguments)]
        ended = CliRunner().invoke(app, words)
        raised = ended.exception if isinstance(ended.exception, Exception) else None
        return ended.exit_code, ended.output, raised

    def test_packing_again_keeps_the_seed(self, small: Assignment, tmp_path: Path) -> None:
        target = tmp_path / "small.zip"
        assert "drawn now" in self.pack(small, "-o", target)[1]
        drawn = seed_in(target, "small")
        assert "kept" in self.pack(small, "-o", target, "--plain")[1]
        assert seed_in(target, "small") == drawn is not None
        assert "as told" in self.pack(small, "-o", target, "--seed", "5")[1]
        assert seed_in(target, "small") == 5
        assert seed_in(target, "another") is None

    def test_each_kind_has_its_file_and_both_one_seed(
        self, small: Assignment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        whole, plain = Path("small-autograder.zip"), Path("small-plain-autograder.zip")
        told = self.pack(small)[1]
        assert f"{whole}: for Otter and Gradescope" in told
        before = whole.read_bytes()
        told = self.pack(small, "--plain")[1]
        assert f"{plain}: for Gradescope without Otter" in told
        assert f"that of {whole}" in told
        assert seed_in(plain, "small") == seed_in(whole, "small") is not None
        assert whole.read_bytes() == before
        assert f"{whole} has another seed" in self.pack(small, "--plain", "--seed", "5")[1]

    def test_the_folder_is_made_or_why_not_is_said(self, small: Assignment, tmp_path: Path) -> None:
        target = tmp_path / "new" / "folder" / "small.zip"
        assert self.pack(small, "-o", target)[0] == 0
        assert seed_in(target, "small") is not None
        code, _, raised = self.pack(small, "-o", target / "below.zip")
        assert code != 0
        assert "below.zip: cannot be written: " in str(raised)

    def test_another_file_is_not_overwritten(self, small: Assignment, tmp_path: Path) -> None:
        other = tmp_path / "thesis.zip"
        other.write_bytes(b"years of work")
        code, _, raised = self.pack(small, "-o", other)
        assert code != 0
        assert "no archive of small" in str(raised)
        assert other.read_bytes() == b"years of work"


def test_without_otter_the_script_calls_none(small: Assignment) -> None:
    with zipfile.ZipFile(io.BytesIO(pack(small, SEED, plain=True))) as archive:
        script = archive.read("run_autograder").decode()
        lines = archive.read("requirements.txt").decode()
    assert "plain=(--plain)" in script.splitlines()
    assert "otter" not in lines
