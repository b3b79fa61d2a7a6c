"""The one way into a pytest that grades: what was handed in never sets it up.

pytest looks for its configuration from each word of its command line that is a path, and from the
current folder, and loads the plugins named there, before it loads any plugin of its environment.
``--submission PATH`` is two words to it then. So no plugin can guard it: a line in site-packages
(``startup/``) calls `divert` when Python starts, which starts pytest again through `main`, with
everything pinned that it would look for.

What is imported here is imported before pytest is: the standard library alone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

SUBMISSION = "--submission"
CONFIGURATION = Path(__file__).with_name("checks_run.ini")
_START = (
    "import sys; sys.path[:] = [place for place in sys.path if place]; "
    "from autograder.grading.pytest_door import main; sys.exit(main(sys.argv[1:]))"
)


class NotGuarded(Exception):
    """A command line that cannot be asked safely; the message says why and what to do."""


def divert() -> None:
    """Start pytest anew behind the door, if this process is about to be one that grades."""
    words = len(sys.argv) - 1
    started = sys.orig_argv[: len(sys.orig_argv) - words]
    if not _is_pytest(started):
        return
    flags = started[1 : -2 if sys.argv[0] == "-m" and started[-1] != "-mpytest" else -1]
    command = [sys.executable, *flags, "-c", _START, *sys.argv[1:]]
    if os.name == "nt":  # there, exec would give the prompt back before the end
        import subprocess

        os._exit(subprocess.call(command))
    os.execv(sys.executable, command)


def _is_pytest(started: Sequence[str]) -> bool:
    if sys.argv[0] == "-m":
        return started[-1] in ("pytest", "-mpytest")
    return Path(sys.argv[0]).stem in ("pytest", "py.test")


def main(arguments: Sequence[str]) -> int:
    """Run pytest with what it would look for pinned; its exit code."""
    from autograder import door

    door.enter()
    try:
        pinned_line = pinned(arguments)
    except NotGuarded as problem:
        print(f"ERROR: {problem}", file=sys.stderr)
        return 4  # pytest's own code for wrong usage
    import pytest

    return int(pytest.main(pinned_line))


def pinned(arguments: Sequence[str]) -> list[str]:
    """The same command line with configuration, root and reach of ``conftest.py`` pinned.

    What stands in `arguments` comes later and wins: the command line is the grader's own.

    Raises:
        NotGuarded: no check is named, or no submission.
    """
    words = _joined(arguments)
    homes = [home for word in words if (home := _assignment_around(word)) is not None]
    if not homes:
        raise NotGuarded(
            "name the checks to ask, in the folder of an assignment: "
            "pytest solutions/NAME/checks --submission PATH"
        )
    root = os.path.commonpath(homes)
    return ["-c", str(CONFIGURATION), f"--rootdir={root}", f"--confcutdir={root}", *words]


def expect_guarded(
    line: Sequence[str], asked: Sequence[str], configuration: Path | None, isolation: str
) -> None:
    """Check a run that pytest has set up, in case it came around the door.

    Args:
        line: the command line, as it was typed or pinned.
        asked: its words that are paths.
        configuration: the file that pytest is set up with.
        isolation: as it will be.

    Raises:
        NotGuarded: something else than the command line has set it up.
    """
    homes = [_assignment_around(word) for word in asked]
    for word, home in zip(asked, homes, strict=True):
        if home is None:
            raise NotGuarded(f"{word}: expected checks in the folder of an assignment")
    if not homes:
        raise NotGuarded("name the checks to ask: pytest solutions/NAME/checks --submission PATH")
    if not _chosen(configuration, line, homes):
        raise NotGuarded(
            f"pytest was set up by {configuration}, which is not of the assignment, before it "
            "could be stopped: what that file names may have run here. Install t6-autograder again "
            "(pip install), which puts a guard before pytest"
        )
    if isolation != "required" and not _named(line, "--isolation"):
        raise NotGuarded(
            f"--isolation {isolation} was found in a file or a variable; it counts on the command "
            "line alone"
        )


def _chosen(configuration: Path | None, line: Sequence[str], homes: Sequence[str | None]) -> bool:
    """Whether a configuration is ours, named on the command line, or of the checks' own project."""
    if configuration in (None, CONFIGURATION) or _named(line, "-c", "--config-file"):
        return True
    return all(Path(str(home)).is_relative_to(Path(str(configuration)).parent) for home in homes)


def _named(line: Sequence[str], *options: str) -> bool:
    return any(word.partition("=")[0] in options for word in line)


def _joined(arguments: Sequence[str]) -> list[str]:
    """``--submission PATH`` as one word, so that pytest never takes the path for a test's."""
    words: list[str] = []
    rest = iter(arguments)
    for word in rest:
        if word == SUBMISSION:
            path = next(rest, None)
            if path is None:
                raise NotGuarded(f"{SUBMISSION}: name a folder of modules, a .py, .ipynb or .zip")
            word = f"{SUBMISSION}={path}"
        words.append(word)
    return words


def _assignment_around(word: str) -> str | None:
    """The folder of the assignment whose checks a word names; None for any other word."""
    path = Path(word.partition("::")[0])
    if word.startswith("-") or not path.exists():
        return None
    path = path.resolve()
    for checks in (path, *path.parents):
        if checks.name == "checks" and (checks.parent / "assignment.toml").is_file():
            return str(checks.parent)
    return None
