"""What is fuzzed: each target takes bytes, and raises only if the code under test is at fault."""

from __future__ import annotations

import contextlib
import io
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from autograder.assignment.manifest import read_manifest
from autograder.assignment.problems import ManifestError
from autograder.intake.archives import expand
from autograder.intake.files import Collection, Limits, Unreadable
from autograder.sandbox.inside import notebook_cells, sources, units, wire

RULES = {
    "exercises": [
        {"name": "double", "provides": "double", "file": "work.py", "forbidden": ["numpy.multiply"]}
    ],
    "ignore": ["tests/*"],
    "skip_tags": ["experiment"],
}
_SMALL = Limits(files=50, file_bytes=1 << 16, total_bytes=1 << 18)


def decode_frame(data: bytes) -> None:
    """The wire decoder: plain values of known types, or a `WireError`."""
    header, body = data[: wire.HEADER.size], data[wire.HEADER.size :]
    if len(header) < wire.HEADER.size:
        return
    with contextlib.suppress(wire.WireError):
        structure, _ = wire.frame_lengths(header)
        value = wire.decode(body[:structure], body[structure:])
        odd = [kind for kind in types_in(value) if kind not in wire.RECEIVED]
        assert not odd, f"a value of type {odd[0]} came through"


def types_in(value: object) -> Iterator[type]:
    """The types of a value and of all that is in it."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        yield type(item)
        if type(item) is dict:
            waiting += [*item, *item.values()]
        elif type(item) is list:
            waiting += item


def read_notebook(data: bytes) -> None:
    """The notebook reader: cells, or `Unreadable`."""
    with contextlib.suppress(sources.Unreadable):
        cells, notes = notebook_cells.read(data, ["experiment"])
        for cell in cells:
            cell.source.encode("utf-8")
        assert all(isinstance(note, str) for note in notes)


def strip_magics(data: bytes) -> None:
    """Magics of a cell become no-ops on the same lines."""
    text = data.decode("utf-8", "replace").replace("\0", "").replace("\r", "\n")
    notebook_cells.without_magics(text)


def plan_module(data: bytes) -> None:
    """The plan of a module: plain values that the wire takes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wire.encode(units.plan({"work.py": data}, RULES))


def expand_archive(data: bytes) -> None:
    """The archive reader: files with safe names under caps, or `Unreadable`."""
    collected = Collection(_SMALL)
    with contextlib.suppress(Unreadable):
        expand(data, "", collected)
    assert len(collected.files) <= _SMALL.files
    assert sum(map(len, collected.files.values())) <= _SMALL.total_bytes
    for name in collected.files:
        assert ".." not in name.split("/") and not name.startswith("/")


def parse_manifest(data: bytes) -> None:
    """The manifest reader: a manifest, or a `ManifestError` that says what is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "assignment.toml").write_bytes(data)
        try:
            read_manifest(Path(folder))
        except ManifestError as error:
            assert str(error)


def seeds() -> dict[str, list[bytes]]:
    """For each target something valid to start from."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/work.py", "x = 1\n" * 20)
        archive.writestr("b.ipynb", "{}")
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        archive.writestr("work.py", "x")
    manifest = (
        b'[assignment]\nname = "a"\ntitle = "A"\ncourse = "C"\nversion = "1"\ncontact = "c"\n'
        b'[limits]\ncheck_seconds = 1\n[[file]]\nname = "a.py"\ntitle = "A"\n'
        b'[[exercise]]\nname = "f"\nfile = "a.py"\npoints = 1\ngoal = "g"\n'
        b'[late]\npercent_per_day = 5\n[[convention]]\nname = "c"\ntitle = "t"\nexplanation = "e"\n'
    )
    book = (
        b'{"cells": [{"cell_type": "code", "metadata": {"tags": ["x"]}, "source": ["%time x\\n", '
        b'"!ls\\n", "y = !ls\\n", "?x"]}], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}'
    )
    module = (
        b"from numpy import multiply as m\nimport work as w\n\n\nclass double:\n    a = m\n\n"
        b"    def f(self):\n        return getattr(w, 'double').a\n\n\ndouble = double or m\n"
    )
    return {
        "decode_frame": [wire.encode({"a": [1, 2.5, None, "x", b"y", True], "b": {3: -1}})],
        "read_notebook": [book],
        "strip_magics": [
            b"%%time\n%matplotlib inline\nx = !ls\n!cd ..\nf?\n%run a.py\nfor i in x:\n"
        ],
        "plan_module": [module],
        "expand_archive": [buffer.getvalue(), stored.getvalue()],
        "parse_manifest": [manifest],
    }


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (
        decode_frame,
        read_notebook,
        strip_magics,
        plan_module,
        expand_archive,
        parse_manifest,
    )
}
