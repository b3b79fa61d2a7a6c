"""Say of each exercise and check how hard it was, and what staff should look at."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.publish.analysis import Item

_WEAK = 0.1
_ENOUGH = 20
_OUTCOMES = (
    *("failed", "raised", "timeout", "memory", "died"),
    *("unusable", "forbidden", "infrastructure"),
)


@dataclass(frozen=True)
class Row:
    """One exercise or check in a table; texts are as shown, numbers are for sorting."""

    exercise: str
    name: str
    title: str
    public: bool
    asked: int
    mean: float | None
    full: int
    nothing: int
    separates: float | None
    outcomes: str
    remark: str


def row_of(item: Item) -> Row:
    """One line of a table."""
    separates = item.separates.value
    outcomes = [(name, item.outcomes[name]) for name in _OUTCOMES if item.outcomes[name]]
    return Row(
        exercise=item.exercise,
        name=item.name,
        title=item.title,
        public=item.public,
        asked=item.asked,
        mean=item.mean,
        full=item.full,
        nothing=item.nothing,
        separates=separates,
        outcomes=", ".join(f"{count} {name}" for name, count in outcomes),
        remark=_remark(item, separates),
    )


def _remark(item: Item, separates: float | None) -> str:
    if not item.asked:
        return "never decided"
    if item.full == item.asked:
        return "nobody fails it"
    if item.nothing == item.asked:
        return "nobody passes it: is it right?"
    if item.asked < _ENOUGH:
        return ""  # so few students correlate by chance
    if separates is not None and separates < 0:
        return "those who pass it do worse elsewhere: is it right?"
    if separates is not None and separates < _WEAK:
        return "says little about the rest"
    return ""
