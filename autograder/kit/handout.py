"""The public checks as they lie in the handout, for ``check.py``, pytest and the notebook.

``tests/plain`` holds what was rendered: ``exercises.json``, ``support.py`` and the check modules.
"""

import importlib.util
import json
import os
from typing import Any, Dict, List, Mapping

from .checks import Check, checks_in
from .hosts import Folder, namespace_submission
from .running import Verdict, run_check
from .submission import Submission

PLAIN = os.path.join("tests", "plain")


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
        self.about = content["assignment"]  # type: Dict[str, Any]
        self.exercises = content["exercises"]  # type: List[Dict[str, Any]]
        self._checks = []  # type: List[Check]
        self._support = {}  # type: Dict[str, Any]
        self._folders = {}  # type: Dict[str, Folder]

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

    def submission(self, folder: str) -> Submission:
        """A fresh submission object that asks the modules in a folder."""
        if folder not in self._folders:
            files = {made["provides"]: made["file"] for made in self.exercises}
            self._folders[folder] = Folder(folder, files, self.support())
        return self._folders[folder].submission()

    def ask(self, names: Mapping[str, Any], check_name: str) -> None:
        """Run one public check on a notebook's names; what Otter's test files call.

        Raises:
            AssertionError: the check did not pass; worded for the student.
        """
        for exercise in self.exercises:
            for check in self.checks(exercise["name"]):
                if check.name == check_name:
                    verdict = run_check(check, namespace_submission(names, self.support()), {})
                    if not verdict.passed:
                        raise AssertionError("\n" + "\n".join(told(check, verdict)))
                    return
        raise KeyError(check_name)


def told(check: Check, verdict: Verdict) -> List[str]:
    """What a student reads of a public check that did not pass: lines of text."""
    lines = [check.title, "what came back: " + verdict.public]
    if verdict.asked:
        lines.append("what was asked: " + verdict.asked)
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
