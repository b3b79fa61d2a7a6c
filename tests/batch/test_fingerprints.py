"""Fingerprints: the same for the same code, whatever it is called, and for hostile text none."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time

import pytest

from autograder.batch import fingerprints
from autograder.batch.fingerprints import Reader, stored

SOURCE = """
def momentum(params, grads, rate, friction):
    out = {}
    for name, value in params.items():
        speed = friction * state.get(name, 0.0) - rate * grads[name]
        state[name] = speed
        out[name] = value + speed if name in grads else value.copy()
    return out

def stop_early(history, patience):
    best, waited = None, 0
    for epoch, loss in enumerate(history):
        if best is None or loss < best[1]:
            best, waited = (epoch, loss), 0
        elif (waited := waited + 1) >= patience:
            return best
    return best
"""


def of(source: str, name: str = "a.py", handed_out: str = "") -> set[int]:
    reader = Reader({"skeleton.py": handed_out.encode()})
    made = stored(reader.fingerprint({name: source.encode()}))
    return {int(one) for kept in made.values() for one in kept}


def test_names_comments_and_layout_make_no_difference() -> None:
    renamed = re.sub(r"\b(speed|friction|best|waited)\b", r"my_\1", SOURCE)
    spread = renamed.replace("\n", "  # a comment\n\n").replace(" = ", "   =   ")
    assert len(of(SOURCE)) >= 20
    assert len(of(SOURCE) & of(spread)) >= 0.8 * len(of(SOURCE))


def test_a_notebook_has_the_fingerprint_of_its_code() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["text"]},
        {"cell_type": "code", "source": SOURCE.splitlines(keepends=True)},
    ]
    assert of(json.dumps({"cells": cells}), "work.ipynb") == of(SOURCE)


def test_what_was_handed_out_does_not_count() -> None:
    assert of(SOURCE, handed_out=SOURCE) == set()
    assert of(SOURCE, handed_out="x = 1\n") == of(SOURCE)


def test_every_process_makes_the_same() -> None:
    told = (
        "import sys; from autograder.batch.fingerprints import Reader; "
        "sys.stdout.buffer.write(Reader({}).fingerprint({'a.py': sys.stdin.buffer.read()}))"
    )
    made = subprocess.run(
        [sys.executable, "-c", told], input=SOURCE.encode(), capture_output=True, check=True
    ).stdout
    assert made == Reader({}).fingerprint({"a.py": SOURCE.encode()})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.py", b""),
        ("a.py", b"\xff\xfe\0" * 1000),
        ("a.py", b"x = '''" + b"\\" * 100_001),
        ("a.py", b"f'{" * 20_000),
        ("a.py", b"(" * 200_000),
        ("a.py", "\ud800".encode("utf-8", "surrogatepass") * 100),
        ("a.py", b"\r\x0c\v" * 10_000),
        ("a.ipynb", b"[" * 100_000),
        ("a.ipynb", b'{"cells": 5}'),
        ("a.ipynb", b'{"cells": [1, {"cell_type": "code", "source": {"a": 1}}]}'),
        ("a.json", b"{}"),
    ],
)
def test_nothing_that_is_handed_in_stops_it(name: str, content: bytes) -> None:
    stored(Reader({}).fingerprint({name: content, "b.py": SOURCE.encode()}))


def test_a_text_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(source: str) -> str:
        deadline = time.process_time() + 60
        while time.process_time() < deadline:
            pass
        return source

    monkeypatch.setattr(fingerprints, "_SECONDS", 0.2)
    monkeypatch.setattr(fingerprints, "_form", slow)
    assert stored(Reader({}).fingerprint({"a.py": SOURCE.encode()})) == {}


def test_what_was_read_before_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(fingerprints, "_form", lambda source: read.append(source) or source)
    reader = Reader({})
    first = reader.fingerprint({"a.py": SOURCE.encode(), "b.py": SOURCE.encode()})
    assert reader.fingerprint({"a.py": SOURCE.encode(), "b.py": SOURCE.encode()}) == first
    assert read == [SOURCE]
    assert set(stored(first)) == {"a.py", "b.py"}
