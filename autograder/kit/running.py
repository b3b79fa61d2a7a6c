"""Run one check against one submission and say how it ended."""

import traceback
from typing import Any, List, Mapping, Optional, Sequence, Tuple

from .checks import Check
from .comparison import Comparison, compare
from .expect import Measure, found_right, measured
from .problems import Interrupted, Mismatch, Problem, StudentError
from .relations import told_of_hidden
from .submission import Submission


class Verdict:
    """How a check ended.

    Attributes:
        outcome: ``passed``, ``infrastructure`` or the `Problem`'s, as in results.
        public: message with what came back; for public checks and staff.
        hidden: message for hidden checks: shape, dtype, kinds of deviation and relation only.
        asked: the calls as lines of Python, for public checks and staff; empty when it passed.
        raised: what the student's code raised, when that is how it ended.
        unwritten: whether it came upon a part that is still to be written.
        retry: whether it counts only when it comes again with nothing beside it, see `Interrupted`.
        conventions: accepted conventions the answer follows, other than the pinned one.
        calls: what the submission was asked, in order.
        transcript: what came back, in order.
        stopped_at: file and line of the check that failed by its own fault; None if it did not.
        measure: the largest deviation of a numeric comparison in units of its tolerance, and that
            tolerance, rtol and atol; None when there was none.
        signs: of the answers, see `signs.shows_life`.
        place: which expectation did not hold, as the lines of the check's own file that led there;
            empty where the submission ended it elsewhere.
        comparison: what came back beside what is right, where that was compared; a student may
            see it of a public check.
    """

    def __init__(
        self,
        outcome: str,
        public: str,
        hidden: str,
        sub: Submission,
        measure: Optional[Measure] = None,
        stopped_at: Optional[Tuple[str, int]] = None,
        problem: Optional[Problem] = None,
        comparison: Optional[Comparison] = None,
    ) -> None:
        self.outcome = outcome
        self.public = public
        self.hidden = hidden
        self.asked = "" if outcome == "passed" else sub.asked()
        self.raised = problem if isinstance(problem, StudentError) else None
        self.unwritten = self.raised is not None and self.raised.unwritten
        self.retry = problem.retry if isinstance(problem, Interrupted) else ""
        self.conventions = list(sub.conventions)
        self.calls: List[Any] = list(sub._calls)
        self.transcript: List[Any] = list(sub.transcript)
        self.stopped_at = stopped_at
        self.measure = measure
        self.signs = list(sub.signs)
        self.comparison = comparison
        self.place: Tuple[int, ...] = ()

    @property
    def passed(self) -> bool:
        return self.outcome == "passed"

    @property
    def staff(self) -> str:
        """The message with both values, for a person who judges."""
        if self.comparison is None:
            return self.public
        sides = (self.public, self.comparison.got, self.comparison.expected)
        return "%s; it came back as %s; expected %s" % sides

    @property
    def file(self) -> str:
        """File or cell of the student's that raised, empty when none did."""
        return self.raised.label if self.raised is not None else ""

    @property
    def line(self) -> int:
        """The line that raised, 0 when none did."""
        return self.raised.line if self.raised is not None else 0


def verdict_of(
    problem: Problem,
    sub: Submission,
    measure: Optional[Measure] = None,
    right_before: Sequence[str] = (),
) -> Verdict:
    """The verdict of a check that met a problem.

    Args:
        problem: what it met.
        sub: that was asked.
        measure: of its comparisons.
        right_before: noun phrases of what it had found right by then.
    """
    compared = None
    hidden = problem.hidden
    if isinstance(problem, Mismatch) and problem.sides is not None:
        given = sub.given_for(problem.sides.found)
        compared = compare(problem.sides, given, tuple(right_before))
        seen = told_of_hidden(compared.relations)
        hidden += "; " + seen if seen else ""
    return Verdict(
        problem.outcome,
        problem.public,
        hidden,
        sub,
        measure,
        problem=problem,
        comparison=compared,
    )


def unasked(outcome: str, public: str, hidden: Optional[str] = None) -> Verdict:
    """The verdict of a check that could not be put."""
    silent = Submission(lambda *question: None)
    return Verdict(outcome, public, public if hidden is None else hidden, silent)


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
    met: List[Measure] = []
    right: List[str] = []
    outcome, public, hidden = "passed", "", ""
    stopped_at = None
    try:
        with measured(met.append), found_right(right.append):
            check.function(**arguments)
    except Problem as problem:
        verdict = verdict_of(problem, sub, max(met, default=None), right)
        verdict.place = _lines_in(problem, check)
        return verdict
    except Exception as error:
        outcome, public = "infrastructure", traceback.format_exc()
        stopped_at = _last_line(error, check)
        hidden = "the check itself failed; this is not your fault and costs no points"
    return Verdict(outcome, public, hidden, sub, max(met, default=None), stopped_at)


def _last_line(error: BaseException, check: Check) -> Optional[Tuple[str, int]]:
    """The last line of the check's own file that led to an exception."""
    lines = _lines_in(error, check)
    return (check.function.__code__.co_filename, lines[-1]) if lines else None


def _lines_in(error: BaseException, check: Check) -> Tuple[int, ...]:
    """The lines of the check's own file that led to an exception."""
    file = check.function.__code__.co_filename
    return tuple(
        line
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == file
    )
