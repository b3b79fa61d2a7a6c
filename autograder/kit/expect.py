"""Say what an answer must be; raise a `Mismatch` in a student's words when it is not.

Every function takes ``what``, a noun phrase such as ``"the parameter w after two steps"``. The
message of a hidden check names the shape, the dtype and the kind of deviation, never a value.
"""

import threading
from contextlib import contextmanager
from typing import (
    Any,
    Callable,
    Collection,
    Dict,
    Iterable,
    Iterator,
    List,
    Mapping,
    Optional,
    Sequence,
    Tuple,
)

import numpy as np

from .comparison import Sides, Words
from .plain import Ref
from .problems import Mismatch, StudentError
from .submission import brief

# How far off a comparison is, in units of its tolerance, and that tolerance: rtol and atol.
Measure = Tuple[float, float, float]


def array(value: Any, what: str, shape: Optional[Sequence[int]] = None) -> np.ndarray:
    """The answer as a float64 array.

    Args:
        value: the answer; a list of floats, None or an object is not an array.
        what: noun phrase for messages.
        shape: the shape it must have; None to leave it open.

    Raises:
        Mismatch: it is not an array of numbers, or has another shape.
    """
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "biuf":
        raise _wrong_kind(what, "an array of numbers", value)
    if shape is not None and value.shape != tuple(shape):
        told = "%s: expected shape %s, got " % (what, tuple(shape))
        sides = Sides(what, Words("shape %s" % (value.shape,)), Words("shape %s" % (tuple(shape),)))
        raise Mismatch(
            told + "shape %s" % (value.shape,), told + _like_shape(value.shape, shape), sides
        )
    return value.astype(np.float64)


def number(value: Any, what: str) -> float:
    """The answer as a float; NumPy scalars, 0-d arrays and integers count."""
    if isinstance(value, np.ndarray) and value.shape == () and value.dtype.kind in "iuf":
        return float(value)
    if type(value) in (int, float):
        return float(value)
    raise _wrong_kind(what, "a number", value)


def integer(value: Any, what: str) -> int:
    """The answer as an int; a float with a whole value counts."""
    found = number(value, what)
    if not np.isfinite(found) or found != int(found):
        raise _wrong_kind(what, "a whole number", value)
    return int(found)


def boolean(value: Any, what: str) -> bool:
    """The answer as a bool; NumPy bools, 0-d arrays and the integers 0 and 1 count."""
    if isinstance(value, np.ndarray) and value.shape == () and value.dtype.kind in "biu":
        value = value.item()
    if type(value) in (bool, int) and value in (0, 1):
        return bool(value)
    raise _wrong_kind(what, "True or False", value)


def text(value: Any, what: str, among: Optional[Collection[str]] = None) -> str:
    """The answer as a str, one of `among` when given."""
    if type(value) is not str:
        raise _wrong_kind(what, "a string", value)
    if among is not None and value not in among:
        known = ", ".join(repr(name) for name in among)
        raise Mismatch(
            "%s: expected one of %s, got %s" % (what, known, brief(value)),
            "%s: expected one of %s, got another string" % (what, known),
            Sides(what, value, Words("one of %s" % known)),
        )
    return value


def sequence(value: Any, what: str, length: Optional[int] = None, parts: str = "") -> List[Any]:
    """The answer as a list; tuples count, an array does not.

    Args:
        value: the answer.
        what: noun phrase for messages.
        length: how many entries it must have; None to leave it open.
        parts: what the entries are, for an answer of several values, such as ``"y, and the mask"``.
    """
    kind = "a tuple of %%d (%s)" % parts if parts else "a list or tuple of %d"
    return _sequence(value, what, "a list or tuple" if length is None else kind % length, length)


def _sequence(value: Any, what: str, wanted: str, length: Optional[int]) -> List[Any]:
    if not isinstance(value, list):
        raise _wrong_kind(what, wanted, value)
    if length is not None and len(value) != length:
        told = "%s: expected %s, got %s of %%s" % (
            what,
            wanted,
            "one" if wanted.startswith("a list") else "a list or tuple",
        )
        sides = Sides(what, Words("%d entries" % len(value)), Words("%d entries" % length))
        raise Mismatch(told % len(value), told % _like_length(len(value), length), sides)
    return value


