"""The public checks in a notebook: on the kernel's names, and on the file as it is saved.

Only the file can be handed in. A name from a deleted cell, a cell that was not saved, a helper in
a cell that grading skips: what the kernel knows and the file does not is said right there.
"""

from __future__ import annotations

import hashlib
import html
import inspect
import os
import textwrap
from typing import Any, Dict, List, Mapping, Optional

from autograder.kit.checks import Check
from autograder.kit.hosts import namespace_submission
from autograder.kit.running import Verdict, run_check
from autograder.reading.unwritten import digest
from autograder.student.collecting import collect
from autograder.student.handout_folder import Handout, PublicExercise, told
from autograder.student.local_attempt import LocalAttempt
from autograder.student.local_worker import Stopped
from autograder.student.notebook_display import in_notebook

_known: Dict[str, "KernelChecks"] = {}
_ENDED = ("timeout", "memory", "died")


class NotYet(AssertionError):
    """A public check does not pass yet; the text is for the student."""


class KernelChecks:
    """The public checks of a handout, asked from a notebook that lies in it.

    Args:
        root: the handout's folder.
    """

    def __init__(self, root: str) -> None:
        self.handout = Handout(root)
        self._support: Dict[str, Any] = {"__name__": "support"}
        exec(compile(self.handout.facts.support_source, "support.py", "exec"), self._support)
        self._digest = ""
        self._saved: Optional[LocalAttempt] = None
        self._asked: Dict[str, Dict[str, Verdict]] = {}

    def ask(self, exercise: str, check: Check, names: Mapping[str, Any]) -> List[str]:
        """What there is to say of one check, as lines; none when it passes.

        Args:
            exercise: name of the exercise.
            check: one of its public checks.
            names: the kernel's.
        """
        made = self.handout.exercise(exercise)
        verdicts = self._of_file(made)
        saved = verdicts[check.name]
        named = self.handout.explain(exercise, verdicts).get(check.name)
        if saved.outcome in _ENDED and self._is_as_saved(made, names):
            return told(check, saved, named)  # the kernel would be lost to the same code
        live = run_check(check, namespace_submission(names, self._support), {})
        if _same(live, saved):
            return [] if saved.passed else told(check, saved, named)
        here = [check.title, "it passes in this notebook's kernel"]
        there = ["it passes"] if saved.passed else told(check, saved, named)[1:]
        label = self._label(made)
        otherwise = "%s as it is saved does otherwise, and that is what is graded:" % label
        advice = "save the notebook; if this stays, restart the kernel and run all cells"
        return [*(here if live.passed else told(check, live)), otherwise, *there, advice]

    def _of_file(self, made: PublicExercise) -> Dict[str, Verdict]:
        """The verdicts of what lies in the folder; asked once until something is saved."""
        files, _ = collect(self.handout.root)
        key = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()
        if self._saved is None or key != self._digest:
            spare = self._saved.release() if self._saved is not None else None
            self._saved, self._digest = LocalAttempt(self.handout, files, spare=spare), key
            self._asked.clear()
        before = self._asked.setdefault(made.name, {})
        for check in self.handout.checks(made.name):
            if check.name not in before:
                try:
                    before[check.name] = self._saved.ask_check(made, check, before)
                except Stopped:
                    raise KeyboardInterrupt from None
        return before

    def _is_as_saved(self, made: PublicExercise, names: Mapping[str, Any]) -> bool:
        assert self._saved is not None
        found = self._saved.plan["exercises"].get(made.name)
        try:
            source = textwrap.dedent(inspect.getsource(names[made.provides]))
        except (KeyError, OSError, TypeError):
            return False
        return found is not None and digest(source) == found["digest"]

    def _label(self, made: PublicExercise) -> str:
        assert self._saved is not None
        found = self._saved.plan["exercises"].get(made.name)
        unit = found["unit"] if found is not None else None
        return str(unit).split("#")[0] if unit else str(self.handout.facts.rules["notebook"])


def ask(names: Mapping[str, Any], check_name: str) -> None:
    """Run one public check of the handout in the current folder; what Otter's test files call.

    Raises:
        NotYet: it does not pass; worded for the student.
        KeyError: there is no public check of this name.
    """
    root = os.getcwd()
    if root not in _known:
        _known[root] = KernelChecks(root)
    for made in _known[root].handout.exercises:
        for check in _known[root].handout.checks(made.name):
            if check.name == check_name:
                lines = _known[root].ask(made.name, check, names)
                if lines:
                    told = "\n" + "\n".join("  " + line for line in lines)
                    # Otter puts it into a page as it is.
                    raise NotYet(html.escape(told, quote=False) if in_notebook() else told)
                return
    raise KeyError(check_name)


def _same(one: Verdict, other: Verdict) -> bool:
    """Whether two verdicts tell the same, wherever the code stands."""
    if one.outcome != other.outcome or one.unwritten != other.unwritten:
        return False
    if one.passed or one.unwritten:
        return True
    if one.raised is None or other.raised is None:
        return one.public == other.public
    left, right = one.raised, other.raised
    return (left.bases, left.message, left.source.strip()) == (
        right.bases,
        right.message,
        right.source.strip(),
    )
