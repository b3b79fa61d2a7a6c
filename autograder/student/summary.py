"""The outcome as a table in Markdown, for the page that GitHub shows after a push."""

from typing import List

from autograder.student import checking
from autograder.student.checking import Result
from autograder.student.handout_folder import Handout, told


def write(path: str, handout: Handout, results: List[Result]) -> None:
    """Add the table to a file.

    Args:
        path: the file; what is in it stays.
        handout: the handout.
        results: one for each exercise.
    """
    with open(path, "a", encoding="utf-8") as file:
        file.write(table(handout, results))


def table(handout: Handout, results: List[Result]) -> str:
    """One row an exercise; below it what is not there yet, folded away."""
    lines = ["## " + handout.about["title"] + ": public checks", ""]
    lines += ["| exercise | public checks | points |", "| --- | --- | ---: |"]
    for result in results:
        made = result.made
        bonus = " (bonus)" if made.tier == "bonus" else ""
        lines.append(
            "| `%s`%s | %s | %g |" % (made.name, bonus, _state(result), round(made.points, 2))
        )
    lines += ["", "The grading asks more questions, with other numbers.", ""]
    for result in results:
        lines += _details(result)
    return "\n".join(lines) + "\n"


def _state(result: Result) -> str:
    states = {
        checking.DONE: ":white_check_mark: %d of %d pass" % (result.passed, result.checks),
        checking.PARTLY: ":hourglass: %d of %d pass" % (result.passed, result.checks),
        checking.UNWRITTEN: "not written yet",
        checking.NOT_FOUND: ":hourglass: not found",
        checking.NOT_HERE: "not checked here",
        checking.UNCHECKED: "no public check",
    }
    return states[result.state]


def _details(result: Result) -> List[str]:
    open_checks = [(check, verdict) for check, verdict in result.verdicts if not verdict.passed]
    if result.state == checking.UNWRITTEN or not (open_checks or result.notes):
        return []
    text = list(result.notes)
    for check, verdict in open_checks:
        text += ["\n  ".join(told(check, verdict, result.explained.get(check.name)))]
    fence = "~~~~~~"
    head = "<details><summary><code>%s</code></summary>" % result.made.name
    return [head, "", fence + "text", *text, fence, "", "</details>", ""]