def mapping(value: Any, what: str, keys: Optional[Collection[str]] = None) -> Dict[Any, Any]:
    """The answer as a dict that has all of `keys`; more keys do no harm."""
    if not isinstance(value, dict):
        raise _wrong_kind(what, "a dict", value)
    missing = [key for key in keys or () if key not in value]
    if missing:
        names = ", ".join(repr(key) for key in missing)
        found = ", ".join(repr(key) for key in value)
        raise Mismatch(
            "%s: the key %s is missing; it has %s" % (what, names, found or "no keys"),
            "%s: the key %r is missing" % (what, missing[0]),
            Sides(
                what,
                Words("a dict with %s" % (found or "no keys")),
                Words("a dict with %s" % ", ".join(repr(key) for key in keys or ())),
            ),
        )
    return value


def dtype(value: Any, what: str, wanted: str) -> None:
    """The answer is an array of this dtype, such as ``"float32"``."""
    if not isinstance(value, np.ndarray):
        raise _wrong_kind(what, "an array of dtype %s" % wanted, value)
    if value.dtype != np.dtype(wanted):
        told = "%s: expected dtype %s, got %s" % (what, wanted, value.dtype)
        sides = Sides(what, Words("dtype %s" % value.dtype), Words("dtype %s" % wanted))
        raise Mismatch(told, sides=sides)


def equal(value: Any, wanted: Any, what: str) -> None:
    """The answer is exactly this string, whole number, bool or list of them.

    Raises:
        Mismatch: it is not.
        TypeError: `wanted` is something else, which is a fault of the check.
    """
    with _whole(Sides(what, value, wanted)):
        _equal(value, wanted, what)


def _equal(value: Any, wanted: Any, what: str) -> None:
    if isinstance(wanted, np.generic):
        wanted = wanted.item()
    if isinstance(wanted, (list, tuple)):
        for index, (item, want) in enumerate(zip(sequence(value, what, len(wanted)), wanted)):
            _equal(item, want, "%s, entry %d" % (what, index))
        return
    readers: Dict[type, Callable[[Any, str], Any]] = {str: text, bool: boolean, int: integer}
    if type(wanted) not in readers:
        told = (
            "expect.equal compares text, whole numbers, true or false, and lists of these, not %s"
        )
        raise TypeError(told % type(wanted).__name__ + "; use expect.close")
    found = readers[type(wanted)](value, what)
    if found != wanted:
        raise Mismatch("%s is not right" % what)


def close(value: Any, wanted: Any, what: str, rtol: float = 1e-5, atol: float = 1e-6) -> None:
    """The answer equals `wanted` within ``atol + rtol * |wanted|``, compared in float64.

    Args:
        value: the answer.
        wanted: a number, an array, None, or a list, tuple or dict of these; the answer must have
            the same structure (a dict may have more keys).
        what: noun phrase for messages.
        rtol: relative tolerance, no unit.
        atol: absolute tolerance, in the answer's unit.

    Raises:
        Mismatch: another kind, shape or value. NaN equals NaN and inf equals inf.
    """
    with _whole(Sides(what, value, wanted, rtol, atol)):
        _close(value, wanted, what, rtol, atol)


def _close(value: Any, wanted: Any, what: str, rtol: float, atol: float) -> None:
    if wanted is None:
        if value is not None:
            raise _wrong_kind(what, "None", value)
    elif isinstance(wanted, Mapping):
        entries = mapping(value, what, list(wanted))
        for key, want in wanted.items():
            _close(entries[key], want, "%s, entry %r" % (what, key), rtol, atol)
    elif isinstance(wanted, (list, tuple)):
        kind = "a tuple of %d" if isinstance(wanted, tuple) else "a list or tuple of %d"
        found = _sequence(value, what, kind % len(wanted), len(wanted))
        for index, item in enumerate(found):
            _close(item, wanted[index], "%s, entry %d" % (what, index), rtol, atol)
    elif np.ndim(wanted) == 0:
        _compare(np.asarray(number(value, what)), np.asarray(float(wanted)), what, rtol, atol)
    else:
        want_array = np.asarray(wanted, dtype=np.float64)
        _compare(array(value, what, want_array.shape), want_array, what, rtol, atol)


