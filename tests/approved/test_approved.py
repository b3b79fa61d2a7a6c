"""A class's evening, from the export to grades in it, comes out to the letter as it was approved.

Whatever moves a point, a status, a name or a sentence of feedback fails here. Where the change is
wanted, ``python -m tests.approved`` takes it, and the diff is read like any other.
"""

import difflib

import pytest

from .outputs_of import APPROVED, outputs


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Today's outputs, by name."""
    return outputs(tmp_path_factory.mktemp("approved"))


def _approved():
    files = (path for path in APPROVED.rglob("*") if path.is_file())
    return {path.relative_to(APPROVED).as_posix(): path.read_text("utf-8") for path in files}


def test_the_same_files_come_out(made):
    assert sorted(made) == sorted(_approved())


@pytest.mark.parametrize("name", sorted(_approved()))
def test_it_comes_out_as_approved(made, name):
    diff = difflib.unified_diff(
        _approved()[name].splitlines(), made.get(name, "").splitlines(), "approved", "now", n=1
    )
    assert not list(diff), "if this is wanted: python -m tests.approved"
