"""Show a judgement: in the terminal, as one offline page, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.markup import escape

from autograder.assignment.load import Assignment
from autograder.proof.judgement import Judgement
from autograder.proof.trials import Plan
from autograder.templating import environment

TEMPLATE = "proof.html.j2"
_SHOWN = 40


def print_judgement(judgement: Judgement, console: Console) -> None:
    """Print what was tried and everything that falls short."""
    counts = ", ".join(f"{number} {kind}" for kind, number in judgement.counts.items())
    console.print(f"Tried: {counts}")
    console.print(
        f"Mistakes named by their own name: {judgement.named} of {judgement.mistakes}. "
        f"Mutants: {judgement.killed} killed, {len(judgement.excused)} equivalent with a reason, "
        f"{len(judgement.survivors)} survive. "
        f"Processor time of the workers: {judgement.cpu_seconds:.0f} s."
    )
    for title, lines in judgement.shortfalls.items():
        if lines:
            console.print(f"\n[bold red]{escape(title)}[/] ({len(lines)})")
            for line in lines[:_SHOWN]:
                console.print(_indented(line), markup=False, highlight=False)
            if len(lines) > _SHOWN:
                console.print(f"  and {len(lines) - _SHOWN} more, see the page")
    if judgement.prices:
        costs = [percent for _, _, percent in judgement.prices]
        console.print(
            f"\nA named mistake costs {min(costs):g} to {max(costs):g} percent of its exercise, "
            f"{sorted(costs)[len(costs) // 2]:g} in the middle:"
        )
        for exercise, name, percent in judgement.prices:
            line = f"  {percent:5.1f} %  {exercise}: {name}"
            console.print(line, markup=False, highlight=False)
    if judgement.surcharges:
        home = sum(one.home for one in judgement.surcharges)
        there = sum(one.there for one in judgement.surcharges)
        console.print(
            f"\nCalled by another exercise, {len(judgement.surcharges)} mistakes cost "
            f"{there:g} percent there and {home:g} at home, added up."
        )
    for exercise, unseen in _by_exercise(judgement).items():
        without = [mistake for mistake, reason in unseen if not reason]
        told = f"{exercise}: {len(unseen)} named mistakes pass all public checks"
        told += f", {len(without)} without a reason: " + "; ".join(without) if without else ""
        console.print(told, markup=False, highlight=False)
    if judgement.idle:
        console.print(f"\n[yellow]Checks that nothing tried here fails[/] ({len(judgement.idle)})")
        console.print("  " + "\n  ".join(judgement.idle), markup=False, highlight=False)
    console.print("\n[bold green]Sound.[/]" if judgement.sound else "\n[bold red]Not sound yet.[/]")


def _by_exercise(judgement: Judgement) -> dict[str, list[tuple[str, str]]]:
    """Mistakes that are not seen at home, with the reason, by exercise."""
    found: dict[str, list[tuple[str, str]]] = {}
    for exercise, mistake, reason in judgement.unseen_at_home:
        found.setdefault(exercise, []).append((mistake, reason))
    return found


def _indented(line: str) -> str:
    return "  " + line.replace("\n", "\n  ")


def write_judgement(
    judgement: Judgement,
    assignment: Assignment,
    plan: Plan,
    folder: Path,
    quick: bool,
    only: Sequence[str] = (),
) -> None:
    """Write ``proof.html`` and ``proof.json``.

    Args:
        judgement: what was found.
        assignment: about which assignment.
        plan: how many seeds.
        folder: for the two files.
        quick: whether it was a sample.
        only: exercises it was restricted to; none for all.
    """
    content = msgspec.to_builtins(judgement) | {"sound": judgement.sound}
    page = (
        environment()
        .get_template(TEMPLATE)
        .render(
            judgement=judgement,
            about=assignment.manifest.assignment,
            digest=assignment.digest,
            plan=plan,
            quick=quick,
            only=only,
        )
    )
    (folder / "proof.json").write_bytes(msgspec.json.format(msgspec.json.encode(content)))
    (folder / "proof.html").write_text(page, encoding="utf-8")
