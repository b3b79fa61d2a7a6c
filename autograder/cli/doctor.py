"""``autograder doctor``: what this machine offers, and what to install."""

from __future__ import annotations

import importlib.metadata
import os
import platform

import typer
from rich.console import Console
from rich.table import Table

import autograder
from autograder.isolation import tiers

_PACKAGES = ("tensorflow", "tensorflow-cpu", "keras", "numpy", "scikit-learn", "otter-grader")


def doctor() -> None:
    """Say what this machine offers: isolation and why, memory, cores, versions.

    Exit code: 0 submissions can be graded here, 1 they cannot.

    \b
    Examples:
      autograder doctor
    """
    offer = tiers.probe()
    tier = tiers.choose(offer)
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column()
    table.add_row("isolation", "refused" if tier.refused else tier.name)
    table.add_row("why", tier.reason)
    if tier.layers:
        table.add_row("layers", ", ".join(tier.layers))
    for hole in tier.holes:
        table.add_row("left open", f"a hostile submission {hole}")
    if tier.fix:
        table.add_row("to do", tier.fix)
    table.add_row("bubblewrap", offer.bubblewrap or f"none: {offer.bubblewrap_why_not}")
    table.add_row("Landlock", f"ABI {offer.landlock}" if offer.landlock else "none")
    table.add_row(
        "cores",
        str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
    )
    table.add_row("memory", _memory())
    table.add_row("autograder", autograder.__version__)
    table.add_row("Python", f"{platform.python_version()} on {offer.system} {offer.machine}")
    for package in _PACKAGES:
        try:
            table.add_row(package, importlib.metadata.version(package))
        except importlib.metadata.PackageNotFoundError:
            continue
    Console(soft_wrap=True).print(table)
    if tier.refused:
        raise typer.Exit(1)


def _memory() -> str:
    """Memory of the machine, and how many slots fit beside the zygote."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return "unknown"
    return f"{total / (1 << 30):.1f} GiB (the zygote takes about 0.6, a slot 0.1 to 0.3)"
