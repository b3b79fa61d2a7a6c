"""Grade the class, mark it, drop a check and go on: everything that comes out, as texts by name."""

from __future__ import annotations

import html
import re
from pathlib import Path

from typer.testing import CliRunner

from autograder.cli.app import app
from autograder.refusal import Refusal

from .people import ASSIGNMENT, MARKS, lay

APPROVED = Path(__file__).parent / "outputs"
_TAGS = re.compile(r"<(style|script|svg)\b.*?</\1>|<[^>]*>", re.DOTALL)
# What differs between machines and moments, and is nobody's grade.
_ELSEWHERE = (
    (re.compile(r'"(seconds|execution_time|memory_mib)":( ?)[0-9.e-]+'), r'"\1":\g<2>0'),
    (re.compile(r'"assignment":"[0-9a-f]{64}"'), '"assignment":"…"'),
    (re.compile(r'"isolation":\[[^\]]*\]'), '"isolation":[]'),
    (re.compile(r'"isolation": ".*"'), '"isolation": ""'),
    (re.compile(r'"assignment": "[0-9a-f]{64}"'), '"assignment": "…"'),
    (re.compile(r"(?m)^isolation .*\n"), ""),
    (re.compile(r"\b\d+\.\d+\.\d+ on \w+ \w+"), "a Python"),
    (re.compile(r"[━╸╺]+"), "━"),
    (re.compile(r"\d+:\d\d:\d\d(?= |$)|[\d.]+ a minute|-:--:--|about \d+ s\b"), "…"),
    (re.compile(r"\b[0-9a-f]{5}-[0-9a-f]{5}\b"), "an-id"),
    (re.compile(r"checks [0-9a-f]{12}"), "checks …"),
    (re.compile(r"(?<=\nTime and memory\n).*?(?=\nSpot checks\n)", re.DOTALL), "…"),
    (re.compile(r"(?<=\")[^ \"]*(?=/averages\.py:\d+: )"), "ITS-PLACE"),
    (re.compile(r" +\n"), "\n"),
)


def outputs(place: Path) -> dict[str, str]:
    """What a class's evening comes to.

    Args:
        place: an empty folder.

    Returns:
        Texts by name: each command's in the terminal, and each file of the results, pages of
        HTML by their words.
    """
    handed_in, results = lay(place / "class"), place / "results"
    marks = place / "marks.csv"
    marks.write_text(MARKS, encoding="utf-8")
    own = ("-a", ASSIGNMENT)
    found: dict[str, str] = {}

    def run(name: str, *words: object) -> None:
        ended = CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "100"})
        refused = ended.exception if isinstance(ended.exception, Refusal) else None
        if ended.exception and not isinstance(ended.exception, SystemExit) and not refused:
            raise ended.exception
        said = f"{ended.output}{refused or ''}"
        found[f"{name}.txt"] = f"{said.rstrip()}\nexit code {2 if refused else ended.exit_code}\n"

    run("1-grade", "grade", handed_in, *own, "-o", results, "--seed", 11, "--jobs", 2)
    found |= {f"graded/{name}": text for name, text in _files(results).items()}
    run("2-mark", "mark", results, marks, *own)
    run("3-drop", "drop", results, "drawn", *own, "--accept", "--reason", "too hard")
    run("4-waiting", "mark", results, *own)
    for who in ("Bo Mean", "S101", "Sam Same"):
        run(f"5-show-{who.replace(' ', '-')}", "show", results, who, *own)
    run("6-report", "report", results, *own)
    later = {f"settled/{name}": text for name, text in _files(results).items()}
    same = {name for name in later if found.get(name.replace("settled", "graded")) == later[name]}
    found |= {name: text for name, text in later.items() if name not in same}
    return {name: _at_home(text, place) for name, text in found.items()}


def _files(results: Path) -> dict[str, str]:
    found = {}
    for path in sorted(results.rglob("*")):
        name = path.relative_to(results).as_posix()
        if not path.is_file() or path.suffix in (".sqlite", ".zip", ".lock") or "/." in f"/{name}":
            continue
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".html" and "/" in name:
            continue  # says what the Markdown beside it says
        if path.suffix == ".html":
            name, text = f"{name}.txt", html.unescape(_TAGS.sub("\n", text))
            text = re.sub(r"\s*\n\s*", "\n", text)
        found[name] = text
    return found


def _at_home(text: str, place: Path) -> str:
    text = re.sub(re.escape(str(place)) + r"\S*?(?=/(?:class|results|marks))", "PLACE", text)
    text = text.replace(str(place), "PLACE").replace(str(ASSIGNMENT), "ASSIGNMENT")
    for pattern, instead in _ELSEWHERE:
        text = pattern.sub(instead, text)
    return text
