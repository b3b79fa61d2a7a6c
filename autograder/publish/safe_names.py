"""Turn names that students chose into names that are safe in files, tables and terminals."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

from autograder.grading.result_records import Result
from autograder.grading.safe_text import shown_name

_MAX_CHARACTERS = 80
_MAX_BYTES = 160
_UNSAFE = re.compile(r"[<>:\"/\\|?*#%$&;`!{}~\ufffd]+")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?")


def file_name(submission: str, taken: set[str]) -> str:
    """A file name, without suffix, that is readable, portable and not taken.

    Args:
        submission: the submission's name, whatever it holds.
        taken: what is taken, in the form this function keeps it; the new name is added.

    Returns:
        At most 80 characters and 160 bytes. Equal but for case counts as taken; then a hash of
        the submission's name is appended, so that it does not depend on other students.
    """
    readable = unicodedata.normalize("NFC", _UNSAFE.sub("_", shown_name(submission)))
    readable = _cut(readable).strip(". ") or "_"
    if readable.startswith("-"):
        readable = "_" + readable
    if _RESERVED.fullmatch(readable):
        readable = "_" + readable
    choice, count = readable, 0
    while _key(choice) in taken:
        digest = hashlib.sha256(f"{count} {submission}".encode("utf-8", "replace")).hexdigest()
        choice, count = f"{readable}-{digest[:8]}", count + 1
    taken.add(_key(choice))
    return choice


def grading_id(result: Result) -> str:
    """What a student quotes in an appeal: the same submission, assignment and seed give the same.

    The seed comes in through a slow hash: hidden inputs follow from it, and a student knows
    everything else that is hashed.
    """
    parts = "\0".join([_slow_hash(result.seed), result.assignment, result.submission])
    digest = hashlib.sha256(parts.encode("utf-8", "replace")).hexdigest()
    return f"{digest[:5]}-{digest[5:10]}"


@lru_cache(maxsize=16)
def _slow_hash(seed: int) -> str:
    return hashlib.pbkdf2_hmac("sha256", str(seed).encode(), b"grading id", 200_000).hex()


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())


def _cut(name: str) -> str:
    short = name[:_MAX_CHARACTERS]
    return short.encode()[:_MAX_BYTES].decode("utf-8", "ignore")
