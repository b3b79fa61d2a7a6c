"""``autograder regrade``: after a change, who moves and why, before anything is published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.batch.grade_changes import moves
from autograder.batch.run_problems import Stopped
from autograder.cli.class_fingerprints import take_fingerprints
from autograder.cli.class_run import cluster_of, run_class
from autograder.cli.command_options import UsageProblem, wanted_exercises
from autograder.cli.earlier_results import (
    RunAssignmentOption,
    assignment_of,
    keep_tables,
    kept_platform,
    kept_tables,
    open_results,
    refuse_another_class,
    show_moves,
    write_moves,
)
from autograder.cli.grade import (
    CertificatesOption,
    ClusterOption,
    InsecureOption,
    IsolationOption,
    JobsOption,
    TableOption,
    find_submissions,
)
from autograder.cli.publishing import publish, show_summary

ResultsArgument = Annotated[Path, typer.Argument(help="Folder that autograder grade wrote to.")]
AcceptOption = Annotated[bool, typer.Option("--accept", help="Keep it, and publish.")]


def regrade(
    results: ResultsArgument,
    submissions: Annotated[
        Path | None, typer.Option(help="Where they lie (default: where they lay before).")
    ] = None,
    assignment: RunAssignmentOption = None,
    jobs: JobsOption = None,
    isolation: IsolationOption = "required",
    table: TableOption = None,
    cluster: ClusterOption = None,
    cluster_certificates: CertificatesOption = None,
    insecure_cluster: InsecureOption = False,
    accept: AcceptOption = False,
) -> None:
    """Grade again what has changed, and say who moves and why.

    Run it after a fix in the assignment, or when submissions were exchanged. Nothing that is
    published changes without [bold]--accept[/]. Inputs are drawn from the same seed as before, and
    marks that people gave stay. The whole list is in [bold]RESULTS/regrade.csv[/].

    Exit code: 0 nobody moves, or accepted; 1 somebody would move; 2 usage or set-up.

    \b
    Examples:
      autograder regrade results/
      autograder regrade results/ --accept
    """
    console = Console(stderr=True)
    with open_results(results) as store:
        chosen = assignment_of(store, assignment)
        place = submissions or _place(store.setting("submissions"))
        tables = table or kept_tables(store)
        queue = find_submissions(place, results, tables, kept_platform(store), console)
        refuse_another_class(store, queue, place)
        wanted = wanted_exercises(store.setting("only"), chosen)
        seed = store.seed(None)
        chosen_cluster = cluster_of(cluster, cluster_certificates, insecure_cluster)
        try:
            graded = run_class(
                console, store, chosen, queue, jobs, wanted, isolation, seed, chosen_cluster
            )
        except Stopped as stopped:
            console.print(f"Stopped: {stopped.done} of {stopped.total} graded again, and kept.")
            raise typer.Exit(130) from None
        found = list(moves(store, chosen.manifest))
        write_moves(results / "regrade.csv", found)
        console.print(f"{graded} graded again, {len(queue) - graded} had their result.")
        if found:
            show_moves(Console(), found, len(queue))
        else:
            console.print("Nobody moves.")
        if accept:
            store.set("submissions", str(place.resolve()))
            store.set("assignment", str(chosen.folder))
            store.set("name", chosen.manifest.assignment.name)
            keep_tables(store, tables)
            store.accept()
            take_fingerprints(console, store, chosen, queue)
            show_summary(console, store, chosen.manifest, publish(store, chosen.manifest, results))
        elif found:
            console.print("Nothing is published. To keep it: autograder regrade ... --accept")
            raise typer.Exit(1)


def _place(kept: str | None) -> Path:
    if kept is None:
        raise UsageProblem("where the submissions lie is not known; name it with --submissions")
    return Path(kept)
