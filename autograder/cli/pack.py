"""``autograder pack``: an assignment in, an archive for Otter and Gradescope out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.cli.command_options import UsageProblem, find_assignment
from autograder.grading.seeds import fresh_seed
from autograder.own_files import complete_bytes
from autograder.platforms.archive import pack as packed
from autograder.platforms.archive import seed_in


def pack(
    assignment: Annotated[
        Path | None, typer.Argument(help="Folder of the assignment (default: the only one).")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="The archive (default: NAME-autograder.zip, or NAME-plain-autograder.zip).",
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(min=0, help="Seed of the hidden inputs (default: kept, or drawn once)."),
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Grade without Otter, even where it could be used.")
    ] = False,
) -> None:
    """Pack an assignment for Otter and Gradescope, with the boundary behind their front door.

    The archive is an Otter autograder: [bold]otter run -a t6-autograder.zip SUBMISSION[/] works,
    and so does uploading it to Gradescope. Submissions run in the sandbox, never in Otter's kernel.
    With --plain the archive is for Gradescope alone. Both kinds, side by side under their default
    names, have one seed: all submissions get the same hidden inputs. An archive holds these and
    the reference: keep it to yourself.

    Exit code: 0 packed, 2 usage or an error in the assignment.

    \b
    Examples:
      autograder pack solutions/t6
      autograder pack solutions/t6 --plain
      otter run -a t6-autograder.zip submissions/anna.ipynb
    """
    console = Console(stderr=True, soft_wrap=True)
    chosen = find_assignment(assignment)
    unchecked = [made.name for made in chosen.unchecked()]
    if unchecked:
        raise UsageProblem(f"{chosen.folder}/checks: no check for {', '.join(unchecked)}")
    name = chosen.manifest.assignment.name
    names = (f"{name}-autograder.zip", f"{name}-plain-autograder.zip")
    target = output or Path(names[plain])
    if target.is_dir():
        raise UsageProblem(f"{target}: a folder; name the archive to write")
    known, where = seed_in(target, name), "kept"
    if target.exists() and known is None:
        raise UsageProblem(
            f"{target}: a file that is no archive of {name}; remove it, or name another with -o"
        )
    other = Path(names[not plain])
    if known is None and output is None:
        known, where = seed_in(other, name), f"that of {other}"
    if seed is not None:
        where = "as told"
    elif known is None:
        where = "drawn now"
    drawn = seed if seed is not None else known if known is not None else fresh_seed()
    content = packed(chosen, drawn, plain)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with complete_bytes(target) as file:
            file.write(content)
    except OSError as problem:
        raise UsageProblem(f"{target}: cannot be written: {problem.strerror}") from None
    kind = "for Gradescope without Otter" if plain else "for Otter and Gradescope"
    console.print(
        f"{target}: {kind}, {len(content) / 1e6:.1f} MB; seed of the hidden inputs {where}, and "
        "kept when you pack into this file again",
        highlight=False,
    )
    differing = seed_in(other, name) if output is None else None
    if differing is not None and differing != drawn:
        console.print(
            f"{other} has another seed: the same submission can get another score there",
            highlight=False,
        )
    console.print(
        "For Gradescope: upload it as the autograder. Give its container room for the sandbox, "
        f"about 0.7 GB, and for a submission, up to {chosen.manifest.limits.memory_mib} MiB."
    )
