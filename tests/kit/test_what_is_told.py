"""What a failed expectation says: what was asked, what came back, what is expected of its kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.kit import Mismatch, StudentError, Submission, check, expect, run_check
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


def hidden(judge: Callable[[Submission], None], *answers: Any) -> str:
    """The message of a hidden check of these answers."""

    @check("f", "f is right")
    def test_f(sub: Submission) -> None:
        judge(sub)

    left = iter(answers)
    made = test_f.check  # type: ignore[attr-defined]
    return run_check(made, Submission(lambda *question: next(left)), {}).hidden


WANTED = np.array([[1.0, -2.0], [3.0, 4.5]])


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (1.3 * WANTED, "it is what is expected times one factor"),
        (WANTED.T, "it is right but for a transpose"),
        (WANTED + 0.25, "it is off by the same amount everywhere"),
        (WANTED**2, "it is the square of what is expected"),
        (WANTED - [[2.0, 1.0], [0.5, 5.0]], "it is as expected but for what was handed in"),
        (WANTED - [[-0.5, -1.0], [-0.5, -5.0]], ""),
    ],
)
def test_a_hidden_check_tells_the_kind_of_relation_and_no_number(
    found: np.ndarray, words: str
) -> None:
    given = np.array([[2.0, 1.0], [0.5, 5.0]])
    told = hidden(lambda sub: expect.close(sub.f(given), WANTED, "it"), found)
    assert words in told and (words or told.endswith("as expected)"))
    assert not set("0123456789") & set(told.replace("(2, 2)", ""))


def test_from_which_step_on_answers_are_off_and_what_each_was_made_of() -> None:
    steps = {"step 1": [1.0, 2.0], "step 2": [3.0, -4.0], "step 3": [0.5, 0.7]}
    wanted = {step: np.array(start) - 0.1 * np.arange(1, 3) for step, start in steps.items()}

    def judge(sub: Submission) -> None:
        replies = {step: sub.f(np.array(start)) for step, start in steps.items()}
        expect.close(replies, wanted, "it")

    doubled = [2 * wanted[step] - start for step, start in steps.items()]
    assert hidden(judge, *doubled).endswith("what is expected times one factor")
    later = [wanted["step 1"], wanted["step 2"] + [0.1, 0.3], wanted["step 3"] - 0.2]
    assert hidden(judge, *later).endswith("the first entries are right, and later ones are not")


def test_all_that_must_be_refused_is_asked_before_the_first_that_is_not_is_told() -> None:
    asked: list[float] = []

    def question(value: float) -> Callable[[], None]:
        def ask() -> None:
            asked.append(value)
            if value < 0:
                raise StudentError(["ValueError", "Exception"])

        return ask

    cases = [(f"it is {value}", question(value)) for value in (-1.0, 0.0, 2.0)]
    assert told(lambda: expect.all_raise("ValueError", cases)).hidden.startswith("when it is 0.0")
    assert asked == [-1.0, 0.0, 2.0]
    expect.all_raise("ValueError", cases[:1])
