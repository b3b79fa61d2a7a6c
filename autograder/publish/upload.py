"""Zip the feedback pages under the names by which platforms know their students again."""

from __future__ import annotations

import zipfile
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from autograder.grading.result_records import Result, Student
from autograder.own_files import complete_bytes

_EPOCH = (1980, 1, 1, 0, 0, 0)
_PLATFORMS = ("canvas", "moodle", "brightspace")
_FILE = "feedback.html"


@dataclass
class UploadOutlet:
    """Writes ``feedback-canvas.zip``, ``feedback-moodle.zip`` and ``feedback-brightspace.zip``.

    Canvas reads the user's and the file's id out of a name, Moodle the participant's id; both take
    what follows as the name of the feedback. Brightspace goes by the folder.
    """

    _pages: dict[str, list[tuple[str, Path]]] = field(default_factory=dict)

    def add(self, result: Result, page: Path) -> None:
        """Remember where a student's page lies."""
        who = result.student
        if who is not None and who.platform in _PLATFORMS and who.upload:
            self._pages.setdefault(who.platform, []).append((_name_for(who), page))

    def finish(self, folder: Path) -> Collection[str]:
        """Write the archives; the same pages give the same bytes."""
        for platform, pages in self._pages.items():
            with (
                complete_bytes(folder / f"feedback-{platform}.zip") as file,
                zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
            ):
                for name, page in sorted(pages):
                    member = zipfile.ZipInfo(name, _EPOCH)
                    member.compress_type = zipfile.ZIP_DEFLATED
                    member.external_attr = 0o644 << 16
                    archive.writestr(member, page.read_bytes())
        return ()


def _name_for(who: Student) -> str:
    """The name by which a platform knows again whose a page is.

    Canvas's lib splits a name at each ``_`` and takes the first two numbers for the user and the
    file; Moodle's importziplib.php the second piece for the participant. Brightspace compares with
    the folder, or the beginning of a loose file, that it gave out.
    """
    given = who.upload.replace("/", "_")
    if who.platform == "moodle":
        shown = given.partition(f"_{who.id}_assignsubmission")[0].replace("_", " ")
        return f"{shown}_{who.id}_assignsubmission_file_{_FILE}"
    in_folder = who.platform == "brightspace" and not given.endswith(" - ")
    return f"{given}/{_FILE}" if in_folder else f"{given}{_FILE}"
