"""Whom a diagnosis names, by what an answer and known mistakes have in common: and whom never.

Known implementations are given here by their answers to three checks, a number each or a word for
how else they end; the right answer to each is 0.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from autograder.assignment.load import Assignment
from autograder.grading import diagnosis
from autograder.grading.diagnosis import Diagnoser
from autograder.kit import Submission, Verdict

CHECKS = [SimpleNamespace(name=name) for name in "abc"]
Answers = Sequence[Any]


def verdict(answer: Any, outcome: str = "") -> Verdict:
    transcript = list(answer) if isinstance(answer, tuple) else [answer]
    right = all(isinstance(value, (int, float)) and value == 0 for value in transcript)
    made = Verdict(
        outcome or ("passed" if right else "failed"), "", "", Submission(lambda *q: None)
    )
    made.transcript = transcript
    return made


def known(names: str, *answers: Any) -> Any:
    """Mistakes by their names, which answer so; None is a check that cannot be asked."""
    mistakes = [
        SimpleNamespace(name=name, explanation=f"{name} explained.", hint=f"{name} hint.")
        for name in names.split("+")
    ]
    by_name = dict(zip("abc", answers, strict=True))

    def of(check: Any) -> Verdict | None:
        return None if by_name[check.name] is None else verdict(by_name[check.name])

    return SimpleNamespace(mistakes=tuple(mistakes), of=of)


def explained(
    monkeypatch: pytest.MonkeyPatch,
    verdicts: dict[str, Verdict],
    singles: Sequence[Any],
    combined: Sequence[Any] = (),
) -> dict[str, tuple[str, str, str]]:
    """Name, explanation and hint at each check."""
    answers = SimpleNamespace(
        lock=lambda exercise: threading.RLock(),
        right=lambda exercise: SimpleNamespace(
            of=lambda check: verdict((0,) * len(verdicts[check.name].transcript))
        ),
        singles=lambda exercise: list(singles),
        combined=lambda exercise: list(combined),
    )
    monkeypatch.setattr(diagnosis, "MistakeAnswers", lambda *made: answers)
    assignment = cast(Assignment, SimpleNamespace(checks_of=lambda exercise: CHECKS))
    diagnoser = Diagnoser(assignment, cast(Any, None), 0)
    found = diagnoser.explain(cast(Any, SimpleNamespace(name="mix")), verdicts)
    return {
        name: (made.name, made.explanation, hint) for name, (made, hint) in sorted(found.items())
    }


def names(*made: Any) -> dict[str, str]:
    return {check: told[0] for check, told in explained(*made).items()}


def asked(*answers: Any) -> dict[str, Verdict]:
    return {name: verdict(answer) for name, answer in zip("abc", answers, strict=False)}


PROOF = (1.5, 2.5, 3.5)  # three numbers that are not the right ones


@pytest.mark.parametrize(
    ("answers", "mistake", "told"),
    [
        ((7.5, 8.5, 0), (7.5, 8.5, 0), {"a": "M", "b": "M"}),  # all that happened
        ((7.5, 0, 0), (7.5, 0, 0), {"a": "M"}),  # a single number, and nothing else differs
        ((7.5, 8.5, 0), (7.5, 0, 0), {"a": "M"}),  # other faults beside the whole of it
        ((7.5, 8.5, 0), (7.5, 9.5, 0), {}),  # too little, and a fault that is not shared
        ((PROOF, 8.5, 0), (PROOF, 9.5, 0), {"a": "M"}),  # proof, whatever else is wrong
        ((PROOF[:2], 8.5, 0), (PROOF[:2], 9.5, 0), {}),
        ((7.5, 0, 0), (7.6, 0, 0), {}),  # near is not the same
        ((7.5, 0, 0), (None, 0, 0), {}),  # cannot be asked
        ((7.5, 8.5, 0), (7.5, None, 0), {}),
        ((7.5, 0, 0), (0, 0, 0), {}),
        ((0, 0, 0), (7.5, 0, 0), {}),  # right
    ],
)
def test_a_mistake_is_named_by_evidence_and_only_by_it(
    monkeypatch: pytest.MonkeyPatch, answers: Answers, mistake: Answers, told: dict[str, str]
) -> None:
    assert names(monkeypatch, asked(*answers), [known("M", *mistake)]) == told


@pytest.mark.parametrize("outcome", ["timeout", "memory", "died", "infrastructure", "forbidden"])
def test_where_no_answer_came_nobody_is_accused(
    monkeypatch: pytest.MonkeyPatch, outcome: str
) -> None:
    verdicts = asked(7.5, 0, 0) | {"a": verdict(7.5, outcome)}
    assert names(monkeypatch, verdicts, [known("M", 7.5, 0, 0)]) == {}


def test_what_is_still_to_be_written_shows_no_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    verdicts = asked(7.5, 0, 0)
    verdicts["a"].unwritten = True
    assert names(monkeypatch, verdicts, [known("M", 7.5, 0, 0)]) == {}


def test_another_end_is_another_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    verdicts = asked(7.5, 0, 0) | {"a": verdict(7.5, "raised")}
    assert names(monkeypatch, verdicts, [known("M", 7.5, 0, 0)]) == {}


def test_checks_that_were_not_asked_are_no_evidence_against(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert names(monkeypatch, asked(7.5, 0), [known("M", 7.5, 0, 9.5)]) == {"a": "M"}


def test_who_explains_all_comes_before_who_explains_some(monkeypatch: pytest.MonkeyPatch) -> None:
    some, whole = known("Some", PROOF, 0, 0), known("Whole", PROOF, 8.5, 0)
    for group in ([some, whole], [whole, some]):
        found = names(monkeypatch, asked(PROOF, 8.5, 0), group)
        assert found == {"a": "Whole", "b": "Whole"}


def test_who_explains_more_checks_comes_first_and_the_rest_has_its_own_cause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, two, last = (
        known("One", PROOF, 0, 0),
        known("Two", PROOF, 8.5, 0),
        known("Last", 0, 0, 6.5),
    )
    for group in ([one, two, last], [last, two, one]):
        found = names(monkeypatch, asked(PROOF, 8.5, 6.5), group)
        assert found == {"a": "Two", "b": "Two", "c": "Last"}


def test_two_that_answer_alike_are_both_told_and_no_third(monkeypatch: pytest.MonkeyPatch) -> None:
    for third, others in ((), ""), (("Three",), ", or another one"):
        group = [known(name, 7.5, 0, 0) for name in ("One", "Two", "Two", *third)]
        found = explained(monkeypatch, asked(7.5, 0, 0), group)
        text = (
            f'This looks like "One" or "Two"{others}; what came back does not say which.\n\n'
            "One: One explained.\n\nTwo: Two explained."
        )
        assert found == {"a": ("One, or Two", text, "One hint. Or: Two hint.")}


def test_a_pair_is_told_where_no_single_mistake_explains(monkeypatch: pytest.MonkeyPatch) -> None:
    pair, other = known("One+Two", 7.5, 8.5, 0), known("Other+Two", 7.5, 9.5, 0)
    found = explained(monkeypatch, asked(7.5, 8.5, 0), [known("M", 1.5, 0, 0)], [other, pair])
    told = ("One and Two", "One explained. Two explained.", "One hint. Two hint.")
    assert found == {"a": told, "b": told}


def test_pairs_explain_what_singles_left(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = known("One+Two", 0, PROOF, 0)
    found = names(monkeypatch, asked(7.5, PROOF, 0), [known("M", 7.5, 0, 0)], [pair])
    assert found == {"a": "M", "b": "One and Two"}
    never = known("X+Y", 7.5, 0, 0)
    assert names(monkeypatch, asked(7.5, 0, 0), [known("M", 7.5, 0, 0)], [never]) == {"a": "M"}


@pytest.mark.parametrize(
    ("own_b", "mistake_b", "told"),
    [
        (8.5, 0, {"a": "M"}),  # every fault of it is shared, and there is another one
        (8.5, 9.5, {}),  # a fault that is not shared
    ],
)
def test_right_values_in_a_wrong_form_are_named_beside_other_faults(
    monkeypatch: pytest.MonkeyPatch, own_b: float, mistake_b: float, told: dict[str, str]
) -> None:
    made = known("M", 0, mistake_b, 0)
    by_values = made.of
    made.of = lambda check: verdict(0, "failed") if check.name == "a" else by_values(check)
    verdicts = asked(0, own_b, 0) | {"a": verdict(0, "failed")}
    assert names(monkeypatch, verdicts, [made]) == told
