"""A source of any tool as records: text, code, questions and their tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Test:
    """One test case.

    Attributes:
        number: which of its question, from 1.
        hidden: whether students do not see it.
        points: what it is worth.
        examples: statements with the text they must show, of a test in OK format.
        function: source of the test function, of an exception-based test.
        success: the message for a passed test.
        failure: the message for a failed one.
        title: what it looks at, in its author's words; empty if they say nothing.
    """

    number: int
    hidden: bool
    points: float
    examples: tuple[tuple[str, str], ...] = ()
    function: str = ""
    success: str = ""
    failure: str = ""
    title: str = ""


@dataclass(frozen=True)
class Cell:
    """One cell: its kind (``text``, ``code``), its source, and the block it stands in.

    `included` is true for text in a solution that students are to see.
    """

    kind: str
    source: str
    block: str = ""
    included: bool = False


@dataclass
class Question:
    """One question with all of its cells in order, and its tests."""

    name: str
    manual: bool = False
    points: float | None = None
    all_or_nothing: bool = False
    cells: list[Cell] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)


@dataclass
class Master:
    """A source notebook, read.

    Attributes:
        path: where it lies.
        tool: what it was written for.
        title: of the assignment, where the notebook has no heading.
        requirements: packages that it names; None if it names none.
        files: beside it, that students are to get.
        items: cells outside of questions, and questions, in order.
    """

    path: Path
    tool: str
    title: str
    requirements: list[str] | None
    files: list[str]
    items: list[Cell | Question]

    @property
    def questions(self) -> list[Question]:
        """The questions, in order."""
        return [item for item in self.items if isinstance(item, Question)]
