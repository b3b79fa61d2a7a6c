"""Who handed something in, as far as the learning platform's export tells."""

from __future__ import annotations

import datetime
from typing import Literal

import msgspec

Platform = Literal["", "gradescope", "canvas", "moodle", "github", "blackboard", "brightspace"]


class Student(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One person and the attempt of theirs that counts.

    `id` is the platform's own, `sid` the university's; `group` is the same for people who handed
    in together. `late` is the platform's own word, null when it says nothing; `days_late` is a
    person's, and counts before any time that is known. `earlier` are attempts that do not count.
    `upload` is the name under which the platform takes feedback back. `unmatched` is somebody
    on the roster without a hand-in, while nobody knows whose some of the hand-ins are.
    """

    name: str
    id: str = ""
    sid: str = ""
    email: str = ""
    group: str = ""
    platform: Platform = ""
    submitted: datetime.datetime | None = None
    late: bool | None = None
    days_late: int | None = None
    earlier: tuple[str, ...] = ()
    upload: str = ""
    unmatched: bool = False

    @property
    def key(self) -> str:
        """Who it is, however the name is written and however often they hand in."""
        if not self.platform:  # as without a Student: the submission's name
            return self.name
        if self.platform == "gradescope":  # its id is that of the attempt
            return f"{self.platform} {self.sid or self.email or f'{self.name} {self.id}'}"
        return f"{self.platform} {self.id or self.name}"
