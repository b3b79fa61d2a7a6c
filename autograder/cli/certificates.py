"""``autograder certificates``: what the machines of a cluster prove themselves with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.batch.certificates import make_certificates
from autograder.batch.cluster_security import AUTHORITY, GRADER, SCHEDULER, WORKER


def certificates(
    folder: Annotated[Path, typer.Argument(help="Folder to make for them.")],
    days: Annotated[int, typer.Option(min=1, help="For how long they are good.")] = 180,
) -> None:
    """Make a set of certificates for a cluster, so that nobody else can give it work or answers.

    Each machine gets the authority's file and that of its own role. Whoever has one of them can
    run programs on the whole cluster: copy them over SSH, and keep them to the grader's user.

    Exit code: 0 made; 2 the folder is there already.

    \b
    Examples:
      autograder certificates cluster/
      autograder grade submissions/ --cluster tls://HOST:8786 --cluster-certificates cluster/
    """
    make_certificates(folder, days)
    console = Console(stderr=True, soft_wrap=True)
    console.print(f"{folder}: good for {days} days", highlight=False)
    for file, who in ((SCHEDULER, "the scheduler"), (WORKER, "every worker"), (GRADER, "you")):
        console.print(f"  {AUTHORITY}, {file}: for {who}", highlight=False)
