"""Make an exercise of a question that people mark: its answer is a file, its points a person's."""

from __future__ import annotations

from pathlib import Path

from autograder.assignment import wording
from autograder.importing.import_problems import Remarks
from autograder.importing.master import Question
from autograder.importing.plan import Written


def written_answer(
    question: Question, name: str, goal: str, folder: Path, remarks: Remarks
) -> Written | None:
    """The exercise; None if no points are named, so that there is nothing to give.

    Args:
        question: that people mark.
        name: of the exercise.
        goal: what is to be done, in a few sentences.
        folder: where the notebook lies, whose files keep their names.
        remarks: takes note of what was changed and what is lost.
    """
    solved = [cell.source for cell in question.cells if cell.block == "solution"]
    sample = "\n\n".join(solved).strip()
    if question.tests:
        remarks.lose(
            question.name,
            f"{wording.counted(len(question.tests), 'test')} of a question that people mark",
            "write them as checks, and give the exercise less `manual_points` than points",
        )
    if not question.points:
        remarks.lose(
            question.name,
            "a question that people mark, with no points; its text stays in the notebook",
            "give it `points` and `manual_points` if it is to count",
            sample,
        )
        return None
    file = f"{name}.txt"
    while (folder / file).exists():
        file = f"answer_{file}"
    remarks.change(
        question.name,
        f"people mark it ({wording.points(question.points, 3)}): students write the answer into "
        f"`{file}`, and its points are given with `autograder mark`",
    )
    # The assignment's own solution hands something in for every exercise, or it does not build.
    sample = sample or f"The notebook that this came from holds no answer to {question.name}."
    return Written(name, question, goal, question.points, file, sample)


def where_to_write(written: Written) -> str:
    """What the notebook says of it."""
    return (
        f"**Exercise `{written.name}`** ({wording.points(written.points, 3)}). Write your answer "
        f"into the file `{written.file}` beside this notebook, and hand it in with the rest; a "
        "person reads it."
    )
