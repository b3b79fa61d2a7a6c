"""Show results in a terminal; nothing that a student wrote reaches it as a command."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.text import Text

from autograder.assignment.manifest import Manifest
from autograder.assignment.wording import amount
from autograder.grading.result_records import Result, Status
from autograder.grading.safe_text import clean, shown_name
from autograder.kit.side_by_side import table
from autograder.publish.findings import Finding
from autograder.publish.losses import most_lost
from autograder.publish.page import Page, Section, arrange

_STATUS: dict[Status, tuple[str, str]] = {
    "graded": ("", ""),
    "needs_person": ("needs a person", "yellow"),
    "unreadable": ("unreadable", "red"),
    "missing": ("handed in nothing", "magenta"),
}
_NAME_WIDE = 24


def results_table(results: Iterable[Result]) -> RenderableType:
    """One line for each submission, in the order given, that fits whatever width there is."""
    return _Lines(
        [
            (
                shown_name(made.submission),
                _score(made),
                Text(attention(made) or most_lost(made.exercises), style=_STATUS[made.status][1]),
            )
            for made in results
        ]
    )


@dataclass(frozen=True)
class _Lines:
    """Names and points in full, and of the reason what is left of the width."""

    rows: list[tuple[str, str, Text]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        points = max([6, *(cell_len(score) for _, score, _ in self.rows)])
        longest = max([10, *(cell_len(name) for name, _, _ in self.rows)])
        wide = min(_NAME_WIDE, longest)
        left = max(10, options.max_width - wide - points - 4)
        yield Text("Grades", style="italic")
        for name, score, why in self.rows:
            line = Text(name)
            line.truncate(wide, overflow="ellipsis", pad=True)
            why.truncate(left, overflow="ellipsis")
            yield Text.assemble(line, "  ", score.rjust(points), "  ", why, no_wrap=True)


def attention(result: Result) -> str:
    """Why a person should look at a submission before the grades go out; empty if nobody need.

    Points that only a person gives are waited for in everybody's work, and counted elsewhere.
    """
    word, _ = _STATUS[result.status]
    if word:
        repeated = result.status == "missing" or not result.reason
        return word if repeated else f"{word}: {clean(result.reason)}"
    if result.late is not None and result.late.days is None:
        return "late, nobody knows how late"
    return ""


def one_result(result: Result, manifest: Manifest, *, with_points: bool = False) -> RenderableType:
    """One submission in full: every exercise, what was asked, what came back, one hint.

    Args:
        result: the grade.
        manifest: of the assignment.
        with_points: whether to show points; they mislead where only public checks were asked.
    """
    page = arrange(result, manifest)
    parts: list[RenderableType] = [Text(page.name, style="bold")]
    if page.unreadable:
        parts.append(_line("It could not be read: ", page.unreadable, "red"))
    elif page.missing:
        parts.append(Text("Nothing was handed in."))
    elif result.reason:
        parts.append(_line("The grader could not finish: ", result.reason, "yellow"))
    for section in page.sections:
        parts += _section(section, with_points)
    if page.notes:
        parts.append(Text("\nNotes on your files", style="bold"))
        parts += [_indented(_line("- ", note)) for note in page.notes]
    if page.printed:
        parts.append(Text("\nWhat your code printed", style="bold"))
        parts.append(_indented(Text(clean(page.printed))))
    parts.append(Text("\n" + _closing(page, with_points), style="bold"))
    return Group(*parts)


def _section(section: Section, with_points: bool) -> list[RenderableType]:
    passed = len(section.passed)
    asked = passed + sum(len(finding.tried) for finding in section.findings)
    if asked == 0:
        told = ", no check asked"
    else:
        told = f", {passed} of {asked} {'check' if asked == 1 else 'checks'} passed"
    if with_points:
        told += f", {section.score or '?'} of {section.maximum} points"
    mark, colour = ("✓", "blue") if asked and passed == asked else ("○", "yellow")
    if asked == 0:
        mark, colour = "·", "dim"
    parts: list[RenderableType] = [
        Text("\n" if section.findings else "")
        .append(f"{mark} {section.name}", style=f"bold {colour}")
        .append(told)
    ]
    parts += [_indented(_line("Note: ", note)) for note in section.notes]
    for finding in section.findings:
        parts += _finding(finding)
    parts += [
        _indented(_line(f"≈ {clean(made.name)}, accepted. ", made.explanation, "blue"))
        for made in section.conventions
    ]
    return parts


def _finding(finding: Finding) -> list[RenderableType]:
    titles = [_indented(_line("○ ", check.title, "yellow")) for check in finding.tried]
    colour = "yellow" if finding.decided else "magenta"
    lines = [Text(clean(finding.label), style=colour)]
    if finding.asked:
        lines.append(_line("Asked last: ", finding.asked))
    if finding.message:
        lines.append(_line("What came back: " if finding.decided else "", finding.message))
    if finding.comparison:
        lines += [Text("    " + clean(row)) for row in table(finding.comparison)]
    if finding.seen:
        lines.append(_line("Seen: ", finding.seen))
    if finding.example:
        lines.append(_line("An example: ", finding.example.asked))
        lines.append(_line("What came back there: ", finding.example.message))
        if finding.example.comparison:
            lines += [Text("    " + clean(row)) for row in table(finding.example.comparison)]
    if finding.searched:
        lines.append(_line("", finding.searched))
    if finding.mistake:
        more = "explained above" if finding.known_above else finding.mistake.explanation
        lines.append(_line("What explains it: ", f"{finding.mistake.name}: {more}"))
    if finding.hint:
        lines.append(_line("Hint: ", finding.hint))
    return [*titles, *(_indented(line, 4) for line in lines)]


def _closing(page: Page, with_points: bool) -> str:
    checks = [len(section.passed) for section in page.sections]
    missed = [len(f.tried) for section in page.sections for f in section.findings]
    told = f"{sum(checks)} of {sum(checks) + sum(missed)} checks passed"
    if with_points and page.score:
        told += f"; {page.score} of {page.maximum} points"
        told += f", up to {page.can_rise} from a person" if page.can_rise else ""
    return told


def _score(result: Result) -> str:
    if result.score is None or result.counts is None:
        return "none"
    opened = f" +{amount(result.open_points)}" if result.open_points else ""
    return f"{amount(result.counts)}{opened} of {amount(result.max_score)}"


def _line(label: str, text: str, style: str = "") -> Text:
    return Text.assemble((label, style or "dim"), clean(text))


def _indented(text: Text, columns: int = 2) -> Padding:
    return Padding(text, (0, 0, 0, columns))
