"""Ask an implementation of the instructor's own in this very process: the reference, a mistake."""

from __future__ import annotations

import types
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.assignment.manifest_records import Exercise
from autograder.kit import Check, Submission, Verdict, run_check
from autograder.kit.responder import Responder


def can_be_asked_here(exercise: Exercise) -> bool:
    """Whether asking costs next to nothing: TensorFlow and data files are for a worker."""
    return exercise.uses == "numpy" and exercise.kind == "code"


class AnswersHere:
    """Answers checks with a module's text; each check is asked once.

    Args:
        file: the module's name.
        text: its source, which is run.
        support: the assignment's public support functions by name.
        fixtures: what a check wants beside the submission.
    """

    def __init__(
        self,
        file: str,
        text: str,
        support: Mapping[str, Any],
        fixtures: Callable[[Check], Mapping[str, Any]],
    ) -> None:
        self._file, self._text = file, text
        self._support = support
        self._fixtures = fixtures
        self._responder: Responder | None = None
        self._verdicts: dict[str, Verdict] = {}

    def of(self, check: Check) -> Verdict | None:
        """How a check ends."""
        if check.name not in self._verdicts:
            fixtures = self._fixtures(check)
            responder = self._load()
            # Mistakes divide by zero, and nobody need hear of it.
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._verdicts[check.name] = run_check(check, Submission(responder.ask), fixtures)
        return self._verdicts[check.name]

    def _load(self) -> Responder:
        if self._responder is None:
            module = types.ModuleType(f"mistake_in_{self._file.removesuffix('.py')}")
            exec(compile(self._text, self._file, "exec"), module.__dict__)
            found = module.__dict__.__getitem__
            self._responder = Responder(found, self._support, lambda path: None)
        self._responder.forget()
        return self._responder
