"""Say in Markdown what was carried over, what was changed, and what is left for a person."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.importing.carried_checks import Asked
from autograder.importing.exercise_entries import Entry
from autograder.importing.import_problems import Remark, Remarks
from autograder.importing.master import Master


def report_source(
    master: Master, exercises: Sequence[Entry], checks: Sequence[Asked], remarks: Remarks
) -> str:
    """The text of ``IMPORT.md``."""
    lines = [
        f"# Brought over from {master.path.name}",
        "",
        "For staff: this file holds solutions and hidden tests. Delete it when nothing in it is "
        "left to do.",
        "",
        "## Carried over",
        "",
        "| question | exercise | points | public checks | hidden checks |",
        "|---|---|---|---|---|",
    ]
    for made in exercises:
        lines.append(
            f"| {made.question} | `{made.name}` | {made.worth} | {made.public} | {made.hidden} |"
        )
    lines += ["", "## Not carried over", ""]
    lines += [line for remark in remarks.lost for line in _lost(remark)]
    lines += [] if remarks.lost else ["Everything was."]
    lines += ["", "## Changed on the way", ""]
    lines += [f"- {remark.where}: {remark.what}." for remark in remarks.changed]
    lines += [] if remarks.changed else ["Nothing."]
    if any(check.test.points == 0 for check in checks):
        lines += [
            "",
            "Tests worth 0 points are asked and shown, and give nothing.",
        ]
    lines += [
        "",
        "## Worth doing next",
        "",
        "- Fill in `contact` in `assignment.toml`; add `course`, and `minutes` of each exercise.",
        "- Hidden tests that came over have fixed inputs, which students can tell each other. "
        "Draw them: take `rng` and `ref` as parameters (docs/how-to/write-a-check.md).",
        "- Write right answers in another style to `alternatives/`: a test that compares text or "
        "types may reject one.",
        "- `autograder build`, then `autograder prove --quick`.",
    ]
    return "\n".join(lines) + "\n"


def _lost(remark: Remark) -> list[str]:
    told = f"- **{remark.where}**: {remark.what}."
    lines = [f"{told} To do: {remark.todo}." if remark.todo else told]
    if remark.code.strip():
        fence = "````" if "```" in remark.code else "```"
        code = [f"  {line}".rstrip() for line in remark.code.strip("\n").split("\n")]
        lines += ["", f"  {fence}", *code, f"  {fence}", ""]
    return lines
