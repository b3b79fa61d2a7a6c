"""What commands for an assignment's author share: the assignment, looked over before it is used."""

from __future__ import annotations

from pathlib import Path

from autograder.assignment.load import Assignment, load_assignment
from autograder.cli.command_options import find_folder
from autograder.inspection.folder import inspect_folder, refuse


def find_sound_assignment(named: Path | None) -> Assignment:
    """The assignment named, or the only one here; everything in it is looked over first.

    Raises:
        UsageProblem: there is none, or more than one.
        ManifestError: it is not sound; tells every fault, with file and line.
    """
    folder = find_folder(named)
    refuse(inspect_folder(folder), folder)
    return load_assignment(folder)
