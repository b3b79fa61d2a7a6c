from __future__ import annotations

import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.grading.result_records import Result
from autograder.grading.safe_text import csv_cell, shown_name
from autograder.publish.safe_names import file_name, grading_id

HOSTILE_NAMES = [
    "../../etc/passwd",
    "/abs/olute",
    "a\\b",
    "-rf",
    "--help",
    "",
    ".",
    "..",
    ".hidden",
    "CON",
    "nul.txt",
    "lpt1",
    "line\nbreak",
    "bell\x07\x1b[2Jescape",
    "x" * 300,
    "🦄" * 300,
    "a\u202egnp.exe",
    "trailing. . .",
    "sur\udc80rogate",
    "tab\there",
    "semi;colon & $(cmd) `cmd` | pipe > out",
    "100%20",
]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("نمی\u200cدانم", "نمی\u200cدانم"),
        ("ක්\u200dර", "ක්\u200dර"),
        ("a\u202eb\u2066c", "a\ufffdb\ufffdc"),
        ("a\u200bb\ue000c", "a\ufffdb\ufffdc"),
        ("a\tb\nc", "a b c"),
        ("Zoë O'Brien", "Zoë O'Brien"),
    ],
)
def test_a_name_is_shown_as_it_is_written_without_what_hides(name: str, shown: str) -> None:
    """Joiners belong to how names are written in Persian and Sinhala."""
    assert shown_name(name) == shown


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_gives_a_file_that_can_be_written(name: str, tmp_path) -> None:
    page = tmp_path / (file_name(name, set()) + ".html")
    page.write_text("x")
    assert page.parent == tmp_path and [path.name for path in tmp_path.iterdir()] == [page.name]


@given(st.text(max_size=400))
def test_any_name_is_safe(name: str) -> None:
    made = file_name(name, set())
    assert 0 < len(made) <= 80 and len(made.encode()) <= 160
    assert made[0] not in "-. " and made[-1] not in ". "
    assert not set(made) & set('/\\:*?"<>|\0\n\r\t\x1b')
    assert file_name(name, set()) == made


@pytest.mark.parametrize(
    "name", ["Ada Lovelace", "mueller_anna-12345", "Zoë O'Brien", "李小龙", "🦄 team", "a.b (2)"]
)
def test_an_ordinary_name_stays_as_it_is(name: str) -> None:
    assert file_name(name, set()) == name


def test_reserved_names_are_changed() -> None:
    assert file_name("con", set()) == "_con"
    assert file_name("COM1.py", set()) == "_COM1.py"
    assert file_name("console", set()) == "console"


def test_names_that_clash_stay_apart_whoever_else_is_there() -> None:
    taken: set[str] = set()
    names = [file_name(name, taken) for name in ("Ada", "ADA", "a/b", "a:b", "A\u030a", "\u00c5")]
    assert len({name.casefold() for name in names}) == 6
    assert names[0] == "Ada"
    assert names[1] == file_name("ADA", {"ada"})
    assert len({file_name("same", taken) for _ in range(5)}) == 5


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1+1", "\n=1", "\x1b[0m=1", "＝1+1", "-rf"]
)
def test_a_formula_is_disarmed(text: str) -> None:
    assert csv_cell(text).startswith("'")


@given(st.text(alphabet=string.printable, max_size=50))
def test_no_cell_starts_a_formula_or_a_line(text: str) -> None:
    cell = csv_cell(text)
    assert not cell.startswith(("=", "+", "-", "@")) and "\n" not in cell and "\r" not in cell


def test_ordinary_text_is_not_marked() -> None:
    assert csv_cell("Ada = Lovelace") == "Ada = Lovelace"
    assert csv_cell("") == ""


def test_a_shown_name_has_one_line_and_no_hidden_character() -> None:
    assert shown_name("a\nb\x1b[2J\u202ec\u2028d\u2066") == "a b\ufffdc\ufffdd\ufffd"
    assert shown_name("\n") == "(no name)"


def test_the_grading_id_follows_from_submission_assignment_and_seed(
    make: Callable[..., Result],
) -> None:
    first = grading_id(make("Ada"))
    assert first == grading_id(make("Ada", seconds=9.0, log="other"))
    others = [make("ADA"), make("Ada", seed=1), make("Ada", assignment="0" * 64)]
    assert len({first, *map(grading_id, others)}) == 4
