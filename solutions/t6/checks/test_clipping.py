"""Checks of `clipping.py` that need only NumPy: norms, and the three clips."""

from functools import partial

import numpy as np

from autograder.kit import check, expect

from .untouched import judge_beside_copies

LIMIT_NAMES = {
    "clip_by_value": "limit",
    "clip_by_norm": "max_norm",
    "clip_by_global_norm": "max_norm",
}
PAIR = "the clipped gradients, and the norm before clipping"


# global_norm


@check(
    "global_norm",
    "3, 4 and 12 have the norm 13",
    public=True,
    hint="Norms of arrays do not add; squares do.",
)
def test_global_norm_pythagoras(sub):
    grads = [np.array([[3.0], [4.0]]), None, np.array([12.0])]
    expect.close(sub.global_norm(grads), 13.0, "the norm of all gradients together")


@check(
    "global_norm",
    "several arrays of any shape count as one long vector",
    weight=2,
    hint="Every entry of every array contributes its square once.",
)
def test_global_norm_values(sub, rng):
    grads = _draw(rng, rng.uniform(0.5, 8.0, size=4), none=False)
    small = [1e-3 * g for g in grads]
    replies = [sub.global_norm(grads), sub.global_norm(small)]
    what = "the norms of all gradients together, and of small ones"
    expect.close(replies, [_norm(grads), _norm(small)], what)


@check(
    "global_norm",
    "None is left out, and without any gradient the norm is 0",
    weight=0.5,
    hint="An empty list, or one with nothing but None, has nothing to add up.",
)
def test_global_norm_nothing(sub, rng):
    nones = [None] * int(rng.integers(1, 5))
    replies = [sub.global_norm([]), sub.global_norm(nones), sub.global_norm([np.zeros(3), *nones])]
    grads = [*nones, np.full(4, float(rng.uniform(1.0, 2.0)))]
    beside = sub.global_norm(grads)
    for reply, what in zip(replies, ("an empty list", "a list of None", "zeros and None")):
        expect.close(reply, 0.0, "the norm of " + what)
    told = "the norm of None and an array"
    judge_beside_copies(
        lambda: expect.close(beside, _norm(grads), told), beside, sub.global_norm(grads[-1:]), 0.0
    )


@check(
    "global_norm",
    "an entry that is not finite shows in the norm",
    weight=0.5,
    hint="NaN and infinity should come through; somebody wants to know of them.",
)
def test_global_norm_not_finite(sub, rng):
    replies = []
    for bad in (np.nan, np.inf, -np.inf):
        grads = _draw(rng, [2.0, 3.0, 1.0], none=False)
        grads[int(rng.choice(3))].flat[0] = bad
        replies.append(expect.number(sub.global_norm(grads), "the norm"))
    for number, bad in zip(replies, ("NaN", "inf", "-inf")):
        expect.that(not np.isfinite(number), "the norm with an entry of " + bad, "not be finite")


@check(
    "global_norm",
    "the gradients are not changed",
    weight=0.5,
    hint="Squaring in place changes what somebody else still needs.",
)
def test_global_norm_untouched(sub, rng):
    grads = _draw(rng, rng.uniform(1.0, 5.0, size=3), none=False)
    held = _hold(sub, grads)
    reply, copies = sub.global_norm(held), sub.global_norm(grads)
    other = sub.global_norm([2 * g for g in grads])
    what = "the norm of all gradients together"
    _expect_untouched(held, grads)
    judge_beside_copies(lambda: expect.close(reply, _norm(grads), what), reply, copies, other)


@check(
    "global_norm",
    "float32 gradients are measured in float64, where no square is lost",
    weight=0.5,
    hint="The largest number of float32 is about 3e38; what is the square of 1e20?",
)
def test_global_norm_float32(sub, rng):
    for size, what in ((1e20, "the norm of huge float32 gradients"), (1e-25, "that of tiny ones")):
        grads = _single(rng, size)
        cases = (grads, _wide(grads), [2 * g for g in _wide(grads)])
        replies = [expect.number(sub.global_norm(case), what) for case in cases]
        _judge_beside_float64(
            lambda: expect.close(replies[0], _norm(_wide(grads)), what, atol=0),  # noqa: B023
            *(reply / size for reply in replies),
        )


# clip_by_value


