"""What the manifest, the report and the screen say of each exercise that was brought over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.assignment.wording import amount
from autograder.importing.carried_checks import Asked
from autograder.importing.plan import Part, Plan, Written


@dataclass(frozen=True)
class Entry:
    """One exercise.

    Attributes:
        question: that it comes from.
        name: of the exercise.
        goal: what is to be done.
        file: where students write it.
        points: what it is worth.
        manual_points: what of that a person gives.
        public: how many of its checks students see.
        hidden: how many they do not.
        written: whether it is a file that a person reads, and no code.
    """

    question: str
    name: str
    goal: str
    file: str
    points: float
    manual_points: float = 0.0
    public: int = 0
    hidden: int = 0
    written: bool = False

    @property
    def worth(self) -> str:
        """Its points in words."""
        if self.manual_points:
            return f"{amount(self.points, 2)}, from a person"
        if not self.public + self.hidden:
            return "not graded: no check"
        return amount(self.points, 2)


def entries(plan: Plan, checks: Sequence[Asked], module: str) -> Iterator[Entry]:
    """One for each exercise, in order.

    An exercise keeps its points whatever became of its tests: where no check that holds is worth
    anything, a person gives them. So a test of 0 points never pays for one that was left out.

    Args:
        plan: what becomes of the notebook.
        checks: those that hold.
        module: name of the file of the code.
    """
    for made in plan.exercises:
        question = made.question.name
        if isinstance(made, Written):
            yield Entry(
                question, made.name, made.goal, made.file, made.points, made.points, written=True
            )
        else:
            yield _entry(made, [check for check in checks if check.part == made.name], module)


def _entry(part: Part, own: Sequence[Asked], module: str) -> Entry:
    paid = any(check.test.points for check in own)
    hidden = sum(check.test.hidden for check in own)
    return Entry(
        part.question.name,
        part.name,
        part.goal,
        module,
        part.points,
        0.0 if paid else part.points,
        len(own) - hidden,
        hidden,
    )