def close_to_one(
    value: Any,
    pinned: Any,
    accepted: Mapping[str, Any],
    what: str,
    rtol: float = 1e-5,
    atol: float = 1e-6,
) -> Optional[str]:
    """The answer equals the pinned convention's value, or that of another accepted convention.

    Args:
        value: the answer.
        pinned: what the docstring's convention gives.
        accepted: what the other accepted conventions give, by the convention's name.

    Returns:
        The name of the accepted convention that the answer follows, None for the pinned one; pass
        it to `Submission.follows`.

    Raises:
        Mismatch: the answer equals none of them; worded as against the pinned one.
    """
    against: List[Tuple[Optional[str], Any]] = [(None, pinned), *accepted.items()]
    first: Optional[Mismatch] = None
    nearest: Measure = (np.inf, rtol, atol)
    for name, wanted in against:
        met: List[Measure] = []
        try:
            with measured(met.append):
                close(value, wanted, what, rtol, atol)
        except Mismatch as mismatch:
            first = first or mismatch
            nearest = min(nearest, max(met, default=nearest))
            continue
        _tell(max(met, default=(0.0, rtol, atol)))
        return name
    _tell(nearest)
    assert first is not None
    raise first


def that(holds: Any, what: str, should: str, seen: Any = None) -> None:
    """A property holds: ``that(norm <= 1, "the clipped gradients", "have norm at most 1")``.

    Args:
        holds: whether it does.
        what: noun phrase.
        should: the property, as words after "should".
        seen: what came back, shown in public checks only.
    """
    if not bool(holds):
        told = "%s should %s" % (what, should)
        sides = None if seen is None else Sides(what, Words(brief(seen)), Words("to " + should))
        raise Mismatch(told if seen is None else "%s; got %s" % (told, brief(seen)), told, sides)


@contextmanager
def raises(error: str, when: str) -> Iterator[None]:
    """The block's question must make the student's code raise `error` or a kind of it.

    Args:
        error: name of a built-in exception, such as ``"ValueError"``.
        when: the situation, as words after "when", such as ``"the learning rate is 0"``.
    """
    try:
        yield
    except StudentError as raised:
        if error in raised.bases:
            return
        if raised.unwritten:
            raise
        raise Mismatch(
            "when %s, it should raise %s; %s" % (when, error, raised.public),
            "when %s, it should raise %s; %s" % (when, error, raised.hidden),
            Sides(when, Words(raised.bases[0]), Words(error)),
        ) from None
    raise Mismatch(
        "when %s, it should raise %s, but it raised nothing" % (when, error),
        sides=Sides(when, Words("nothing raised"), Words(error)),
    )


def all_raise(error: str, cases: Iterable[Tuple[str, Callable[[], Any]]]) -> None:
    """As `raises`, of several questions: all are asked before the first that fails is told.

    So what else is not refused is known, too, and a mistake can be named beside another one.

    Args:
        error: name of a built-in exception.
        cases: the situation, as words after "when", and the question.
    """
    wrong: List[Mismatch] = []
    for when, question in cases:
        try:
            with raises(error, when):
                question()
        except Mismatch as mismatch:
            wrong.append(mismatch)
    if wrong:
        raise wrong[0]


def holds(expectation: Callable[[], None]) -> bool:
    """Whether an expectation holds, for a check that goes on by another way where it does not.

    How far off a failed attempt is says nothing about a tolerance, so nobody is told.
    """
    return reason(expectation) is None


def reason(expectation: Callable[[], None]) -> Optional[Mismatch]:
    """Why an expectation does not hold, None where it does; otherwise as `holds`."""
    met: List[Measure] = []
    try:
        with measured(met.append), found_right(lambda what: None):
            expectation()
    except Mismatch as mismatch:
        return mismatch
    if met:
        _tell(max(met))
    return None


@contextmanager
def measured(listener: Callable[[Measure], None]) -> Iterator[None]:
    """Tell a listener how far off each numeric comparison is.

    For the proof that a tolerance lies well between honest noise and the nearest wrong answer.
    """
    _measuring.listeners.append(listener)
    try:
        yield
    finally:
        _measuring.listeners.pop()


@contextmanager
def found_right(listener: Callable[[str], None]) -> Iterator[None]:
    """Tell a listener the noun phrase of each comparison that holds."""
    _measuring.of_right.append(listener)
    try:
        yield
    finally:
        _measuring.of_right.pop()


@contextmanager
def _whole(sides: Sides) -> Iterator[None]:
    """Say of a mismatch in the block what was compared as a whole; of none, that it holds."""
    try:
        yield
    except Mismatch as mismatch:
        mismatch.sides = sides
        raise
    if _measuring.of_right:
        _measuring.of_right[-1](sides.what)


class _Measuring(threading.local):
    """The listeners of this thread."""

    def __init__(self) -> None:
        self.listeners: List[Callable[[Measure], None]] = []
        self.of_right: List[Callable[[str], None]] = []


_measuring = _Measuring()


def _tell(measure: Measure) -> None:
    if _measuring.listeners:
        _measuring.listeners[-1](measure)


