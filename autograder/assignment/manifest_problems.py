"""Say what is wrong with an assignment's own files, exactly enough to repair it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from autograder.refusal import Refusal

_WIDEST_LINE = 160

T = TypeVar("T")
P = ParamSpec("P")


@dataclass(frozen=True, order=True)
class Fault:
    """One thing in one place that keeps an assignment from being sound.

    Attributes:
        file: the file, as the user would open it; empty where no file is at fault.
        line: from 1; 0 where the file as a whole is meant.
        column: from 1; 0 where the line as a whole is meant.
        problem: what is wrong.
        advice: what to write instead; empty where that follows from the problem.
        excerpt: the line as it stands.
    """

    file: str
    line: int = 0
    column: int = 0
    problem: str = ""
    advice: str = ""
    excerpt: str = ""

    def __str__(self) -> str:
        at = [self.file, *(str(number) for number in (self.line, self.column) if number)]
        place = ":".join(at) + ": " if self.file else ""
        told = f"{place}{self.problem}"
        if self.advice:
            told += f"; {self.advice}"
        if self.excerpt.strip():
            told += f"\n    {self.excerpt.strip()[:_WIDEST_LINE]}"
        return told


class ManifestError(Refusal, ValueError):
    """The assignment's folder is not sound; the message names the file and what to do.

    Args:
        told: the whole message, where no single place is at fault.
        faults: every fault that was found.
    """

    def __init__(self, told: str = "", faults: Sequence[Fault] = ()) -> None:
        self.faults = tuple(faults) or (Fault("", problem=told),)
        super().__init__(told or "\n".join(map(str, faults)))


class BadEntry(ManifestError):
    """A value in a table of `assignment.toml` is not what the assignment needs.

    Args:
        file: the manifest, as the user named it.
        key: where in the file, such as `exercise "Adam": points`.
        expected: what may stand there.
        found: what stands there, in words (`-3`, `nothing`).
        advice: what to do, where that does not follow from `expected`.
        at: line, column and text of the line, as far as it is known.
    """

    def __init__(
        self,
        file: str,
        key: str,
        expected: str,
        found: str,
        advice: str = "",
        at: tuple[int, int, str] = (0, 0, ""),
    ) -> None:
        self.file = file
        self.key = key
        self.expected = expected
        self.found = found
        self.advice = advice
        told = f"{key}: expected {expected}, found {found}"
        super().__init__(faults=[Fault(file, at[0], at[1], told, advice, at[2])])


def raise_all(errors: Sequence[ManifestError]) -> None:
    """Raise the one error there is, or one that tells of all; nothing if there is none."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise ManifestError(faults=[fault for error in errors for fault in error.faults])


def attempt(
    errors: list[ManifestError], action: Callable[P, T], *args: P.args, **named: P.kwargs
) -> T | None:
    """What an action gives; None where it finds something not sound, which is kept in `errors`."""
    try:
        return action(*args, **named)
    except ManifestError as error:
        errors.append(error)
        return None


def nearest(name: str, known: Iterable[str]) -> str:
    """Advice that names what was probably meant, or else all there is."""
    names = list(dict.fromkeys(known))
    lower = {one.lower(): one for one in names}
    close = difflib.get_close_matches(name.lower(), list(lower), n=1)
    if close:
        return f'did you mean "{lower[close[0]]}"?'
    return f"there are {', '.join(names)}" if names else "there is none"
