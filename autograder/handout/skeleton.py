"""Turn a reference module into what students start from, and cut it into pieces for a notebook."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Collection, Sequence

import jinja2

from autograder.assignment.manifest import File, Manifest
from autograder.assignment.wording import points
from autograder.handout.regions import Definition, Region, statement_span
from autograder.handout.sources import MarkedModule

TEMPLATE = "skeleton.py.j2"
WIDTH = 100


def skeleton_source(
    source: str,
    regions: Sequence[Region],
    *,
    worked: Collection[str] = (),
) -> str:
    """Replace every solution region by a `raise NotImplementedError` that names it.

    Hints are not in it, so that nobody reads them by accident: a notebook folds them away, and
    ``check.py --hint`` shows them one by one.

    Args:
        source: a reference module.
        regions: all of its regions.
        worked: names of exercises whose solution stays, without markers, TODO and hints.

    Returns:
        The module with the same lines outside the regions.
    """
    lines = source.split("\n")
    for region in sorted(regions, key=lambda region: region.start, reverse=True):
        if region.exercise in worked:
            kept = lines[region.start : region.end - 1]
        else:
            task = lines[region.notes_start - 1 : region.start - 1]
            kept = _task_lines(task) + _raise_lines(region)
        lines[region.notes_start - 1 : region.end] = kept
    return "\n".join(lines)


def worked_source(source: str, regions: Sequence[Region]) -> str:
    """Return the whole solution without a trace of marking: for staff, and filled-in notebooks."""
    return skeleton_source(source, regions, worked={region.exercise for region in regions})


def not_implemented_message(region: Region) -> str:
    """What a student reads on running an exercise not yet written: where it is, what to do.

    Example: `Adam.step: count the step, then move every w.`
    """
    task = " ".join(" ".join(region.todo).split())
    sentence = re.split(r"(?<=[.?!]) (?=[A-Z])", task)[0]
    named = "" if region.exercise == region.top else f" ({region.exercise})"
    return f"{region.qualname}{named}: {sentence}"


def segments(source: str) -> dict[str, str]:
    """Cut a module into its definitions, each with decorators and the comments above it.

    A constant that is computed from definitions of the module counts as one, for it cannot stand
    before them; every other top-level statement is part of the `preamble`.

    Returns:
        Source text by name, in the order of the module.
    """
    lines = source.split("\n")
    return {name: _text_of(node, lines) for name, node in _definitions(ast.parse(source)).items()}


def preamble(source: str) -> str:
    """Return what the definitions of a module lean on: imports, constants, other statements.

    Left out are the docstring, what `segments` returns and `if __name__ == "__main__":`.
    """
    lines = source.split("\n")
    tree = ast.parse(source)
    body = tree.body[1:] if ast.get_docstring(tree) is not None else tree.body
    defined = {id(node) for node in _definitions(tree).values()}
    pieces: list[str] = []
    previous_end = 0
    for node in body:
        if id(node) in defined or _is_main_guard(node) or node.lineno <= previous_end:
            continue
        blank = bool(pieces) and _first_line(node, lines) > previous_end + 1
        pieces.append(("\n" if blank else "") + _text_of(node, lines))
        previous_end = statement_span(node)[1]
    return "".join(pieces)


def _definitions(tree: ast.Module) -> dict[str, ast.stmt]:
    """Functions, classes, and the constants that are computed from them, by name."""
    found: dict[str, ast.stmt] = {n.name: n for n in tree.body if isinstance(n, Definition)}
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                if any(isinstance(n, ast.Name) and n.id in found for n in ast.walk(node)):
                    found[name] = node
    return dict(sorted(found.items(), key=lambda item: item[1].lineno))


def render_skeleton(templates: jinja2.Environment, manifest: Manifest, module: MarkedModule) -> str:
    """Render one skeleton module through `templates/skeleton.py.j2`.

    Exercises of tier `given` are handed out with their solution. The version of the assignment
    stands in the head.
    """
    file = next(file for file in manifest.files if file.name == module.file)
    exercises = manifest.exercises_in(module.file)
    given = {exercise.name for exercise in exercises if exercise.tier == "given"}
    return templates.get_template(TEMPLATE).render(
        assignment=manifest.assignment,
        file=file,
        exercises=[exercise for exercise in exercises if exercise.graded],
        worth=lambda made: points(manifest.scaled_points(made)),
        where=_where(manifest, file),
        hinted=next(
            (r.exercise for r in module.regions if r.hints and r.exercise not in given), ""
        ),
        body=skeleton_source(module.source, module.regions, worked=given),
    )


def _where(manifest: Manifest, file: File) -> str:
    names = [module.name for module in manifest.modules]
    return f"file {names.index(file.name) + 1} of {len(names)}"


def _task_lines(block: Sequence[str]) -> list[str]:
    """The TODO lines of a block of notes, as they stand; hints are rendered apart."""
    kept: list[str] = []
    in_hint = False
    for line in block:
        text = line.strip()
        if text.startswith("# HINT"):
            in_hint = True
        elif text.startswith("# TODO:"):
            in_hint = False
        if not in_hint:
            kept.append(line)
    return kept


def _raise_lines(region: Region) -> list[str]:
    pad = " " * region.indent
    message = not_implemented_message(region)
    line = f"{pad}raise NotImplementedError({_quoted(message)})"
    if len(line) <= WIDTH:
        return [line]
    around = region.indent + len('    " "') + len(_quoted(message)) - len(message) - 2
    parts = textwrap.wrap(message, WIDTH - around, break_on_hyphens=False)
    parts[:-1] = [part + " " for part in parts[:-1]]
    inner = [f"{pad}    {_quoted(part)}" for part in parts]
    return [f"{pad}raise NotImplementedError(", *inner, f"{pad})"]


def _quoted(text: str) -> str:
    """A Python string in double quotes, unless only single ones spare the escaping."""
    quote = "'" if '"' in text and "'" not in text else '"'
    return quote + text.replace("\\", "\\\\").replace(quote, "\\" + quote) + quote


def _first_line(node: ast.stmt, lines: Sequence[str]) -> int:
    """First line of a statement, with its decorators and the comments right above it."""
    first = statement_span(node)[0]
    while first > 1 and lines[first - 2].startswith("#"):
        first -= 1
    return first


def text_span(node: ast.stmt, lines: Sequence[str]) -> tuple[int, int]:
    """First and last line of a top-level statement with the comments that belong to it."""
    end = statement_span(node)[1]
    while end < len(lines) and lines[end][:1] == " " and lines[end].lstrip().startswith("#"):
        end += 1
    return _first_line(node, lines), end


def _text_of(node: ast.stmt, lines: Sequence[str]) -> str:
    first, end = text_span(node, lines)
    return "\n".join(lines[first - 1 : end]) + "\n"


def _is_main_guard(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Compare)
        and isinstance(node.test.left, ast.Name)
        and node.test.left.id == "__name__"
    )
