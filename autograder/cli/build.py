"""``autograder build``: one assignment in, everything students receive out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.assignment.load import Assignment
from autograder.assignment.manifest_problems import ManifestError
from autograder.cli.authoring import find_sound_assignment
from autograder.cli.command_options import COMES_ALONG, UsageProblem, find_folder
from autograder.handout.build import NOT_RENDERED, archive, drift, render_handout, write
from autograder.handout.handout_proof import handout_problems
from autograder.handout.notebook import render_notebook
from autograder.handout.placing import reason_against
from autograder.handout.sources import read_marked
from autograder.inspection.folder import completed, refuse
from autograder.inspection.rehearsal import rehearsal_faults
from autograder.inspection.student_tools import Executed, executed_notebook, folder_faults
from autograder.templating import templates_folder


def build(
    assignment: Annotated[
        Path | None, typer.Argument(help="Folder of the assignment (default: the only one).")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Where to (default: assignments/NAME beside solutions/, else here).",
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail if the folder has drifted.")
    ] = False,
    zip_file: Annotated[
        bool, typer.Option("--zip", help="Also write one archive to hand out, beside the folder.")
    ] = False,
    solution: Annotated[
        bool,
        typer.Option(
            "--solution",
            help="Also write the filled-in notebook with all its outputs, for staff.",
        ),
    ] = False,
    render_only: Annotated[
        bool,
        typer.Option("--render-only", help="Run nothing: not proved, for work on the engine."),
    ] = False,
) -> None:
    """Render the handout of an assignment, proved to work and to be free of its solution.

    The reference is asked every check, as modules and as notebook, behind the boundary, by check.py
    and in a kernel; a check that passes worthless answers judges nothing. Any fault writes nothing
    and is named by file and line. Only a folder that is new, empty or an earlier handout of the
    assignment is written to; what is not rendered is removed from it, except hidden files.

    Exit code: 0 built (or no drift), 1 drift, 2 usage, or a fault or leak in the assignment.

    \b
    Examples:
      autograder build solutions/t6
      autograder build --check
      autograder build --zip --solution
    """
    console = Console(stderr=True, soft_wrap=True)
    chosen = find_sound_assignment(assignment)
    name = chosen.manifest.assignment.name
    target = output or _beside(chosen.folder) / "assignments" / name
    against = "" if check else reason_against(target.resolve(), name, chosen.folder)
    if against:
        raise UsageProblem(f"{target}: {against}; nothing written, name another folder with -o")
    try:
        rendered = render_handout(chosen)
    except ManifestError as error:
        folder = find_folder(assignment)
        refuse(completed(error.faults, folder), folder)
    problems = handout_problems(chosen, rendered)
    for problem in problems:
        console.print(problem, style="red", markup=False, highlight=False)
    if problems:
        plural = "" if len(problems) == 1 else "s"
        console.print(f"Nothing written: {len(problems)} problem{plural}.")
        raise typer.Exit(2)
    if check:
        changed = drift(rendered, target)
        for line in changed:
            console.print(line, markup=False, highlight=False)
        if changed:
            where = f" -o {output}" if output else ""
            console.print(f"{target} has drifted; run: autograder build {chosen.folder}{where}")
            raise typer.Exit(1)
        console.print(f"{target}: {len(rendered)} files, no drift, no leak")
        return
    executed = (
        None
        if render_only
        else _proved(console, chosen, find_folder(assignment), rendered, solution)
    )
    for line in drift(rendered, target) if target.exists() else ():
        if line.endswith(NOT_RENDERED):
            console.print(f"removing {target / line.split(':')[0]}: {NOT_RENDERED}")
    write(rendered, target)
    proved = "not proved" if executed is None else "works with the solution in it"
    console.print(f"{target}: {len(rendered)} files, no leak, {proved}")
    console.print(f"Next: autograder prove {find_folder(assignment)} --quick", highlight=False)
    if zip_file:
        version = chosen.manifest.assignment.version
        place = target.with_name(f"{name}-{version}.zip")
        place.write_bytes(archive(rendered, name))
        console.print(f"{place}: to hand out")
    if solution:
        place = target.with_name(f"{name}-solution.ipynb")
        text = executed.text if executed else _unexecuted(chosen)
        place.write_text(text, encoding="utf-8")
        console.print(f"{place}: for staff only")


def _proved(
    console: Console,
    chosen: Assignment,
    folder: Path,
    rendered: Mapping[str, bytes],
    experiments: bool,
) -> Executed:
    """Run what students get, with the solution in it.

    Raises:
        ManifestError: something does not work, or a check judges nothing; tells every fault.
    """
    console.print("Running what students get, with the solution in it (not with --render-only)")
    with console.status("Asking the reference every check, behind the boundary"):
        refuse(completed(rehearsal_faults(chosen), folder), folder)
    with console.status("Running check.py against the solution"):
        refuse(completed(folder_faults(chosen, rendered), folder), folder)
    with console.status("Running the solution notebook"):
        executed = executed_notebook(chosen, rendered, experiments)
        refuse(completed(executed.faults, folder), folder)
    return executed


def _unexecuted(chosen: Assignment) -> str:
    modules = read_marked(chosen.manifest, chosen.folder)
    return render_notebook(templates_folder(), chosen.folder, chosen.manifest, modules, True)


def _beside(source: Path) -> Path:
    """Where ``assignments`` lies: beside the ``solutions`` that one works in, else right here."""
    home = source.parent
    own = home.name == "solutions" and home != COMES_ALONG
    return home.parent if own and Path.cwd() in (source, home, *home.parents) else Path()
