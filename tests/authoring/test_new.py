"""From nothing to a graded class: what `new` writes builds, is sound, and grades."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from .conftest import Author

ROOT = Path(__file__).parents[2]


def test_a_new_assignment_builds_proves_and_grades(author: Author) -> None:
    code, printed = author.run("new", "lab1")
    assert (code, "Next: autograder build solutions/lab1" in printed) == (0, True), printed
    folder = author.course / "solutions" / "lab1"
    code, printed = author.run("build", "solutions/lab1")
    assert (code, "Next: autograder prove solutions/lab1 --quick" in printed) == (0, True), printed
    code, printed = author.run("prove", "solutions/lab1", "--quick")
    assert code == 0, printed
    for name, source in (("anna", folder), ("ben", author.course / "assignments" / "lab1")):
        handed_in = author.course / "submissions" / name
        handed_in.mkdir(parents=True)
        shutil.copy(source / "averages.py", handed_in)
    shutil.copy(folder / "reflection.json", author.course / "submissions" / "anna")
    code, printed = author.run("grade", "submissions", "-o", "results", "-a", "solutions/lab1")
    assert code in (0, 1), printed
    with open(author.course / "results" / "grades.csv", encoding="utf-8", newline="") as file:
        rows = {row["submission"]: row for row in csv.DictReader(file)}
    assert {name: float(row["score"]) for name, row in rows.items()} == {"anna": 8, "ben": 0}
    assert float(rows["anna"]["open_points"]) == 2


def test_a_copy_of_another_assignment_has_its_own_name(author: Author) -> None:
    code, printed = author.run("new", "again", "--from", "tiny")
    assert code == 0, printed
    code, printed = author.run("build", "solutions/again")
    assert code == 0, printed
    assert (author.course / "assignments" / "again" / "again.ipynb").exists()


@pytest.mark.parametrize("name", ["tiny", "Lab 1", "../lab", ""])
def test_a_name_that_is_taken_or_none_is_refused(author: Author, name: str) -> None:
    code, printed = author.run("new", name)
    assert code == 2
    assert "take another name" in printed or "expected a name" in printed
