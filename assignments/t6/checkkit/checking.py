"""Run the public checks of an exercise on a student's work, and keep what they said."""

from __future__ import annotations

import importlib.util
from typing import Any, Dict, List, NamedTuple, Set, Tuple

from checkkit.callers import may_call
from checkkit.checks import Check
from checkkit.naming import Named
from checkkit.running import Verdict
from checkkit.collecting import collect
from checkkit.handout_folder import Handout, PublicExercise
from checkkit.local_attempt import LocalAttempt
from checkkit.local_worker import Stopped
from checkkit.terminal import Terminal

DONE, PARTLY, UNWRITTEN = "done", "partly", "unwritten"
NOT_FOUND, NOT_HERE, UNCHECKED = "not found", "not here", "unchecked"


class Result(NamedTuple):
    """What the public checks of one exercise said.

    Attributes:
        made: the exercise.
        label: where the answer that counts stands: a file, or a notebook and a cell.
        state: DONE, PARTLY or UNWRITTEN; NOT_FOUND when no answer is to be found, NOT_HERE when
            this machine cannot run it, UNCHECKED when it has no public check.
        written: whether less of it is left to write than was handed out.
        notes: what is to be said of it, beside the verdicts.
        not_counted: labels of other, different answers.
        verdicts: each check, with how it ended.
        printed: what the student's code printed meanwhile.
        explained: what explains checks that failed, by the check's name.
        rests_on: exercises that a failed check's code calls, and that are not right themselves.
    """

    made: PublicExercise
    label: str
    state: str
    written: bool
    notes: List[str]
    not_counted: List[str]
    verdicts: List[Tuple[Check, Verdict]]
    printed: str
    explained: Dict[str, Named]
    rests_on: List[str]

    @property
    def passed(self) -> int:
        """How many public checks pass."""
        return sum(verdict.passed for _, verdict in self.verdicts)

    @property
    def checks(self) -> int:
        """How many there are."""
        return len(self.verdicts)


