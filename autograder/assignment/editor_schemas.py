"""JSON Schemas of the TOML that authors write, for editors that complete and check it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from autograder.assignment.known_answers import Mistake, Style
from autograder.assignment.manifest import SECTIONS, TABLES

_MISTAKES: dict[str, type[msgspec.Struct]] = {"mistake": Mistake, "style": Style}


def manifest_schema() -> dict[str, object]:
    """The JSON Schema of `assignment.toml`, its keys as they are written there."""
    return _schema("assignment", "An assignment's manifest", SECTIONS, TABLES, ["assignment"])


def mistakes_schema() -> dict[str, object]:
    """The JSON Schema of a file in `mistakes/`."""
    return _schema("mistakes", "Known mistakes of an assignment", {}, _MISTAKES, [])


# By the name of the file; a TOML file names its own in a first line, `#:schema ./NAME`.
SCHEMAS: dict[str, Callable[[], dict[str, object]]] = {
    "assignment.schema.json": manifest_schema,
    "mistakes.schema.json": mistakes_schema,
}


def _schema(
    name: str,
    title: str,
    single: Mapping[str, type[msgspec.Struct]],
    several: Mapping[str, type[msgspec.Struct]],
    required: list[str],
) -> dict[str, object]:
    """A document of tables of which there is one, and of tables of which there are several."""
    kinds = [*single.values(), *several.values()]
    made, parts = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    references = dict(zip([*single, *several], made, strict=True))
    properties: dict[str, object] = {key: references[key] for key in single}
    properties |= {key: {"type": "array", "items": references[key]} for key in several}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{name}.schema.json",
        "title": title,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
        "$defs": parts,
    }