@check(
    "clip_by_value",
    "entries beyond the limit are cut off on both sides",
    public=True,
    hint="The limit is a fence on both sides; what is inside it is not touched.",
)
def test_clip_by_value_both_sides(sub):
    grads = [np.array([[3.0, -4.5], [0.0, 1.0]]), None, np.array([12.0, -0.5])]
    wanted = [np.array([[2.5, -2.5], [0.0, 1.0]]), None, np.array([2.5, -0.5])]
    expect.close(sub.clip_by_value(grads, 2.5), wanted, "the clipped gradients")


@check(
    "clip_by_value",
    "the arrays that were handed in stay as they are",
    public=True,
    weight=0,
    hint="Clip a copy; what comes back are new arrays.",
)
def test_clip_by_value_keeps(sub):
    grads = [np.array([[3.0, -4.5], [0.0, 1.0]]), np.array([12.0, -0.5])]
    held = sub.hold(grads)
    sub.clip_by_value(held, 2.5)
    expect.close(held.value(), grads, "the gradients that were handed in, afterwards")


@check(
    "clip_by_value",
    "float32 stays float32, and float64 stays float64",
    public=True,
    weight=0.5,
    hint="A float64 number can turn a float32 array into float64.",
)
def test_clip_by_value_dtypes(sub):
    _expect_dtypes(sub.clip_by_value([np.array([3.0, -9.0], np.float32), np.array([5.0])], 2.0))


@check(
    "clip_by_value",
    "every entry of every array is brought into the interval",
    weight=2,
    hint="Entries are looked at one by one; an array's length does not matter here.",
)
def test_clip_by_value_values(sub, rng):
    limit = float(rng.uniform(1.0, 3.0))
    grads = [limit * _spread(rng, (3, 4)), limit * _spread(rng, (2, 2, 3))]
    wanted = [np.clip(g, -limit, limit) for g in grads]
    expect.close(sub.clip_by_value(grads, limit), wanted, "the clipped gradients")


@check(
    "clip_by_value",
    "gradients within the limit and None come back with equal values",
    hint="Clipping never makes anything larger.",
)
def test_clip_by_value_within(sub, rng):
    limit = float(rng.uniform(4.0, 9.0))
    grads = [rng.uniform(-3.0, 3.0, size=(2, 3)), None, np.zeros(4), rng.uniform(-3.0, 3.0, size=5)]
    cases = [grads, [None, np.zeros(2)], []]
    replies = [sub.clip_by_value(case, limit) for case in cases]
    expect.close(replies[0], grads, "gradients within the limit, clipped")
    expect.close(replies[1], cases[1], "None and zeros, clipped")
    expect.close(replies[2], [], "an empty list, clipped")


@check(
    "clip_by_value",
    "the gradients handed in are not changed",
    hint="Clip a copy; what comes back are new arrays.",
)
def test_clip_by_value_untouched(sub, rng):
    limit = float(rng.uniform(1.0, 3.0))
    grads = [limit * _spread(rng, (2, 6)), limit * _spread(rng, (12,))]
    wanted = [np.clip(g, -limit, limit) for g in grads]
    held, reply, others = _ask_kept(sub.clip_by_value, sub, grads, limit)
    _expect_untouched(held, grads)
    judge_beside_copies(
        lambda: expect.close(reply, wanted, "the clipped gradients"), reply, *others, given=grads
    )


@check(
    "clip_by_value",
    "a limit that is not positive and an entry that is not finite raise ValueError",
    weight=0.5,
    hint="Cutting infinity off at the limit would hide it.",
)
def test_clip_by_value_refusals(sub, rng):
    _expect_refusals(sub, rng, "clip_by_value")


# clip_by_norm


@check(
    "clip_by_norm",
    "each array is shortened on its own",
    public=True,
    hint="An array that is short enough is not touched by its long neighbour.",
)
def test_clip_by_norm_example(sub):
    grads = [np.array([[3.0, -4.0]]), None, np.array([0.6, 0.8]), np.array([12.0])]
    wanted = [np.array([[1.2, -1.6]]), None, np.array([0.6, 0.8]), np.array([2.0])]
    expect.close(sub.clip_by_norm(grads, 2.0), wanted, "the clipped gradients")


@check(
    "clip_by_norm",
    "float32 stays float32, and float64 stays float64",
    public=True,
    weight=0.5,
    hint="A float64 number can turn a float32 array into float64.",
)
def test_clip_by_norm_dtypes(sub):
    _expect_dtypes(sub.clip_by_norm([np.array([3.0, -9.0], np.float32), np.array([5.0])], 2.0))


