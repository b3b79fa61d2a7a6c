"""Name the mistake: a check whose answer equals a known mistake's shows that mistake.

Every value that came back in a check is its transcript. Known mistakes, in every accepted way of
writing and in pairs, are put to the same checks with the same inputs. What a failed check has in
common with a mistake and not with right answers is evidence, check by check: enough of it names
the mistake there, whatever else is wrong. Too little evidence counts only where the mistake
explains all that happened. No evidence, no accusation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.assignment.load import Assignment
from autograder.assignment.manifest import Exercise
from autograder.grading.mistake_answers import Known, MistakeAnswers, Verdicts
from autograder.grading.resemblance import HINT, PROOF, alike, evidence
from autograder.grading.result_records import Diagnosis
from autograder.kit import Check, Verdict
from autograder.sandbox.zygote import Zygote

_DIAGNOSABLE = {"failed", "raised"}
_MOST_NAMED = 2
_MOST_CAUSES = 3

Explanation = tuple[Diagnosis, str]
Explanations = Mapping[str, Explanation]


class Diagnoser:
    """Explains failed exercises of one grading run; safe to share between slots.

    Args:
        assignment: whose mistakes are known.
        zygote: forks the workers that mistakes run in.
        seed: of the grading run, so that mistakes answer the same questions.
    """

    def __init__(self, assignment: Assignment, zygote: Zygote, seed: int) -> None:
        self._assignment = assignment
        self._known = MistakeAnswers(assignment, zygote, seed)

    def explain(self, exercise: Exercise, verdicts: Verdicts) -> Explanations:
        """The mistake that each failed check shows, with its hint; checks that show none are out.

        Args:
            exercise: one with a check that did not pass.
            verdicts: of all its checks that were asked, by name.
        """
        checks = [made for made in self._assignment.checks_of(exercise) if made.name in verdicts]
        left = [made for made in checks if _is_telling(verdicts[made.name])]
        if not left:
            return {}
        with self._known.lock(exercise):
            weights = self._weights(exercise, verdicts, left)
            explained: dict[str, Explanation] = {}
            singles = self._known.singles(exercise)
            self._explain_by(singles, checks, verdicts, weights, explained)
            if len(explained) < len(weights):
                # There are hundreds of these: each is asked the check that tells most, first.
                first = max((n for n in weights if n not in explained), key=weights.__getitem__)
                check = next(made for made in checks if made.name == first)
                combined = [
                    known
                    for known in self._known.combined(exercise)
                    if _same(verdicts[first], known.of(check))
                ]
                self._explain_by(combined, checks, verdicts, weights, explained)
            return explained

    def _explain_by(
        self,
        group: Sequence[Known],
        checks: Sequence[Check],
        verdicts: Verdicts,
        weights: Mapping[str, int],
        explained: dict[str, Explanation],
    ) -> None:
        """Explain failed checks by known implementations, the one that explains most first."""
        for _ in range(_MOST_CAUSES):
            left = [name for name in weights if name not in explained]
            best = _best([_match(known, checks, left, verdicts, weights) for known in group])
            if not best:
                return
            told = _worded(best)
            explained.update(dict.fromkeys(best[0].shown, told))

    def _weights(
        self, exercise: Exercise, verdicts: Verdicts, failed: Sequence[Check]
    ) -> dict[str, int]:
        """How much it would prove to share the answer to a failed check, by its name."""
        right = self._known.right(exercise)
        weights = {}
        for check in failed:
            made = right.of(check)
            weights[check.name] = evidence(
                verdicts[check.name].transcript, made.transcript if made else []
            )
        return weights


@dataclass(frozen=True)
class _Match:
    """What a known implementation has in common with an answer.

    Attributes:
        known: the implementation.
        shown: names of failed checks in which both answer alike.
        weight: how much that proves.
        whole: whether both answer alike in every check of the exercise.
        within: whether the answer shares every fault of the implementation, if it may have others.
    """

    known: Known
    shown: tuple[str, ...] = ()
    weight: int = 0
    whole: bool = False
    within: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """What its mistakes are called; a mistake has one name in all its forms."""
        return tuple(made.name for made in self.known.mistakes)

    @property
    def holds(self) -> bool:
        enough = self.weight >= PROOF or (self.within and self.weight >= HINT)
        return bool(self.shown) and (self.whole or enough)


def _match(
    known: Known,
    checks: Sequence[Check],
    left: Sequence[str],
    verdicts: Verdicts,
    weights: Mapping[str, int],
) -> _Match:
    by_name = {made.name: made for made in checks}
    shown = tuple(name for name in left if _same(verdicts[name], known.of(by_name[name])))
    if not shown:
        return _Match(known)
    others = [made for made in checks if made.name not in shown]
    differ = [made for made in others if not _same(verdicts[made.name], known.of(made))]
    within = all(_passes(known, made) for made in differ)
    weight = sum(weights[name] for name in shown)
    return _Match(known, shown, weight, not differ, within)


def _passes(known: Known, check: Check) -> bool:
    made = known.of(check)
    return made is not None and made.passed


def _same(one: Verdict, other: Verdict | None) -> bool:
    return (
        other is not None
        and one.outcome == other.outcome
        and alike(one.transcript, other.transcript)
    )


def _is_telling(verdict: Verdict) -> bool:
    """Whether an answer came that is wrong in some way, and not merely unwritten."""
    return verdict.outcome in _DIAGNOSABLE and not verdict.unwritten


def _best(matches: Sequence[_Match]) -> list[_Match]:
    """The match that explains most, and those that explain the same as well as it does."""
    holding = [made for made in matches if made.holds]
    if not holding:
        return []
    most = max(holding, key=lambda made: (made.whole, len(made.shown), made.within, made.weight))
    kind = (most.whole, most.shown, most.within)
    return [made for made in holding if (made.whole, made.shown, made.within) == kind]


def _worded(found: Sequence[_Match]) -> Explanation:
    """Both names where two mistakes answer alike; both explanations of a pair."""
    told = list({match.names: match.known.mistakes for match in found}.values())[:_MOST_NAMED]
    names = [" and ".join(made.name for made in mistakes) for mistakes in told]
    explanations = [" ".join(made.explanation for made in mistakes) for mistakes in told]
    joined = "\n\nOr: ".join(explanations)
    diagnosis = Diagnosis(kind="mistake", name=", or ".join(names), explanation=joined)
    return diagnosis, " ".join(made.hint for made in told[0])
