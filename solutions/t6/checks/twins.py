"""An undisturbed twin: another object of the student's own class, asked for the same steps.

Trusted side only. A check of a property, such as "reset forgets the velocities", must not fail for
a formula that another check is about. So what comes back has to follow the formula, or else has to
equal what the twin gives; and a twin counts only with signs of life, since an optimizer that does
nothing is like any twin of it.
"""

from contextlib import contextmanager, suppress
from typing import Any, Dict, Iterator, Mapping, Optional

import numpy as np

from autograder.kit import StudentError, Submission, expect

from .oracles_numpy import Arrays, Settings
from .walks import Walk

Gradients = Mapping[str, Optional[np.ndarray]]

# What differs by less than this may be noise.
_NOTICEABLE = 1e-5


@contextmanager
def aside(sub: Submission) -> Iterator[None]:
    """Ask what nobody has promised to answer: an exception is let go, and the transcript forgets.

    So a mistake is known again in a student's work, whatever else they have or have not written.
    """
    length = len(sub.transcript)
    with suppress(StudentError):
        yield
    del sub.transcript[length:]


class Signs:
    """What shows that an optimizer does something; asked around the last step of a walk.

    Args:
        sub: the submission.
        name: name of the optimizer's class.
        walk: the walk; its last settings are those of the optimizers that are asked.
    """

    def __init__(self, sub: Submission, name: str, walk: Walk) -> None:
        self._settings, grads = walk.moves[-1]
        self._make = getattr(sub, name)
        self._before = walk.befores[-1]
        self._grads = {key: np.asarray(g) for key, g in grads.items() if g is not None}
        self._second = self._second_step({}, 1.0)
        self._turned = self._second_step({}, -2.0)
        self._plain: Any = None
        if self._settings.get("nesterov"):
            # Somebody may have written this kind of step and not yet the classical one.
            with aside(sub):
                self._plain = self._second_step({"nesterov": False}, 1.0)
        past = [(settings, _scaled(grads, -2.0)) for settings, grads in walk.moves[:-1]]
        other = walk.along([*past, walk.moves[-1]])
        self._other_past = other.take(self._make(**walk.moves[0][0]))[walk.labels[-1]]

    def _second_step(self, other: Settings, factor: float) -> Any:
        """The second of two steps from one point; some wrong formulas begin with the second."""
        optimizer = self._make(**{**self._settings, **other})
        grads = _scaled(self._grads, factor)
        optimizer.step(self._before, grads)
        return optimizer.step(self._before, grads)

    def judge(self, last: Optional[Any] = None) -> None:
        """The optimizer moves parameters, along the gradients, and by its history.

        Args:
            last: what came back for the last step of the walk, which must differ from that of an
                optimizer with other gradients before it; None when there is no history.
        """
        what = "the parameters after a step"
        second = read(self._second, self._before, what)
        turned = read(self._turned, self._before, what)
        expect.that(differ(second, self._before), what, "differ from those before it")
        expect.that(differ(second, turned), what, "depend on the gradients")
        if self._plain is not None:
            plain = read(self._plain, self._before, what)
            expect.that(differ(second, plain), what, "depend on nesterov")
        if last is not None:
            found = read(last, self._before, what)
            other = read(self._other_past, self._before, what)
            expect.that(differ(found, other), what, "depend on the gradients of earlier steps")


def _scaled(grads: Gradients, factor: float) -> Dict[str, Optional[np.ndarray]]:
    return {key: None if g is None else factor * g for key, g in grads.items()}


def judge_beside(
    sub: Submission,
    walk: Walk,
    replies: Mapping[str, Any],
    twin: Mapping[str, Any],
    whose: str,
    atol: float = 3e-6,
) -> bool:
    """The replies follow the formula, or else equal those of a twin.

    Args:
        sub: the submission.
        walk: what was asked.
        replies: what came back, by the walk's labels.
        twin: what a twin gave for the same steps.
        whose: the twin, as words after "those of", such as ``"a fresh optimizer"``.
        atol: absolute tolerance.

    Returns:
        Whether they follow the formula; if not, signs of life are still to be judged.

    Raises:
        Mismatch: neither.
    """
    if follow_formula(sub, walk, replies, atol):
        return True
    what = "the parameters beside those of %s" % whose
    wanted = {
        label: read(twin[label], before, what) for label, before in zip(walk.labels, walk.befores)
    }
    expect.close(replies, wanted, what, atol=atol)
    return False


def follow_formula(
    sub: Submission, walk: Walk, replies: Mapping[str, Any], atol: float = 3e-6
) -> bool:
    """Whether the replies follow the formula, under one of its accepted conventions."""
    return expect.holds(lambda: walk.judge(sub, replies, atol))


def read(reply: Any, like: Arrays, what: str) -> Arrays:
    """What a step returned, as arrays of the right names and shapes.

    Raises:
        Mismatch: it is something else.
    """
    found = expect.mapping(reply, what, list(like))
    return {
        key: expect.array(found[key], "%s, entry %r" % (what, key), value.shape)
        for key, value in like.items()
    }


def differ(left: Arrays, right: Arrays) -> bool:
    """Whether any finite entries differ noticeably."""
    return any(_differ(left[key], right[key]) for key in left)


def _differ(left: np.ndarray, right: np.ndarray) -> bool:
    finite = np.isfinite(left) & np.isfinite(right)
    found, other = left[finite], right[finite]
    return bool((np.abs(found - other) > _NOTICEABLE * (1.0 + np.abs(found))).any())


def close(left: Arrays, right: Arrays) -> bool:
    """Whether all entries are equal within the tolerance of a step."""
    return expect.holds(lambda: expect.close(left, right, "the parameters", atol=3e-6))


def judge_influence(
    walk: Walk, replies: Mapping[str, Any], other: Mapping[str, Any], key: str
) -> None:
    """A setting matters: with another value of it, some step ends elsewhere.

    Args:
        walk: what was asked.
        replies: what came back.
        other: what came back for some of the steps with another value; none says nothing.
        key: the setting's name.
    """
    what = "the parameters after a step"
    changed = [
        differ(read(replies[label], before, what), read(other[label], before, what))
        for label, before in zip(walk.labels, walk.befores)
        if label in other
    ]
    if changed:
        expect.that(any(changed), what, "depend on the attribute %s as it is then" % key)
