"""The wire: honest values come through unchanged, all else is a WireError and nothing worse."""

from contextlib import suppress

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.kit.plain import MAX_DEPTH, Ref
from autograder.worker import wire

DTYPES = ["bool", "int8", "uint16", "int64", "float16", "float32", "float64", "complex128"]
arrays = st.sampled_from(DTYPES).flatmap(
    lambda name: hnp.arrays(name, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.text(max_size=20)
    | st.binary(max_size=20)
    | arrays
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5) | st.integers(-9, 9), inner, max_size=4)
    ),
    max_leaves=12,
)


def there_and_back(value):
    frame = wire.encode(value)
    structure, rest = wire.frame_lengths(frame[: wire.HEADER.size])
    body = frame[wire.HEADER.size :]
    assert len(body) == structure + rest
    return wire.decode(body[:structure], body[structure:])


def same(left, right):
    if isinstance(left, np.ndarray):
        return (
            type(right) is np.ndarray
            and left.dtype == right.dtype
            and left.shape == right.shape
            and np.array_equal(left, right, equal_nan=left.dtype.kind in "fc")
        )
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right or (isinstance(left, float) and left != left and right != right)


@given(values)
def test_plain_values_come_back_as_they_were(value):
    assert same(value, there_and_back(value))


def test_arrays_can_be_written_to_after_the_journey():
    received = there_and_back(np.arange(3.0))
    received[0] = 7.0
    assert received.tolist() == [7.0, 1.0, 2.0]


def test_handles_keep_number_and_type_name():
    received = there_and_back([Ref(3, "Adam")])[0]
    assert (received.number, received.type_name) == (3, "Adam")


@pytest.mark.parametrize("value", [object(), {1, 2}, 2**70, np.array([object()]), "\ud800"])
def test_what_has_no_honest_form_is_not_sent(value):
    with pytest.raises(wire.WireError):
        wire.encode([value])


@settings(max_examples=400)
@given(st.binary(max_size=200), st.binary(max_size=40))
def test_random_bytes_never_do_more_than_raise(structure, rest):
    with suppress(wire.WireError):
        wire.decode(structure, rest)


@settings(max_examples=300)
@given(values, st.data())
def test_changed_frames_never_do_more_than_raise(value, data):
    frame = bytearray(wire.encode(value))
    place = data.draw(st.integers(0, len(frame) - 1))
    frame[place] = data.draw(st.integers(0, 255))
    with suppress(wire.WireError):
        structure, _ = wire.frame_lengths(bytes(frame[: wire.HEADER.size]))
        body = bytes(frame[wire.HEADER.size :])
        wire.decode(body[:structure], body[structure:])


def extension(code, *content):
    return msgspec.msgpack.encode(msgspec.msgpack.Ext(code, msgspec.msgpack.encode(content)))


@pytest.mark.parametrize(
    "content",
    [
        ("|O8", [1], 0),
        ("<V8", [1], 0),
        ("<M8[s]", [1], 0),
        (">f8", [1], 0),
        ("<f8", [2], 0),
        ("<f8", [1], -8),
        ("<f8", [1], 8),
        ("<f8", [1 << 41], 0),
        ("<f8", [-1], 0),
        ("<f8", [1] * 33, 0),
        ("<f8", "11", 0),
    ],
)
def test_an_array_that_lies_about_itself_is_refused(content):
    with pytest.raises(wire.WireError):
        wire.decode(extension(1, *content), b"\0" * 8)


def test_an_empty_array_may_have_any_shape_but_costs_no_memory():
    assert wire.decode(extension(1, "<f8", [0, 1 << 39], 0), b"").size == 0


def test_oversized_frames_are_refused_before_they_are_read():
    with pytest.raises(wire.WireError):
        wire.frame_lengths(wire.HEADER.pack(wire.MAX_STRUCTURE + 1, 0))
    with pytest.raises(wire.WireError):
        wire.frame_lengths(wire.HEADER.pack(0, wire.MAX_ARRAYS + 1))


def test_deep_nesting_is_refused():
    deep = b"\x91" * (MAX_DEPTH + 20) + b"\xc0"
    with pytest.raises(wire.WireError):
        wire.decode(deep, b"")
    with pytest.raises(wire.WireError):
        wire.decode(b"\x91" * 100_000 + b"\xc0", b"")


@pytest.mark.parametrize(
    "pairs", [3, [[1]], [[1.5, 0]], [[[1], 0]], [[number, 0] for number in range(10_001)]]
)
def test_pairs_that_make_no_dict_are_refused(pairs):
    with pytest.raises(wire.WireError):
        wire.decode(msgspec.msgpack.encode({"\0pairs": pairs}), b"")
