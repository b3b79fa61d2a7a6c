"""What several commands need to be told: which assignment, and how strongly to isolate."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

import autograder
from autograder.assignment.known import remember
from autograder.assignment.load import Assignment, load_assignment
from autograder.isolation.tiers import NotIsolated, Tier, isolation
from autograder.refusal import Refusal

# Where a wheel has the assignments that it comes with.
COMES_ALONG = Path(autograder.__file__).resolve().parent / "solutions"


class UsageProblem(Refusal):
    """The command cannot do what was asked; the message says why and what to do."""


def find_assignment(
    named: Path | None, any_will_do: bool = False, filled: Sequence[Path] = ()
) -> Assignment:
    """The assignment named, or the only one below ``solutions/`` of this folder.

    Args:
        named: its folder, or the name of one that came with the installation.
        any_will_do: take one that came with the installation if none is named or here.
        filled: what others have filled, such as submissions; what is found there is not taken.

    Raises:
        UsageProblem: there is none, or more than one.
        ManifestError: it is not valid.
    """
    chosen = load_assignment(find_folder(named, any_will_do, filled))
    remember(chosen.folder)
    return chosen


def find_folder(named: Path | None, any_will_do: bool = False, filled: Sequence[Path] = ()) -> Path:
    """The assignment's folder; arguments as for `find_assignment`.

    Raises:
        UsageProblem: there is none, or more than one.
    """
    if named is not None:
        for folder in (named, COMES_ALONG / named):
            if (folder / "assignment.toml").exists():
                return folder if len(named.parts) > 1 else _own(folder, filled)
        raise UsageProblem(f"{named}: no assignment.toml in it")
    found = _in(Path("solutions"))
    along = _in(COMES_ALONG)
    if not found and any_will_do:
        found = along
    if len(found) == 1:
        return _own(found[0], filled)
    if not found:
        known = "".join(f", such as {path.name}, which came along" for path in along[:1])
        raise UsageProblem(
            "no assignment here: run this in a folder with solutions/NAME/assignment.toml, "
            f"or name one with --assignment{known}"
        )
    names = ", ".join(map(str, found))
    raise UsageProblem(f"several assignments here ({names}): name one (autograder COMMAND --help)")


def _own(folder: Path, filled: Sequence[Path]) -> Path:
    """A folder that was found, unless it was found in what others have filled."""
    for place in filled:
        around = (place if place.is_dir() else place.parent).resolve()
        if folder.resolve().is_relative_to(around):
            raise UsageProblem(
                f"{folder}: lies in {place}, which others have filled, and its code would run "
                f"here; if it is yours, name it in full: --assignment {folder.resolve()}"
            )
    return folder


def _in(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.glob("*/assignment.toml"))


def choose_isolation(wanted: str, console: Console) -> Tier:
    """The isolation to use.

    Args:
        wanted: ``"required"``, or ``"none"`` typed by hand.
        console: takes the warning about weak isolation.

    Raises:
        UsageProblem: the required layers are not to be had here; says why and the fix.
    """
    if wanted == "none":
        console.print(
            "[bold yellow]Without isolation:[/] submissions run as you, with your files and "
            "network in reach. This is written into every result."
        )
    elif wanted != "required":
        raise UsageProblem(f"--isolation: expected required or none, got {wanted!r}")
    try:
        tier = isolation(wanted)
    except NotIsolated as refused:
        raise UsageProblem(
            f"{refused} (autograder doctor says more; --isolation none grades trusted work only)"
        ) from None
    for hole in tier.holes:
        console.print(f"[yellow]isolation {tier.name}:[/] a hostile submission {hole}")
    return tier


def wanted_exercises(only: str | None, assignment: Assignment) -> list[str]:
    """The exercises named in a list with commas.

    Raises:
        UsageProblem: one is not there, or has no check.
    """
    known = [made.name for made in assignment.manifest.enabled_exercises]
    wanted = [name.strip() for name in (only or "").split(",") if name.strip()]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        near = difflib.get_close_matches(unknown[0], known, n=1, cutoff=0.5)
        meant = f" (did you mean {near[0]}?)" if near else ""
        raise UsageProblem(
            f"--only: no exercise {', '.join(unknown)}{meant}; there are {', '.join(known)}"
        )
    unchecked = [made.name for made in assignment.unchecked() if not wanted or made.name in wanted]
    if unchecked:
        raise UsageProblem(f"{assignment.folder}/checks: no check for {', '.join(unchecked)}")
    return wanted
