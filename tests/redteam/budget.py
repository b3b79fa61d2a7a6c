"""How much a hostile answer can tell through the feedback of a hidden check, counted, in bits.

The messages are made by the code that makes them in grading, for every answer that could matter,
and counted. What a check's code says itself is fixed text; which of its expectations fails first
can be chosen, and is counted by what a right answer meets.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograder.assignment.load import Assignment
from autograder.grading.mistake_answers import MistakeAnswers
from autograder.grading.seeds import check_generator
from autograder.kit import expect, problems, relations, run_check
from autograder.kit.plain import Ref
from autograder.kit.problems import Problem, StudentError
from autograder.kit.relations import Relation, told_of_hidden
from autograder.kit.responder import Responder
from autograder.kit.submission import Submission
from autograder.reading.told_lines import MOST

DTYPES = [
    *("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"),
    *("f2", "f4", "f8", "f16", "c8", "c16"),
]
LEAVES = [None, True, 3, 2.5, "text", b"bytes", [], {}, Ref(0, "Chosen"), Ref(1, "Otherwise")]
# Fixed sentences in which a worker's end is told, see `Session`; more than there are.
_ENDINGS = 40
_REASONS = 6
# What right numbers in another shape are told to be.
_ARRANGED = ("transposed", "shape", "reversed", "order")
# Functions, methods and support functions that one check asks by name, at most.
MOST_NAMES = 12


def exceptions() -> int:
    """Different words for what was raised, without the line."""
    names = [*sorted(problems._KNOWN_EXCEPTIONS), "Chosen"]
    told = set()
    for name in names:
        for bases in ([name], [name, "NotImplementedError"], ["Chosen", name]):
            told.add(StudentError(bases, "text").hidden)
    return len(told)


def lines() -> int:
    """Different places that can be told: a line, or what was asked where none of theirs raised."""
    return MOST + MOST_NAMES


def shapes(wanted: tuple[int, ...]) -> int:
    """Different words for an array of another shape than this, and for the right numbers in it."""
    sides = sorted({0, 1, 2, 3, 7, 10, 19, *wanted, math.prod(wanted)})
    found = [
        shape
        for many in range(min(6, len(wanted) + 2))
        for shape in itertools.product(sides, repeat=many)
    ]
    alike = [shape for shape in found if math.prod(shape) == math.prod(wanted)]
    return _shapes_told(found, wanted) + len(_ARRANGED) * _shapes_told(alike, wanted)


def _shapes_told(found: list[tuple[int, ...]], wanted: tuple[int, ...]) -> int:
    return _different(lambda shape: expect.array(np.broadcast_to(1.0, shape), "it", wanted), found)


def kinds() -> int:
    """Different words for an answer of another kind than a number, a list or text."""
    arrays = [np.zeros((2,) * many, kind) for many in range(7) for kind in DTYPES]
    return max(
        _different(lambda value: expect.number(value, "it"), [*LEAVES, *arrays]),
        _different(lambda value: expect.sequence(value, "it"), [*LEAVES, *arrays]),
        _different(lambda value: expect.text(value, "it", ["a"]), [*LEAVES, *arrays]),
    )


def lengths() -> int:
    """Different words for a list of another length."""
    found = ([0.0] * many for many in (*range(200), 1000, 5000))
    return _different(lambda value: expect.sequence(value, "it", 10), found)


def dtypes() -> int:
    """Different words for another dtype."""
    found = [np.zeros(2, kind) for kind in DTYPES]
    return _different(lambda value: expect.dtype(value, "it", "float32"), found)


def deviations() -> int:
    """Different words for numbers that are off."""
    wanted = np.array([1.0, -2.0, 0.5])
    levels = (0.0, 1.0, -2.0, 0.5, -1.0, 2.0, -0.5, np.nan, np.inf, -np.inf, 1e300)
    found = (np.array(value) for value in itertools.product(levels, repeat=3))
    return _different(lambda value: expect.close(value, wanted, "it"), found)


def observed() -> int:
    """Different words for what numbers are to the right ones, none included."""
    return 1 + len({told_of_hidden([Relation(kind)]) for kind in relations._TOLD} - {""})


def keys() -> int:
    """Different words for a dict without some of its keys, of eight."""
    names = list("abcdefgh")
    found = (
        {name: 1 for name in kept}
        for many in range(len(names) + 1)
        for kept in itertools.combinations(names, many)
    )
    return _different(lambda value: expect.mapping(value, "it", names), found)


def explanations(assignment: Assignment) -> int:
    """Different known mistakes, or pairs of them, that a check can be explained by."""
    known = MistakeAnswers(assignment, None, 7)  # type: ignore[arg-type]
    return 1 + max(
        len(known.singles(made)) + len(known.combined(made))
        for made in assignment.manifest.enabled_exercises
    )


def messages() -> int:
    """Different words for one expectation that fails."""
    off = deviations() * observed()
    return shapes((5, 6)) + kinds() + lengths() + dtypes() + off + keys()


def most_places(assignment: Assignment) -> int:
    """The most expectations that a right answer meets in a hidden check (of the NumPy ones)."""
    most = 0
    reference = assignment.reference
    responder = Responder(
        lambda name: getattr(reference, name), assignment.support(), lambda path: None
    )
    for exercise in assignment.manifest.enabled_exercises:
        if exercise.kind != "code" or exercise.uses != "numpy":
            continue
        for check in assignment.checks_of(exercise):
            if check.public:
                continue
            responder.forget()
            fixtures = {"rng": check_generator(7, check.name), "ref": reference}
            asked: set[tuple[str, str]] = set()
            with _counted() as met:
                verdict = run_check(check, Submission(_noting(responder.ask, asked)), fixtures)
            assert verdict.passed, verdict.public
            assert len(asked) <= MOST_NAMES, asked
            most = max(most, len(met))
    return most


def feedbacks(places: int) -> int:
    """The greatest number of different feedbacks that an answer to one hidden check can choose."""
    return exceptions() * lines() + places * messages() + _ENDINGS + _REASONS


def bits(count: float) -> float:
    """Bits that so many different things can carry."""
    return math.log2(count)


def table(assignment: Assignment) -> str:
    """The budget as the page has it, for an assignment."""
    places = most_places(assignment)
    hidden = sum(
        not check.public
        for exercise in assignment.manifest.enabled_exercises
        for check in assignment.checks_of(exercise)
    )
    attempts = assignment.manifest.resubmission.hidden_details_per_day
    one = bits(feedbacks(places) + explanations(assignment))
    attempt = hidden * one
    rows: list[tuple[str, str, int]] = [
        ("type of an exception", "Python's own and the framework's", exceptions()),
        (
            "where it was raised",
            "statements of the exercise and of what it calls, or which of the check's calls",
            lines(),
        ),
        ("which expectation failed first", f"at most {places} in a check", places),
        (
            "shape of an array",
            "made of the sides of the expected one; whether the numbers are right",
            shapes((5, 6)),
        ),
        ("kind of answer", "fixed words, dimensions up to four, known dtypes", kinds()),
        ("length of a list", "up to four, near the expected one, or more", lengths()),
        ("dtype", "those that travel", dtypes()),
        ("how numbers are off", "fixed words", deviations()),
        ("what they are to the right ones", "fixed words, and no number", observed()),
        ("a missing key", "the first of those expected", keys()),
        (
            "which known mistake explains it",
            "those of an exercise, and pairs",
            explanations(assignment),
        ),
        ("how a process ended", "fixed words", _ENDINGS + _REASONS),
    ]
    made = ["| what is told | out of | different ones | bits |", "|---|---|---|---|"]
    made += [f"| {what} | {out_of} | {count} | {bits(count):.1f} |" for what, out_of, count in rows]
    made += [
        "",
        "One hidden check can end in "
        f"{feedbacks(places) + explanations(assignment)} different ways at most: {one:.1f} bits. "
        f"All {hidden} of the lab tell {attempt / 8:.0f} bytes in one attempt at most, and the "
        f"{attempts} attempts of 24 hours "
        f"that show details on a platform {attempts * attempt / 8:.0f} bytes. An attempt beyond "
        "these tells of hidden checks whether they passed, and nothing else.",
        "",
    ]
    return "\n".join(made)


def _different(expectation: Callable[[Any], object], answers: Any) -> int:
    told = set()
    for answer in answers:
        try:
            with np.errstate(all="ignore"):
                expectation(answer)
        except Problem as problem:
            told.add(problem.hidden)
    return len(told)


def _noting(ask: Callable[..., Any], asked: set[tuple[str, str]]) -> Callable[..., Any]:
    """The same, and what is asked by name is noted."""

    def noting(operation: str, ref: Any, name: str, args: Any, kwargs: Any) -> Any:
        asked.add((operation, name))
        return ask(operation, ref, name, args, kwargs)

    return noting


@contextmanager
def _counted() -> Iterator[list[str]]:
    """Every expectation that is met, nested ones included, in a list that grows."""
    met: list[str] = []
    names = ["array", "number", "integer", "boolean", "text", "sequence", "mapping", "dtype"]
    names += ["equal", "close", "that", "raises"]
    kept = {name: getattr(expect, name) for name in names}

    def counting(name: str) -> Callable[..., Any]:
        def met_here(*args: Any, **kwargs: Any) -> Any:
            met.append(name)
            return kept[name](*args, **kwargs)

        return met_here

    for name in names:
        setattr(expect, name, counting(name))
    try:
        yield met
    finally:
        for name, function in kept.items():
            setattr(expect, name, function)
