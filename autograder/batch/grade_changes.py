"""Say whose grade moves between two states of a store, and why, before anything is published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograder.assignment.manifest import Manifest
from autograder.assignment.points import difference
from autograder.assignment.wording import amount, points
from autograder.batch.published import Settling
from autograder.batch.store import Row, Store
from autograder.grading.result_records import CheckResult, Result


@dataclass(frozen=True)
class Move:
    """One submission whose grade changes.

    Attributes:
        submission: its name.
        before: as published, None if it was not.
        after: as it would be, None if it is no longer there.
        why: one line for each cause, checks first.
    """

    submission: str
    before: Result | None
    after: Result | None
    why: tuple[str, ...]

    @property
    def change(self) -> float | None:
        """Points gained or lost; None unless both are decided."""
        if self.before is None or self.after is None:
            return None
        if self.before.final_score is None or self.after.final_score is None:
            return None
        return difference(self.after.final_score, self.before.final_score)


def moves(store: Store, manifest: Manifest) -> Iterator[Move]:
    """Whose grade differs between what is published and what was graded now."""
    settling = Settling(store, manifest)
    for old, new in store.pairs():
        before = settling.settled(old) if old else None
        after = settling.settled(new) if new else None
        why = _why(before, after, _same_files(old, new))
        if _grade(before) != _grade(after) or why:
            yield Move((new or old).submission, before, after, why)  # type: ignore[union-attr]


def moves_without(store: Store, manifest: Manifest, check: str, restored: bool) -> Iterator[Move]:
    """Whose grade moves when a check counts for nobody any more, or counts again."""
    now = {made.check for made in store.dropped()}
    then = now - {check} if restored else now | {check}
    old, new = Settling(store, manifest, now), Settling(store, manifest, then)
    for row in store.rows():
        before, after = old.settled(row), new.settled(row)
        if _grade(before) != _grade(after):
            yield Move(row.submission, before, after, (f"{check}: {_outcome(row, check)}",))


def _grade(result: Result | None) -> tuple[object, ...] | None:
    if result is None:
        return None
    return result.status, result.score, result.final_score, result.open_points


def _same_files(old: Row | None, new: Row | None) -> bool:
    return old is None or new is None or old.handed.files == new.handed.files


def _why(before: Result | None, after: Result | None, same_files: bool) -> tuple[str, ...]:
    if before is None or after is None:
        return ("newly handed in",) if before is None else ("no longer handed in",)
    old, new = _checks(before), _checks(after)
    told = [
        line
        for name in [*new, *(name for name in old if name not in new)]
        if (line := _changed(name, old.get(name), new.get(name)))
    ]
    if before.status != after.status:
        told.append(f"status: {before.status} → {after.status}")
    if before.final_score != after.final_score and before.score == after.score:
        told.append("what handing in late costs")
    if not same_files:
        told.append("other files were handed in")
    return tuple(told)


def _checks(result: Result) -> dict[str, CheckResult]:
    return {check.name: check for made in result.exercises for check in made.checks}


def _changed(name: str, old: CheckResult | None, new: CheckResult | None) -> str:
    if new is None:
        return f"{name}: no longer asked"
    if old is None:
        return f"{name}: newly asked, {new.outcome}"
    if old.outcome != new.outcome:
        return f"{name}: {old.outcome} → {new.outcome}"
    if old.score != new.score:
        return f"{name}: {_number(old.score)} → {_number(new.score)} of {points(new.points)}"
    return ""


def _number(score: float | None) -> str:
    return "?" if score is None else amount(score)


def _outcome(row: Row, name: str) -> str:
    check = _checks(row.result).get(name)
    return check.outcome if check else "not asked"
