"""Name the mistake: a check whose answer equals a known mistake's shows that mistake.

Every value that came back in a check is its transcript. What a failed check has in common with a
known mistake and not with right answers is evidence, check by check: enough of it names the mistake
there, whatever else is wrong. Too little evidence counts only where the mistake explains all that
happened. No evidence, no accusation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import (
    Any,
    Callable,
    Dict,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Protocol,
    Sequence,
    Tuple,
)

from .checks import Check
from .resemblance import HINT, PROOF, alike, evidence
from .running import Verdict

_DIAGNOSABLE = {"failed", "raised"}
_MOST_NAMED = 2
_MOST_CAUSES = 3

Verdicts = Mapping[str, Verdict]


class Ended(Protocol):
    """How a check ends with a known implementation."""

    @property
    def outcome(self) -> str: ...
    @property
    def passed(self) -> bool: ...
    @property
    def hidden(self) -> str: ...
    @property
    def transcript(self) -> List[Any]: ...


class Explained(Protocol):
    """A mistake, and the words for it."""

    @property
    def name(self) -> str: ...
    @property
    def explanation(self) -> str: ...
    @property
    def hint(self) -> str: ...


class Known(Protocol):
    """An implementation with known mistakes in it: one, or two that are combined."""

    @property
    def mistakes(self) -> Sequence[Explained]: ...
    @property
    def of(self) -> Callable[[Check], Optional[Ended]]:
        """How a check ends with it; None when it cannot be asked."""


class Named(NamedTuple):
    """What explains a failed check.

    Attributes:
        name: of the mistake, or of two that answer alike.
        explanation: why it happens and what it does; of two, that nobody knows which it is.
        hint: to the mistake, or to either of two.
        candidates: how many answer alike.
    """

    name: str
    explanation: str
    hint: str
    candidates: int = 1


class Naming:
    """Explains the failed checks of one exercise by known implementations.

    Args:
        checks: of the exercise, those that were asked.
        verdicts: by the check's name.
        right: how a check ends with a right answer.
        few: whether few checks were asked: to answer all of them alike then proves little by
            itself, and of more than two mistakes that answer alike none is named.

    Attributes:
        weights: how much it would prove to share the answer to a failed check, by its name.
        explained: what explains a check, by its name; those that nothing explains are out.
    """

    def __init__(
        self,
        checks: Sequence[Check],
        verdicts: Verdicts,
        right: Callable[[Check], Optional[Ended]],
        few: bool = False,
    ) -> None:
        self._checks = checks
        self._verdicts = verdicts
        self._few = few
        self.explained: Dict[str, Named] = {}
        self.weights: Dict[str, int] = {}
        for check in checks:
            # Exceptions are alike whatever led to them: enough where much else is asked.
            if is_telling(verdicts[check.name]) and not (few and verdicts[check.name].raised):
                made = right(check)
                found = verdicts[check.name].transcript
                self.weights[check.name] = evidence(found, made.transcript if made else [])

    @property
    def left(self) -> List[str]:
        """The failed checks that nothing explains so far."""
        return [name for name in self.weights if name not in self.explained]

    def explain_by(self, group: Sequence[Known]) -> None:
        """Explain failed checks by known implementations, the one that explains most first."""
        for _ in range(_MOST_CAUSES):
            left = self.left
            matches = [self._match(known, left) for known in group] if left else []
            best = _best([made for made in matches if made.holds(self._few)])
            if not best:
                return
            named = _worded(best)
            if self._few and named.candidates > _MOST_NAMED:
                return
            self.explained.update(dict.fromkeys(best[0].shown, named))

    def _match(self, known: Known, left: Sequence[str]) -> _Match:
        by_name = {made.name: made for made in self._checks}
        shown = tuple(name for name in left if same(self._verdicts[name], known.of(by_name[name])))
        if not shown:
            return _Match(known)
        others = [made for made in self._checks if made.name not in shown]
        differ = [made for made in others if not same(self._verdicts[made.name], known.of(made))]
        within = all(_passes(known, made) for made in differ)
        weight = sum(self.weights[name] for name in shown)
        in_words = all(
            self._verdicts[name].hidden == ended.hidden and _fits(self._verdicts[name])
            for name in shown
            if (ended := known.of(by_name[name])) is not None
        )
        return _Match(known, shown, weight, not differ, within, in_words)


@dataclass(frozen=True)
class _Match:
    """What a known implementation has in common with an answer.

    Attributes:
        known: the implementation.
        shown: names of failed checks in which both answer alike.
        weight: how much that proves.
        whole: whether both answer alike in every check of the exercise.
        within: whether the answer shares every fault of the implementation, if it may have others.
        in_words: whether each of those checks says the same of both, and not of a number.
    """

    known: Known
    shown: Tuple[str, ...] = ()
    weight: int = 0
    whole: bool = False
    within: bool = False
    in_words: bool = False

    @property
    def names(self) -> Tuple[str, ...]:
        """What its mistakes are called; a mistake has one name in all its forms."""
        return tuple(made.name for made in self.known.mistakes)

    def holds(self, few: bool) -> bool:
        """Whether that is enough to name the mistakes; see `Naming` for `few`."""
        enough = self.weight >= PROOF or (self.within and self.weight >= HINT)
        # All values are right, and what is wrong with them is said in the same words.
        in_form = self.within and self.weight == 0 and self.in_words
        return bool(self.shown) and (enough or in_form or (self.whole and not few))


def same(one: Verdict, other: Optional[Ended]) -> bool:
    """Whether a check ended alike with two answers."""
    return (
        other is not None
        and one.outcome == other.outcome
        and alike(one.transcript, other.transcript)
    )


def is_telling(verdict: Verdict) -> bool:
    """Whether an answer came that is wrong in some way, and not merely unwritten."""
    return verdict.outcome in _DIAGNOSABLE and not verdict.unwritten


def _fits(verdict: Verdict) -> bool:
    """Whether every number that was compared is right."""
    return verdict.measure is None or verdict.measure[0] <= 1


def _passes(known: Known, check: Check) -> bool:
    made = known.of(check)
    return made is not None and made.passed


def _best(holding: Sequence[_Match]) -> List[_Match]:
    """The match that explains most, and those that explain the same as well as it does."""
    if not holding:
        return []
    most = max(holding, key=lambda made: (made.whole, len(made.shown), made.within, made.weight))
    kind = (most.whole, most.shown, most.within)
    return [made for made in holding if (made.whole, made.shown, made.within) == kind]


def _worded(found: Sequence[_Match]) -> Named:
    """Both names where two mistakes answer alike; both explanations of a pair."""
    different = {match.names: match.known.mistakes for match in found}
    told = list(different.values())[:_MOST_NAMED]
    names = [" and ".join(made.name for made in mistakes) for mistakes in told]
    explanations = [" ".join(made.explanation for made in mistakes) for mistakes in told]
    hints = [" ".join(made.hint for made in mistakes) for mistakes in told]
    if len(different) > 1:
        more = len(different) - len(told)
        others = ", or one of %d others" % more if more > 1 else ", or another one" if more else ""
        start = 'This looks like "%s"%s; what came back does not say which.'
        parts = ["%s: %s" % pair for pair in zip(names, explanations)]
        explanations = ["\n\n".join([start % ('" or "'.join(names), others), *parts])]
    return Named(", or ".join(names), explanations[0], " Or: ".join(hints), len(different))
