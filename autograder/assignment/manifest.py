"""Read `assignment.toml` into a `Manifest`, or say which key of which exercise stands wrong."""

from __future__ import annotations

import datetime
import difflib
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from autograder.assignment.manifest_problems import BadEntry, ManifestError, raise_all
from autograder.assignment.manifest_records import (
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
from autograder.assignment.module_text import read_source
from autograder.assignment.sense import sense_problems
from autograder.assignment.toml_places import TomlPlaces

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
_MOST_DATA_MIB = 16
SECTIONS: dict[str, type[Record]] = {
    "assignment": About,
    "limits": Limits,
    "packages": Packages,
    "late": Late,
    "resubmission": Resubmission,
}
TABLES: dict[str, type[Record]] = {"file": File, "exercise": Exercise, "convention": Convention}


def read_manifest(folder: Path) -> Manifest:
    """Read and check `folder/assignment.toml`.

    Raises:
        BadEntry: the file is missing, is not TOML, or a value in it is not what is needed.
        ManifestError: the same for several values at once.
    """
    path = Path(folder) / FILE_NAME
    raw, places = read_toml(path, "an assignment's manifest", "is this the right folder?")
    reader = _Reader(path, raw, places)
    manifest = reader.manifest()
    raise_all(reader.errors)
    assert manifest is not None
    raise_all(list(sense_problems(str(path), manifest, places)))
    return manifest


def require_files(manifest: Manifest, folder: Path) -> None:
    """Refuse the handed-out files of the manifest that are not in the folder, or too large.

    Raises:
        BadEntry: one of them.
        ManifestError: several.
    """
    path = folder / FILE_NAME
    places = TomlPlaces(read_source(path) if path.exists() else "")
    raise_all(
        [
            BadEntry(
                str(folder / FILE_NAME),
                f'file "{file.name}"',
                f"a file {folder / file.name}",
                "nothing",
                "write it, or take it out of the manifest",
                places.of("file", number, "name"),
            )
            for number, file in enumerate(manifest.files)
            if not file.data and not (folder / file.name).is_file()
        ]
    )
    raise_all(list(_too_large(manifest, folder, places)))


def _too_large(manifest: Manifest, folder: Path, places: TomlPlaces) -> Iterator[BadEntry]:
    sizes = {file.name: (folder / file.name).stat().st_size for file in manifest.extras}
    most = min(manifest.limits.file_mib, _MOST_DATA_MIB)
    too_much = sum(sizes.values()) > _MOST_DATA_MIB << 20
    for number, file in enumerate(manifest.files):
        if file.extra and (too_much or sizes[file.name] > most << 20):
            yield BadEntry(
                str(folder / FILE_NAME),
                f'file "{file.name}"',
                f"files of at most {most} MiB, {_MOST_DATA_MIB} MiB together",
                f"{sizes[file.name] / 2**20:.1f} of {sum(sizes.values()) / 2**20:.1f} MiB",
                "give students a smaller part of the data",
                places.of("file", number, "name"),
            )


def read_toml(path: Path, what: str, advice: str = "") -> tuple[dict[str, Any], TomlPlaces]:
    """The tables of a TOML file, and where they stand in it.

    Args:
        path: the file.
        what: the file's role, for the message when it is missing.
        advice: what to do then.

    Raises:
        BadEntry: it is missing or is not TOML.
        ManifestError: it is not UTF-8.
    """
    if not path.is_file():
        raise BadEntry(str(path), "the file", what, "nothing", advice)
    text = read_source(path)
    try:
        return tomllib.loads(text), TomlPlaces(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+), column (\d+)", str(error))
        line, column = (int(found[1]), int(found[2])) if found else (0, 0)
        at = (line, column, TomlPlaces(text).at(line)[2])
        raise BadEntry(str(path), "the file", "valid TOML", str(error), "", at) from None


class _Reader:
    """Turns the tables of a manifest into records, and keeps what is wrong with each."""

    def __init__(self, path: Path, raw: dict[str, Any], places: TomlPlaces) -> None:
        self.errors: list[ManifestError] = []
        self._path = path
        self._raw = raw
        self._places = places

    def manifest(self) -> Manifest | None:
        """The manifest; None if anything in it could not be read."""
        self._refuse_unknown("", "", 0, self._raw, [*SECTIONS, *TABLES])
        if "assignment" not in self._raw and not self.errors:
            self.errors.append(BadEntry(str(self._path), "[assignment]", "a table", "nothing"))
        sections: dict[str, Any] = {
            name: self._table(name, f"[{name}]", 0, self._raw[name], SECTIONS[name])
            for name in SECTIONS
            if name in self._raw
        }
        tables: dict[str, Any] = {
            f"{name}s": self._tables(name, record) for name, record in TABLES.items()
        }
        return None if self.errors else Manifest(**tables, **sections)

    def _tables(self, kind: str, record: type[Record]) -> tuple[Record, ...]:
        entries = self._raw.get(kind, [])
        if not isinstance(entries, list):
            self._bad(kind, 0, "", kind, f"a list of tables, each under [[{kind}]]", repr(entries))
            return ()
        made = [
            self._table(kind, _entry_label(kind, number, entry), number, entry, record)
            for number, entry in enumerate(entries)
        ]
        return tuple(one for one in made if one is not None)

    def _table(
        self, kind: str, label: str, number: int, entry: object, record: type[Record]
    ) -> Record | None:
        before = len(self.errors)
        if not isinstance(entry, dict):
            self._bad(kind, number, "", label, "a table", repr(entry))
            return None
        fields = msgspec.structs.fields(record)
        self._refuse_unknown(label, kind, number, entry, [field.name for field in fields])
        for field in fields:
            if field.required and field.name not in entry:
                self._bad(kind, number, field.name, f"{label}: {field.name}", "a value", "nothing")
            elif field.name in entry:
                self._value(kind, label, number, field, entry[field.name])
        return msgspec.convert(entry, record) if len(self.errors) == before else None

    def _value(
        self, kind: str, label: str, number: int, field: msgspec.structs.FieldInfo, value: object
    ) -> None:
        """Keep what is wrong with one value; each is converted alone, so none hides another."""
        if type(value) is datetime.datetime and field.name == "released":
            expected = "a day (2026-02-16), without a time"
            self._bad(kind, number, field.name, f"{label}: {field.name}", expected, str(value))
            return
        try:
            msgspec.convert(value, field.type)
        except msgspec.ValidationError as error:
            problem, _, where = str(error).partition(" - at `$")
            inner = where.rstrip("`")
            bad = _value_at(value, inner)
            found = str(bad) if isinstance(bad, datetime.date) else repr(bad)
            key = field.name + inner
            self._bad(
                kind, number, key, f"{label}: {key}", _expectation(problem, field.type), found
            )

    def _refuse_unknown(
        self, label: str, kind: str, number: int, entry: Mapping[str, Any], known: list[str]
    ) -> None:
        for key in entry:
            if key not in known:
                close = difflib.get_close_matches(key, known, n=1)
                at = self._places.of(kind, number, key) if kind else self._places.of(key)
                error = BadEntry(
                    str(self._path),
                    f"{label}: {key}" if label else key,
                    f"one of {', '.join(known)}",
                    f"the unknown key {key!r}",
                    f"did you mean {close[0]!r}?" if close else "",
                    at if at[0] or not kind else self._places.of("", 0, key),
                )
                self.errors.append(error)

    def _bad(self, kind: str, number: int, key: str, told: str, expected: str, found: str) -> None:
        at = self._places.of(kind, number, key)
        self.errors.append(BadEntry(str(self._path), told, expected, found, "", at))


def _entry_label(kind: str, number: int, entry: object) -> str:
    name = entry.get("name") if isinstance(entry, dict) else None
    return f'{kind} "{name}"' if isinstance(name, str) else f"{kind} number {number + 1}"


def _value_at(entry: object, key: str) -> object:
    """What stands at a path such as `[2].name` inside a value."""
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


def _expectation(problem: str, wanted: Any) -> str:
    """Turn a message of msgspec into what a person calls the same thing."""
    if problem.startswith("Invalid enum value"):
        choices = getattr(msgspec.inspect.type_info(wanted), "values", ())
        return "one of " + ", ".join(f'"{choice}"' for choice in choices)
    stated = problem.removeprefix("Expected ").partition(", got ")[0]
    for noise in ("`", " | null", " with a timezone component"):
        stated = stated.replace(noise, "")
    stated = re.sub(rf"\b({'|'.join(_TYPES)})\b", lambda word: _TYPES[word[1]], stated)
    stated = re.sub(r"(-?\d+)\.0\b", r"\1", stated)
    return stated.replace("text of length >= 1", "text that is not empty").replace(
        "matching regex", "that matches"
    )
