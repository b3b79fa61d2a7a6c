"""The ``@check`` decorator: one question to a submission, with the sentence a student reads.

A check is a function named ``test_*``. Its parameters say what it wants:

``sub``
    the submission that is asked (see `Submission`);
``rng``
    a ``numpy.random.Generator`` from the grading run's seed (hidden checks only);
``ref``
    the reference solution, ``ref.Adam`` and so on (hidden checks only).
"""

import inspect
from types import ModuleType
from typing import Any, Callable, List, Optional, Tuple

FIXTURES = ("sub", "rng", "ref")


class Check:
    """One question: which exercise it is about, what it asks, what it is worth.

    Attributes:
        exercise: name of the exercise, as in the assignment's manifest.
        name: unique name within the assignment, the function's without ``test_``.
        title: one sentence, shown to students whatever the visibility.
        public: True when the check is in the handout with its inputs.
        weight: share of the exercise's points relative to its other checks.
        hint: one sentence that helps and does not give the line away.
        seconds: of CPU that it may use on either side; None for the assignment's limits.
        showable: whether a failure may be shown on inputs that are drawn for being shown.
        wants: the fixtures the function takes.
    """

    def __init__(
        self,
        exercise: str,
        title: str,
        public: bool,
        weight: float,
        hint: str,
        function: Callable[..., None],
        seconds: Optional[float] = None,
        showable: Optional[bool] = None,
    ) -> None:
        self.exercise = exercise
        self.title = title
        self.public = public
        self.weight = weight
        self.hint = hint
        self.function = function
        self.seconds = seconds
        self.name = function.__name__[len("test_") :]
        self.wants: Tuple[str, ...] = tuple(inspect.signature(function).parameters)
        self.showable = not public and ("rng" in self.wants if showable is None else showable)

    def __repr__(self) -> str:
        return "Check(%r, %r)" % (self.exercise, self.name)


def check(
    exercise: str,
    title: str,
    *,
    public: bool = False,
    weight: float = 1.0,
    hint: str = "",
    seconds: Optional[float] = None,
    showable: Optional[bool] = None,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Mark a function as a check of an exercise.

    Args:
        exercise: name of the exercise.
        title: what is asked, one sentence without a full stop.
        public: whether the check ships in the handout. Public checks use fixed inputs and take
            only ``sub``; hidden ones draw theirs from ``rng``.
        weight: share of the exercise's points, relative to its other checks; one of 0 is
            asked and shown, and gives nothing.
        hint: one sentence shown when the check does not pass.
        seconds: of CPU that it may use, the check itself and the student's code each; the
            assignment's ``[limits]`` unless given.
        showable: of a hidden check: whether whoever fails it may see it asked again, whole, with
            what came back and what is right. The inputs are then drawn anew from a public seed, so
            by default it holds for checks that draw from ``rng``. One with fixed inputs shows those
            if this is True.

    Raises:
        ValueError: for a function not named ``test_*``, an unknown parameter, a public check that
            wants ``rng`` or ``ref``, a weight below 0, or a time that is not positive.
    """

    def mark(function: Callable[..., None]) -> Callable[..., None]:
        name = function.__name__
        if not name.startswith("test_"):
            raise ValueError("check %r: the function's name must start with test_" % name)
        if not weight >= 0:
            raise ValueError("check %r: weight must be 0 or more, got %r" % (name, weight))
        if seconds is not None and not seconds > 0:
            raise ValueError("check %r: seconds must be greater than 0, got %r" % (name, seconds))
        made = Check(exercise, title, public, weight, hint, function, seconds, showable)
        unknown = [want for want in made.wants if want not in FIXTURES]
        if unknown:
            raise ValueError(
                "check %r: parameters must be among %s, got %s" % (name, FIXTURES, unknown)
            )
        if public and set(made.wants) - {"sub"}:
            raise ValueError("check %r: a public check takes only sub" % name)
        setattr(function, "check", made)  # noqa: B010 (an attribute mypy does not know)
        return function

    return mark


def checks_in(module: ModuleType) -> List[Check]:
    """The checks defined in a module, in the order of their definition."""
    found = [value.check for value in vars(module).values() if _is_check(value)]
    return sorted(found, key=lambda made: made.function.__code__.co_firstlineno)


def _is_check(value: Any) -> bool:
    return inspect.isfunction(value) and isinstance(getattr(value, "check", None), Check)
