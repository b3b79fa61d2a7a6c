"""Write the reference pages of the documentation from the code, while the site is built."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import msgspec
import typer
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from typer.cli import get_docs_for_click

from autograder import kit
from autograder.assignment.manifest import SECTIONS, TABLES
from autograder.cli.app import app
from autograder.grading.result_records import json_schema


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the generated pages to those that are written by hand (called by MkDocs)."""
    for name, write in PAGES.items():
        files.append(File.generated(config, f"reference/{name}", content=write()))
    return files


def commands() -> str:
    """Each command with its arguments and options, as ``--help`` tells them."""
    command = typer.main.get_command(app)
    context = typer.Context(command, info_name="autograder")
    text = get_docs_for_click(obj=command, ctx=context, name="autograder", title="Commands")
    text = re.sub(r"\[/?[a-z ]*\]", "", text).replace("\b", "")
    return re.sub(r"^Examples?:\n((?:  .*\n?)+)", _examples, text, flags=re.M)


def manifest() -> str:
    """Each table and key of `assignment.toml`, with its type and default."""
    parts = ["# The manifest, `assignment.toml`\n"]
    for name, record in (*SECTIONS.items(), *TABLES.items()):
        heading = f"[[{name}]]" if name in TABLES else f"[{name}]"
        parts.append(f"## `{heading}`\n\n{inspect.cleandoc(record.__doc__ or '')}\n")
        parts.append("| key | what it takes | default |\n|---|---|---|\n" + _keys(record))
    return "\n".join(parts)


def check_api() -> str:
    """The public names of the check library, with their signatures and docstrings."""
    parts = ["# The check library\n", _member("check", kit.check), _class(kit.Submission)]
    parts.append(_class(kit.Handle))
    parts += [
        _member(f"expect.{name}", made)
        for name, made in vars(kit.expect).items()
        if inspect.isfunction(inspect.unwrap(made))
        and made.__module__ == kit.expect.__name__
        and not name.startswith("_")
    ]
    return "\n".join(parts)


def results() -> str:
    """The fields of a line of `results.jsonl`."""
    schema = json_schema()
    parts = ["# Results, `results.jsonl`\n\nOne JSON object a line, one line a submission.\n"]
    for name, made in schema["$defs"].items():
        parts.append(f"## {name}\n\n{made.get('description', '')}\n")
        rows = "".join(
            f"| `{key}` | {_json_type(value)} |\n" for key, value in made["properties"].items()
        )
        parts.append(f"| field | type |\n|---|---|\n{rows}")
    return "\n".join(parts)


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "manifest.md": manifest,
    "check-api.md": check_api,
    "results.md": results,
}


def _examples(section: re.Match[str]) -> str:
    lines = re.sub(r"^  ", "", section[1], flags=re.M).rstrip()
    return f"**Examples**:\n\n```sh\n{lines}\n```\n"


def _keys(record: type[msgspec.Struct]) -> str:
    described = msgspec.json.schema_components([record])[1][record.__name__]["properties"]
    rows = []
    for field in msgspec.structs.fields(record):
        default = "required" if field.required else f"`{_default(field)}`"
        rows.append(
            f"| `{field.encode_name}` | {_json_type(described[field.name])} | {default} |\n"
        )
    return "".join(rows)


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.default_factory is not msgspec.NODEFAULT:
        return repr(field.default_factory())
    return "nothing" if field.default is None else msgspec.json.encode(field.default).decode()


def _json_type(described: dict[str, Any]) -> str:
    """A JSON Schema's type as people say it, with its bounds."""
    if "$ref" in described:
        name = described["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "enum" in described:
        return " or ".join(f"`{value}`" for value in described["enum"])
    if "anyOf" in described:
        return " or ".join(dict.fromkeys(_json_type(one) for one in described["anyOf"]))
    kind = {"string": "text", "array": "list", "object": "table"}.get(
        described.get("type", "any value"), described.get("type", "any value")
    )
    if kind == "list" and isinstance(described.get("items"), dict):
        return f"list of {_json_type(described['items'])}"
    bounds = {"minimum": ">=", "exclusiveMinimum": ">", "maximum": "<=", "format": "as"}
    told = [f"{sign} {described[key]}" for key, sign in bounds.items() if key in described]
    return f"{kind} ({', '.join(told)})" if told else kind


def _class(made: type) -> str:
    members = [
        _member(f"{made.__name__}.{name}", member)
        for name, member in vars(made).items()
        if inspect.isfunction(inspect.unwrap(member)) and not name.startswith("_")
    ]
    return "\n".join([f"## `{made.__name__}`\n\n{_docs(made)}\n", *members])


def _member(name: str, made: Any) -> str:
    return f"### `{name}`\n\n```python\n{name}{inspect.signature(made)}\n```\n\n{_docs(made)}\n"


def _docs(made: Any) -> str:
    """A docstring with its sections set off, so that Markdown keeps its lines apart."""
    text = inspect.cleandoc(made.__doc__ or "").replace("``", "`")
    return re.sub(r"^(\w+):\n((?:    .*\n?|\n)+)", _definitions, text, flags=re.M)


def _definitions(section: re.Match[str]) -> str:
    lines = re.sub(r"^    (?! )", "- ", section[2], flags=re.M)
    return f"\n**{section[1]}**\n\n{lines}"