@check(
    "clip_by_norm",
    "long arrays get the norm max_norm and keep their direction",
    weight=2,
    hint="Each array has a factor of its own, made from its own length.",
)
def test_clip_by_norm_values(sub, rng):
    limit = float(rng.uniform(2.0, 4.0))
    factors = rng.permutation([3.0, 0.4, 1.5, 0.8])
    grads = _draw(rng, limit * factors * rng.uniform(0.9, 1.1, size=4), none=False)
    wanted = [g * min(1.0, limit / np.linalg.norm(g)) for g in grads]
    expect.close(sub.clip_by_norm(grads, limit), wanted, "the clipped gradients")


@check(
    "clip_by_norm",
    "arrays within the limit, zeros and None come back with equal values",
    hint="A zero gradient has no direction to keep, and must not become 0/0.",
)
def test_clip_by_norm_within(sub, rng):
    limit = float(rng.uniform(2.0, 4.0))
    grads = _draw(rng, limit * rng.uniform(0.7, 0.9, size=3))
    cases = [grads, [np.zeros((2, 2)), None], []]
    replies = [sub.clip_by_norm(case, limit) for case in cases]
    expect.close(replies[0], grads, "arrays within the limit, clipped")
    expect.close(replies[1], cases[1], "zeros and None, clipped")
    expect.close(replies[2], [], "an empty list, clipped")


@check(
    "clip_by_norm",
    "float32 gradients are measured in float64, where no square overflows",
    weight=0.5,
    hint="The largest number of float32 is about 3e38; what is the square of 1e20?",
)
def test_clip_by_norm_float32(sub, rng):
    limit, grads = float(rng.uniform(2.0, 4.0)), _single(rng, 1e20)
    wanted = [g * limit / np.linalg.norm(g) for g in _wide(grads)]
    cases = (grads, _wide(grads), _others(_wide(grads)))
    replies = [sub.clip_by_norm(case, limit) for case in cases]
    what = "huge float32 gradients, clipped"
    _judge_beside_float64(lambda: expect.close(replies[0], wanted, what), *replies)


@check(
    "clip_by_norm",
    "the gradients handed in are not changed",
    hint="Shorten a copy; what comes back are new arrays.",
)
def test_clip_by_norm_untouched(sub, rng):
    limit = float(rng.uniform(2.0, 4.0))
    grads = _draw(rng, limit * rng.uniform(2.0, 3.0, size=3), none=False)
    wanted = [g * limit / np.linalg.norm(g) for g in grads]
    held, reply, others = _ask_kept(sub.clip_by_norm, sub, grads, limit)
    _expect_untouched(held, grads)
    judge_beside_copies(
        lambda: expect.close(reply, wanted, "the clipped gradients"), reply, *others, given=grads
    )


@check(
    "clip_by_norm",
    "a limit that is not positive and an entry that is not finite raise ValueError",
    weight=0.5,
    hint="The norm of an array with a NaN is NaN, and NaN > limit is False.",
)
def test_clip_by_norm_refusals(sub, rng):
    _expect_refusals(sub, rng, "clip_by_norm")


# clip_by_global_norm


@check(
    "clip_by_global_norm",
    "3, 4 and 12 at a limit of 6.5 are halved together, and the norm was 13",
    public=True,
    hint="All arrays share one factor; the second value is the norm before clipping.",
)
def test_clip_by_global_norm_example(sub):
    grads = [np.array([3.0, -4.0]), None, np.array([[12.0]])]
    reply = expect.sequence(sub.clip_by_global_norm(grads, 6.5), "what comes back", 2, PAIR)
    wanted = [np.array([1.5, -2.0]), None, np.array([[6.0]])]
    expect.close(reply[0], wanted, "the clipped gradients")
    expect.close(reply[1], 13.0, "the norm before clipping")


@check(
    "clip_by_global_norm",
    "float32 stays float32, and float64 stays float64",
    public=True,
    weight=0.5,
    hint="A float64 number can turn a float32 array into float64.",
)
def test_clip_by_global_norm_dtypes(sub):
    grads = [np.array([3.0, -9.0], np.float32), np.array([5.0])]
    reply = expect.sequence(sub.clip_by_global_norm(grads, 2.0), "what comes back", 2, PAIR)
    _expect_dtypes(reply[0])


