"""Where things lie in an archive, and what it knows besides the assignment: `packed.json`."""

from __future__ import annotations

from pathlib import Path

import msgspec

# Below `tests/`, because `otter grade` builds its image from names that it knows, and of an
# archive's folders takes only `tests/` and `files/`.
GRADER = "tests/grader"
FILE = f"{GRADER}/packed.json"
ASSIGNMENT = f"{GRADER}/assignment"
PACKAGE = f"{GRADER}/package"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of one archive.

    `seed` of the hidden inputs is one for the whole assignment, so that handing in again asks the
    same questions: nobody draws until the questions suit them.
    """

    seed: int
    name: str
    version: str


class NotPacked(Exception):
    """A folder does not hold what `autograder pack` wrote; the message says what is missing."""


def read_settings(source: Path) -> Settings:
    """The settings in an unpacked archive.

    Raises:
        NotPacked: they are missing or not valid.
    """
    path = source / FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Settings)
    except OSError as error:
        reason = error.strerror or str(error)
        raise NotPacked(f"{path}: {reason}; expected an archive of `autograder pack`") from None
    except msgspec.DecodeError as error:
        raise NotPacked(f"{path}: expected settings of `autograder pack`: {error}") from None


def write_settings(settings: Settings) -> bytes:
    """The content of the file."""
    return msgspec.json.format(msgspec.json.encode(settings), indent=2) + b"\n"
