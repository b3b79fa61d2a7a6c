"""Mutants that no check fails: those with a written reason, and those that survive."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec

from autograder.assignment.manifest import read_toml
from autograder.assignment.manifest_problems import ManifestError
from autograder.proof.trial_records import Trial


class Equivalent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mutant that is no wrong answer, with the reason.

    `before` and `after` are as the proof prints them; `after` may be left out to mean every change
    of that line.
    """

    file: str
    before: str
    reason: Annotated[str, msgspec.Meta(min_length=10)]
    after: str = ""


def read_equivalents(folder: Path) -> tuple[Equivalent, ...]:
    """The written reasons for mutants that are no wrong answers.

    Raises:
        ManifestError: not valid.
    """
    path = folder / "equivalents.toml"
    if not path.exists():
        return ()
    tables, _ = read_toml(path, "reasons")
    try:
        return msgspec.convert(tables.get("equivalent", []), tuple[Equivalent, ...])
    except msgspec.ValidationError as error:
        raise ManifestError(f"{path}: {error}") from None


def survivors_and_excused(
    mutants: Sequence[Trial], reasons: Sequence[Equivalent]
) -> tuple[list[str], list[tuple[str, str]]]:
    """Mutants that passed everything: as diffs, and the excused ones with their reason."""
    survivors, excused = [], []
    for trial in mutants:
        if trial.failing() or trial.lost:
            continue
        reason = next((made.reason for made in reasons if _covers(made, trial.name)), "")
        if reason:
            excused.append((trial.name, reason))
        else:
            survivors.append(f"{trial.exercise}: {_as_diff(trial.name)}")
    return survivors, excused


def _as_diff(mutant: str) -> str:
    place, _, change = mutant.partition(": ")
    before, _, after = change.partition("  ->  ")
    return f"{place}\n- {before}\n+ {after}"


def _covers(made: Equivalent, name: str) -> bool:
    place, _, change = name.partition(": ")
    before, _, after = change.partition("  ->  ")
    return (
        place.partition(":")[0] == made.file
        and before == made.before
        and (not made.after or after == made.after)
    )
