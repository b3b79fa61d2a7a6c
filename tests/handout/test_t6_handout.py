"""What is committed for students is what the assignment renders, and gives nothing away."""

from pathlib import Path

import pytest

from autograder.assignment.load import load_assignment
from autograder.handout.build import drift, render_handout, write
from autograder.handout.handout_proof import handout_problems

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def t6():
    return load_assignment(ROOT / "solutions" / "t6")


@pytest.fixture(scope="module")
def rendered(t6):
    return render_handout(t6)


def test_the_committed_handout_has_not_drifted(rendered):
    assert drift(rendered, ROOT / "assignments" / "t6") == []


def test_rendering_again_gives_the_same_bytes(t6, rendered):
    assert render_handout(t6) == rendered


@pytest.mark.slow
def test_it_works_and_gives_nothing_away(t6, rendered):
    assert handout_problems(t6, rendered) == []


def test_the_version_stands_in_every_skeleton(t6, rendered):
    version = t6.manifest.assignment.version
    for module in t6.manifest.modules:
        assert f"version {version}" in rendered[module.name].decode().splitlines()[0]


def test_drift_names_what_changed_is_missing_or_is_left_over(rendered, tmp_path):
    write(rendered, tmp_path / "t6")
    assert drift(rendered, tmp_path / "t6") == []
    (tmp_path / "t6" / "optimizers.py").write_text("edited by hand")
    (tmp_path / "t6" / "README.md").unlink()
    (tmp_path / "t6" / "notes.txt").write_text("left over")
    told = drift(rendered, tmp_path / "t6")
    assert [line.split(":")[0] for line in told] == ["README.md", "notes.txt", "optimizers.py"]


@pytest.mark.slow
def test_a_solution_line_in_the_handout_is_found(t6, rendered):
    leaky = dict(rendered)
    leaky["README.md"] += b"\n    m_hat = m / (1 - self.beta_1**t)\n"
    assert any("README.md" in problem for problem in handout_problems(t6, leaky))
