"""Which commands there are, and where each is; a command's module is imported when it is used."""

from __future__ import annotations

import importlib
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

# By name, in the order that the help lists: the module's path and the first line of its help.
COMMANDS = {
    "new": (
        "new",
        "Start an assignment: one function, one class, one figure and one reflection that work.",
    ),
    "build": (
        "build",
        "Render the handout of an assignment, proved to work and to be free of its solution.",
    ),
    "schema": (
        "schema",
        "Write the JSON Schemas of `assignment.toml` and of `mistakes/*.toml`, for editors.",
    ),
    "grade": ("grade", "Grade a folder of submissions with the hidden checks."),
    "check": (
        "check",
        "Look at one submission with the public checks, in the sandbox, as the student sees it.",
    ),
    "demo": ("demo", "Render the handout, make a class of a dozen submissions, and grade it."),
    "prove": (
        "prove",
        "Show that the hidden checks accept every right answer and reject every wrong one.",
    ),
    "pack": (
        "pack",
        "Pack an assignment for Otter and Gradescope, with the boundary behind their front door.",
    ),
    "import": (
        "import_assignment",
        "Bring an assignment of Otter or nbgrader over: reference, checks, manifest and story.",
    ),
    "regrade": ("regrade", "Grade again what has changed, and say who moves and why."),
    "mark": ("mark", "Give the points that only a person can give, or settle an appeal."),
    "open": (
        "open_class",
        "Look at a class: the roster, what each handed in and is worth, and whose code is alike.",
    ),
    "drop": (
        "drop",
        "Let a check count for nobody: the other checks of its exercise share its points.",
    ),
    "show": (
        "show",
        "Show one grade on a screen: who, what it is worth, and where points were lost.",
    ),
    "report": (
        "report",
        "Write the class report: scores, hard checks, misconceptions, shared answers, spot checks.",
    ),
    "certificates": (
        "certificates",
        "Make a set of certificates for a cluster, so that nobody else can give it work or "
        "answers.",
    ),
    "doctor": (
        "doctor",
        "Say what this machine offers: isolation and why, memory, cores, versions.",
    ),
}


class CommandTable(TyperGroup):
    """The group of all commands; its help is told from the table alone."""

    def __init__(self, **settings: Any) -> None:
        told = {
            name: TyperCommand(name, help=summary, rich_markup_mode="rich")
            for name, (_, summary) in COMMANDS.items()
        }
        super().__init__(**{**settings, "commands": told})
        self._telling = False

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the table's order."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command, with its module imported; None for a name that the table lacks."""
        if self._telling or cmd_name not in COMMANDS:
            return self.commands.get(cmd_name)
        module = COMMANDS[cmd_name][0]
        function = getattr(importlib.import_module(f"autograder.cli.{module}"), module)
        alone = typer.Typer(add_completion=False, rich_markup_mode="rich")
        alone.command(cmd_name)(function)
        return typer.main.get_command(alone)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help of the group."""
        self._telling = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self._telling = False
