"""What an editor checks an author's TOML with says the same as the build."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from autograder.assignment.editor_schemas import manifest_schema, mistakes_schema

from .conftest import Author

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
FOLDERS = [ROOT / "solutions" / "t6", ROOT / "tests" / "tiny"]


def written(path: Path) -> Any:
    """A TOML file as an editor hands it to a schema: moments are texts there."""
    return msgspec.to_builtins(tomllib.loads(path.read_text(encoding="utf-8")))


def problems(schema: dict[str, object], document: Any) -> list[str]:
    return [
        fault.message for fault in jsonschema.Draft202012Validator(schema).iter_errors(document)
    ]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_builds_is_valid(folder: Path) -> None:
    assert problems(manifest_schema(), written(folder / "assignment.toml")) == []
    for path in (folder / "mistakes").glob("*.toml"):
        assert problems(mistakes_schema(), written(path)) == []


def misspelt(document: Any) -> None:
    document["exercise"][0]["pionts"] = 3


def negative(document: Any) -> None:
    document["exercise"][0]["points"] = -1


def nameless(document: Any) -> None:
    del document["assignment"]["name"]


def unknown_table(document: Any) -> None:
    document["excercise"] = []


@pytest.mark.parametrize("slip", [misspelt, negative, nameless, unknown_table])
def test_a_slip_is_underlined(slip: Callable[[Any], None]) -> None:
    document = written(ROOT / "templates" / "new" / "assignment.toml")
    slip(document)
    assert problems(manifest_schema(), document)


def test_a_new_assignment_has_the_schemas_that_its_files_name(author: Author) -> None:
    assert author.run("new", "lab1")[0] == 0
    folder = author.course / "solutions" / "lab1"
    for path in (folder / "assignment.toml", *(folder / "mistakes").glob("*.toml")):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        named = path.parent / first.removeprefix("#:schema ")
        assert problems(msgspec.json.decode(named.read_bytes()), written(path)) == []


def test_they_are_written_into_a_folder_that_is_there(author: Author) -> None:
    code, printed = author.run("schema", "nowhere")
    assert (code, "expected a folder" in printed) == (2, True)
    code, printed = author.run("schema", ".")
    assert code == 0, printed
    assert (author.course / "mistakes.schema.json").exists()
