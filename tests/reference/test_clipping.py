"""The NumPy clips: worked numbers, properties, None, dtypes and what they refuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

PAIR = [np.array([3.0, 4.0]), np.array([12.0])]
CLIPS = ("clip_by_value", "clip_by_norm", "clip_by_global_norm")
MANY = settings(max_examples=60, deadline=None)
limits = st.floats(0.01, 100)
gradient_lists = st.lists(
    st.none()
    | arrays(
        np.float64,
        array_shapes(max_dims=2, max_side=4),
        elements=st.floats(-1e3, 1e3, allow_subnormal=False),
    ),
    max_size=4,
)


def clip(clipping, name, grads, limit):
    result = getattr(clipping, name)(grads, limit)
    return result[0] if name == "clip_by_global_norm" else result


def joined(grads):
    return np.concatenate([np.zeros(1), *(g.ravel() for g in grads if g is not None)])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("clip_by_global_norm", [[0.9231, 1.2308], [3.6923]]),
        ("clip_by_norm", [[2.4, 3.2], [4.0]]),
        ("clip_by_value", [[3.0, 4.0], [4.0]]),
    ],
)
def test_three_clips_at_four(clipping, name, expected):
    for got, wanted in zip(clip(clipping, name, PAIR, 4.0), expected, strict=True):
        np.testing.assert_allclose(got, wanted, atol=5e-5)


def test_small_gradients_are_not_scaled_up(clipping):
    small = [np.array([0.3, 0.4]), np.array([1.2])]
    clipped, norm = clipping.clip_by_global_norm(small, 6.5)
    assert norm == pytest.approx(1.3)
    for got, wanted in zip(clipped, small, strict=True):
        np.testing.assert_array_equal(got, wanted)


@MANY
@given(grads=gradient_lists)
def test_the_global_norm_is_that_of_one_long_vector(clipping, grads):
    norm = clipping.global_norm(grads)
    assert isinstance(norm, float)
    assert norm == pytest.approx(np.linalg.norm(joined(grads)))


@pytest.mark.parametrize("grads", [[], [None, None]])
def test_no_gradients_have_norm_zero(clipping, grads):
    assert clipping.global_norm(grads) == 0.0
    assert clipping.clip_by_global_norm(grads, 1.0) == (grads, 0.0)


def test_norms_that_overflow_float32_or_are_not_finite(clipping):
    huge = np.array([3e30, 4e30], dtype=np.float32)
    assert clipping.global_norm([huge]) == pytest.approx(5e30, rel=1e-6)
    clipped, norm = clipping.clip_by_global_norm([huge], 5.0)
    assert norm == pytest.approx(5e30, rel=1e-6)
    np.testing.assert_allclose(clipped[0], [3.0, 4.0], rtol=1e-6)
    assert clipping.global_norm([np.array([1.0, np.inf])]) == np.inf
    assert np.isnan(clipping.global_norm([np.ones(2), np.array([np.nan])]))


@pytest.mark.parametrize("name", CLIPS)
@MANY
@given(grads=gradient_lists, limit=limits)
def test_clipping_twice_is_clipping_once(clipping, name, grads, limit):
    once = clip(clipping, name, grads, limit)
    twice = clip(clipping, name, once, limit)
    np.testing.assert_allclose(joined(twice), joined(once), rtol=1e-12)


@pytest.mark.parametrize("name", CLIPS)
@MANY
@given(grads=gradient_lists, limit=limits)
def test_no_entry_grows_or_changes_its_sign(clipping, name, grads, limit):
    before, after = joined(grads), joined(clip(clipping, name, grads, limit))
    assert np.all(np.abs(after) <= np.abs(before))
    assert np.all(after * before >= 0)


@MANY
@given(grads=gradient_lists, limit=limits)
def test_global_clipping_keeps_the_direction_and_meets_the_limit(clipping, grads, limit):
    before = joined(grads)
    after, norm = clipping.clip_by_global_norm(grads, limit)
    assert norm == pytest.approx(np.linalg.norm(before))
    assert np.linalg.norm(joined(after)) == pytest.approx(min(norm, limit))
    np.testing.assert_allclose(joined(after) * norm, before * min(norm, limit), atol=1e-6)


@pytest.mark.parametrize("name", CLIPS)
@MANY
@given(grads=gradient_lists, limit=limits)
def test_the_list_keeps_its_form(clipping, name, grads, limit):
    kept = [None if g is None else g.copy() for g in grads]
    clipped = clip(clipping, name, grads, limit)
    for got, given_array, original in zip(clipped, grads, kept, strict=True):
        if original is None:
            assert got is None
            continue
        assert got.shape == original.shape
        assert not np.shares_memory(got, given_array)
        np.testing.assert_array_equal(given_array, original)


@pytest.mark.parametrize("name", CLIPS)
def test_zeros_stay_zeros_and_float32_stays_float32(clipping, name):
    grads = [np.zeros(2, np.float32), np.array(9.0, np.float32)]
    clipped = clip(clipping, name, grads, 1.0)
    assert [g.dtype for g in clipped] == [np.float32, np.float32]
    np.testing.assert_array_equal(clipped[0], 0.0)
    assert clipped[1].shape == () and clipped[1] == pytest.approx(1.0)
    np.testing.assert_array_equal(clip(clipping, name, grads[:1], 1.0)[0], 0.0)


@pytest.mark.parametrize("name", CLIPS)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_an_entry_that_is_not_finite_is_named_by_position(clipping, name, bad):
    with pytest.raises(ValueError, match=r"grads\[2\]"):
        clip(clipping, name, [np.ones(2), None, np.array([1.0, bad])], 1.0)


@pytest.mark.parametrize("name", CLIPS)
@pytest.mark.parametrize("limit", [0.0, -1.0])
def test_a_limit_must_be_positive(clipping, name, limit):
    with pytest.raises(ValueError, match="limit" if name == "clip_by_value" else "max_norm"):
        clip(clipping, name, PAIR, limit)
