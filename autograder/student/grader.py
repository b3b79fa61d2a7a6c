"""``grader.check("Adam")`` in a notebook where Otter cannot be installed."""

import difflib
import inspect
import os
from typing import Any, Mapping

from autograder.student.handout_folder import Handout, NotYet


class Grader:
    """Runs the public checks on the notebook's names; speaks like ``otter.Notebook``.

    Args:
        root: the handout's folder.
    """

    def __init__(self, root: str = os.curdir) -> None:
        self._handout = Handout(root)

    def check(self, exercise: str) -> None:
        """Print what the public checks of one exercise say."""
        self._check(exercise, _names_of_caller())

    def check_all(self) -> None:
        """Print what the public checks of every exercise say."""
        names = _names_of_caller()
        for exercise in self._handout.exercises:
            if self._handout.checks(exercise["name"]):
                self._check(exercise["name"], names)

    def _check(self, exercise: str, names: Mapping[str, Any]) -> None:
        checks = self._handout.checks(exercise)
        if not checks:
            print(self._why_no_checks(exercise))
            return
        failures = []
        for check in checks:
            try:
                self._handout.ask(names, check.name)
            except NotYet as failure:
                failures.append("%s" % failure)
        if failures:
            passed = len(checks) - len(failures)
            print("%s: %d of %d public checks pass" % (exercise, passed, len(checks)))
            print("\n".join(failures) + "\n")
        else:
            print("%s: all %d public checks pass" % (exercise, len(checks)))

    def _why_no_checks(self, exercise: str) -> str:
        known = [made["name"] for made in self._handout.exercises]
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
