"""What bringing an assignment over can say: that it cannot be done, or what was left behind."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograder.refusal import Refusal


class BringError(Refusal):
    """The notebook cannot be brought over at all; the message says why and what to do."""


@dataclass(frozen=True)
class Remark:
    """One thing a person should know about.

    Attributes:
        where: the question, or what else of the notebook it is about.
        what: what was found and what became of it.
        todo: what a person has to do; empty when nothing is lost.
        code: source or text that is kept in the report, for it went nowhere else.
    """

    where: str
    what: str
    todo: str = ""
    code: str = ""


@dataclass
class Remarks:
    """Collects what was not carried over, and what was changed on the way.

    `vacuous` names tests that any answer would pass, each with its cell.
    """

    lost: list[Remark] = field(default_factory=list)
    vacuous: list[str] = field(default_factory=list)
    changed: list[Remark] = field(default_factory=list)

    def lose(self, where: str, what: str, todo: str, code: str = "") -> None:
        """Note that something was left behind, and what a person has to do about it."""
        self.lost.append(Remark(where, what, todo, code))

    def change(self, where: str, what: str) -> None:
        """Note that something is carried over in another form."""
        remark = Remark(where, what)
        if remark not in self.changed:
            self.changed.append(remark)
