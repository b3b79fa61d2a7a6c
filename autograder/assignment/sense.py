"""What no single value of a manifest shows: names that clash, files not listed, points that lie."""

from __future__ import annotations

import keyword
import sys
from collections.abc import Iterator, Mapping, Sequence

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from autograder.assignment.manifest_problems import BadEntry, nearest
from autograder.assignment.manifest_records import Convention, Exercise, File, Manifest
from autograder.assignment.toml_places import TomlPlaces


def sense_problems(file: str, manifest: Manifest, places: TomlPlaces) -> Iterator[BadEntry]:
    """What is wrong with a manifest whose values are all of the right form.

    Args:
        file: the manifest's path, for messages.
        manifest: what it says.
        places: where it says it.
    """
    for kind, entries in (
        ("file", manifest.files),
        ("exercise", manifest.exercises),
        ("convention", manifest.conventions),
    ):
        yield from _repeated(file, kind, entries, places)
    odd, misfits = set[str](), False
    for number, listed in enumerate(manifest.files):
        for key, *words in _file_problems(listed):
            odd.add(listed.name)
            yield _bad(file, "file", listed.name, number, key, words, places)
    known = {listed.name: listed for listed in manifest.files}
    for number, exercise in enumerate(manifest.exercises):
        named = places.has("exercise", number, "points")
        for key, *words in _exercise_problems(exercise, known, named):
            # What is wrong with a file is told once, not again of each exercise in it.
            if key != "file" or exercise.file not in odd:
                misfits = True
                yield _bad(file, "exercise", exercise.name, number, key, words, places)
    if not misfits and not any(e.tier == "core" and e.points for e in manifest.enabled_exercises):
        wanted = "at least one enabled exercise of tier core, with points"
        at = places.of("exercise")
        yield BadEntry(file, "[[exercise]]", wanted, "none", "", at)
    about = manifest.assignment
    if about.released and about.due and about.due.date() < about.released:
        at = places.of("assignment", 0, "due")
        yield BadEntry(
            file, "[assignment]: due", f"not before {about.released}", str(about.due), "", at
        )
    yield from _package_problems(file, manifest, places)


def _bad(
    file: str,
    kind: str,
    name: str,
    number: int,
    key: str,
    words: Sequence[str],
    places: TomlPlaces,
) -> BadEntry:
    label = f'{kind} "{name}"' + (f": {key}" if key else "")
    expected, found, *advice = words
    return BadEntry(file, label, expected, found, "".join(advice), places.of(kind, number, key))


def _repeated(
    file: str, kind: str, entries: Sequence[File | Exercise | Convention], places: TomlPlaces
) -> Iterator[BadEntry]:
    seen: dict[str, int] = {}
    for number, entry in enumerate(entries):
        if entry.name in seen:
            first = places.of(kind, seen[entry.name])[0]
            yield BadEntry(
                file,
                f'{kind} "{entry.name}"',
                "every name once",
                f"the name a second time (first at line {first})",
                "rename or remove one of them",
                places.of(kind, number, "name"),
            )
        seen.setdefault(entry.name, number)


def _file_problems(listed: File) -> Iterator[tuple[str, ...]]:
    """Key, what is expected there, what was found, and maybe advice."""
    if listed.extra and listed.data:
        yield "", "extra or data", "both", "keep the one that holds"
    stem, _, suffix = listed.name.rpartition(".")
    if listed.folded and not (listed.extra and suffix == "py" and stem.isidentifier()):
        yield "folded", "a module with extra = true", repr(listed.name), "leave out folded"
    if not listed.is_module:
        return
    if not (suffix == "py" and stem.isidentifier()):
        yield (
            "name",
            "the name of an importable module, e.g. clipping.py",
            repr(listed.name),
            "mark it extra = true or data = true if it is not a module",
        )
    elif keyword.iskeyword(stem) or stem in sys.stdlib_module_names:
        kind = "a word of the language" if keyword.iskeyword(stem) else "a module of its own"
        yield (
            "name",
            "a name that Python has no use for",
            f"{listed.name!r}, and {stem!r} is {kind}",
            f"call it {stem}_lab.py",
        )


def _exercise_problems(
    exercise: Exercise, files: Mapping[str, File], points_named: bool
) -> Iterator[tuple[str, ...]]:
    """Key, what is expected there, what was found, and maybe advice."""
    for key, name in (("name", exercise.name), ("provides", exercise.provides)):
        if keyword.iskeyword(name) and (key == "name" or name != exercise.name):
            yield key, "a name", f"{name!r}, a word of the language", f'such as "{name}_"'
    listed = files.get(exercise.file)
    if listed is None:
        yield (
            "file",
            f"a listed [[file]] ({', '.join(files)})",
            repr(exercise.file),
            nearest(exercise.file, files),
        )
    elif exercise.kind == "code" and not listed.is_module:
        yield "file", "a module, since the kind is code", repr(exercise.file)
    elif exercise.kind == "data" and not listed.data:
        wanted = "a file with data = true, since the kind is data"
        yield "file", wanted, repr(exercise.file)
    if exercise.tier == "given" and exercise.points:
        yield "points", "0, since the tier is given", f"{exercise.points:g}"
    if exercise.tier != "given" and not points_named:
        yield "points", "a number, or the tier given", "nothing"
    if exercise.manual_points > exercise.points:
        wanted = f"at most points ({exercise.points:g})"
        yield "manual_points", wanted, f"{exercise.manual_points:g}"


def _package_problems(file: str, manifest: Manifest, places: TomlPlaces) -> Iterator[BadEntry]:
    packages = manifest.packages
    try:
        SpecifierSet(packages.python)
    except InvalidSpecifier:
        yield BadEntry(
            file,
            "[packages]: python",
            'versions such as ">=3.10"',
            repr(packages.python),
            "",
            places.of("packages", 0, "python"),
        )
    for key in ("requirements", "notebook_requirements"):
        for number, line in enumerate(getattr(packages, key)):
            try:
                Requirement(line)
            except InvalidRequirement as error:
                why = str(error).split("\n")[0]
                yield BadEntry(
                    file,
                    f"[packages]: {key}[{number}]",
                    'a requirement of pip such as "numpy>=1.26"',
                    f"{line!r} ({why})",
                    "",
                    places.of("packages", 0, key),
                )
