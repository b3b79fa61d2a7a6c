"""What known mistakes answer to the public checks, as the handout has it: names at home.

The file holds answers and words. No code of an answer is in it, right or wrong, and no mistake that
passes every public check.
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from autograder.kit.checks import Check
from autograder.kit.naming import Named, Naming, Verdicts
from autograder.kit.plain import Ref

FILE = "known_mistakes.json"
_DIGITS = "%.7g"


class Words(NamedTuple):
    """A mistake's name, and what teaches."""

    name: str
    explanation: str
    hint: str


class Answer(NamedTuple):
    """How a check ended, and what it said without a value."""

    outcome: str
    hidden: str
    transcript: List[Any]

    @property
    def passed(self) -> bool:
        return self.outcome == "passed"


class KnownMistake(NamedTuple):
    """One mistake and its answers to public checks; to those that are out it answers rightly."""

    words: Words
    answers: Mapping[str, Answer]
    right: Mapping[str, Answer]

    @property
    def mistakes(self) -> Tuple[Words, ...]:
        return (self.words,)

    def of(self, check: Check) -> Optional[Answer]:
        """How a check ends with it."""
        return self.answers.get(check.name) or self.right.get(check.name)


class KnownMistakes:
    """The mistakes of all exercises.

    Args:
        text: as `written` made it; an empty one knows none.
    """

    def __init__(self, text: str) -> None:
        content = json.loads(text) if text else {"words": [], "exercises": {}}
        self._words = [Words(*entry) for entry in content["words"]]
        self._exercises = content["exercises"]

    def explain(
        self, exercise: str, checks: Sequence[Check], verdicts: Verdicts
    ) -> Dict[str, Named]:
        """What explains failed checks of an exercise, by the check's name.

        Args:
            exercise: its name.
            checks: its public checks.
            verdicts: of them, as far as they were asked.
        """
        content = self._exercises.get(exercise)
        if content is None or all(verdict.passed for verdict in verdicts.values()):
            return {}
        right = {name: _answer(told) for name, told in content["right"].items()}
        known = [
            KnownMistake(
                self._words[made["words"]],
                {name: _answer(told) for name, told in made["answers"].items()},
                right,
            )
            for made in content["known"]
        ]
        asked = [check for check in checks if check.name in verdicts]
        naming = Naming(asked, verdicts, lambda check: right.get(check.name), few=True)
        naming.explain_by(known)
        return {
            name: named if named.candidates == 1 else named._replace(hint="")
            for name, named in naming.explained.items()
        }


def written(
    right: Mapping[str, Mapping[str, Answer]],
    known: Sequence[Tuple[str, Words, Mapping[str, Answer]]],
) -> str:
    """The file's text; the same input gives the same text.

    Args:
        right: how checks end with the reference, by exercise and check.
        known: exercise, words and answers of each mistake, where they are not the right ones.
    """
    words = list(dict.fromkeys(told for _, told, _ in known))
    exercises: Dict[str, Any] = {
        name: {"right": {check: _told(one) for check, one in answers.items()}, "known": []}
        for name, answers in right.items()
        if any(exercise == name for exercise, _, _ in known)
    }
    for exercise, told, answers in known:
        entry = {
            "words": words.index(told),
            "answers": {check: _told(one) for check, one in answers.items()},
        }
        if entry not in exercises[exercise]["known"]:
            exercises[exercise]["known"].append(entry)
    content = {"words": [list(told) for told in words], "exercises": exercises}
    return json.dumps(content, ensure_ascii=False, indent=0) + "\n"


def _told(answer: Answer) -> List[Any]:
    return [answer.outcome, answer.hidden, [_encoded(value) for value in answer.transcript]]


def _answer(told: Sequence[Any]) -> Answer:
    outcome, hidden, transcript = told
    return Answer(outcome, hidden, [_decoded(value) for value in transcript])


def _encoded(value: Any) -> Any:
    """A plain value as JSON has it, numbers with as many digits as every machine agrees on."""
    if isinstance(value, (np.ndarray, np.generic)):
        numbers = np.asarray(value)
        return {"array": _rounded(numbers.tolist()), "dtype": str(numbers.dtype)}
    if isinstance(value, tuple):
        return {"observed": [_encoded(item) for item in value]}
    if isinstance(value, list):
        return [_encoded(item) for item in value]
    if isinstance(value, dict):
        return {"dict": [[key, _encoded(item)] for key, item in value.items()]}
    if isinstance(value, Ref):
        return {"object": value.type_name}
    return _rounded(value)


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return float(_DIGITS % value) if isinstance(value, float) else value


def _decoded(value: Any) -> Any:
    if isinstance(value, list):
        return [_decoded(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "array" in value:
        return np.array(value["array"], dtype=value["dtype"])
    if "observed" in value:
        return tuple(_decoded(item) for item in value["observed"])
    if "dict" in value:
        return {key: _decoded(item) for key, item in value["dict"]}
    return Ref(0, value["object"])
