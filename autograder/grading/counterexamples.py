"""A counterexample that may be seen: a failed hidden check, asked again with showable inputs.

It is looked for in a worker that has met no hidden input and starts from a public seed, so that
nothing of the hidden run is in what is shown. Only whether an example is shown rests on how the
hidden check ended, and no more of that than feedback tells anyway: how it ended, which expectation
did not hold, the line that raised, the mistake that is named. An input on which the reference
itself does not pass is never shown.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from autograder.assignment.load import Assignment
from autograder.assignment.manifest import Exercise
from autograder.grading.carried_errors import reference_bundle
from autograder.grading.result_records import Counterexample
from autograder.grading.safe_text import clean, cleaned
from autograder.grading.sandboxed import SandboxedAttempt, judging
from autograder.grading.showable_inputs import PUBLIC_SEED, SIZES, showable_generator
from autograder.grading.written_questions import Question, value_of, written
from autograder.intake.submissions import Bundle
from autograder.isolation.layers.limits import Limits
from autograder.kit import Check, Problem, Submission, Verdict
from autograder.kit.comparison import Comparison, Entry
from autograder.kit.hosting import Exercise as Asked
from autograder.kit.plain import Ref
from autograder.kit.submission import snapshot
from autograder.sandbox.zygote import Zygote, ZygoteError

_EXPLAINABLE = {"failed", "raised"}
# Bounds for one submission: of looking on, and of CPU of a check and of all of them.
_MOST_CAUSES = 4
_MOST_CHECKS_OF_A_CAUSE = 2
_MOST_INTERRUPTED = 2
_CHECK_SECONDS = 10.0
_ALL_SECONDS = 60.0

_Key = tuple[str, int]


@dataclass(frozen=True)
class Found:
    """What looking for a counterexample to one check came to.

    Attributes:
        tried: how many showable questions were put.
        example: the simplest that failed in the way of the hidden one; None if none did.
    """

    tried: int
    example: Counterexample | None


class Counterexamples:
    """Looks for counterexamples in one grading run; safe to share between slots.

    Args:
        assignment: whose checks are asked.
        zygote: forks the workers.
    """

    def __init__(self, assignment: Assignment, zygote: Zygote) -> None:
        self._assignment = assignment
        self._zygote = zygote
        self._lock = threading.Lock()
        self._right: dict[_Key, Sequence[Question] | None] = {}

    def search(self, attempt: SandboxedAttempt) -> Search:
        """Begin with one submission, whose structure has been read; to be closed."""
        return Search(self, attempt)

    def right(self, exercise: Exercise, check: Check, size: int) -> Sequence[Question] | None:
        """What the reference is asked and answers on these inputs; None where it does not pass."""
        key = (check.name, size)
        with self._lock:
            if key not in self._right:
                bundle = reference_bundle(self._assignment)
                attempt = _Showable(self._assignment, bundle, self._zygote)
                try:
                    attempt.prepare()
                    passed = attempt.put(exercise, check, size).passed
                    self._right[key] = attempt.questions if passed else None
                except (Problem, ZygoteError):
                    return None
                finally:
                    attempt.close()
            return self._right[key]


class Search:
    """Of one submission."""

    def __init__(self, run: Counterexamples, first: SandboxedAttempt) -> None:
        self._run = run
        self._attempt = _Showable(first.assignment, first.bundle, first.zygote)
        self._attempt.plan = first.plan
        self.interrupted = 0

    def find(
        self,
        exercise: Exercise,
        verdicts: Mapping[str, Verdict],
        causes: Mapping[str, str],
        worth: Mapping[str, float],
    ) -> dict[str, Found]:
        """Counterexamples to failed hidden checks, one for each cause, by the check's name.

        Args:
            exercise: the exercise.
            verdicts: of its checks.
            causes: the mistake that is named for a check; each other check is a cause of its own.
            worth: points of each check; what costs most comes first.
        """
        if exercise.kind != "code":
            return {}
        failed: dict[str, list[Check]] = {}
        checks = [made for made in self._attempt.assignment.checks_of(exercise) if made.showable]
        for check in sorted(checks, key=lambda made: -worth[made.name]):
            verdict = verdicts.get(check.name)
            if verdict and verdict.outcome in _EXPLAINABLE and not verdict.unwritten:
                failed.setdefault(causes.get(check.name, check.name), []).append(check)
        found: dict[str, Found] = {}
        for alike in list(failed.values())[:_MOST_CAUSES]:
            for check in alike[:_MOST_CHECKS_OF_A_CAUSE]:
                if self.interrupted >= _MOST_INTERRUPTED:
                    return found
                found[check.name] = self._look(exercise, check, _way(verdicts[check.name]))
                if found[check.name].example:
                    break
        return found

    def close(self) -> None:
        """End its worker."""
        self._attempt.close()

    def _look(self, exercise: Exercise, check: Check, way: tuple[Any, ...]) -> Found:
        """Ask one check with inputs that grow, until it fails as it did before."""
        tried = 0
        for size in range(SIZES):
            right = self._run.right(exercise, check, size)
            if right is None:
                continue
            tried += 1
            verdict = self._attempt.put(exercise, check, size)
            if verdict.outcome not in ("passed", *_EXPLAINABLE):
                self.interrupted += 1
                break
            asked = written(self._attempt.questions)
            if asked and _way(verdict) == way:
                compared = verdict.comparison or self._beside(right, verdict)
                example = Counterexample(
                    asked=clean(asked),
                    message=clean(verdict.public),
                    comparison=cleaned(compared) if compared else None,
                )
                return Found(tried, example)
        return Found(tried, None)

    def _beside(self, right: Sequence[Question], verdict: Verdict) -> Comparison | None:
        """What raised beside what the reference answers to the same call, where that is plain."""
        asked = self._attempt.questions
        if verdict.raised is None or not 0 < len(asked) <= len(right):
            return None
        last, wanted = asked[-1], right[len(asked) - 1]
        if (last.operation, last.name) != (wanted.operation, wanted.name) or not wanted.answer:
            return None
        got = verdict.raised.bases[0]
        entry = Entry("", got, wanted.answer, True)
        return Comparison("the last call", got, wanted.answer, (entry,), 1, 1)


def _way(verdict: Verdict) -> tuple[Any, ...]:
    """What two failures must share to be told as one; nothing but what feedback tells anyway."""
    raised = verdict.raised
    return (
        verdict.outcome,
        verdict.place,
        raised.kind if raised else "",
        verdict.file,
        verdict.line,
    )


class _Showable(SandboxedAttempt):
    """A submission asked with showable inputs, in workers of its own.

    Attributes:
        questions: what the present check has asked.
    """

    def __init__(self, assignment: Assignment, bundle: Bundle, zygote: Zygote) -> None:
        super().__init__(assignment, bundle, zygote, PUBLIC_SEED)
        self.questions: list[Question] = []
        self._size = 0
        self._sub: Submission | None = None

    def put(self, exercise: Exercise, check: Check, size: int) -> Verdict:
        """The verdict of a check on inputs of a size, see `showable_generator`."""
        self._size = size
        return self.ask_check(exercise, check, {})

    def fixtures(self, check: Check) -> Mapping[str, Any]:
        """See `Attempt.fixtures`."""
        rng = showable_generator(check.name, self._size)
        return {"rng": rng, "ref": self.assignment.reference}

    def judging(self, check: Check) -> AbstractContextManager[Any]:
        """See `Attempt.judging`."""
        return judging(self.assignment, check, _CHECK_SECONDS)

    def begin(self, exercise: Asked, check: str, seconds: float | None = None) -> Submission:
        """See `Attempt.begin`."""
        self.questions = []
        most = min(_CHECK_SECONDS, seconds or self.facts.check_seconds)
        self._sub = super().begin(exercise, check, most)
        return self._sub

    def _ask(
        self, operation: str, ref: Ref | None, name: str, args: list[Any], kwargs: dict[str, Any]
    ) -> Any:
        asked = Question(operation, ref, name, snapshot(args), snapshot(kwargs))
        self.questions.append(asked)
        answer = super()._ask(operation, ref, name, args, kwargs)
        if isinstance(answer, Ref):
            self.questions[-1] = dataclasses.replace(asked, made=answer)
        elif self._sub is not None and self._sub.recording and not any(_refs(answer)):
            told = value_of(answer)
            self.questions[-1] = dataclasses.replace(asked, answer="" if "…" in told else told)
        return answer

    def _limits(self) -> Limits:
        return dataclasses.replace(super()._limits(), cpu_seconds=int(_ALL_SECONDS))


def _refs(value: Any) -> Iterator[Ref]:
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, (list, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _refs(one)
