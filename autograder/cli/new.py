"""``autograder new``: a small assignment that works, or a copy of one, to start from."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.cli.command_options import UsageProblem, find_folder
from autograder.cli.schema import write_schemas
from autograder.templating import templates_folder

_NAME = re.compile(r"[a-z][a-z0-9_-]*")


def new(
    name: Annotated[str, typer.Argument(help="Of the assignment, such as lab1.")],
    source: Annotated[
        Path | None,
        typer.Option("--from", help="Start from another assignment: a folder, or t6."),
    ] = None,
) -> None:
    """Start an assignment: one function, one class, one figure and one reflection that work.

    Everything that an assignment may have stands in it once, with a comment.

    Exit code: 0 written, 2 the name is taken or is none.

    \b
    Examples:
      autograder new lab1
      autograder new lab2 --from t6
    """
    if not _NAME.fullmatch(name):
        raise UsageProblem(
            f"{name!r}: expected a name of small letters, digits, - and _, such as lab1"
        )
    folder = Path("solutions") / name
    if folder.exists():
        raise UsageProblem(f"{folder}: is there already; take another name")
    origin = templates_folder() / "new" if source is None else _folder_of(source)
    shutil.copytree(origin, folder, ignore=shutil.ignore_patterns("__pycache__"))
    manifest = folder / "assignment.toml"
    text = manifest.read_text(encoding="utf-8")
    named = re.sub(r'^name = "[^"\n]*"', f'name = "{name}"', text, count=1, flags=re.MULTILINE)
    manifest.write_text(named, encoding="utf-8")
    write_schemas(folder)
    files = sum(path.is_file() for path in folder.rglob("*"))
    console = Console(stderr=True, soft_wrap=True)
    console.print(f"{folder}: {files} files; begin with {manifest}", highlight=False)
    console.print(f"Next: autograder build {folder}", highlight=False)


def _folder_of(source: Path) -> Path:
    here = Path("solutions") / source
    return here if (here / "assignment.toml").exists() else find_folder(source)
