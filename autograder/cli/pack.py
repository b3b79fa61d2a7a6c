"""``autograder pack``: an assignment in, an archive for Otter and Gradescope out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.cli.setting import UsageProblem, find_assignment
from autograder.front.archive import pack as packed
from autograder.front.archive import seed_in
from autograder.grading.seeds import fresh_seed
from autograder.publish.files import complete_bytes


def pack(
    assignment: Annotated[
        Path | None, typer.Argument(help="Folder of the assignment (default: the only one).")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The archive (default: NAME-autograder.zip)."),
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
    All of them get the same hidden inputs. The archive holds these and the reference: keep it to
    yourself.

    Exit code: 0 packed, 2 usage or an error in the assignment.

    \b
    Examples:
      autograder pack solutions/t6
      autograder pack solutions/t6 -o t6.zip --plain
      otter run -a t6-autograder.zip submissions/anna.ipynb
    """
    console = Console(stderr=True, soft_wrap=True)
    chosen = find_assignment(assignment)
    unchecked = [made.name for made in chosen.unchecked()]
    if unchecked:
        raise UsageProblem(f"{chosen.folder}/checks: no check for {', '.join(unchecked)}")
    name = chosen.manifest.assignment.name
    target = output or Path(f"{name}-autograder.zip")
    if target.is_dir():
        raise UsageProblem(f"{target}: a folder; name the archive to write")
    known = seed_in(target, name)
    if target.exists() and known is None:
        raise UsageProblem(
            f"{target}: a file that is no archive of {name}; remove it, or name another with -o"
        )
    drawn = seed if seed is not None else known if known is not None else fresh_seed()
    content = packed(chosen, drawn, plain)
    with complete_bytes(target) as file:
        file.write(content)
    where = "as told" if seed is not None else "kept" if known is not None else "drawn now"
    console.print(
        f"{target}: {len(content) / 1e6:.1f} MB; seed of the hidden inputs {where}, and kept when "
        "you pack into this file again",
        highlight=False,
    )
    console.print(
        "For Gradescope: upload it as the autograder. Give its container room for the sandbox, "
        f"about 0.7 GB, and for a submission, up to {chosen.manifest.limits.memory_mib} MiB."
    )
