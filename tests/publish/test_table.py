from __future__ import annotations

import io

import msgspec
import pytest
from rich.console import Console

from autograder.assignment.wording import amount, more_points, points
from autograder.publish.table import attention, one_result, results_table


def shown(renderable: object, width: int = 100) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    console.print(renderable)
    return console.file.getvalue()


def test_the_table_tells_status_score_and_where_points_were_lost(ordinary, unreadable) -> None:
    told = " ".join(shown(results_table([ordinary, unreadable]), 140).split())
    assert "Ada Lovelace 14 +4 of 100 needs a person" in told
    assert "none unreadable: its files cannot be read" in told
    assert "findings" not in told and "numerical_gradient" not in told


def test_the_most_that_was_lost_is_told_and_the_rest_counted(make, make_exercise, make_check):
    lost = [make_exercise(f"e{n}", make_check(f"c{n}", "failed")) for n in range(9)]
    bonus = make_exercise("extra", make_check("x", "failed"), tier="bonus")
    told = shown(results_table([make("Ada", bonus, *lost)]), 200)
    assert "e0 0 of 2, and 8 more" in told and "extra" not in told


@pytest.mark.parametrize("width", [60, 80])
def test_each_submission_is_one_line_however_narrow(width, ordinary, unreadable, hostile) -> None:
    long = msgspec.structs.replace(unreadable, submission="A. Very Long Name " * 9)
    rows = [ordinary, unreadable, hostile, long]
    lines = shown(results_table(rows), width).splitlines()
    assert len(lines) == 1 + len(rows)
    assert max(map(len, lines)) <= width
    told = " ".join(lines[1].split())
    assert told.startswith("Ada Lovelace 14 +4 of 100 needs a person")
    assert lines[2].split("none")[1].strip().startswith("unreadable: its")


def test_nothing_hostile_reaches_the_terminal(hostile, manifest) -> None:
    for told in (shown(results_table([hostile])), shown(one_result(hostile, manifest))):
        assert "\x1b" not in told and "\x07" not in told and "\u202e" not in told
        assert "<script>" in told


def test_markup_of_rich_in_a_name_is_text(make) -> None:
    assert "[red]Ada[/red] :smile:" in shown(results_table([make("[red]Ada[/red] :smile:")]))


def test_one_result_shows_every_check_that_did_not_pass(ordinary, manifest) -> None:
    told = " ".join(shown(one_result(ordinary, manifest)).split())
    for part in (
        "✓ numerical_gradient, 2 of 2 checks passed",
        "○ Adam, 1 of 3 checks passed",
        "Asked last: optimizer.step(",
        "What came back: the new value of w",
        "What explains it: No bias correction: Your moments",
        "Hint: Compare `m` and `m_hat`",
        "accepted. Your velocity gathers plain gradients",
        "7 of 19 checks passed",
    ):
        assert part in told
    assert "of 100 points" not in told and "0.123456789" not in told


def test_points_show_on_request(ordinary, manifest) -> None:
    told = " ".join(shown(one_result(ordinary, manifest, with_points=True)).split())
    assert "2 of 6 points" in told
    assert "14 of 100 points, up to 4 more points from a person" in told


@pytest.mark.parametrize(
    ("value", "told"),
    [(0, "0"), (-0.0, "0"), (4.0, "4"), (4.50, "4.5"), (1 / 3, "0.333333"), (100, "100")],
)
def test_numbers_have_no_needless_zeros(value: float, told: str) -> None:
    assert amount(value) == told


def test_points_have_a_unit() -> None:
    assert (points(1), points(2.5), more_points(1)) == ("1 point", "2.5 points", "1 more point")


def test_who_handed_in_nothing_and_what_the_grader_lost_are_told_once(make, manifest) -> None:
    absent = make("Zoe", status="missing", score=None, reason="not in the export")
    assert attention(absent) == "handed in nothing"
    assert attention(make("Ada", status="unreadable", reason="damaged")) == "unreadable: damaged"
    assert attention(make("Ada", status="unreadable")) == "unreadable"
    assert attention(make("Ada")) == ""
    lost = make("Ada", status="needs_person", score=None, reason="the sandbox is gone")
    assert "The grader could not finish: the sandbox is gone" in shown(one_result(lost, manifest))
