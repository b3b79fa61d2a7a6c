"""What came back stands beside what is right, and what is observed of both is true of both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import Mismatch, Submission, check, expect, run_check
from autograder.kit.comparison import Comparison, Sides, Words, compare
from autograder.kit.plain import Ref
from autograder.kit.relations import told
from autograder.kit.side_by_side import observations, table


def close(found: Any, wanted: Any, handed_in: Any = None) -> Comparison:
    return compare(Sides("the answer", found, wanted, 1e-5, 1e-6), handed_in)


def array(*numbers: float) -> np.ndarray:
    return np.array(numbers)


SQUARE = np.array([[1.0, 2.0], [3.0, 4.5]])
START = [{"w": array(1.0, 2.0)}, {"w": array(3.0, -0.5)}]


@pytest.mark.parametrize(
    ("found", "wanted", "handed_in", "kinds"),
    [
        (26.0, 13.0, None, ["factor"]),
        (6.5, 13.0, None, ["factor"]),
        (14.7, 13.0, None, ["larger"]),
        (11.0, 13.0, None, ["smaller"]),
        (169.0, 13.0, None, ["square"]),
        (np.sqrt(13.0), 13.0, None, ["root"]),
        (-13.0, 13.0, None, ["sign"]),
        (0.0, 13.0, None, ["zero"]),
        (SQUARE.T, SQUARE, None, ["transposed"]),
        (np.ones((2, 3)), np.ones((3, 2)), None, ["transposed"]),
        (SQUARE.ravel(), SQUARE, None, ["shape"]),
        (array(3, 2, 1), array(1, 2, 3), None, ["reversed"]),
        (array(3, 1, 2), array(1, 2, 3), None, ["order"]),
        (array(1.5, 2.5, 4.5), array(1, 2, 4), None, ["offset"]),
        (np.array([1, 2, 4]), array(1.5, 2.7, 4.2), None, ["whole"]),
        (array(1, 2, 3, 4.5, 5.7), array(1, 2, 3, 4, 5), None, ["from", "larger"]),
        (array(1, 2.5, 3, 4.5), array(1, 2, 3, 4), None, ["larger"]),
        (0.3679 * SQUARE, SQUARE, None, ["factor"]),
        ([array(6, 8), None, array(24)], [array(3, 4), None, array(12)], None, ["factor"]),
        ({"w": array(1.5, 1.5)}, {"w": array(0.5, 2.5)}, START, ["step sign"]),
        ({"w": array(0.75, 2.25)}, {"w": array(0.5, 2.5)}, START, ["step factor"]),
        ({"w": array(1.0, 2.0)}, {"w": array(0.5, 2.5)}, START, ["unchanged"]),
        ({"w": array(-0.5, 0.7)}, {"w": array(0.5, 2.7)}, START, ["missing"]),
        ({"w": array(1.5, 4.7)}, {"w": array(0.5, 2.7)}, START, ["added"]),
        (array(1, 2, -9, -8, -7, 0), array(1, 2, -3, -4, -5, 0), None, ["below zero", "smaller"]),
        (array(9, 8, -3, 7), array(1, 2, -3, 4), None, ["above zero", "larger"]),
        (array(-9, 1, -8), array(-3, 1, -4), None, ["smaller"]),  # two may be chance
        (array(-9, -8, -7, 0), array(-3, -4, -5, 0), None, ["smaller"]),  # nothing of another sign
        (
            {"step 1": START[0], "step 2": {"w": array(3, 4)}, "step 3": {"w": array(5, 7)}},
            {"step 1": START[0], "step 2": {"w": array(2, 9)}, "step 3": {"w": array(6, 6.5)}},
            None,
            ["from"],
        ),
        # Nothing is claimed of what is not a number, or not comparable.
        (array(np.nan, 2), array(1, 2), None, []),
        (array(np.inf, 2), array(1, 2), None, []),
        (None, array(1, 2), None, []),
        ("ok", "exploding", None, []),
        (np.ones((2, 2, 2)), array(1, 2, 3), None, []),
    ],
)
def test_what_is_observed(found: Any, wanted: Any, handed_in: Any, kinds: list[str]) -> None:
    made = close(found, wanted, handed_in)
    assert [relation.kind for relation in made.relations] == kinds
    assert all(told(relation) for relation in made.relations)


def test_a_single_number_is_some_multiple_of_any_other() -> None:
    assert [relation.kind for relation in close(0.4081, 1.234).relations] == ["smaller"]


def test_the_first_difference_is_marked() -> None:
    made = close({"w": array(1.0, 2.5), "b": 3.0}, {"w": array(1.0, 2.0), "b": 4.0})
    assert table(made) == [
        "          got  expected",
        "['w'][0]  1    1",
        "['w'][1]  2.5  2         first difference",
        "['b']     3    4         differs",
    ]
    assert observations(made) == []


def test_of_many_entries_those_that_differ_are_shown() -> None:
    wanted = np.arange(10_000.0).reshape(100, 100)
    found = wanted.copy()
    found[3, ::2] = -1.0
    made = close(found, wanted)
    assert len(made.entries) == 8 and made.entries[1].place == "[3, 2]"
    assert table(made)[-1] == "... and 42 more that differ"
    assert observations(made)[0] == "50 of 10000 entries differ"
    assert max(map(len, table(made))) < 66


def test_numbers_that_look_alike_get_the_digits_that_tell_them_apart() -> None:
    (entry,) = compare(Sides("x", 0.1 + 1e-12, 0.1)).entries
    assert entry.got != entry.expected


def test_lists_of_other_lengths_and_missing_keys_are_held_side_by_side() -> None:
    assert table(close(["a"], ["a", "b"]))[2] == "[1]  nothing  'b'       first difference"
    assert table(close({"a": 1.0}, {"a": 1.0, "b": 2.0}))[2].startswith("['b']  nothing  2")


def test_long_entries_stand_below_one_another() -> None:
    wanted = "a" * 30
    assert table(close("b", wanted)) == ["got       'b'", f"expected  '{wanted}'"]


def test_what_describes_a_side_is_not_taken_for_a_value() -> None:
    made = compare(Sides("x", Words("dtype float64"), Words("dtype float32")))
    assert table(made)[1] == "dtype float64  dtype float32"


def asked(answers: list[Any], judge: Any) -> Any:
    """The verdict of a check that asks `f` with 1.0, 2.0, ... and judges each answer."""

    @check("f", "f is right", public=True)
    def test_f(sub: Submission) -> None:
        judge(sub)

    left = iter(answers)
    return run_check(test_f.check, Submission(lambda *question: next(left)), {})  # type: ignore


def test_what_was_right_before_is_told() -> None:
    def judge(sub: Submission) -> None:
        expect.close(sub.f(1.0), 1.0, "the value after step 1")
        expect.close(sub.f(2.0), 4.0, "the value after step 2")

    verdict = asked([1.0, 3.0], judge)
    assert verdict.comparison.right_before == ("the value after step 1",)
    assert observations(verdict.comparison) == [
        "too small",
        "right up to there: the value after step 1",
    ]
    assert "3" not in verdict.public and "3; expected 4" in verdict.staff


def test_an_attempt_that_only_chooses_a_way_was_not_right() -> None:
    def judge(sub: Submission) -> None:
        answer = sub.f(1.0)
        assert expect.holds(lambda: expect.close(answer, 1.0, "one way"))
        assert expect.close_to_one(answer, 7.0, {"other": 1.0}, "the convention") == "other"
        expect.close(answer, 2.0, "the value")

    assert asked([1.0], judge).comparison.right_before == ("the convention",)


@pytest.mark.parametrize(
    ("judge", "got", "expected"),
    [
        (lambda sub: expect.close(sub.f(), {"w": array(1.5)}, "x"), "None", "{'w': [1.5]}"),
        (lambda sub: expect.equal(sub.f(), "ok", "x"), "None", "'ok'"),
        (lambda sub: expect.mapping(sub.f(), "x"), "None", "a dict"),
        (lambda sub: expect.number(sub.f(), "x"), "None", "a number"),
        (lambda sub: expect.that(False, "x", "be 1", sub.f() or 7), "7", "to be 1"),
    ],
)
def test_every_expectation_says_both_sides(judge: Any, got: str, expected: str) -> None:
    made = asked([None], judge).comparison
    assert (made.got, made.expected) == (got, expected)


def test_an_exception_that_did_not_come_is_compared() -> None:
    def judge(sub: Submission) -> None:
        with expect.raises("ValueError", "the rate is 0"):
            sub.f(0.0)

    made = asked([1.0], judge).comparison
    assert (made.what, made.got, made.expected) == ("the rate is 0", "nothing raised", "ValueError")


def test_an_object_is_named_and_not_looked_into() -> None:
    made = close(Ref(0, "function"), 1.0)
    assert made.got == "<function object>" and made.relations == ()


NUMBERS = st.one_of(st.integers(-3, 3), st.floats(), st.just(-0.0), st.just(1e308))
ARRAYS = st.builds(
    lambda numbers, kind: np.array(numbers).astype(kind),
    st.lists(st.integers(0, 3), max_size=4),
    st.sampled_from(["float32", "float64", "int8", "uint64", "bool", "complex64"]),
)
LEAVES = st.one_of(
    st.none(), st.booleans(), NUMBERS, st.text(max_size=3), ARRAYS, st.just(Ref(0, "f"))
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
    ),
    max_leaves=6,
)


@settings(max_examples=400, deadline=None)
@given(VALUES, VALUES, st.one_of(st.none(), st.lists(VALUES, max_size=2)))
def test_anything_can_be_compared_with_anything(found: Any, wanted: Any, handed_in: Any) -> None:
    made = close(found, wanted, handed_in)
    assert len(made.entries) <= 8 and made.differing <= made.total
    assert all(isinstance(line, str) for line in (*table(made), *observations(made)))


def test_a_mismatch_without_sides_has_no_comparison() -> None:
    def judge(sub: Submission) -> None:
        raise Mismatch("no")

    verdict = asked([], judge)
    assert verdict.comparison is None and verdict.staff == "no"
