"""Read `assignment.toml` into a `Manifest`, or say which key of which exercise stands wrong."""

from __future__ import annotations

import datetime
import difflib
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from autograder.assignment.problems import BadEntry, ManifestError
from autograder.assignment.records import (
    About,
    Convention,
    Exercise,
    File,
    Late,
    Limits,
    Manifest,
    Packages,
    Record,
    Resubmission,
)

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = [
    "About",
    "BadEntry",
    "Convention",
    "Exercise",
    "File",
    "Late",
    "Limits",
    "Manifest",
    "ManifestError",
    "Packages",
    "Resubmission",
    "read_manifest",
    "require_files",
]

FILE_NAME = "assignment.toml"
SECTIONS: dict[str, type[Record]] = {
    "assignment": About,
    "limits": Limits,
    "packages": Packages,
    "late": Late,
    "resubmission": Resubmission,
}
TABLES: dict[str, type[Record]] = {"file": File, "exercise": Exercise, "convention": Convention}

T = TypeVar("T", bound=Record)


def read_manifest(folder: Path) -> Manifest:
    """Read and check `folder/assignment.toml`.

    Raises:
        BadEntry: the file is missing, is not TOML, or a value in it is not what is needed.
    """
    path = Path(folder) / FILE_NAME
    raw = _toml(path)
    _known(path, "", raw, [*SECTIONS, *TABLES])
    if "assignment" not in raw:
        raise BadEntry(str(path), "[assignment]", "a table", "nothing")
    sections: dict[str, Any] = {
        name: _table(path, f"[{name}]", raw[name], SECTIONS[name])
        for name in SECTIONS
        if name in raw
    }
    manifest = Manifest(
        files=_tables(path, raw, "file", File),
        exercises=_tables(path, raw, "exercise", Exercise),
        conventions=_tables(path, raw, "convention", Convention),
        **sections,
    )
    _check_sense(str(path), manifest)
    return manifest


