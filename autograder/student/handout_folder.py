"""The public checks as they lie in the handout, for ``check.py``, pytest and the notebook.

``tests/plain`` holds what was rendered: ``exercises.json``, ``support.py`` and the check modules.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import sys
from typing import Any, Collection, Dict, List, NamedTuple, Optional

from autograder.kit.checks import Check, checks_in
from autograder.kit.hosting import Facts
from autograder.kit.naming import Named, Verdicts
from autograder.kit.running import Verdict
from autograder.kit.side_by_side import observations, table
from autograder.student.known_mistakes import FILE as KNOWN_MISTAKES
from autograder.student.known_mistakes import KnownMistakes

PLAIN = os.path.join("tests", "plain")
TABLE = "    "
"""What the lines of a table start with among those of `told`."""


class PublicExercise(NamedTuple):
    """One exercise, as `exercises.json` has it; see the manifest for what its fields mean."""

    name: str
    kind: str
    file: str
    provides: str
    tier: str
    points: float
    minutes: int
    goal: str
    uses: str
    parts: int
    skeleton: str
    hints: List[Dict[str, Any]]


class Handout:
    """A handout's folder.

    Args:
        root: the folder with ``tests/plain`` in it.

    Attributes:
        about: title, version, contact and so on of the assignment.
        exercises: in the order students meet them.
        limits: of one submission, as in the manifest.
        facts: what holds for every submission.
    """

    def __init__(self, root: str) -> None:
        self.root = os.path.abspath(root)
        with open(os.path.join(self.root, PLAIN, "exercises.json"), encoding="utf-8") as file:
            content = json.load(file)
        self.about: Dict[str, Any] = content["assignment"]
        self.limits: Dict[str, float] = content["limits"]
        self.exercises = [
            PublicExercise(*(made[field] for field in PublicExercise._fields))
            for made in content["exercises"]
        ]
        support = self._text("support.py")
        self.facts = Facts(
            rules=content["reading"],
            support_source=support,
            support_names={
                node.name
                for node in ast.parse(support).body
                if isinstance(node, (ast.FunctionDef, ast.ClassDef))
            },
            classes=set(content["classes"]),
            check_seconds=self.limits["check_seconds"],
            load_seconds=self.limits["load_seconds"],
        )
        self._checks: Optional[List[Check]] = None
        self._mistakes: Optional[KnownMistakes] = None
        if self.root not in sys.path:
            # The checks use the kit and files of the handout by name.
            sys.path.append(self.root)

    def checks(self, exercise: str) -> List[Check]:
        """The public checks of an exercise, in their order."""
        if self._checks is None:
            self._checks = []
            folder = os.path.join(self.root, PLAIN)
            for name in sorted(os.listdir(folder)):
                if name.startswith("test_") and name.endswith(".py"):
                    self._checks += checks_in(_load(os.path.join(folder, name)))
        return [check for check in self._checks if check.exercise == exercise]

    def explain(self, exercise: str, verdicts: Verdicts) -> Dict[str, Named]:
        """What explains the failed checks of an exercise, by the check's name.

        Args:
            exercise: its name.
            verdicts: of all its public checks.
        """
        if all(verdict.passed for verdict in verdicts.values()):
            return {}
        if self._mistakes is None:
            self._mistakes = KnownMistakes(self._text(KNOWN_MISTAKES))
        return self._mistakes.explain(exercise, self.checks(exercise), verdicts)

    def given(self) -> Dict[str, bytes]:
        """The files that were handed out to be used as they are, by name."""
        files = {}
        for name in self.facts.rules["given"]:
            path = os.path.join(self.root, name)
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    files[name] = file.read()
        return files

    def exercise(self, name: str) -> PublicExercise:
        """The exercise of a name.

        Raises:
            KeyError: there is none.
        """
        for made in self.exercises:
            if made.name == name:
                return made
        raise KeyError(name)

    def _text(self, name: str) -> str:
        path = os.path.join(self.root, PLAIN, name)
        if not os.path.exists(path):
            return ""
        with open(path, encoding="utf-8") as file:
            return file.read()


def told(
    check: Check, verdict: Verdict, named: Optional[Named] = None, above: Collection[str] = ()
) -> List[str]:
    """What a student reads of a public check that did not pass: lines of text.

    Args:
        check: the check.
        verdict: how it ended.
        named: what explains it, None if nothing does; only then there is a hint, for any other
            could be about something else.
        above: names that are explained above.
    """
    lines = [check.title]
    if verdict.unwritten:
        where = ": %s, line %d" % (verdict.file, verdict.line) if verdict.file else ""
        return [*lines, "not written yet" + where]
    if verdict.outcome == "infrastructure":
        last = verdict.public.strip().split("\n")[-1]
        return [*lines, "this check could not be run, which is not your fault: " + last]
    if verdict.asked:
        lines.append("what was asked: " + verdict.asked)
    lines.append("what came back: " + verdict.public if verdict.asked else verdict.public)
    if verdict.comparison is not None:
        lines += [TABLE + line for line in table(verdict.comparison)]
        seen = observations(verdict.comparison)
        lines += ["seen: " + "; ".join(seen)] if seen else []
    if named is not None and named.name in above:
        lines.append("what explains it: %s, see above" % named.name)
    elif named is not None:
        lines.append("what explains it: %s. %s" % (named.name, named.explanation))
        lines += ["hint: " + named.hint] if named.hint else []
    return lines


def _load(path: str) -> Any:
    name = "_public_" + os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
