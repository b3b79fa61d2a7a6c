"""Checks of `clipping.py` that need only NumPy: norms, and the three clips."""
import numpy as np
from checkkit import check, expect

PAIR = "the clipped gradients, and the norm before clipping"


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


def _expect_dtypes(clipped):
    """A float32 array and a float64 array came back as such."""
    arrays = expect.sequence(clipped, "the clipped gradients", 2)
    expect.dtype(arrays[0], "a float32 gradient, clipped", "float32")
    expect.dtype(arrays[1], "a float64 gradient, clipped", "float64")