def require_files(manifest: Manifest, folder: Path) -> None:
    """Raise `BadEntry` for a handed-out file of the manifest that is not in the folder."""
    for file in manifest.files:
        if not file.data and not (folder / file.name).is_file():
            raise BadEntry(
                str(folder / FILE_NAME),
                f'file "{file.name}"',
                f"a file {folder / file.name}",
                "nothing",
                "write it, or take it out of the manifest",
            )


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadEntry(
            str(path),
            "the file",
            "an assignment's manifest",
            "nothing",
            "is this the right folder?",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadEntry(str(path), "the file", "valid TOML in UTF-8", str(error)) from None


def _tables(path: Path, raw: Mapping[str, Any], kind: str, record: type[T]) -> tuple[T, ...]:
    entries = raw.get(kind, [])
    if not isinstance(entries, list):
        raise BadEntry(str(path), kind, f"a list of tables, each under [[{kind}]]", repr(entries))
    return tuple(
        _table(path, _entry_label(kind, number, entry), entry, record)
        for number, entry in enumerate(entries, 1)
    )


def _entry_label(kind: str, number: int, entry: object) -> str:
    name = entry.get("name") if isinstance(entry, dict) else None
    return f'{kind} "{name}"' if isinstance(name, str) else f"{kind} number {number}"


def _table(path: Path, label: str, entry: object, record: type[T]) -> T:
    if not isinstance(entry, dict):
        raise BadEntry(str(path), label, "a table", repr(entry))
    fields = msgspec.structs.fields(record)
    _known(path, label, entry, [field.name for field in fields])
    for field in fields:
        if field.required and field.name not in entry:
            raise BadEntry(str(path), f"{label}: {field.name}", "a value", "nothing")
    try:
        return msgspec.convert(entry, record)
    except msgspec.ValidationError as error:
        problem, _, where = str(error).partition(" - at `$.")
        key = where.rstrip("`")
        value = _value_at(entry, key)
        found = str(value) if isinstance(value, datetime.date) else repr(value)
        raise BadEntry(
            str(path), f"{label}: {key}", _expectation(problem, key, record), found
        ) from None


def _known(path: Path, label: str, entry: Mapping[str, Any], known: list[str]) -> None:
    for key in entry:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            raise BadEntry(
                str(path),
                f"{label}: {key}" if label else key,
                f"one of {', '.join(known)}",
                f"the unknown key {key!r}",
                f"did you mean {close[0]!r}?" if close else "",
            )


def _value_at(entry: object, key: str) -> object:
    for part in re.findall(r"[^.\[\]]+", key):
        entry = entry[int(part)] if isinstance(entry, list) else entry[part]  # type: ignore[index]
    return entry


_TYPES = {
    "str": "text",
    "float": "a number",
    "int": "a whole number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "datetime": "a date and time with offset (2026-02-16T23:59:00+01:00)",
    "date": "a day (2026-02-16)",
}


def _expectation(problem: str, key: str, record: type) -> str:
    """Turn a message of msgspec into what a person calls the same thing."""
    if problem.startswith("Invalid enum value"):
        choices = _choices(record, re.split(r"[.\[]", key)[0])
        return "one of " + ", ".join(f'"{choice}"' for choice in choices)
    stated = problem.removeprefix("Expected ").partition(", got ")[0]
    for noise in ("`", " | null", " with a timezone component"):
        stated = stated.replace(noise, "")
    stated = re.sub(rf"\b({'|'.join(_TYPES)})\b", lambda word: _TYPES[word[1]], stated)
    stated = re.sub(r"(-?\d+)\.0\b", r"\1", stated)
    return stated.replace("text of length >= 1", "text that is not empty").replace(
        "matching regex", "that matches"
    )


def _choices(record: type, key: str) -> Iterable[str]:
    hint = msgspec.inspect.type_info(record)
    assert isinstance(hint, msgspec.inspect.StructType)
    field = next(field for field in hint.fields if field.name == key)
    return [str(value) for value in getattr(field.type, "values", ())]


def _check_sense(file: str, manifest: Manifest) -> None:
    """What no single value shows: names that clash, files that are not listed, points that lie."""
    for kind, entries in (
        ("file", manifest.files),
        ("exercise", manifest.exercises),
        ("convention", manifest.conventions),
    ):
        seen: set[str] = set()
        for entry in entries:
            if entry.name in seen:
                raise BadEntry(
                    file, f'{kind} "{entry.name}"', "every name once", "the name a second time"
                )
            seen.add(entry.name)
    for listed in manifest.files:
        _check_file(file, listed)
    for exercise in manifest.exercises:
        _check_exercise(file, exercise, {listed.name: listed for listed in manifest.files})
    if not any(e.tier == "core" for e in manifest.enabled_exercises):
        raise BadEntry(file, "[[exercise]]", "at least one enabled exercise of tier core", "none")
    about = manifest.assignment
    if about.released and about.due and about.due.date() < about.released:
        raise BadEntry(file, "[assignment]: due", f"not before {about.released}", str(about.due))


def _check_file(file: str, listed: File) -> None:
    if listed.extra and listed.data:
        raise BadEntry(
            file, f'file "{listed.name}"', "extra or data", "both", "keep the one that holds"
        )
    stem, _, suffix = listed.name.rpartition(".")
    if listed.is_module and not (suffix == "py" and stem.isidentifier()):
        raise BadEntry(
            file,
            f'file "{listed.name}": name',
            "the name of an importable module, e.g. clipping.py",
            repr(listed.name),
            "mark it extra = true or data = true if it is not a module",
        )


def _check_exercise(file: str, exercise: Exercise, files: Mapping[str, File]) -> None:
    label = f'exercise "{exercise.name}"'
    listed = files.get(exercise.file)
    if listed is None:
        raise BadEntry(
            file, f"{label}: file", f"a listed [[file]] ({', '.join(files)})", repr(exercise.file)
        )
    if exercise.kind == "code" and not listed.is_module:
        raise BadEntry(
            file, f"{label}: file", "a module, since the kind is code", repr(exercise.file)
        )
    if exercise.kind == "data" and not listed.data:
        raise BadEntry(
            file,
            f"{label}: file",
            "a file with data = true, since the kind is data",
            repr(exercise.file),
        )
    if exercise.tier == "given" and exercise.points:
        raise BadEntry(
            file, f"{label}: points", "0, since the tier is given", f"{exercise.points:g}"
        )
    if exercise.tier != "given" and not exercise.points:
        raise BadEntry(
            file, f"{label}: points", "a number > 0, or the tier given", f"{exercise.points:g}"
        )
    if exercise.manual_points > exercise.points:
        raise BadEntry(
            file,
            f"{label}: manual_points",
            f"at most points ({exercise.points:g})",
            f"{exercise.manual_points:g}",
        )
