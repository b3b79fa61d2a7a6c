"""How alike two names are, for a person to decide whether they are the same one's."""

from __future__ import annotations

import difflib
import re
import unicodedata


def alike(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1, whatever the order, case, accents or initials."""
    ours, theirs = _words(one), _words(other)
    if not ours or not theirs:
        return 0.0
    if _abbreviates(ours, theirs) or _abbreviates(theirs, ours):
        return 0.95
    ordered = " ".join(sorted(ours)), " ".join(sorted(theirs))
    spaced = difflib.SequenceMatcher(None, *ordered).ratio()
    joined = max(
        difflib.SequenceMatcher(None, "".join(way), "".join(theirs)).ratio()
        for way in (ours, ours[::-1])
    )
    return max(spaced, joined)


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(one for one in plain if not unicodedata.combining(one)).casefold()
    return re.findall(r"[^\W\d_]+", plain)


def _abbreviates(short: list[str], long: list[str]) -> bool:
    """Whether each word of one is a word of the other or the first letter of one, and not all."""
    left = list(long)
    whole = 0
    for word in sorted(short, key=len, reverse=True):
        match = next((one for one in left if one == word), None)
        match = match or next((one for one in left if len(word) == 1 and one[0] == word), None)
        if match is None:
            return False
        left.remove(match)
        whole += match == word
    return whole > 0