@check(
    "clip_by_global_norm",
    "all gradients shrink by one factor when they are too long together",
    weight=3,
    hint="Ratios between entries, of one array or of two, are the same before and after.",
)
def test_clip_by_global_norm_values(sub, rng):
    limit = float(rng.uniform(2.0, 4.0))
    factors = rng.permutation([2.5, 0.3, 0.8, 0.0])
    grads = _draw(rng, limit * factors * rng.uniform(0.9, 1.1, size=4), none=False)
    _expect_clipped(sub.clip_by_global_norm(grads, limit), grads, limit)


@check(
    "clip_by_global_norm",
    "many gradients that are short on their own can be too long together",
    weight=1.5,
    hint="The limit is compared with one number, made of all of them.",
)
def test_clip_by_global_norm_short_ones(sub, rng):
    limit = float(rng.uniform(2.0, 4.0))
    grads = _draw(rng, limit * rng.uniform(0.7, 0.9, size=4), none=False)
    pair = expect.sequence(sub.clip_by_global_norm(grads, limit), "what comes back", 2, PAIR)
    expect.close(pair[0], _clipped(grads, limit), "the clipped gradients")


@check(
    "clip_by_global_norm",
    "gradients within the limit come back with equal values, and their norm",
    weight=1.5,
    hint="Clipping never makes anything larger.",
)
def test_clip_by_global_norm_within(sub, rng):
    grads = _draw(rng, rng.uniform(1.0, 3.0, size=3), none=False)
    limit = _norm(grads) * float(rng.uniform(1.2, 1.8))
    _expect_clipped(sub.clip_by_global_norm(grads, limit), grads, limit)


@check(
    "clip_by_global_norm",
    "zeros and None stay what they are, and without any gradient the norm is 0",
    hint="Ask whether the norm is too large before you divide by it.",
)
def test_clip_by_global_norm_zeros(sub, rng):
    limit = float(rng.uniform(0.5, 2.0))
    cases = [[np.zeros((2, 3)), None, np.zeros(2)], [None, None], []]
    replies = [sub.clip_by_global_norm(grads, limit) for grads in cases]
    for grads, reply, what in zip(cases, replies, ("zeros and None", "None only", "an empty list")):
        pair = expect.sequence(reply, "what comes back for " + what, 2, PAIR)
        expect.close(pair, (grads, 0.0), "gradients and norm of " + what)


@check(
    "clip_by_global_norm",
    "float32 gradients are measured in float64, where no square overflows",
    weight=0.5,
    hint="The largest number of float32 is about 3e38; what is the square of 1e20?",
)
def test_clip_by_global_norm_float32(sub, rng):
    limit, grads = float(rng.uniform(2.0, 4.0)), _single(rng, 1e20)
    cases = (grads, _wide(grads), _others(_wide(grads)))
    pairs = [sub.clip_by_global_norm(case, limit) for case in cases]
    replies = [expect.sequence(pair, "what comes back", 2, PAIR)[0] for pair in pairs]
    wanted, what = _clipped(_wide(grads), limit), "huge float32 gradients, clipped"
    _judge_beside_float64(lambda: expect.close(replies[0], wanted, what), *replies)


@check(
    "clip_by_global_norm",
    "the gradients handed in are not changed",
    hint="Shorten copies; what comes back are new arrays.",
)
def test_clip_by_global_norm_untouched(sub, rng):
    limit = float(rng.uniform(2.0, 4.0))
    grads = _draw(rng, limit * rng.uniform(1.5, 3.0, size=3), none=False)
    held, reply, others = _ask_kept(sub.clip_by_global_norm, sub, grads, limit)
    _expect_untouched(held, grads)
    clipped = expect.sequence(reply, "what comes back", 2, PAIR)[0]
    judge_beside_copies(lambda: _expect_clipped(reply, grads, limit), reply, *others)
    judge_beside_copies(
        lambda: expect.close(clipped, _clipped(grads, limit), "the clipped gradients"),
        clipped,
        clipped,
        given=grads,
    )


@check(
    "clip_by_global_norm",
    "a limit that is not positive and an entry that is not finite raise ValueError",
    weight=0.5,
    hint="One NaN in the factor would spread to every gradient.",
)
def test_clip_by_global_norm_refusals(sub, rng):
    _expect_refusals(sub, rng, "clip_by_global_norm")


