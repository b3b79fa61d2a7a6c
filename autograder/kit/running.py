"""Run one check against one submission and say how it ended."""

import traceback
from typing import Any, List, Mapping

from .checks import Check
from .problems import Problem
from .submission import Submission


class Verdict:
    """How a check ended.

    Attributes:
        outcome: one of `problems.OUTCOMES`.
        public: message with what came back; for public checks and staff.
        hidden: message for hidden checks: shape, dtype and kind of deviation only.
        asked: the last call, as a line of Python; for public checks and staff.
        conventions: accepted conventions the answer follows, other than the pinned one.
        transcript: what came back, in order.
    """

    def __init__(self, outcome: str, public: str, hidden: str, sub: Submission) -> None:
        self.outcome = outcome
        self.public = public
        self.hidden = hidden
        self.asked = sub.asked()
        self.conventions = list(sub.conventions)
        self.transcript: List[Any] = list(sub.transcript)

    @property
    def passed(self) -> bool:
        return self.outcome == "passed"


def run_check(check: Check, sub: Submission, fixtures: Mapping[str, Any]) -> Verdict:
    """Run a check.

    Args:
        check: the check.
        sub: a fresh `Submission`, asked by this check only.
        fixtures: values for the other fixtures the check wants.

    Returns:
        The verdict. An exception that is not a `Problem` is the check's own fault and gives
        ``infrastructure``, never a failed check.
    """
    arguments = {name: sub if name == "sub" else fixtures[name] for name in check.wants}
    try:
        check.function(**arguments)
    except Problem as problem:
        return Verdict(problem.outcome, problem.public, problem.hidden, sub)
    except Exception:
        told = "the check itself failed; this is not your fault and costs no points"
        return Verdict("infrastructure", traceback.format_exc(), told, sub)
    return Verdict("passed", "", "", sub)
