"""What kind of ending a check had is a field, and no text decides it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.batch.schedule import _state
from autograder.grading.result_records import Result
from autograder.kit import StudentError
from autograder.kit.endings import KILLED, OUT_OF_CLOCK_TIME, OUT_OF_PROCESSOR_TIME, of_exit_code
from autograder.kit.responder import Responder


def asked(function: Callable[..., object], own: tuple[str, ...]) -> StudentError:
    responder = Responder(
        {"f": function}.__getitem__, {}, lambda path: path if path.endswith(own) else None
    )
    with pytest.raises(StudentError) as raised:
        responder.ask("call", None, "f", [], {})
    return raised.value


def unwritten() -> None:
    raise NotImplementedError("f: write it")


def test_only_a_line_of_the_students_own_is_unwritten() -> None:
    here = asked(unwritten, (__file__,))
    assert here.unwritten and "not written yet" in here.public
    # The same exception from a file that is not the student's: a library's own.
    elsewhere = asked(unwritten, ("nowhere.py",))
    assert not elsewhere.unwritten
    assert elsewhere.public == "your code raised NotImplementedError: f: write it"


def test_how_a_process_ended_says_whether_to_ask_again() -> None:
    assert of_exit_code(-9) is KILLED and KILLED.retry == "always"
    assert OUT_OF_CLOCK_TIME.retry == "if shared"
    assert OUT_OF_PROCESSOR_TIME.retry == ""
    assert of_exit_code(1).problem().retry == ""


@pytest.mark.parametrize(
    ("text", "retry", "others", "state"),
    [
        ("the process was killed", "", True, "settled"),
        ("it took longer than is allowed", "", True, "settled"),
        ("anything", "always", False, "alone"),
        ("anything", "if shared", True, "alone"),
        ("anything", "if shared", False, "settled"),
    ],
)
def test_a_students_words_make_nothing_run_again(
    graded: Callable[..., Result], text: str, retry: str, others: bool, state: str
) -> None:
    import msgspec

    result = graded(f"def double(x):\n    raise ValueError({text!r})\n")
    exercise = result.exercises[0]
    checks = tuple(
        msgspec.structs.replace(check, retry=retry if number == 0 else "")
        for number, check in enumerate(exercise.checks)
    )
    assert all(check.retry == "" for check in exercise.checks)
    again = msgspec.structs.replace(
        result, exercises=(msgspec.structs.replace(exercise, checks=checks),)
    )
    assert _state(again, alone=False, others=others) == state
    assert _state(again, alone=True, others=others) == "settled"
