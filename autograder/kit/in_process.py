"""A submission that is loaded in the very process that asks: for a debugger, and for benchmarks."""

from __future__ import annotations

import tempfile
from typing import Any, Dict, List, Mapping, Optional

from autograder.kit.answering import Answers
from autograder.kit.attempt import Attempt
from autograder.kit.hosting import Facts, Line, Worker
from autograder.kit.plain import Ref
from autograder.kit.problems import StudentError, Unusable


class InProcessAttempt(Attempt):
    """What was handed in, with nothing between it and the checks: for work that is trusted."""

    def __init__(self, facts: Facts, files: Mapping[str, bytes]) -> None:
        super().__init__(facts, files)
        self.prepare()

    def start(self, setup: Dict[str, Any], line: Line) -> Worker:
        """Load it here."""
        return InProcessWorker(setup, line)


class InProcessWorker:
    """Answers as any worker does, without limits."""

    alive = True

    def __init__(self, setup: Mapping[str, Any], line: Line) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="submission-")
        self._answers = Answers(self._folder.name, setup)
        self._line = line

    def allow(self, seconds: float) -> None:
        """Take no notice: nobody interrupts a debugger."""

    def ask(
        self, operation: str, ref: Optional[Ref], name: str, args: List[Any], kwargs: Dict[str, Any]
    ) -> Any:
        """Ask one question; see `Worker`."""
        kind, *rest = self._answers.reply(operation, ref, name, args, kwargs)
        if kind == "value":
            return rest[0]
        if kind in ("raised", "unwritten"):
            bases, message, unit, line = rest
            place = self._line(unit, line)
            raise StudentError(bases, message, *place, unwritten=kind == "unwritten")
        raise Unusable(*rest)

    def close(self) -> None:
        """Take the submission out of this process again."""
        self._answers.close()
        self._folder.cleanup()
