"""Wrong answers with a known verdict: named mistakes, and what they may be combined with.

``mistakes/*.toml`` hold ``[[mistake]]`` tables: what each changes in the reference, and the words
that explain it; ``[[style]]`` tables are right ways of writing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec

from autograder.assignment.manifest import Manifest, read_toml
from autograder.assignment.manifest_problems import (
    Fault,
    ManifestError,
    attempt,
    nearest,
    raise_all,
)
from autograder.assignment.module_text import read_source
from autograder.assignment.toml_places import Place

Text = Annotated[str, msgspec.Meta(min_length=1)]
# Pairs of (text as it stands once in the reference's file, text instead).
Changes = Annotated[tuple[tuple[Text, str], ...], msgspec.Meta(min_length=1)]


class Mistake(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A wrong answer that people really give, as changes of the reference.

    Attributes:
        name: what students would call it, unique in the assignment.
        exercise: the exercise it must cost points.
        explanation: two or three sentences that teach: why it happens, what it does to training.
        hint: one sentence that does not give the line away.
        change: pairs of (text as it stands once in the reference's file, text instead).
        forms: further changes, each instead of `change`: other ways to make the same mistake.
        also: further exercises that it may cost, since the same definition answers them.
        alone: True when it cannot be combined with another mistake.
        why_hidden: why no public check shows it; empty where one does.
    """

    name: Text
    exercise: Text
    explanation: Text
    hint: Text
    change: Changes
    forms: tuple[Changes, ...] = ()
    also: tuple[str, ...] = ()
    alone: bool = False
    why_hidden: str = ""


class Style(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A right way of writing that mistakes are combined with, as changes of the reference.

    Attributes:
        name: what is different.
        exercise: the exercise.
        change: as in `Mistake`.
    """

    name: Text
    exercise: Text
    change: Changes


_Change = TypeVar("_Change", Mistake, Style)


def read_mistakes(folder: Path, manifest: Manifest) -> tuple[Mistake, ...]:
    """Every mistake of an assignment, by file and in the order of the tables.

    Raises:
        ManifestError: not valid, a name used twice, an unknown exercise, or a text that does not
            stand exactly once in the reference; tells all there is.
    """
    return _read_changes(folder, manifest, Mistake)


def read_styles(folder: Path, manifest: Manifest) -> tuple[Style, ...]:
    """Every ``[[style]]`` among the mistakes of an assignment, in the same order.

    Raises:
        ManifestError: as for mistakes.
    """
    return _read_changes(folder, manifest, Style)


def forms_of(mistake: Mistake) -> Iterator[Mistake]:
    """The mistake in each of its forms, `change` first."""
    for change in (mistake.change, *mistake.forms):
        yield msgspec.structs.replace(mistake, change=change, forms=())


def _read_changes(folder: Path, manifest: Manifest, kind: type[_Change]) -> tuple[_Change, ...]:
    """The tables of one kind; a name stands once in an exercise, that of a mistake once at all."""
    table, known = kind.__name__.lower(), [one.__name__.lower() for one in (Mistake, Style)]
    found: dict[str, _Change] = {}
    errors: list[ManifestError] = []
    for path in sorted((folder / "mistakes").glob("*.toml")):
        opened = attempt(errors, read_toml, path, "mistakes")
        if opened is None:
            continue
        tables, places = opened
        for key in tables.keys() - set(known):
            fault = f"an unknown table {key!r}"
            errors.append(_bad(path, places.of("", 0, key), fault, nearest(key, known)))
        entries = tables.get(table, [])
        for number, entry in enumerate(entries if isinstance(entries, list) else [entries]):
            try:
                made = msgspec.convert(entry, kind)
            except msgspec.ValidationError as error:
                told, _, where = str(error).partition(" - at `$.")
                at = places.of(table, number, where.rstrip("`"))
                errors.append(_bad(path, at, f"{table} number {number + 1}: {told}"))
                continue
            name = made.name if isinstance(made, Mistake) else f"{made.exercise}: {made.name}"
            if name in found:
                told = f"{table} {made.name!r}: this name is taken"
                errors.append(_bad(path, places.of(table, number, "name"), told))
            elif (reason := _reason_against(made, folder, manifest)) is not None:
                key, told, advice = reason
                at = places.of(table, number, key)
                errors.append(_bad(path, at, f"{table} {made.name!r}: {told}", advice))
            found.setdefault(name, made)
    raise_all(errors)
    return tuple(found.values())


def _reason_against(
    made: Mistake | Style, folder: Path, manifest: Manifest
) -> tuple[str, str, str] | None:
    """Why a change cannot be made in the reference: the key at fault, the reason, and advice."""
    known = [one.name for one in manifest.exercises]
    also = made.also if isinstance(made, Mistake) else ()
    for key, names in (("exercise", (made.exercise,)), ("also", also)):
        for name in names:
            if name not in known:
                return key, f"no exercise {name!r} in assignment.toml", nearest(name, known)
    for form in forms_of(made) if isinstance(made, Mistake) else (made,):
        key = "change" if form.change == made.change else "forms"
        try:
            file, text = apply([form], folder, manifest)
        except ManifestError as error:
            advice = "copy the text from the reference, as much as makes it unique"
            return key, str(error), advice
        if file.endswith(".py"):
            try:
                compile(text, file, "exec")
            except (SyntaxError, ValueError) as error:
                return key, f"{file} is not Python once it is changed: {error}", ""
    return None


def _bad(path: Path, at: Place, problem: str, advice: str = "") -> ManifestError:
    return ManifestError(faults=[Fault(str(path), at[0], at[1], problem, advice, at[2])])


def apply(mistakes: Sequence[Mistake | Style], folder: Path, manifest: Manifest) -> tuple[str, str]:
    """The reference's file with mistakes in it.

    Args:
        mistakes: one, or several of the same exercise that touch different text; styles, too.
        folder: the assignment's folder.
        manifest: its manifest.

    Returns:
        The file's name and its changed source.

    Raises:
        ManifestError: an unknown exercise, or a text that does not stand exactly once.
    """
    exercises = {made.name: made for made in manifest.exercises}
    names = {mistake.exercise for mistake in mistakes}
    if len(names) != 1 or not names <= set(exercises):
        raise ManifestError(f"expected mistakes of one exercise, got {', '.join(sorted(names))}")
    file = exercises[mistakes[0].exercise].file
    text = read_source(folder / file)
    for mistake in mistakes:
        for old, new in mistake.change:
            if text.count(old) != 1:
                raise ManifestError(f"{file} holds {old!r} {text.count(old)} times, expected once")
            text = text.replace(old, new)
    return file, text
