"""Write the pages of a run, and leave alone which are as they would be written again.

A page follows from its result, the assignment and this program: under one hash of the three stands
one page. What somebody changed or removed since is not as it was written, and is written again.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import msgspec

import autograder
from autograder.assignment.manifest import Manifest
from autograder.grading.result_records import Result, timeless, to_json
from autograder.own_files import complete, complete_bytes, open_ordinary, own_folder
from autograder.publish.feedback import feedback_html, feedback_markdown
from autograder.publish.safe_names import file_name
from autograder.templating import templates_folder

FILE = ".pages.json"


class _Page(msgspec.Struct, frozen=True, array_like=True):
    """What a page was made of, and the hash of what was written."""

    source: str
    content: str


class PagesKept:
    """What is known of the pages in a folder of results.

    Args:
        folder: of the results.
        new: where pages that are written now lie until they take their places.
        manifest: of the assignment.
        pages: name of the folder of pages, in both.
    """

    def __init__(self, folder: Path, new: Path, manifest: Manifest, pages: str) -> None:
        self._new, self._manifest = new, manifest
        self._there, self._written = folder / pages, own_folder(new / pages)
        self._basis = hashlib.sha256(_program() + repr(manifest).encode()).digest()
        self._before = _read(folder / FILE)
        self._now: dict[str, _Page] = {}

    def write(self, result: Result, taken: set[str]) -> list[Path]:
        """Write a student's pages, unless they are there as they would be written.

        Args:
            result: of the student.
            taken: names that are taken; see `file_name`.

        Returns:
            Where the pages lie now, the one to read in a browser first.

        Raises:
            OSError: one cannot be written.
        """
        name = file_name(result.submission, taken)
        pages = {f"{name}.html": feedback_html, f"{name}.md": feedback_markdown}
        source = hashlib.sha256(self._basis + to_json(timeless(result))).hexdigest()
        places = []
        for file, render in pages.items():
            place = self._there / file
            known = self._before.get(file)
            if known is None or known.source != source or _hash_of(place) != known.content:
                text = render(result, self._manifest)
                place = self._written / file
                with complete(place) as page:
                    page.write(text)
                known = _Page(source, hashlib.sha256(text.encode("utf-8")).hexdigest())
            self._now[file] = known
            places.append(place)
        return places

    def save(self) -> None:
        """Keep what is known for the next time."""
        with complete_bytes(self._new / FILE) as file:
            file.write(msgspec.json.encode(self._now))


def _hash_of(page: Path) -> str:
    """Of what is there; empty where nothing can be read."""
    try:
        with open(open_ordinary(page), "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return ""


def _read(path: Path) -> dict[str, _Page]:
    try:
        with open(open_ordinary(path), "rb") as file:
            return msgspec.json.decode(file.read(), type=dict[str, _Page])
    except (OSError, msgspec.DecodeError):
        return {}


@lru_cache(maxsize=1)
def _program() -> bytes:
    """Hash of this program: whatever is changed in it may change a page."""
    total = hashlib.sha256()
    code = sorted(Path(autograder.__file__).parent.rglob("*.py"))
    for path in [*code, *sorted(templates_folder().glob("*"))]:
        if path.is_file():
            total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.digest()
