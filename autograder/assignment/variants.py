"""Answers with a known verdict: named mistakes and right answers in another style.

``alternatives/*.py`` are self-contained modules: the docstring's first line is the title,
``EXERCISE`` names the exercise, ``CONVENTION`` (optional) the accepted convention it follows.
``mistakes/*.toml`` hold ``[[mistake]]`` tables: what each changes in the reference, and the words
that explain it.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from autograder.assignment.manifest import Manifest
from autograder.assignment.problems import ManifestError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Text = Annotated[str, msgspec.Meta(min_length=1)]


class Mistake(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A wrong answer that people really give, as changes of the reference.

    Attributes:
        name: what students would call it, unique in the assignment.
        exercise: the exercise it must cost points.
        explanation: two or three sentences that teach: why it happens, what it does to training.
        hint: one sentence that does not give the line away.
        change: pairs of (text as it stands once in the reference's file, text instead).
        also: further exercises that it may cost, since the same definition answers them.
        alone: True when it cannot be combined with another mistake.
    """

    name: Text
    exercise: Text
    explanation: Text
    hint: Text
    change: Annotated[tuple[tuple[Text, str], ...], msgspec.Meta(min_length=1)]
    also: tuple[str, ...] = ()
    alone: bool = False


@dataclass(frozen=True)
class Alternative:
    """A right answer written differently.

    Attributes:
        name: the file's stem.
        title: what is different.
        exercise: the exercise it answers.
        convention: accepted convention it follows, empty for the pinned one.
        source: the module.
    """

    name: str
    title: str
    exercise: str
    convention: str
    source: str


def read_mistakes(folder: Path, manifest: Manifest) -> tuple[Mistake, ...]:
    """Every mistake of an assignment, by file and in the order of the tables.

    Raises:
        ManifestError: not valid, a name used twice, an unknown exercise, or a text that does not
            stand exactly once in the reference.
    """
    found: list[Mistake] = []
    for path in sorted((folder / "mistakes").glob("*.toml")):
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8")).get("mistake", [])
            made = msgspec.convert(tables, tuple[Mistake, ...])
        except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
            raise ManifestError(f"{path}: {error}") from None
        for mistake in made:
            at = f"{path}: mistake {mistake.name!r}"
            if any(mistake.name == other.name for other in found):
                raise ManifestError(f"{at}: this name is taken")
            try:
                apply([mistake], folder, manifest)
            except ManifestError as error:
                raise ManifestError(f"{at}: {error}") from None
            found.append(mistake)
    return tuple(found)


def apply(mistakes: list[Mistake], folder: Path, manifest: Manifest) -> tuple[str, str]:
    """The reference's file with mistakes in it.

    Args:
        mistakes: one, or several of the same exercise that touch different text.
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
    text = (folder / file).read_text(encoding="utf-8")
    for mistake in mistakes:
        for old, new in mistake.change:
            if text.count(old) != 1:
                raise ManifestError(f"{file} holds {old!r} {text.count(old)} times, expected once")
            text = text.replace(old, new)
    return file, text


def read_alternatives(folder: Path, manifest: Manifest) -> tuple[Alternative, ...]:
    """Every alternative of an assignment, in the order of the file names.

    Raises:
        ManifestError: no docstring, an unknown exercise or an unknown convention.
    """
    exercises = {made.name for made in manifest.exercises}
    conventions = {made.name for made in manifest.conventions}
    found = []
    for path in sorted((folder / "alternatives").glob("*.py")):
        if path.name == "__init__.py":
            continue
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source, str(path))
        named = _constants(tree)
        title = (ast.get_docstring(tree) or "").strip().split("\n")[0]
        exercise, convention = named.get("EXERCISE", ""), named.get("CONVENTION", "")
        if not title:
            raise ManifestError(f"{path}: no docstring; its first line is the title")
        if exercise not in exercises:
            raise ManifestError(f"{path}: EXERCISE is {exercise!r}, no exercise of the manifest")
        if convention and convention not in conventions:
            raise ManifestError(f"{path}: CONVENTION is {convention!r}, not in the manifest")
        found.append(Alternative(path.stem, title, exercise, convention, source))
    return tuple(found)


def _constants(tree: ast.Module) -> dict[str, str]:
    return {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }
