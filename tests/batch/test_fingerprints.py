"""Fingerprints: the same for the same code, whatever it is called, and for hostile text none."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest

from autograder.batch.fingerprints import Reader
from autograder.intake.deriving import Bounds, Deriver

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


@pytest.fixture(scope="module")
def deriver() -> Iterator[Deriver]:
    with Deriver(["copydetect.utils"]) as made:
        yield made


@pytest.fixture(scope="module")
def of(deriver: Deriver) -> Callable[..., set[int]]:
    def of(source: str, name: str = "a.py", handed_out: str = "") -> set[int]:
        reader = Reader({"skeleton.py": handed_out.encode()}, deriver)
        made = reader.fingerprint({name: source.encode()})
        return {int(one) for kept in made.passages.values() for one in kept}

    return of


Of = Callable[..., set[int]]


def test_names_comments_and_layout_make_no_difference(of: Of) -> None:
    renamed = re.sub(r"\b(speed|friction|best|waited)\b", r"my_\1", SOURCE)
    spread = renamed.replace("\n", "  # a comment\n\n").replace(" = ", "   =   ")
    assert len(of(SOURCE)) >= 20
    assert len(of(SOURCE) & of(spread)) >= 0.8 * len(of(SOURCE))


def test_a_notebook_has_the_fingerprint_of_its_code(of: Of) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["text"]},
        {"cell_type": "code", "source": SOURCE.splitlines(keepends=True)},
    ]
    assert of(json.dumps({"cells": cells}), "work.ipynb") == of(SOURCE)


def test_what_was_handed_out_does_not_count(of: Of) -> None:
    assert of(SOURCE, handed_out=SOURCE) == set()
    assert of(SOURCE, handed_out="x = 1\n") == of(SOURCE)


def test_every_process_makes_the_same(deriver: Deriver) -> None:
    with Deriver() as other:
        made = [Reader({}, one).fingerprint({"a.py": SOURCE.encode()}) for one in (deriver, other)]
    assert made[0] == made[1]
    assert made[0].files


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
def test_nothing_that_is_handed_in_stops_it(name: str, content: bytes, deriver: Deriver) -> None:
    made = Reader({}, deriver).fingerprint({name: content, "b.py": SOURCE.encode()})
    assert "b.py" in made.files


def test_a_file_that_is_too_much_is_left_out_with_the_reason() -> None:
    book = b'{"cells": [{"cell_type": "code", "source": [' + b"[{}]," * 3_000_000 + b"1]}]}"
    with Deriver(bounds=Bounds(seconds=30)) as deriver:
        made = Reader({}, deriver).fingerprint({"a.ipynb": book, "b.py": SOURCE.encode()})
    assert set(made.files) == {"b.py"}
    assert made.left_out == ("a.ipynb cannot be read: it took more than 256 MiB of memory",)


def test_what_was_read_before_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with Deriver() as deriver:
        read: list[str] = []
        derive = deriver.derive
        monkeypatch.setattr(
            deriver,
            "derive",
            lambda how, path, content: read.append(path) or derive(how, path, content),
        )
        reader = Reader({}, deriver)
        first = reader.fingerprint({"a.py": SOURCE.encode(), "b.py": SOURCE.encode()})
        assert reader.fingerprint({"a.py": SOURCE.encode(), "b.py": SOURCE.encode()}) == first
    assert read == ["a.py"]
    assert set(first.files) == {"a.py", "b.py"}
