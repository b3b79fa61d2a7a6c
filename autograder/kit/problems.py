"""The ways a check can fail to pass, each with the words a student may read.

A hidden check must not show what it was asked or what came back (a student could return or
print the hidden input), so every problem carries two messages: ``public`` and ``hidden``.
"""

from typing import Any, List, Optional

# Exception names that may appear in the feedback of a hidden check. A name outside this list was
# chosen by the student and could spell out a hidden input.
_KNOWN_EXCEPTIONS = {
    name
    for name, value in vars(__import__("builtins")).items()
    if isinstance(value, type) and issubclass(value, BaseException)
} | {
    "AxisError",
    "FailedPreconditionError",
    "InvalidArgumentError",
    "LinAlgError",
    "NotFoundError",
    "ResourceExhaustedError",
    "UnimplementedError",
}


class NoWorker(Exception):
    """There is no process to ask, a fault of the infrastructure and never a student's."""


class Problem(Exception):
    """A check did not pass; ``outcome`` is the name used in results."""

    outcome = "failed"

    def __init__(self, public: str, hidden: Optional[str] = None) -> None:
        super().__init__(public)
        self.public = public
        self.hidden = public if hidden is None else hidden

    @property
    def kind(self) -> str:
        """What kept an answer from coming, in one word, for transcripts."""
        return type(self).__name__


class Mismatch(Problem, AssertionError):
    """The answer lacks a property that the contract names.

    Args:
        public: what a student may read.
        hidden: the same without any value, for a hidden check.
        sides: what was compared with what, see `comparison.Sides`; None where nothing was.
    """

    outcome = "failed"

    def __init__(self, public: str, hidden: Optional[str] = None, sides: Any = None) -> None:
        super().__init__(public, hidden)
        self.sides = sides


class Unusable(Problem):
    """What the check asks for is missing, or is not something that can be asked."""

    outcome = "unusable"


class Interrupted(Problem):
    """The answer never came: time, memory or the process itself ran out.

    Args:
        outcome: the name used in results.
        public: what a student may read.
        retry: whether it counts only when it comes again with nothing beside it, since a loaded
            machine can cause it: ``"always"``, ``"if shared"`` (when something ran beside it), or
            empty.
    """

    def __init__(self, outcome: str, public: str, retry: str = "") -> None:
        super().__init__(public)
        self.outcome = outcome
        self.retry = retry


class StudentError(Problem):
    """The student's code raised.

    Args:
        bases: names of the exception's classes, from its own type up to ``BaseException``.
        message: the exception's text.
        label: what the student calls the file of their line that raised (``"optimizers.py"``),
            empty when none of their lines is in the traceback.
        line: that line's number, from 1.
        source: that line's text.
        unwritten: whether it is the student's own line that raised a NotImplementedError, as the
            parts do that are still to be written; a library's own is an error like any other.
    """

    outcome = "raised"

    def __init__(
        self,
        bases: List[str],
        message: str = "",
        label: str = "",
        line: int = 0,
        source: str = "",
        unwritten: bool = False,
    ) -> None:
        self.bases = [str(base) for base in bases] or ["Exception"]
        self.message = message
        self.label = label
        self.line = line
        self.source = source
        self.unwritten = unwritten
        at = " at %s, line %d: `%s`" % (label, line, source.strip()[:160]) if label else ""
        known = next((base for base in self.bases if base in _KNOWN_EXCEPTIONS), "Exception")
        self._known = "NotImplementedError" if "NotImplementedError" in self.bases else known
        if unwritten:
            super().__init__("this part is not written yet (%s%s)" % (known, at))
        else:
            text = ": " + message if message else ""
            super().__init__(
                "your code raised %s%s%s" % (self.bases[0], text, at),
                "your code raised %s%s" % (known, at),
            )
        if known in ("MemoryError", "ResourceExhaustedError"):
            self.outcome = "memory"

    def tell_when(self, when: str) -> None:
        """Say what was being asked, where no line of theirs says it.

        Args:
            when: words after "when", such as ``"`step` was called"``.
        """
        if not self.label and not self.unwritten:
            self.public += ", when %s" % when
            self.hidden += ", when %s" % when

    @property
    def kind(self) -> str:
        """The exception's type, or the nearest type above it that is not the student's own."""
        return self._known
