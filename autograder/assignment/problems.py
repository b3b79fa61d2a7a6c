"""Say what is wrong with an assignment's own files, exactly enough to repair it."""

from __future__ import annotations

from autograder.refusal import Refusal


class ManifestError(Refusal, ValueError):
    """The assignment's folder is not sound; the message names the file and what to do."""


class BadEntry(ManifestError):
    """A value in `assignment.toml` is not what the assignment needs.

    Args:
        file: the manifest, as the user named it.
        key: where in the file, such as `exercise "Adam": points`.
        expected: what may stand there.
        found: what stands there, in words (`-3`, `nothing`).
        advice: what to do, where that does not follow from `expected`.
    """

    def __init__(self, file: str, key: str, expected: str, found: str, advice: str = "") -> None:
        self.file = file
        self.key = key
        self.expected = expected
        self.found = found
        self.advice = advice
        message = f"{file}: {key}: expected {expected}, found {found}"
        super().__init__(f"{message}; {advice}" if advice else message)