def _deviation_in_tolerances(
    found: np.ndarray, want: np.ndarray, rtol: float, atol: float
) -> float:
    """Largest deviation over its tolerance; inf where one side is not finite alone."""
    with np.errstate(invalid="ignore", over="ignore"):
        same = (found == want) | (np.isnan(found) & np.isnan(want))
        off = np.where(same, 0.0, np.abs(found - want) / (atol + rtol * np.abs(want)))
    return float(np.max(np.where(np.isnan(off), np.inf, off), initial=0.0))


def _compare(found: np.ndarray, want: np.ndarray, what: str, rtol: float, atol: float) -> None:
    with np.errstate(invalid="ignore", over="ignore"):
        fits = np.isclose(found, want, rtol=rtol, atol=atol, equal_nan=True)
    _tell((_deviation_in_tolerances(found, want, rtol, atol), rtol, atol))
    if fits.all():
        return
    kind = _deviation(found, want, rtol, atol)
    shown = "%s: %s" % (what, kind)
    if found.ndim == 0:
        raise Mismatch(shown)
    first = tuple(int(i) for i in np.argwhere(~fits)[0])
    index = first[0] if len(first) == 1 else first
    raise Mismatch(
        "%s (%d of %d values, first at index %s)" % (shown, int((~fits).sum()), fits.size, index),
        "%s (shape %s is as expected)" % (shown, found.shape),
    )


def _deviation(found: np.ndarray, want: np.ndarray, rtol: float, atol: float) -> str:
    """The kind of deviation, in words that give no value away."""

    def same(a: np.ndarray, b: np.ndarray) -> bool:
        return bool(np.isclose(a, b, rtol=rtol, atol=atol).all())

    if np.isnan(found).any() and not np.isnan(want).any():
        return "there are NaN values where numbers are expected"
    if np.isinf(found).any() and not np.isinf(want).any():
        return "there are infinite values where finite ones are expected"
    if not np.isfinite(want).all():
        return "the values differ from what is expected"
    if not found.any():
        return "zero where other values are expected" if found.ndim == 0 else "all values are zero"
    if same(found, -want):
        return "the sign is the opposite of what is expected"
    return "the value is off" if found.ndim == 0 else "the values are off"


def _like_shape(found: Tuple[int, ...], wanted: Sequence[int]) -> str:
    """A shape for the message of a hidden check, if it is made of the wanted one's sides.

    One could spell out a hidden input with any other; SECURITY.md counts what is left.
    """
    sides = {1, int(np.prod(wanted)), *wanted}
    if len(found) <= min(3, len(wanted) + 1) and sides.issuperset(found):
        return "shape %s" % (found,)
    return "another shape, of %s" % _dimensions(found)


def _dimensions(shape: Tuple[int, ...]) -> str:
    many = len(shape)
    return "more than 4 dimensions" if many > 4 else "%d dimension%s" % (many, "s" * (many != 1))


def _like_length(found: int, wanted: int) -> str:
    """A length for the message of a hidden check."""
    near = found <= 4 or abs(found - wanted) <= 2 or found == 2 * wanted
    return str(found) if near else "many more" if found > wanted else "fewer"


def _wrong_kind(what: str, wanted: str, value: Any) -> Mismatch:
    kind, detail = _describe(value)
    told = "%s: expected %s, got " % (what, wanted)
    # An object's type name is the student's to choose, so a hidden check does not repeat it.
    sides = Sides(what, Words(detail or kind), Words(wanted))
    return Mismatch(told + (detail or kind), told + kind, sides)


def _describe(value: Any) -> Tuple[str, str]:
    """What kind of thing came back, and the same with what only a public check shows."""
    if value is None:
        return "None", ""
    if isinstance(value, Ref):
        article = "an" if value.type_name[:1].lower() in "aeiou" else "a"
        return "an object", "%s %s" % (article, value.type_name)
    if isinstance(value, np.ndarray):
        if value.ndim == 0:
            told = "a bool" if value.dtype.kind == "b" else "a number of dtype %s" % value.dtype
            return told, "%s (%s)" % (told, brief(value, 60))
        told = "an array of %s and dtype %s"
        return (
            told % (_dimensions(value.shape), value.dtype),
            told % ("shape %s" % (value.shape,), value.dtype),
        )
    names = {list: "a list or tuple", dict: "a dict", bool: "a bool", str: "a string"}
    names.update({int: "an int", float: "a float", bytes: "bytes"})
    return names[type(value)], "%s (%s)" % (names[type(value)], brief(value, 60))
