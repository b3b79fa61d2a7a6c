"""The data files of an assignment are there while it is graded, and nobody's changes last."""

import pytest

from autograder.assignment.load import load_assignment
from autograder.assignment.manifest import require_files
from autograder.assignment.manifest_problems import ManifestError
from autograder.grading.grade import grade
from autograder.handout.build import render_handout
from autograder.inspection.student_tools import folder_faults
from autograder.intake.submissions import Bundle
from autograder.platforms.archive import pack
from tests.conftest import MANIFEST, REFERENCE

DATA = """
[[file]]
name = "data/rain.csv"
title = "Rain"
extra = true
"""
RAIN = "day,mm\n1,2.5\n2,4.0\n"
READING = """
import csv
import os
import numpy as np


def double(x):
    with open("data/rain.csv") as file:
        rows = list(csv.DictReader(file))
    assert [row["mm"] for row in rows] == ["2.5", "4.0"], rows
    assert not os.path.exists("checks") and not os.path.exists("secret.csv")
    try:
        open("data/rain.csv", "a")
    except PermissionError:
        pass
    else:
        raise AssertionError("it can be written")
    return np.asarray(x) * 2


class Tally:
    def __init__(self):
        self.count = 0

    def add(self, n):
        self.count += n
        return self.count
"""
SPOILING = (
    READING
    + """

def spoil(how):
    if how == "removed":
        os.unlink("data/rain.csv")
    elif how == "replaced":
        os.unlink("data/rain.csv")
        with open("data/rain.csv", "w") as file:
            file.write("day,mm\\n")
    elif how == "a folder":
        os.unlink("data/rain.csv")
        os.mkdir("data/rain.csv")
    elif how == "linked":
        os.unlink("data/rain.csv")
        os.symlink("nowhere", "data/rain.csv")
    else:
        os.chmod("data/rain.csv", 0o600)
        with open("data/rain.csv", "w") as file:
            file.write("day,mm\\n1,2.5\\n2,5.0\\n")
"""
)


@pytest.fixture
def folder(small_folder):
    return small_folder(
        **{
            "assignment.toml": MANIFEST + DATA,
            "data/rain.csv": RAIN,
            "checks/secret.csv": "seen by checks alone\n",
        }
    )


def scores(folder, zygote, source):
    bundle = Bundle("anna", {"work.py": source.encode()})
    result = grade(load_assignment(folder), bundle, zygote, 7)
    assert result.status == "graded"
    return [(made.score, [check.staff for check in made.checks]) for made in result.exercises]


def test_what_is_graded_reads_it_under_its_own_path_and_cannot_write_it(folder, zygote):
    assert [score for score, _ in scores(folder, zygote, READING)] == [6.0, 4.0]


@pytest.mark.parametrize("how", ["removed", "replaced", "a folder", "linked", "written"])
def test_what_one_check_does_to_it_costs_no_other(folder, zygote, how):
    source = SPOILING.replace("return np.asarray(x) * 2", f"spoil({how!r})\n    return x * 2")
    assert [score for score, _ in scores(folder, zygote, source)] == [6.0, 4.0]


def test_students_get_it_and_nothing_that_only_checks_read(folder):
    rendered = render_handout(load_assignment(folder))
    assert rendered["data/rain.csv"] == RAIN.encode()
    assert not any(b"seen by checks alone" in content for content in rendered.values())


def test_check_py_finds_it_too_and_whatever_was_saved_over_it_counts_for_nothing(folder, zygote):
    (folder / "work.py").write_text(
        REFERENCE.replace(
            "    return np.asarray(x) * 2",
            '    assert open("data/rain.csv").read().startswith("day,mm\\n1,2.5")\n'
            "    return np.asarray(x) * 2",
        )
    )
    assignment = load_assignment(folder)
    assert folder_faults(assignment, render_handout(assignment)) == []
    edited = {"work.py": READING.encode(), "data/rain.csv": b"day;mm\n"}
    result = grade(assignment, Bundle("anna", edited), zygote, 7)
    assert result.score == 10


def test_it_counts_for_the_digest_as_what_checks_read_does(folder):
    before = load_assignment(folder).digest
    (folder / "data/rain.csv").write_text(RAIN + "3,1.0\n")
    between = load_assignment(folder).digest
    (folder / "checks/secret.csv").write_text("another\n")
    assert len({before, between, load_assignment(folder).digest}) == 3


def test_it_is_packed_for_platforms(folder):
    assert b"data/rain.csv" in pack(load_assignment(folder), 1)
    assert b"checks/secret.csv" in pack(load_assignment(folder), 1)


def test_too_much_of_it_is_refused(folder):
    (folder / "data/rain.csv").write_bytes(b"0" * (2 << 20))
    with pytest.raises(ManifestError, match=r"toml:\d+:1: file \"data/rain.csv\": .*at most 1 MiB"):
        require_files(load_assignment(folder).manifest, folder)