class Checker:
    """Runs the checks on one folder or zip, one exercise after the other.

    Args:
        handout: the handout.
        path: the student's folder, or a zip made of it.
        terminal: where to say that something takes its time.

    Attributes:
        attempt: what was handed in.
        files: its files, by path.
        left_out: one sentence for each file that was left out or changed.
        remarks: these, and sentences about files that cannot be read.

    Raises:
        NothingThere: there is no such folder or zip.
    """

    def __init__(self, handout: Handout, path: str, terminal: Terminal) -> None:
        self._handout = handout
        self._terminal = terminal
        self._now = ""
        self._tensorflow: Any = None
        self._known: Dict[str, Dict[str, Verdict]] = {}
        self.files, self.left_out = collect(path)
        self.attempt = LocalAttempt(handout, self.files, self._still_at_it)
        self.remarks = [
            *self.left_out,
            *self.attempt.plan["notes"],
            *_unreadable(self.attempt.plan),
        ]

    def begun(self) -> Set[str]:
        """Which kinds of units hold something that was written: ``module``, ``cell``."""
        plan = self.attempt.plan
        kinds = {unit["id"]: unit["kind"] for unit in plan["units"]}
        return {
            kinds[plan["exercises"][made.name]["unit"]]
            for made in self._handout.exercises
            if made.kind == "code"
            and plan["exercises"][made.name]["unit"]
            and not self.attempt.is_untouched(made)
        }

    def run(self, made: PublicExercise) -> Result:
        """Run the public checks of one exercise.

        Raises:
            Stopped: Ctrl-C was pressed; `Stopped.place` says where the code was.
        """
        checks = self._handout.checks(made.name)
        state, notes, verdicts = "", [], []
        found = self.attempt.plan["exercises"].get(made.name)
        if made.kind == "data":
            path = self.attempt.data_file(made.file)
            label, not_counted = path or made.file, []
            state = "" if path else UNWRITTEN
            written = bool(path)
        else:
            label = self.attempt.label(found["unit"]) if found["unit"] else made.file
            not_counted = [
                "%s, line %d" % (self.attempt.label(other["unit"]), other["line"])
                for other in found["others"]
            ]
            notes = list(found["notes"])
            state = "" if found["unit"] else NOT_FOUND
            state = UNWRITTEN if self.attempt.is_untouched(made) else state
            written = bool(found["unit"]) and found["parts_left"] < max(made.parts, 1)
        if not checks:
            state = state or UNCHECKED
        elif not state and made.uses == "tensorflow" and self._lacks_tensorflow():
            state, notes = NOT_HERE, [*notes, self._lacks_tensorflow()]

        if state not in (NOT_HERE, UNCHECKED):
            verdicts = self._ask(made)
            unwritten = all(verdict.unwritten for _, verdict in verdicts)
            if not state and not written and unwritten:
                state = UNWRITTEN
        if not state:
            state = DONE if all(verdict.passed for _, verdict in verdicts) else PARTLY

        return Result(
            made,
            label,
            state,
            written,
            notes,
            not_counted,
            verdicts,
            self.attempt.printed(),
            self._handout.explain(made.name, {check.name: made for check, made in verdicts}),
            self._wrong_helpers(made, verdicts) if state == PARTLY else [],
        )

    def close(self) -> None:
        """End the process that has the work loaded."""
        self.attempt.close()

    def _wrong_helpers(self, made: PublicExercise, asked: List[Tuple[Check, Verdict]]) -> List[str]:
        """The exercises that a failed check enters, and that do not pass their own checks."""
        wrong = {
            one.provides: one.name
            for one in self._handout.exercises
            if one.kind == "code"
            and one.uses in ("numpy", made.uses)
            and may_call(self.attempt.plan, self.attempt.facts.classes, made, one)
            and any(
                not verdict.passed and verdict.outcome != "infrastructure"
                for _, verdict in self._ask(one)
            )
        }
        self.attempt.printed()  # what these printed is not this exercise's
        if not wrong:
            return []
        again = LocalAttempt(self._handout, self.files, self._still_at_it, watched=wrong)
        entered: Set[str] = set()
        try:
            for check, verdict in asked:
                if not verdict.passed:
                    again.ask_check(made, check, {})
                    entered.update(again.entered())
        finally:
            again.close()
        return [name for provides, name in wrong.items() if provides in entered]

    def _ask(self, made: PublicExercise) -> List[Tuple[Check, Verdict]]:
        """Each public check with its verdict; asked once."""
        checks = self._handout.checks(made.name)
        verdicts = self._known.setdefault(made.name, {})
        for check in checks:
            if check.name in verdicts:
                continue
            self._now = '%s, "%s"' % (made.name, check.title)
            try:
                verdicts[check.name] = self.attempt.ask_check(made, check, verdicts)
            except Stopped as stop:
                raise Stopped(stop.place, self._now) from None
            except KeyboardInterrupt:
                raise Stopped(doing=self._now) from None
        return [(check, verdicts[check.name]) for check in checks]

    def _still_at_it(self) -> None:
        told = "    (still at it: %s; Ctrl-C stops it)" % self._now
        self._terminal.say(told, "open")

    def _lacks_tensorflow(self) -> str:
        """What keeps TensorFlow from being imported, empty when nothing does; tried once."""
        if self._tensorflow is None:
            self._tensorflow = ""
            if importlib.util.find_spec("tensorflow") is None:
                self._tensorflow = "TensorFlow is not installed here; see README.md"
                return str(self._tensorflow)
            self._terminal.say("(loading TensorFlow, a few seconds ...)", "open")
            self._tensorflow = self.attempt.try_library("tensorflow")
        return str(self._tensorflow)


def _unreadable(plan: Dict[str, Any]) -> List[str]:
    """One sentence for each file or cell that is no Python."""
    broken = [unit for unit in plan["units"] if unit["status"] in ("syntax-error", "unreadable")]
    return ["%s cannot be read: %s" % (unit["label"], unit["problem"]) for unit in broken]
