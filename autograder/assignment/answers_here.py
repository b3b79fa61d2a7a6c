"""Ask an implementation of the instructor's own in this very process: the reference, a mistake."""

from __future__ import annotations

import traceback
import types
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from autograder.assignment.manifest_problems import Fault, ManifestError
from autograder.assignment.manifest_records import Exercise
from autograder.kit import Check, Submission, Verdict, run_check
from autograder.kit.responder import Responder


def can_be_asked_here(exercise: Exercise) -> bool:
    """Whether asking costs next to nothing: TensorFlow and data files are for a worker."""
    return exercise.uses == "numpy" and exercise.kind == "code"


class AnswersHere:
    """Answers checks with a module's text; each check is asked once.

    Args:
        file: the module's name, or its path.
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
        """How a check ends.

        Raises:
            ManifestError: the module cannot be imported here.
        """
        if check.name not in self._verdicts:
            fixtures = self._fixtures(check)
            responder = self._load()
            # Mistakes divide by zero, and nobody need hear of it.
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._verdicts[check.name] = run_check(check, Submission(responder.ask), fixtures)
        return self._verdicts[check.name]

    def _where(self, error: BaseException) -> Fault:
        steps = traceback.extract_tb(error.__traceback__)
        line = next((step.lineno for step in reversed(steps) if step.filename == self._file), 0)
        source = [*self._text.splitlines(), ""][line - 1 if line else -1]
        told = f"it cannot be imported here: {type(error).__name__}: {error}"
        advice = (
            "install what it needs, and write what it does when it is imported so that it works"
        )
        return Fault(self._file, line or 0, 0, told, advice, source)

    def _load(self) -> Responder:
        if self._responder is None:
            module = types.ModuleType(f"mistake_in_{Path(self._file).stem}")
            try:
                exec(compile(self._text, self._file, "exec"), module.__dict__)
            except (Exception, SystemExit) as error:
                raise ManifestError(faults=[self._where(error)]) from error
            found = module.__dict__.__getitem__
            self._responder = Responder(found, self._support, lambda path: None)
        self._responder.forget()
        return self._responder
