"""Hand-ins that nobody would write: files of every kind that is read, damaged, blown up and mixed.

The same seed makes the same class. Most files are small; some are made to unfold in memory, to
nest, or to take long, up to the size that is taken in at all.
"""

from __future__ import annotations

import io
import json
import random
import zipfile
from pathlib import Path

_MODULE = b"""import re


def words_of(text):
    return re.findall(r"[a-z']+", text.lower())


def word_count(text: str) -> dict:
    counts = {}
    for word in words_of(text):
        counts[word] = counts.get(word, 0) + 1
    return counts


class Stack:
    def __init__(self):
        self._things = []

    def push(self, thing):
        self._things.append(thing)

    def pop(self):
        return self._things.pop()
"""
_BOOK = json.dumps(
    {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["# Words\\n"]},
            {
                "cell_type": "code",
                "metadata": {"tags": ["a"]},
                "source": _MODULE.decode().splitlines(keepends=True),
                "outputs": [{"output_type": "stream", "name": "stdout", "text": ["1\\n"]}],
            },
        ],
        "metadata": {"kernelspec": {"name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
).encode()
_FINDINGS = json.dumps(
    {"dataset": {"rows": 3}, "optimizers": [{"name": "a", "runs": [{"seed": 1, "val": 0.5}]}]}
).encode()
_VALID = {".py": _MODULE, ".ipynb": _BOOK, ".json": _FINDINGS}
_NAMES = ("words", "work", "a b", "-rf", "conftest", "numpy", "é", "con", "x" * 90)
_PIECES = (
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\\N{BULLET}", b"\\ud800", b"1e999", b"NaN", b"null"),
    *(
        b"[[[[",
        b"{{{{",
        b"((((",
        b"'''",
        b'"""',
        b"f'{",
        b"lambda:",
        b"\\\n",
        b"# -*- coding: x -*-",
    ),
    *(b"9" * 5000, b"0x" + b"f" * 3000, b"%%time\n", b"!ls\n", b"\x0c", b"\r", b"\xe2\x80\xae"),
    *(b"global word_count\n", b"from . import *\n", b"match x:\n case", b"async ", b"@" * 50),
)


def one_file(draw: random.Random, largest: int) -> tuple[str, bytes]:
    """A file's name and content.

    Args:
        draw: makes all choices.
        largest: bytes that one which is blown up may have.
    """
    kind = draw.choice([".py", ".ipynb", ".json", ".py", ".ipynb", ".zip"])
    name = draw.choice(_NAMES) + kind
    if kind == ".zip":
        return name, _damaged(draw, _archive(draw, largest)) if draw.random() < 0.5 else _archive(
            draw, largest
        )
    way = draw.random()
    if way < 0.15:
        return name, draw.randbytes(draw.randrange(400))
    if way < 0.25:
        return name, _blown_up(draw, kind, largest)
    if way < 0.35:
        return name, draw.choice(list(_VALID.values()))
    return name, _damaged(draw, _VALID[kind])


def lay_out(folder: Path, files: int, seed: int, each: int = 20, largest: int = 1 << 20) -> int:
    """Write a class of so many files, `each` a submission.

    Returns:
        How many submissions there are.
    """
    draw = random.Random(seed)
    submissions = -(-files // each)
    for number in range(submissions):
        place = folder / f"s{number:05d}"
        place.mkdir(parents=True)
        for _ in range(each):
            name, content = one_file(draw, largest)
            (place / name).write_bytes(content)
    return submissions


def _damaged(draw: random.Random, data: bytes) -> bytes:
    for _ in range(draw.randint(1, 6)):
        at = draw.randrange(len(data) + 1)
        way = draw.randrange(5)
        if way == 0:
            data = data[:at] + draw.choice(_PIECES) + data[at:]
        elif way == 1:
            data = data[:at] + data[at + draw.randrange(40) :]
        elif way == 2:
            data = data[:at] + data[at : at + 60] * draw.randint(2, 40) + data[at:]
        elif way == 3:
            data = data[:at] + draw.randbytes(draw.randrange(8)) + data[at + 3 :]
        else:
            data = data[at:] + data[:at]
    return data


def _blown_up(draw: random.Random, kind: str, largest: int) -> bytes:
    size = draw.randint(largest // 4, largest)
    unit = draw.choice([*_PIECES, b"[{}],", b"[],", b"{},", b'"\\u0000",', b"1,", b"a=1\n", b"\n"])
    unit += draw.choice([b"", b",", b"\n"])
    body = unit * (size // len(unit))
    if kind == ".ipynb":
        head = draw.choice([b'{"cells":[', b'{"cells":[{"cell_type":"code","source":['])
        return head + body + draw.choice([b"1]}]}", b"]}", b""])
    return draw.choice([b"", b"x = ", b"def word_count(text):\n    return "]) + body


def _archive(draw: random.Random, largest: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(draw.randint(0, 4)):
            kind = draw.choice(list(_VALID))
            content = _VALID[kind] if draw.random() < 0.7 else _blown_up(draw, kind, largest)
            archive.writestr(f"{draw.choice(['', 'a/', '../', 'b/c/'])}{number}{kind}", content)
    return buffer.getvalue()
