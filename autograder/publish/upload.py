"""Zip the feedback pages under the names by which platforms know their students again."""

from __future__ import annotations

import zipfile
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from autograder.grading.result_records import Result
from autograder.own_files import complete_bytes

_EPOCH = (1980, 1, 1, 0, 0, 0)
_ENDING = {
    "canvas": "feedback.html",
    "moodle": "feedback.html",
    "brightspace": "/feedback.html",  # in a folder of the name that the export had
}


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
        if who is not None and who.platform in _ENDING and who.upload:
            name = who.upload.replace("/", "_") + _ENDING[who.platform]
            self._pages.setdefault(who.platform, []).append((name, page))

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
