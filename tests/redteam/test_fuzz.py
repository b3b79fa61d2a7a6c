"""Random and damaged bytes into everything that decodes them, and all that was once found so."""

from __future__ import annotations

import json
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.kit import expect
from autograder.kit.plain import Ref
from autograder.kit.problems import Mismatch, Problem
from autograder.sandbox.session import Session

from .fuzz import targets

# What made a target fail once.
CRASHES = [
    (
        "expand_archive",  # a member without a name
        b"PK\x03\x14\0\0\0\0\0\x04E\x94w]\x83\x16\xdc\x8c\x01\0\0\0\x01\0\0\0\x07\0\0\0work.pyxPK"
        b"\x01\x02\x14\x03\x14\0\0\0\0\0E\x94w]\x83\x16\xdc\x8c\x01\0\0\0\x01\x03\x04\x14\0\0\0\0\0"
        b"Ew\x94]\x83\x16\xdc\x8c\x01\0\0\0\x01\0\0\0\x07\0\0yPK\x05\x06\0\0\0\0\x01\0\x01\0005\0\0\0"
        b"&\0\0\0\0\0",
    ),
]

leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=8)
    | st.binary(max_size=8)
    | st.builds(Ref, st.integers(-1, 9), st.text(max_size=8))
    | hnp.arrays(
        st.sampled_from(["f8", "f4", "i8", "u1", "?", "c16", "f2"]),
        hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
    )
)
plain = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=4) | st.integers(-9, 9), inner, max_size=4)
    ),
    max_leaves=10,
)
# Valid bytes with a few of them changed, cut out or put in.
edits = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 6), st.binary(max_size=6)), min_size=1, max_size=6
)


def damaged(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for where, length, instead in changes:
        at = int(where * len(data))
        data = data[:at] + instead + data[at + length :]
    return data


@pytest.mark.parametrize("name", targets.TARGETS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes=edits, which=st.integers(0, 7))
def test_damaged_bytes_are_refused_in_words(
    name: str, changes: list[tuple[float, int, bytes]], which: int
) -> None:
    valid = targets.seeds()[name]
    targets.TARGETS[name](damaged(valid[which % len(valid)], changes))


@pytest.mark.parametrize("name", targets.TARGETS)
@settings(max_examples=40, deadline=None)
@given(data=st.binary(max_size=200))
def test_random_bytes_are_refused_in_words(name: str, data: bytes) -> None:
    targets.TARGETS[name](data)


@pytest.mark.parametrize(("name", "data"), CRASHES)
def test_what_once_failed_does_no_more(name: str, data: bytes) -> None:
    targets.TARGETS[name](data)


@pytest.mark.parametrize("name", targets.TARGETS)
def test_what_long_runs_found_is_still_refused_in_words(name: str) -> None:
    for data in targets.corpus(name):
        targets.TARGETS[name](data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
cells = st.dictionaries(
    st.sampled_from(["cell_type", "source", "metadata", "tags", "input", "outputs"]),
    json_values | st.just("code") | st.just({"tags": ["experiment", 3, None]}),
)


@settings(max_examples=80, deadline=None)
@given(
    book=st.dictionaries(
        st.sampled_from(["cells", "worksheets", "metadata"]), st.lists(cells | json_values)
    )
)
def test_any_json_is_a_notebook_or_says_why_not(book: dict[str, Any]) -> None:
    targets.read_notebook(json.dumps(book).encode())


magics = st.lists(
    st.sampled_from(
        [
            *["%time ", "%%time\n", "!ls ", "x = !", "?", "??", "%", "%%", "(", ")", '"', "'"],
            *["\n", "    ", "for i in x:", "get_ipython()", ".system('x')", "pip install x", "é"],
            *["\t", "\\\n"],
        ]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(text=magics)
def test_any_mix_of_magics_is_read(text: str) -> None:
    targets.strip_magics(text.encode())


@settings(max_examples=300, deadline=None)
@given(reply=plain | st.lists(plain, min_size=1, max_size=6), numbered=st.booleans())
def test_whatever_a_worker_replies_is_an_answer_or_a_problem(reply: Any, numbered: bool) -> None:
    session = _deaf_session(reply, numbered)
    try:
        session.ask("call", None, "double", [], {})
    except Problem as problem:
        assert str(reply) not in problem.hidden or len(str(reply)) < 4


kinds = st.sampled_from(["value", "raised", "unusable", "begin", ""])


@settings(max_examples=200, deadline=None)
@given(kind=kinds, rest=st.lists(plain, max_size=5))
def test_a_reply_of_any_known_kind_is_an_answer_or_a_problem(kind: str, rest: list[Any]) -> None:
    session = _deaf_session([0, kind, *rest], numbered=True)
    with suppress(Problem):
        session.ask("call", None, "double", [], {})


def _deaf_session(reply: Any, numbered: bool) -> Session:
    """A session whose worker says one thing, whatever it is asked."""
    session = object.__new__(Session)
    session._sibling = None
    session.__dict__.update(
        _nonce=0,
        asks=0,
        _ended="",
        _pidfd=-1,
        _pid=0,
        _allowance=None,
        _line=lambda unit, number: ("", 0, ""),
        _send=lambda *a, **k: None,
    )

    def receive() -> Any:
        if numbered and type(reply) is list and reply:
            return [session._nonce, *reply[1:]]
        return reply

    session.__dict__["_receive"] = receive
    return session


@settings(max_examples=300, deadline=None)
@given(value=plain)
def test_every_expectation_takes_every_value(value: Any) -> None:
    asked = SimpleNamespace(value=value)
    questions = [
        lambda: expect.array(asked.value, "it", (2,)),
        lambda: expect.number(asked.value, "it"),
        lambda: expect.integer(asked.value, "it"),
        lambda: expect.boolean(asked.value, "it"),
        lambda: expect.text(asked.value, "it", ["a", "b"]),
        lambda: expect.sequence(asked.value, "it", 2),
        lambda: expect.mapping(asked.value, "it", ["a"]),
        lambda: expect.dtype(asked.value, "it", "float32"),
        lambda: expect.equal(asked.value, ["x", 1, True], "it"),
        lambda: expect.close(asked.value, np.ones((2, 2)), "it"),
        lambda: expect.close(asked.value, {"a": [1.0, None]}, "it"),
        lambda: expect.close_to_one(asked.value, 1.0, {"other": 2.0}, "it"),
    ]
    for question in questions:
        try:
            question()
        except Mismatch as mismatch:
            assert "it" in mismatch.hidden
