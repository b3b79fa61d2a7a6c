"""The public checks as they lie in the handout, for ``check.py``, pytest and the notebook.

``tests/plain`` holds what was rendered: ``exercises.json``, ``support.py`` and the check modules.
"""

import importlib.util
import json
import os
import re
import sys
from typing import Any, Dict, List, Mapping

from checkkit.checks import Check, checks_in
from checkkit.hosts import namespace_submission
from checkkit.running import Verdict, run_check
from checkkit.work import Work

PLAIN = os.path.join("tests", "plain")
_PLACE = re.compile(r" at (.+, line \d+)")
_opened: Dict[str, "Handout"] = {}


class NotYet(AssertionError):
    """A public check does not pass yet; the text is for the student."""


class Handout:
    """A handout's folder.

    Args:
        root: the folder with ``tests/plain`` in it.

    Attributes:
        about: title, version, contact and so on of the assignment.
        exercises: one dict an exercise (``name``, ``file``, ``provides``, ``goal``, ``points``,
            ``tier``, ``minutes``, ``uses``, ``kind``), in the order students meet them.
    """

    def __init__(self, root: str) -> None:
        self.root = os.path.abspath(root)
        with open(os.path.join(self.root, PLAIN, "exercises.json"), encoding="utf-8") as file:
            content = json.load(file)
        self.about: Dict[str, Any] = content["assignment"]
        self.exercises: List[Dict[str, Any]] = content["exercises"]
        self._checks: List[Check] = []
        self._support: Dict[str, Any] = {}
        self._works: Dict[str, Work] = {}
        if self.root not in sys.path:
            # The checks use the kit and files of the handout by name.
            sys.path.append(self.root)

    def checks(self, exercise: str) -> List[Check]:
        """The public checks of an exercise, in their order."""
        if not self._checks:
            folder = os.path.join(self.root, PLAIN)
            for name in sorted(os.listdir(folder)):
                if name.startswith("test_") and name.endswith(".py"):
                    self._checks += checks_in(_load(os.path.join(folder, name)))
        return [check for check in self._checks if check.exercise == exercise]

    def support(self) -> Dict[str, Any]:
        """The assignment's public support functions by name."""
        path = os.path.join(self.root, PLAIN, "support.py")
        if not self._support and os.path.exists(path):
            self._support = dict(vars(_load(path)))
        return self._support

    def work(self, folder: str) -> Work:
        """What a student has written in a folder: its modules, its notebook."""
        if folder not in self._works:
            name = self.about["name"]
            self._works[folder] = Work(folder, self.exercises, name, self.support())
        return self._works[folder]

    def ask(self, names: Mapping[str, Any], check_name: str) -> None:
        """Run one public check on a notebook's names.

        Raises:
            NotYet: the check did not pass; worded for the student.
            KeyError: there is no public check of this name.
        """
        for exercise in self.exercises:
            for check in self.checks(exercise["name"]):
                if check.name == check_name:
                    verdict = run_check(check, namespace_submission(names, self.support()), {})
                    if not verdict.passed:
                        raise NotYet("\n" + "\n".join("  " + line for line in told(check, verdict)))
                    return
        raise KeyError(check_name)


def ask(names: Mapping[str, Any], check_name: str) -> None:
    """Run one public check of the handout in the current folder; what Otter's test files call."""
    root = os.getcwd()
    if root not in _opened:
        _opened[root] = Handout(root)
    _opened[root].ask(names, check_name)


def is_unwritten(verdict: Verdict) -> bool:
    """Whether the check came upon a part of the skeleton."""
    return verdict.outcome == "raised" and "not written yet" in verdict.public


def told(check: Check, verdict: Verdict) -> List[str]:
    """What a student reads of a public check that did not pass: lines of text."""
    lines = [check.title]
    if is_unwritten(verdict):
        place = _PLACE.search(verdict.public)
        return [*lines, "not written yet" + (": " + place.group(1) if place else "")]
    if verdict.outcome == "infrastructure":
        last = verdict.public.strip().split("\n")[-1]
        return [*lines, "this check could not be run, which is not your fault: " + last]
    if verdict.asked:
        lines.append("what was asked: " + verdict.asked)
    lines.append("what came back: " + verdict.public)
    if check.hint:
        lines.append("hint: " + check.hint)
    return lines


def _load(path: str) -> Any:
    name = "_public_" + os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
