"""The parts of this package that are installed by name, and what to say where one is missing."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from autograder.refusal import Refusal

PROJECT = "t6-autograder"
# What each extra of pyproject.toml brings, by the names that are imported.
EXTRAS = {
    "author": ("jupytext", "nbclient"),
    "page": ("tornado",),
    "similarity": ("copydetect", "scipy"),
    "otter": ("otter",),
    "cluster": ("distributed", "cryptography"),
    "t6": ("tensorflow", "keras", "sklearn", "matplotlib"),
}


class MissingExtra(Refusal):
    """Something that this installation leaves out; the message has the line that installs it."""


@contextmanager
def needed(extra: str, what: str) -> Iterator[None]:
    """Say what to install where an import inside finds that an extra is missing.

    Args:
        extra: its name, as in `EXTRAS`.
        what: needs it, such as ``"build"``; begins the message.

    Raises:
        MissingExtra: a module that the extra brings is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in EXTRAS[extra]:
            raise
        raise _missing(extra, what, missing) from None


def expect(extra: str, what: str, modules: Sequence[str]) -> None:
    """Say what to install before another process would have to import it.

    Raises:
        MissingExtra: one of these modules is not installed.
    """
    for module in modules:
        if importlib.util.find_spec(module) is None:
            raise _missing(extra, what, module)


def _missing(extra: str, what: str, module: str) -> MissingExtra:
    return MissingExtra(
        f"{what} needs {module}, which is not installed: pip install '{PROJECT}[{extra}]'"
    )
