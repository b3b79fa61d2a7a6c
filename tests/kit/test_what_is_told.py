"""What a failed expectation says: what was asked, what came back, what is expected of its kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.kit import Mismatch, StudentError, Submission, expect
from autograder.kit.responder import Responder


def told(expectation: Callable[[], Any]) -> Mismatch:
    with pytest.raises(Mismatch) as caught:
        expectation()
    return caught.value


@pytest.mark.parametrize(
    ("found", "wanted", "message"),
    [
        ([[], [], []], ([], 0.0), "it: expected a tuple of 2, got a list or tuple of 3"),
        ([1.0, 2.0, 3.0], [1.0, 2.0], "it: expected a list or tuple of 2, got one of 3"),
        (None, (1.0, 2.0), "it: expected a tuple of 2, got None"),
        (None, [1.0, 2.0, 3.0], "it: expected a list or tuple of 3, got None"),
    ],
)
def test_a_list_where_several_values_are_asked(found: Any, wanted: Any, message: str) -> None:
    assert told(lambda: expect.close(found, wanted, "it")).hidden == message


def test_an_array_without_axes_is_told_as_the_number_it_is() -> None:
    found = told(lambda: expect.sequence(np.array(7.775), "it", 2, "y, and the mask"))
    asked = "it: expected a tuple of 2 (y, and the mask), got "
    assert found.hidden == asked + "a number of dtype float64"
    assert found.public == asked + "a number of dtype float64 (7.775)"
    assert told(lambda: expect.text(np.array(True), "it")).hidden.endswith("got a bool")


def test_why_an_expectation_does_not_hold_is_known_and_told_to_no_listener() -> None:
    met: list[Any] = []
    with expect.measured(met.append):
        wrong = expect.reason(lambda: expect.close(2.0, 1.0, "it"))
        assert expect.reason(lambda: expect.close(1.0, 1.0, "it")) is None
    assert wrong is not None and wrong.hidden == "it: the value is off"
    assert [measure[0] for measure in met] == [0.0]


@pytest.mark.parametrize(
    ("ask", "when"),
    [
        (lambda sub: sub.norm(1.0, 2.0), ", when `norm` was called"),
        (lambda sub: sub.support.evaluate(1.0), ", when `support.evaluate` was given what"),
        (lambda sub: sub.Own().step(), ", when its method `step` was called"),
    ],
)
def test_what_was_asked_is_told_where_no_line_of_theirs_raised(
    ask: Callable[[Any], Any], when: str
) -> None:
    class Own:
        def step(self, wanted: Any) -> None: ...

    names = {"norm": lambda grads: 0.0, "Own": Own}
    responder = Responder(names.__getitem__, {"evaluate": lambda: None}, lambda path: None)
    with pytest.raises(StudentError) as caught:
        ask(Submission(responder.ask))
    assert when in caught.value.hidden and when in caught.value.public


def test_a_line_of_theirs_says_enough() -> None:
    def broken() -> float:
        return 1 / 0

    responder = Responder({"f": broken}.__getitem__, {}, lambda path: "work.py")
    with pytest.raises(StudentError) as caught:
        Submission(responder.ask).f()
    assert "when" not in caught.value.hidden and "work.py, line " in caught.value.hidden
