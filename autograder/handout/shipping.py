"""Which packages of the engine are public and travel in the handout, and under which names."""

from __future__ import annotations

import re
from pathlib import Path

import autograder

SHIPPED = {"kit": "checkkit", "student": "checkkit", "reading": "checkkit/reading"}
"""Package of the engine -> folder in the handout. The first two share one, so that what an
assignment imports has short names: ``checkkit`` and, in a notebook, ``checkkit.grader``."""

_IMPORT = re.compile(r"\bautograder\.(kit|student|reading)\b")


def shipped(text: str) -> str:
    """A module's name, or its source, with the names that the shipped packages have there.

    Example:
        >>> shipped("autograder.reading.choice")
        'checkkit.reading.choice'
    """
    return _IMPORT.sub(lambda found: SHIPPED[found[1]].replace("/", "."), text)


def shipped_engine() -> dict[str, str]:
    """What a handout runs on, by path: check library, reading and the student's commands.

    The same in every handout: nothing of an assignment is in it.
    """
    files: dict[str, str] = {}
    for package, folder in SHIPPED.items():
        for path in sorted((Path(autograder.__file__).parent / package).glob("*.py")):
            files.setdefault(f"{folder}/{path.name}", shipped(path.read_text(encoding="utf-8")))
    return files
