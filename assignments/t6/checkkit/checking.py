"""Run the public checks of an exercise on a student's work, and keep what they said."""

import importlib.util
import os
from typing import Any, Dict, List, NamedTuple, Tuple

from checkkit.checks import Check
from checkkit.running import Verdict, run_check
from checkkit.guarded import Guard, Stopped, quiet_errors
from checkkit.handout_folder import Handout, is_unwritten
from checkkit.terminal import Terminal
from checkkit.work import Place, Work

DONE, PARTLY, UNWRITTEN = "done", "partly", "unwritten"
BROKEN, NOT_HERE, UNCHECKED = "broken", "not here", "unchecked"
_PATIENCE = 10.0


class Result(NamedTuple):
    """What the public checks of one exercise said.

    Attributes:
        made: the exercise, as in `Handout.exercises`.
        place: where the answer stands.
        state: DONE, PARTLY or UNWRITTEN; BROKEN when it cannot be loaded, NOT_HERE when this
            machine cannot run it, UNCHECKED when it has no public check.
        note: why, for BROKEN and NOT_HERE.
        verdicts: each check that ran, with how it ended.
        checks: number of public checks.
        printed: what the student's code printed meanwhile.
    """

    made: Dict[str, Any]
    place: Place
    state: str
    note: str
    verdicts: List[Tuple[Check, Verdict]]
    checks: int
    printed: str

    @property
    def passed(self) -> int:
        return sum(verdict.passed for _, verdict in self.verdicts)


class Checker:
    """Runs the checks on one folder, one exercise after the other.

    Args:
        handout: the handout.
        folder: the student's folder.
        terminal: where to say that something takes its time.
    """

    def __init__(self, handout: Handout, folder: str, terminal: Terminal) -> None:
        self._handout = handout
        self.work: Work = handout.work(folder)
        self._terminal = terminal
        self._now = ""
        self._guard = Guard(_PATIENCE, self._still_at_it)
        self._tensorflow: Any = None

    def run(self, made: Dict[str, Any]) -> Result:
        """Run the public checks of one exercise.

        Raises:
            Stopped: Ctrl-C was pressed; the message says at what.
        """
        name = made["name"]
        place = self.work.place(name)
        checks = self._handout.checks(name)
        verdicts: List[Tuple[Check, Verdict]] = []
        printed = ""

        def ended(state: str, note: str = "") -> Result:
            return Result(made, place, state, note, verdicts, len(checks), printed)

        if place.broken:
            return ended(BROKEN, place.broken)
        if place.untouched:
            return ended(UNWRITTEN)
        if not checks:
            return ended(UNCHECKED)
        if made["uses"] == "tensorflow" and self._lacks_tensorflow():
            return ended(NOT_HERE, self._lacks_tensorflow())
        self._now = "loading " + place.label
        with self._guard.running() as output:
            problem = self.work.problem(name)
        printed += output.getvalue()
        if problem:
            return ended(BROKEN, problem)
        for check in checks:
            verdict, output_of_check = self._ask(check)
            verdicts.append((check, verdict))
            printed += output_of_check
        if "parts" not in made and all(is_unwritten(verdict) for _, verdict in verdicts):
            return ended(UNWRITTEN)
        return ended(DONE if all(verdict.passed for _, verdict in verdicts) else PARTLY)

    def _ask(self, check: Check) -> Tuple[Verdict, str]:
        self._now = '%s, "%s"' % (check.exercise, check.title)
        verdict = None
        try:
            with self._guard.running() as output:
                verdict = run_check(check, self.work.submission(check.exercise), {})
        except Stopped:
            raise Stopped(self._now + _where(verdict)) from None
        assert verdict is not None
        return verdict, output.getvalue()

    def _still_at_it(self) -> None:
        told = "    (still at it: %s; Ctrl-C stops it)" % self._now
        self._terminal.say(told, "open")

    def _lacks_tensorflow(self) -> str:
        """Import TensorFlow once; say what is missing, nothing when it is there."""
        if self._tensorflow is None:
            self._tensorflow = ""
            os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
            if importlib.util.find_spec("tensorflow") is None:
                self._tensorflow = "TensorFlow is not installed here; see README.md"
                return str(self._tensorflow)
            self._terminal.say("(loading TensorFlow, a few seconds ...)", "open")
            try:
                with quiet_errors():
                    importlib.import_module("tensorflow")
            except Exception as error:
                told = "TensorFlow cannot be imported here (%s: %s); try check.py --doctor"
                self._tensorflow = told % (type(error).__name__, str(error).split("\n")[0][:200])
        return str(self._tensorflow)


def _where(verdict: Any) -> str:
    """Where the student's code was when Ctrl-C came, as the check has it."""
    told = "" if verdict is None else verdict.public
    _, found, place = told.partition("KeyboardInterrupt at ")
    return "; your code was at %s" % place if found else ""
