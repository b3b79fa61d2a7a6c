"""``autograder prove``: show by running it that the assignment is sound."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from autograder.batch.slots import default_jobs
from autograder.cli.authoring import find_sound_assignment
from autograder.cli.command_options import UsageProblem, choose_isolation
from autograder.grading.preload import preload_for
from autograder.proof.judgement import judge
from autograder.proof.proof_report import print_judgement, write_judgement
from autograder.proof.trial_cache import Cache
from autograder.proof.trial_submissions import thinned, variants
from autograder.proof.trials import Plan, try_all
from autograder.sandbox.zygote import Zygote

_FULL = Plan(seed=1, stability=(200, 20), mistakes=(3, 1), survivors=3)
_QUICK = Plan(seed=1, stability=(5, 1), mistakes=(1, 1), survivors=1, name_keras=False)
_NIGHTLY = Plan(seed=1, stability=(1000, 100), mistakes=(50, 10), survivors=10)
_QUICK_EACH = 4


def prove(
    assignment: Annotated[
        Path | None, typer.Argument(help="Folder of the assignment (default: the only one).")
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for proof.html and proof.json.")
    ] = Path("proof"),
    quick: Annotated[
        bool, typer.Option("--quick", help="A sample of mistakes and mutants, few seeds.")
    ] = False,
    nightly: Annotated[bool, typer.Option("--nightly", help="Many more seeds.")] = False,
    only: Annotated[
        str | None, typer.Option(help="Only variants of these exercises, such as Adam,SGD.")
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Slots (default: one a core).")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget earlier trials.")] = False,
) -> None:
    """Show that the hidden checks accept every right answer and reject every wrong one.

    Grades the reference, the skeleton, each exercise alone, every alternative, every named mistake
    and every automatic mutant through the ordinary pipeline. Stopped, it goes on where it was.

    Exit code: 0 sound, 1 something falls short, 2 usage or an error in the assignment.

    \b
    Examples:
      autograder prove solutions/t6
      autograder prove --quick
      autograder prove --only Adam
    """
    console = Console(stderr=True, soft_wrap=True)
    chosen = find_sound_assignment(assignment)
    plan = _QUICK if quick else _NIGHTLY if nightly else _FULL
    wanted = {name.strip() for name in (only or "").split(",") if name.strip()}
    unknown = wanted - {made.name for made in chosen.manifest.enabled_exercises}
    if unknown:
        raise UsageProblem(f"--only: no exercise {', '.join(sorted(unknown))}")
    everything = [v for v in variants(chosen) if not wanted or v.exercise in wanted]
    tried = thinned(everything, _QUICK_EACH) if quick else everything
    output.mkdir(parents=True, exist_ok=True)
    cache_file = output / "trials.jsonl"
    if fresh:
        cache_file.unlink(missing_ok=True)
    tier = choose_isolation("required", console)
    with console.status("Starting the sandbox: it imports TensorFlow once, some seconds"):
        zygote = Zygote(tier, preload_for(chosen))
    bar = Progress(
        TextColumn("Trying {task.fields[kind]}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
    )
    with zygote, bar:
        task = bar.add_task("", total=len(tried), kind="")
        trials = list(
            try_all(
                *(chosen, tried, zygote, plan, jobs or default_jobs(), Cache(cache_file)),
                on_trial=lambda trial: bar.update(task, advance=1, kind=f"{trial.kind}s"),
            )
        )
    judgement = judge(chosen, trials)
    write_judgement(judgement, chosen, plan, output, quick, sorted(wanted))
    print_judgement(judgement, Console(soft_wrap=True))
    console.print(f"In full: {output / 'proof.html'} and {output / 'proof.json'}")
    if not judgement.sound:
        raise typer.Exit(1)
