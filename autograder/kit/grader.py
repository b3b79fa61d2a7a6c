"""``grader.check("Adam")`` in a notebook where Otter cannot be installed."""

import inspect
import os
from typing import Any, Mapping

from .handout import Handout


class Grader:
    """Runs the public checks on the notebook's names; speaks like ``otter.Notebook``.

    Args:
        root: the handout's folder.
    """

    def __init__(self, root: str = os.curdir) -> None:
        self._handout = Handout(root)

    def check(self, exercise: str) -> None:
        """Print what the public checks of one exercise say."""
        frame = inspect.currentframe()
        assert frame is not None and frame.f_back is not None
        self._check(exercise, frame.f_back.f_globals)

    def check_all(self) -> None:
        """Print what the public checks of every exercise say."""
        frame = inspect.currentframe()
        assert frame is not None and frame.f_back is not None
        for exercise in self._handout.exercises:
            self._check(exercise["name"], frame.f_back.f_globals)

    def _check(self, exercise: str, names: Mapping[str, Any]) -> None:
        checks = self._handout.checks(exercise)
        if not checks:
            known = ", ".join(made["name"] for made in self._handout.exercises)
            print("%s: no public check; there are checks for %s" % (exercise, known))
            return
        failures = 0
        for check in checks:
            try:
                self._handout.ask(names, check.name)
            except AssertionError as failure:
                failures += 1
                print("%s, %s: not yet%s\n" % (exercise, check.name, failure))
        if not failures:
            print("%s: all %d public checks passed" % (exercise, len(checks)))