def _expect_dtypes(clipped):
    """A float32 array and a float64 array came back as such."""
    arrays = expect.sequence(clipped, "the clipped gradients", 2)
    expect.dtype(arrays[0], "a float32 gradient, clipped", "float32")
    expect.dtype(arrays[1], "a float64 gradient, clipped", "float64")


def _draw(rng, norms, none=True):
    """Gradients of several shapes with the given norms, and a None among them."""
    shapes = [(2, 3), (4,), (2, 2, 2), (5, 1)]
    grads = []
    for norm, shape in zip(norms, shapes):
        g = rng.uniform(0.3, 1.0, size=shape) * rng.choice([-1.0, 1.0], size=shape)
        grads.append(g * norm / np.linalg.norm(g))
    return [grads[0], None, *grads[1:]] if none else grads


def _spread(rng, shape):
    """Magnitudes from 0.1 to 5 and both signs; some entries are within 1, some beyond, for sure."""
    size = int(np.prod(shape))
    magnitudes = np.resize([0.2, 2.0, 0.5, 4.0], size) * rng.uniform(0.5, 1.25, size=size)
    return rng.permutation(magnitudes * np.resize([1.0, 1.0, -1.0, -1.0, -1.0], size)).reshape(
        shape
    )


def _single(rng, size):
    """float32 gradients of about this size, the squares of whose entries may not fit float32."""
    return [(size * g).astype(np.float32) for g in _draw(rng, [3.0, 4.0], none=False)]


def _judge_beside_float64(right, reply, wide, other):
    """Right, or else what the same numbers in float64 give, which other checks are about.

    Then it has to differ from the answer for other numbers.
    """
    what = "the answer for float32 gradients"
    finite, other_than_zero = _has_numbers(reply)
    expect.that(finite, what, "be finite")
    expect.that(other_than_zero, what, "not be 0 throughout")
    judge_beside_copies(right, reply, wide, other, whose="the same numbers in float64")


def _has_numbers(reply):
    """Whether all of it is finite, and whether none of its arrays is 0 throughout."""
    parts = reply if isinstance(reply, list) else [reply]
    arrays = [np.asarray(each) for each in parts if isinstance(each, (float, np.ndarray))]
    arrays = [each for each in arrays if each.dtype.kind in "biuf"]
    return all(np.isfinite(each).all() for each in arrays), all(each.any() for each in arrays)


def _wide(grads):
    return [g.astype(np.float64) for g in grads]


def _norm(grads):
    return float(np.sqrt(sum(np.sum(g**2) for g in grads if g is not None)))


def _expect_clipped(reply, grads, limit):
    pair = expect.sequence(reply, "what comes back", 2, PAIR)
    expect.close(pair[0], _clipped(grads, limit), "the clipped gradients")
    expect.close(pair[1], _norm(grads), "the norm before clipping")


def _clipped(grads, limit):
    norm = _norm(grads)
    factor = limit / norm if norm > limit else 1.0
    return [g * factor for g in grads]


def _ask_kept(clip, sub, grads, limit):
    """Arrays that are kept, the answer for them, and those for copies and for other arrays."""
    held = _hold(sub, grads)
    reply = clip(held, limit)
    return held, reply, [clip(grads, limit), clip(_others(grads), limit)]


def _others(grads):
    """Other gradients of the same shapes and norms, whose magnitudes are others, too."""
    return [-g[::-1] for g in grads]


def _hold(sub, grads):
    return [None if g is None else sub.hold(g) for g in grads]


def _expect_untouched(held, grads):
    for position, (handle, g) in enumerate(zip(held, grads)):
        if g is not None:
            expect.close(handle.value(), g, "the array given as gradient %d, afterwards" % position)


def _expect_refusals(sub, rng, name):
    """Bad limits and entries that are not finite raise, whatever their place in the list."""
    clip, what = getattr(sub, name), LIMIT_NAMES[name]
    grads = _draw(rng, [3.0, 2.0, 1.0], none=False)
    cases = [("%s is %g" % (what, limit), partial(clip, grads, limit)) for limit in (0.0, -1.0)]
    for bad, label in ((np.nan, "NaN"), (np.inf, "inf"), (-np.inf, "-inf")):
        for position in (0, 2):
            spoiled = [g.copy() for g in grads]
            spoiled[position].flat[int(rng.integers(4))] = bad
            cases.append(("an entry of a gradient is " + label, partial(clip, spoiled, 1.0)))
    expect.all_raise("ValueError", cases)
