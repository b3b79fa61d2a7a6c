"""``autograder grade``: a folder of submissions in, grades and feedback pages out."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.assignment.manifest import Manifest
from autograder.batch.cluster_security import Cluster
from autograder.batch.run_problems import Stopped
from autograder.batch.store import Store
from autograder.cli.class_fingerprints import take_fingerprints
from autograder.cli.class_run import (
    cluster_of,
    command_line,
    options_of,
    run_class,
)
from autograder.cli.command_options import UsageProblem, find_assignment, wanted_exercises
from autograder.cli.earlier_results import (
    keep_tables,
    kept_platform,
    kept_tables,
    refuse_another_assignment,
    refuse_another_class,
)
from autograder.cli.publishing import publish, show_summary
from autograder.intake.exports import CHOICES, list_class
from autograder.intake.submissions import Entry
from autograder.intake.unpacking import is_export, left_out, unpack
from autograder.publish.results import Summary, expect_place

AssignmentOption = Annotated[
    Path | None,
    typer.Option("--assignment", "-a", help="Folder of the assignment (default: the only one)."),
]
IsolationOption = Annotated[
    str,
    typer.Option(help="[bold]required[/], or [bold]none[/] for work you trust (never a class)."),
]
JobsOption = Annotated[
    int | None, typer.Option(min=1, help="Submissions at once (default: one a core).")
]

TableOption = Annotated[
    list[Path] | None,
    typer.Option(
        help="A roster, worksheet or gradebook (CSV) of the platform, for names and ids, or days "
        "late; kept for later runs."
    ),
]
PlatformOption = Annotated[
    str | None,
    typer.Option(
        help=f"Whose export it is, if it is taken for another's: {', '.join(CHOICES)}.",
        show_default="found out",
    ),
]
ClusterOption = Annotated[
    str | None,
    typer.Option(help="Grade on the Dask cluster with this scheduler, such as tls://host:8786."),
]
CertificatesOption = Annotated[
    Path | None,
    typer.Option(help="Folder that autograder certificates made, for a cluster with tls://."),
]
InsecureOption = Annotated[
    bool,
    typer.Option(
        "--insecure-cluster",
        help="Take a cluster on other machines without TLS: whoever is in that network can forge "
        "grades and run programs here.",
    ),
]


def grade(
    submissions: Annotated[
        Path,
        typer.Argument(
            help="What the platform exported, or a folder with one entry a student: folder, .py, "
            ".ipynb or .zip."
        ),
    ],
    assignment: AssignmentOption = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for grades and feedback.")
    ] = Path("results"),
    jobs: JobsOption = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of the hidden inputs (default: drawn).")
    ] = None,
    only: Annotated[
        str | None, typer.Option(help="Grade only these exercises, such as Adam,SGD.")
    ] = None,
    isolation: IsolationOption = "required",
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start over: forget seed and results in the folder.")
    ] = False,
    table: TableOption = None,
    platform: PlatformOption = None,
    cluster: ClusterOption = None,
    cluster_certificates: CertificatesOption = None,
    insecure_cluster: InsecureOption = False,
    gradescope: Annotated[
        bool,
        typer.Option(
            "--gradescope",
            help="Write Gradescope's results.json for everybody, not only for its own exports.",
        ),
    ] = False,
    column: Annotated[
        str | None,
        typer.Option(
            help="The assignment's column in Canvas's gradebook, if its title is another."
        ),
    ] = None,
    similarity: Annotated[
        bool, typer.Option(help="Compare code for the class report (some tenths of a second each).")
    ] = True,
) -> None:
    """Grade a folder of submissions with the hidden checks.

    Each submission runs in an isolated process of its own that sees no check and no expected
    value. Exports of Gradescope, Canvas, Moodle, Blackboard, Brightspace and GitHub Classroom are
    taken as they are, zipped or not; one line says what was recognised and where all of it went.
    RESULTS gets [bold]grades.csv[/], [bold]results.jsonl[/] and [bold]feedback/[/]. Stop it at any
    moment and run it again: it goes on, and grades only what is missing or has changed.

    Exit code: 0 graded, 1 something needs a person, 2 usage or set-up, 130 stopped.

    \b
    Examples:
      autograder grade submissions/
      autograder grade submissions/ -o results/ --jobs 2
      autograder grade submissions/ --only Adam,RMSprop --seed 7
    """
    console = Console(stderr=True)
    summary = run_grading(
        console,
        submissions,
        assignment,
        output,
        jobs,
        seed,
        only,
        isolation,
        fresh=fresh,
        tables=table or (),
        platform=platform,
        cluster=cluster_of(cluster, cluster_certificates, insecure_cluster),
        gradescope=gradescope,
        column=column,
        similarity=similarity,
    )
    if summary.graded + summary.missing < summary.submissions or summary.late_unknown:
        raise typer.Exit(1)


def run_grading(
    console: Console,
    submissions: Path,
    assignment: Path | None,
    output: Path,
    jobs: int | None,
    seed: int | None,
    only: str | None,
    isolation: str,
    fresh: bool = False,
    tables: Sequence[Path] = (),
    platform: str | None = None,
    cluster: Cluster | None = None,
    gradescope: bool = False,
    column: str | None = None,
    similarity: bool = True,
    everybody: bool = False,
) -> Summary:
    """Grade, publish and show the table; also what ``demo`` runs."""
    chosen = find_assignment(assignment, filled=(submissions, output))
    wanted = wanted_exercises(only, chosen)
    if output.resolve() == submissions.resolve():
        raise UsageProblem(
            f"{output}: results would lie among the submissions; name another folder"
        )
    with Store(output) as store:
        expect_place(output)
        tables = list(tables) or ([] if fresh else kept_tables(store))
        platform = platform or (None if fresh else kept_platform(store))
        queue = find_submissions(submissions, output, tables, platform, console)
        _expect_a_class(submissions, queue, chosen.manifest, platform)
        if fresh:
            store.forget()
        if not store.starting_over:
            refuse_another_assignment(store, chosen)
            refuse_another_class(store, queue, submissions)
        drawn = store.seed(seed)
        try:
            graded = run_class(
                console, store, chosen, queue, jobs, wanted, isolation, drawn, cluster
            )
        except Stopped as stopped:
            again = {
                "": submissions,
                "assignment": chosen.folder,
                "output": output,
                "only": only,
                "jobs": jobs,
                "isolation": isolation if isolation != "required" else None,
                "table": list(tables),
                "platform": platform,
                **options_of(cluster),
                "gradescope": gradescope,
                "column": column,
                "no-similarity": not similarity,
            }
            console.print(
                f"Stopped: {stopped.done} of {stopped.total} are graded, and kept. Go on with:\n"
                f"  {command_line(again)}",
                highlight=False,
                soft_wrap=True,
            )
            raise typer.Exit(130) from None
        if graded < len(queue):
            console.print(f"{len(queue) - graded} had their result; {graded} were graded now.")
        store.set("submissions", str(submissions.resolve()))
        store.set("assignment", str(chosen.folder))
        store.set("only", ",".join(wanted))
        keep_tables(store, tables)
        store.set("platform", platform or "")
        store.set("gradescope", "everybody" if gradescope else "")
        store.set("column", column or "")
        store.set("name", chosen.manifest.assignment.name)
        store.accept()
        if similarity:
            take_fingerprints(console, store, chosen, queue)
        summary = publish(store, chosen.manifest, output)
        show_summary(console, store, chosen.manifest, summary, everybody)
    return summary


def _expect_a_class(
    place: Path, queue: Sequence[Entry], manifest: Manifest, platform: str | None
) -> None:
    """The place holds a class, and is neither the work of one student nor what a class lies in.

    Raises:
        UsageProblem: several of the assignment's own files lie right in it; or all of it is one
            folder in which one of them lies in several folders, and no platform was named.
    """
    own = {file.name for file in manifest.files}
    there = sorted({entry.path.name for entry in queue if entry.path.parent == place} & own)
    if len(there) > 1:
        raise UsageProblem(
            f"{place}: looks like the work of one student ({', '.join(there[:3])} lie in it); look "
            "at it with autograder check, or grade the folder around it"
        )
    if len(queue) == 1 and not platform and queue[0].path.is_dir() and not queue[0].parts:
        inside = queue[0].path
        several = [name for name in sorted(own) if len(list(inside.glob(f"*/{name}"))) > 1]
        if several:
            raise UsageProblem(
                f"{place}: all of it is the folder {inside.name!r}, in which {several[0]} lies in "
                f"several folders: grade {inside} if each is a student's, or say --platform plain "
                "if all of it is one student's"
            )


def find_submissions(
    place: Path,
    output: Path,
    tables: Sequence[Path],
    platform: str | None = None,
    console: Console | None = None,
) -> list[Entry]:
    """The submissions in a folder, or in an export as it was downloaded.

    Args:
        place: the folder, file or archive.
        output: the results, where an archive is unpacked.
        tables: rosters, worksheets and gradebooks that were named.
        platform: as for `list_class`; with one, an archive is a class and nobody's work.
        console: is told what was recognised and where everything went.
    """
    lost: list[str] = []
    if is_export(place) or (platform and zipfile.is_zipfile(place)):
        place = unpack(place, output / "unpacked")
        lost = left_out(place)
    listing = list_class(place, tables, platform)
    told = [listing.told, listing.questionable, *listing.enrolled]
    if lost:
        told.append(f"Not unpacked, links or names that cannot be: {', '.join(lost[:10])}")
    for line in filter(None, told if console else ()):
        assert console is not None
        console.print(line, highlight=False, soft_wrap=True, markup=False)
    return list(listing.entries)
