"""What becomes of a notebook: exercises, given code, the story, and what each name stands for."""

from __future__ import annotations

import ast
import re
import unicodedata
from dataclasses import dataclass, field

from autograder.importing.bound_names import needed_by
from autograder.importing.master import Question, Test
from autograder.importing.solution_marks import Piece


def in_ascii(text: str) -> str:
    """A text as part of a name that every system can write: ``größe`` becomes ``groesse``."""
    for letter, written in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("ø", "o")):
        text = text.replace(letter, written).replace(letter.upper(), written.capitalize())
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"\W+", "_", plain).strip("_")


@dataclass
class Part:
    """One exercise: a definition of the notebook, or a function that returns its variables.

    Attributes:
        name: of the exercise, and of what it provides.
        question: that it comes from.
        goal: what is to be done, in a few sentences.
        pieces: the definition, or the statements of the function.
        variables: what the function returns; empty for a definition.
        tests: that ask it, each with its question and what names mean there.
        scope: what names mean after its question.
    """

    name: str
    question: Question
    goal: str
    pieces: list[Piece]
    variables: list[str] = field(default_factory=list)
    tests: list[Posed] = field(default_factory=list)
    scope: Scope = field(default_factory=dict)

    @property
    def points(self) -> float:
        """What its tests are worth together."""
        return sum(posed.test.points for posed in self.tests)


@dataclass(frozen=True)
class Written:
    """An exercise that a person marks: an answer that students write into a file of its own.

    Attributes:
        name: of the exercise.
        question: that it comes from.
        goal: what is to be done, in a few sentences.
        points: that a person gives.
        file: where students write it.
        sample: the answer of the solution, or that there is none.
    """

    name: str
    question: Question
    goal: str
    points: float
    file: str
    sample: str


@dataclass(frozen=True)
class Posed:
    """A test with the question it was written for, and what names mean there."""

    test: Test
    question: Question
    scope: Scope


@dataclass(frozen=True)
class Meaning:
    """What a name stands for.

    Attributes:
        kind: ``module`` (given), ``part`` (a definition to be written), ``variable`` (returned by
            a part), ``derived`` (given, but computed from answers) or ``lost``.
        part: name of the part, if it is one.
        piece: the given statement, if it is one.
        scope: what names meant where it stands.
    """

    kind: str
    part: str = ""
    piece: Piece | None = None
    scope: Scope = field(default_factory=dict, hash=False, compare=False)


Scope = dict[str, Meaning]


@dataclass(frozen=True)
class Passage:
    """One passage of the notebook's story: ``text``, ``code``, ``given`` or ``exercise``."""

    kind: str
    content: str
    scope: Scope = field(default_factory=dict)


@dataclass
class Plan:
    """What becomes of a notebook.

    Attributes:
        given: statements of the module that are handed out, and parts, in order.
        story: passages of the notebook.
        exercises: in the order of their questions.
    """

    module: list[Piece | Part] = field(default_factory=list)
    scopes: dict[int, Scope] = field(default_factory=dict)
    story: list[Passage] = field(default_factory=list)
    exercises: list[Part | Written] = field(default_factory=list)

    @property
    def parts(self) -> list[Part]:
        """The exercises that are code."""
        return [made for made in self.exercises if isinstance(made, Part)]

    def part(self, name: str) -> Part:
        """The exercise of a name."""
        return next(part for part in self.parts if part.name == name)


def names_of(test: Test) -> list[str]:
    """Names of the notebook that a test uses."""
    tree = ast.parse(source_of(test))
    if not test.function:
        return needed_by(tree.body)
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    given = [arg.arg for arg in [*function.args.args, *function.args.kwonlyargs]]
    return [*given, *needed_by([function])]


def source_of(test: Test) -> str:
    """A test's code."""
    return test.function or "".join(source for source, _ in test.examples)
