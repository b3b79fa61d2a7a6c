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
from autograder.assignment.manifest_problems import ManifestError
from autograder.batch.fingerprints import chosen_passages
from autograder.intake.archives import expand
from autograder.intake.counted_files import Collection, Limits, Unreadable
from autograder.intake.exports import find_entries
from autograder.intake.gradescope_export import METADATA
from autograder.intake.submissions import Entry, NothingToGrade, read
from autograder.intake.tables import UnreadableTable, read_table
from autograder.marking.blocks import blocks_of
from autograder.reading import loading_plan, magics, notebook_cells, source_text
from autograder.worker import wire

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
    with contextlib.suppress(source_text.Unreadable):
        cells, notes = notebook_cells.read(data, ["experiment"])
        for cell in cells:
            cell.source.encode("utf-8")
        assert all(isinstance(note, str) for note in notes)


def strip_magics(data: bytes) -> None:
    """Magics of a cell become no-ops on the same lines."""
    text = data.decode("utf-8", "replace").replace("\0", "").replace("\r", "\n")
    magics.plain_cell(text)


def plan_module(data: bytes) -> None:
    """The plan of a module: plain values that the wire takes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wire.encode(loading_plan.plan({"work.py": data}, RULES))


def expand_archive(data: bytes) -> None:
    """The archive reader: files with safe names under caps, or `Unreadable`."""
    collected = Collection(_SMALL)
    with contextlib.suppress(Unreadable):
        expand(data, "", collected)
    assert len(collected.files) <= _SMALL.files
    assert sum(map(len, collected.files.values())) <= _SMALL.total_bytes
    for name in collected.files:
        assert ".." not in name.split("/") and not name.startswith("/")


def take_fingerprint(data: bytes) -> None:
    """The reader of code for comparison: hashes of eight bytes each."""
    for name in ("work.py", "work.ipynb"):
        assert len(chosen_passages(name, data)) % 8 == 0


def lay_out_data(data: bytes) -> None:
    """What the marking page shows of a data file: blocks of bounded size."""
    for block in blocks_of("findings.json", data):
        assert len(repr(block)) < 1 << 20


def read_entry(data: bytes) -> None:
    """A hand-in of any kind: a bundle that names a problem, or has files."""
    for name in ("work.py", "work.ipynb", "work.zip"):
        with _laid_out(name, data) as path:
            bundle = read(Entry("work", path))
            assert bool(bundle.problem) != bool(bundle.files)


def parse_manifest(data: bytes) -> None:
    """The manifest reader: a manifest, or a `ManifestError` that says what is wrong."""
    with _laid_out("assignment.toml", data) as path:
        try:
            read_manifest(path.parent)
        except ManifestError as error:
            assert str(error)


def read_roster(data: bytes) -> None:
    """A platform's table, in which students chose their names: text, or `UnreadableTable`."""
    with _laid_out("classroom_roster.csv", data) as path, contextlib.suppress(UnreadableTable):
        for record in read_table(path).records():
            assert all(isinstance(cell, str) for cell in record.values())


def read_metadata(data: bytes) -> None:
    """Gradescope's metadata: entries with names that are text, or `NothingToGrade`."""
    with _laid_out(METADATA, data) as path, contextlib.suppress(NothingToGrade):
        (path.parent / "submission_1").mkdir()
        for entry in find_entries(path.parent, ()):
            entry.name.encode("utf-8")


@contextlib.contextmanager
def _laid_out(name: str, data: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        yield path


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
    data = (
        b'{"name": "a", "runs": [{"name": "b", "seeds": [{"seed": 1, "loss": 0.5}, {"seed": 2, '
        b'"loss": null}]}], "losses": [1, 2.5, 1e-9], "text": "' + b"word " * 40 + b'"}'
    )
    metadata = (
        b"submission_1:\n  :submitters:\n  - :name: Ada\n    :sid: '7'\n    :email: a@b\n"
        b"  :created_at: 2026-02-01 10:00:00.5 Z\n  :history:\n  - :created_at: 2026-01-31\n"
        b"submission_2: &x\n  :submitters: [{:name: Bo}, *y, {:name: &y Cy}]\n"
    )
    roster = b'"identifier","github_username","name"\n"7","ada",""\n"8","bo","O""Neil"\n'
    return {
        "decode_frame": [wire.encode({"a": [1, 2.5, None, "x", b"y", True], "b": {3: -1}})],
        "read_notebook": [book],
        "strip_magics": [
            b"%%time\n%matplotlib inline\nx = !ls\n!cd ..\nf?\n%run a.py\nfor i in x:\n"
        ],
        "plan_module": [module],
        "expand_archive": [buffer.getvalue(), stored.getvalue()],
        "take_fingerprint": [module, book],
        "lay_out_data": [data, book],
        "read_entry": [buffer.getvalue(), module, book],
        "parse_manifest": [manifest],
        "read_roster": [roster],
        "read_metadata": [metadata, metadata.replace(b"*y, ", b"")],
    }


def corpus(name: str) -> list[bytes]:
    """What a target was fed in long runs: one input for each path through the code it found."""
    place = Path(__file__).parent / "corpora" / f"{name}.zip"
    if not place.exists():
        return []
    with zipfile.ZipFile(place) as kept:
        return [kept.read(entry) for entry in kept.namelist()]


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (
        decode_frame,
        read_notebook,
        strip_magics,
        plan_module,
        expand_archive,
        take_fingerprint,
        lay_out_data,
        read_entry,
        parse_manifest,
        read_roster,
        read_metadata,
    )
}
