"""Error carried forward: a mistake in one exercise costs nothing in another that calls it.

Where an exercise loses points and a sibling it calls is itself not fully right, its failed checks
are asked again in a fresh worker, where calls of such siblings are answered from the trusted side
as if they were right. What passes then was lost to the sibling alone. The answers come from the
reference in a worker of its own, or from the check where arguments are models: what runs the
submission never holds the reference. Where one definition answers both exercises, the check makes
what it expects from what the sibling gives (`Submission.takes`). Exercises that lean on each other
in a circle get nothing back: one of them has to do the work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any

from autograder.assignment.load import Assignment
from autograder.assignment.manifest import Exercise
from autograder.grading.graded_attempt import GradedAttempt
from autograder.grading.remembered import Head, Remembered, head_of
from autograder.grading.result_records import CheckResult
from autograder.grading.sandboxed import SandboxedAttempt
from autograder.intake.submissions import Bundle
from autograder.kit import Problem, StudentError, Submission, Verdict
from autograder.kit.callers import may_call
from autograder.kit.hosting import Exercise as Asked
from autograder.kit.plain import Ref
from autograder.sandbox.zygote import Zygote, ZygoteError

# How a check may end that a wrong sibling can be to blame for.
_TO_BLAME = {"failed", "raised", "timeout", "memory", "died"}

Verdicts = Mapping[str, Verdict]
# By exercise and check: the siblings that were as if right, and how the check ends then.
Carried = dict[str, dict[str, tuple[tuple[str, ...], Verdict]]]


def carry_forward(attempt: GradedAttempt, verdicts: Mapping[str, Verdicts]) -> Carried:
    """The checks that pass once siblings are as if they were right, with these siblings' names.

    Args:
        attempt: the submission, whose structure has been read.
        verdicts: of the checks of all its exercises, by exercise and check.
    """
    manifest = attempt.assignment.manifest
    written = [made for made in manifest.enabled_exercises if made.kind == "code"]
    wrong = [
        made
        for made in written
        if not all(verdict.passed for verdict in verdicts.get(made.name, {}).values())
    ]
    reference = _Reference(attempt.assignment, attempt.zygote, attempt.seed)
    carried: Carried = {}
    classes = attempt.facts.classes
    try:
        for made in written:
            before = written[: written.index(made)]
            beside = [one for one in before if one in wrong and one.provides == made.provides]
            helpers = [
                *beside,
                *(one for one in wrong if may_call(attempt.plan, classes, made, one)),
            ]
            if helpers:
                passed = _asked_again(
                    attempt, made, verdicts.get(made.name, {}), helpers, reference
                )
                if passed:
                    carried[made.name] = passed
    finally:
        reference.close()
    return _without_circles(carried)


def _may_be_to_blame(verdict: Verdict, costly: Set[str]) -> bool:
    """Whether a check lost what a wrong sibling can be to blame for.

    What a sibling gave may look like another convention, of which some cost points.
    """
    followed = verdict.passed and not costly.isdisjoint(verdict.conventions)
    return verdict.outcome in _TO_BLAME or followed


def carried_notes(results: Sequence[CheckResult], waiting: Sequence[str]) -> Iterator[str]:
    """What an exercise's page says of errors carried forward, from it and to it.

    Args:
        results: of its checks.
        waiting: exercises that were judged as if this one were right.
    """
    back = [made for made in results if made.carried]
    if back:
        helpers = dict.fromkeys(name for made in back for name in made.carried)
        many = "1 check passes" if len(back) == 1 else f"{len(back)} checks pass"
        yield (
            f"repair {_listed(helpers)} first: this exercise calls it and was judged as if it were "
            f"right, and so {many} here that would fail or cost otherwise; no points are lost twice"
        )
    if waiting:
        yield (
            f"repair this exercise first: {_listed(waiting)} was judged as if it were right, and "
            "loses nothing to what is wrong here"
        )


def _listed(names: Iterable[str]) -> str:
    return " and ".join(names)


def _asked_again(
    attempt: GradedAttempt,
    made: Exercise,
    before: Verdicts,
    helpers: Sequence[Exercise],
    reference: _Reference,
) -> dict[str, tuple[tuple[str, ...], Verdict]]:
    """The checks that lose less with the helpers as if right, with those that were called."""
    named = [f"{one.name} {one.provides}" for one in helpers]
    costly = {one.name for one in attempt.assignment.manifest.conventions if one.share < 1}
    checks = {
        check.name: check
        for check in attempt.assignment.checks_of(made)
        if check.name in before and _may_be_to_blame(before[check.name], costly)
    }
    if not checks:
        return {}
    key, known = attempt.together(
        "carried", before, [made.name, attempt.reference, *named], dict[str, tuple[list[str], Head]]
    )
    if known is not None:
        return {
            name: (tuple(called), Remembered(head, checks[name]))
            for name, (called, head) in known.items()
        }
    second = _Second(attempt, helpers, reference)
    again: dict[str, Verdict] = {}
    passed: dict[str, tuple[tuple[str, ...], Verdict]] = {}
    try:
        for name, check in checks.items():
            again[name] = verdict = second.ask_check(made, check, again)
            better = not before[name].passed or not costly.intersection(verdict.conventions)
            if verdict.passed and second.called and better:
                passed[name] = (second.called, verdict)
    finally:
        second.close()
    kept = {
        name: (called, head_of(verdict, checks[name], "", ()))
        for name, (called, verdict) in passed.items()
    }
    lost = any(v.retry or v.outcome == "infrastructure" for v in again.values())
    if not lost and all(head for _, head in kept.values()):
        attempt.keep(key, kept)
    return passed


def _without_circles(carried: Carried) -> Carried:
    """Without the exercises that lean on themselves by way of those they lean on."""
    leans = {
        name: {helper for helpers, _ in checks.values() for helper in helpers}
        for name, checks in carried.items()
    }

    def reached(name: str) -> set[str]:
        seen: set[str] = set()
        waiting = list(leans.get(name, ()))
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                waiting += leans.get(one, ())
        return seen

    return {name: checks for name, checks in carried.items() if name not in reached(name)}


def _is_class(attempt: SandboxedAttempt, helper: Exercise) -> bool:
    """Whether an exercise is answered by a class, in whose place no stub can stand."""
    return helper.provides in attempt.assignment.classes


def reference_bundle(assignment: Assignment) -> Bundle:
    """The reference solution, as somebody would hand it in."""
    folder = assignment.folder
    files = {
        file.name: (folder / file.name).read_bytes()
        for file in assignment.manifest.modules
        if (folder / file.name).is_file()
    }
    return Bundle("the reference", files)


class _Second(SandboxedAttempt):
    """A submission asked again, with some of its functions as if they were right."""

    def __init__(
        self, first: SandboxedAttempt, helpers: Sequence[Exercise], reference: _Reference
    ) -> None:
        super().__init__(first.assignment, first.bundle, first.zygote, first.seed)
        self.plan = first.plan
        self._helpers = {one.provides: one for one in helpers if not _is_class(first, one)}
        self._as_given = frozenset(one.name for one in helpers if _is_class(first, one))
        self._reference = reference
        self._told: dict[str, list[Any]] = {}
        self.stubs = frozenset(self._helpers)
        self.sibling = self._answer
        self._called: dict[str, None] = {}
        self._sub: Submission | None = None

    @property
    def called(self) -> tuple[str, ...]:
        """Names of the exercises that were as if right in the present check."""
        taken = self._sub.taken if self._sub else []
        return tuple(dict.fromkeys([*self._called, *taken]))

    def begin(self, exercise: Asked, check: str, seconds: float | None = None) -> Submission:
        """See `Attempt.begin`."""
        self._called, self._sub = {}, None
        sub = super().begin(exercise, check, seconds)
        self._sub, self._told = sub, sub.siblings
        sub.as_given = self._as_given
        return sub

    def _answer(self, name: str, args: list[Any], kwargs: dict[str, Any]) -> list[Any]:
        helper = self._helpers.get(name)
        if helper is None:
            return ["own"]
        told = self._told.get(name)
        reply = ["value", told.pop(0)] if told else self._reference.answer(helper, args, kwargs)
        if reply[0] != "own":
            self._called[helper.name] = None
        return reply


class _Reference:
    """The reference solution in a worker of its own, started when somebody asks."""

    def __init__(self, assignment: Assignment, zygote: Zygote, seed: int) -> None:
        self._attempt = SandboxedAttempt(assignment, reference_bundle(assignment), zygote, seed)

    def answer(self, made: Exercise, args: list[Any], kwargs: dict[str, Any]) -> list[Any]:
        """What the reference says to a call, as the stub in the other worker wants to hear it."""
        if _has_ref([args, kwargs]):
            return ["own"]
        try:
            if not self._attempt.plan:
                self._attempt.prepare()
            sub = self._attempt.begin(made, "a sibling")
            value = sub.ask("call", None, made.provides, tuple(args), kwargs)
        except StudentError as error:
            return ["raised", error.bases, error.message]
        except (Problem, ZygoteError):
            return ["own"]
        return ["own"] if _has_ref(value) else ["value", value]

    def close(self) -> None:
        """End its worker."""
        self._attempt.close()


def _has_ref(value: Any) -> bool:
    """Whether anything in a value is not plain."""
    if isinstance(value, (list, tuple)):
        return any(map(_has_ref, value))
    if isinstance(value, dict):
        return any(map(_has_ref, value.values()))
    return isinstance(value, Ref)
