"""``autograder schema``: JSON Schemas, so that an editor completes and checks while one types."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from autograder.assignment.editor_schemas import SCHEMAS
from autograder.cli.command_options import UsageProblem


def schema(
    folder: Annotated[Path, typer.Argument(help="Where they are written.", metavar="FOLDER")],
) -> None:
    """Write the JSON Schemas of `assignment.toml` and of `mistakes/*.toml`, for editors.

    An editor that knows TOML (Even Better TOML in VS Code, Taplo elsewhere) reads the first line of
    a file: `#:schema ./assignment.schema.json`.

    Exit code: 0 written, 2 usage.

    \b
    Example:
      autograder schema solutions/lab1
    """
    if not folder.is_dir():
        raise UsageProblem(f"{folder}: expected a folder, such as solutions/lab1")
    for path in write_schemas(folder):
        Console(stderr=True, soft_wrap=True).print(str(path), highlight=False)


def write_schemas(folder: Path) -> list[Path]:
    """Write all of them into a folder, and say where."""
    written = []
    for name, made in SCHEMAS.items():
        path = folder / name
        path.write_bytes(msgspec.json.format(msgspec.json.encode(made()), indent=2) + b"\n")
        written.append(path)
    return written
