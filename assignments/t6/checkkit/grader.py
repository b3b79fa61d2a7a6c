"""``grader.check("Adam")`` in a notebook where Otter cannot be installed."""

from __future__ import annotations

import difflib
import inspect
import os
from typing import Any, Mapping

from checkkit.kernel_checks import KernelChecks
from checkkit.notebook_display import show


class Grader:
    """Runs the public checks on the notebook's names; speaks like ``otter.Notebook``.

    Args:
        root: the handout's folder.
    """

    def __init__(self, root: str = os.curdir) -> None:
        self._kernel = KernelChecks(os.path.abspath(root))

    def check(self, exercise: str) -> None:
        """Show what the public checks of one exercise say."""
        self._check(exercise, _names_of_caller())

    def check_all(self) -> None:
        """Print what the public checks of every exercise say."""
        names = _names_of_caller()
        for made in self._kernel.handout.exercises:
            if self._kernel.handout.checks(made.name):
                self._check(made.name, names)

    def _check(self, exercise: str, names: Mapping[str, Any]) -> None:
        checks = self._kernel.handout.checks(exercise)
        if not checks:
            print(self._why_no_checks(exercise))
            return
        answers = [self._kernel.ask(exercise, check, names) for check in checks]
        failures = [(lines[0], lines[1:]) for lines in answers if lines]
        passed = len(checks) - len(failures)
        told = "%d of %d" % (passed, len(checks)) if failures else "all %d" % len(checks)
        show("%s: %s public checks pass" % (exercise, told), failures)

    def _why_no_checks(self, exercise: str) -> str:
        known = [made.name for made in self._kernel.handout.exercises]
        if exercise in known:
            return "%s has no public checks; it is checked when it is graded" % exercise
        lower = {name.lower(): name for name in known}
        close = difflib.get_close_matches(exercise.lower(), list(lower), 1)
        meant = 'did you mean "%s"?' % lower[close[0]] if close else "there are " + ", ".join(known)
        return "There is no exercise %r; %s" % (exercise, meant)


def _names_of_caller() -> Mapping[str, Any]:
    """The global names of the cell that called a method of the grader."""
    frame = inspect.currentframe()
    assert frame is not None and frame.f_back is not None and frame.f_back.f_back is not None
    return frame.f_back.f_back.f_globals
