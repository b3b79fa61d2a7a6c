"""Find what students write in a reference module: solution regions, checked against its syntax."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.assignment.manifest_problems import ManifestError, attempt, raise_all
from autograder.handout.markers import (
    Hint,
    Marker,
    RegionError,
    comments_of,
    notes_above,
    pair_markers,
    refuse_stray_hints,
)

__all__ = ["Hint", "Region", "RegionError", "find_regions"]

Function = (ast.FunctionDef, ast.AsyncFunctionDef)
Definition = (*Function, ast.ClassDef)


@dataclass(frozen=True)
class Region:
    """One stretch of whole statements that a student writes.

    Attributes:
        exercise: the exercise it belongs to, e.g. `Adam`.
        qualname: the function it stands in, e.g. `Adam.step`.
        start: line of the BEGIN marker, counted from 1.
        end: line of the END marker.
        indent: columns the region is indented by.
        notes_start: line of the first TODO or HINT above the region.
        todo: the lines of the TODO, without `# TODO:`.
        hints: up to three folded hints.
    """

    exercise: str
    qualname: str
    start: int
    end: int
    indent: int
    notes_start: int
    todo: tuple[str, ...]
    hints: tuple[Hint, ...]

    @property
    def top(self) -> str:
        """The top-level name the region stands in, e.g. `Adam`."""
        return self.qualname.partition(".")[0]

    def body(self, source: str) -> str:
        """The lines between the markers, as they stand in `source`."""
        return "\n".join(source.split("\n")[self.start : self.end - 1]) + "\n"


def find_regions(source: str, file: str) -> tuple[Region, ...]:
    """Find the solution regions of one module.

    Args:
        source: the module's text.
        file: its name, for messages.

    Raises:
        RegionError: a marker is misspelt, unbalanced or nested; a region splits a statement, holds
            a docstring or stands outside every function; what remains without it does not compile.
        ManifestError: the same of several regions.
    """
    comments = comments_of(source, file)
    markers = list(pair_markers(comments.values(), file))
    tree = _parse(source, file)

    def region_at(marker: Marker) -> Region:
        owners = _owners(tree, marker, source.split("\n"), file)
        notes = notes_above(marker, comments, file)
        return Region(
            exercise=marker.exercise or owners[0],
            qualname=".".join(owners),
            start=marker.start,
            end=marker.end,
            indent=marker.column,
            notes_start=notes.start,
            todo=notes.todo,
            hints=notes.hints,
        )

    errors: list[ManifestError] = []
    made = [attempt(errors, region_at, marker) for marker in markers]
    raise_all(errors)
    regions = [region for region in made if region is not None]
    refuse_stray_hints(comments.values(), [range(r.notes_start, r.start) for r in regions], file)
    _compile_without(source, regions, file)
    return tuple(regions)


def _parse(source: str, file: str) -> ast.Module:
    try:
        tree = ast.parse(source)
        compile(tree, file, "exec")
    except SyntaxError as error:
        raise RegionError(file, error.lineno or 1, f"this is not Python: {error.msg}") from None
    return tree


def _owners(tree: ast.Module, marker: Marker, lines: Sequence[str], file: str) -> list[str]:
    """Names of the definitions around a region, outermost first; refuses a region ill placed."""
    inside: list[tuple[list[ast.stmt], ast.stmt, list[ast.AST]]] = []
    for block, parents in _blocks(tree, []):
        for statement in block:
            first, last = statement_span(statement)
            if first > marker.start and last < marker.end:
                inside.append((block, statement, parents))
            elif marker.start < first < marker.end or (
                first < marker.start < last < marker.end and not isinstance(statement, _COMPOUND)
            ):
                raise _splits(marker, first, file)
    if not inside:
        raise RegionError(
            file, marker.start, "the region holds no whole statement; it is empty or splits one"
        )
    block, first_statement, parents = min(inside, key=lambda found: len(found[2]))
    whole = [statement for found, statement, _ in inside if found is block]
    _refuse_split(marker, whole, [found[1] for found in inside], lines, file)
    if getattr(parents[-1], "col_offset", -1) >= first_statement.col_offset:
        # An `elif` hangs in the tree like a whole `if`, at the column of the one it continues.
        raise _splits(marker, first_statement.lineno, file)
    if first_statement.col_offset != marker.column:
        raise RegionError(
            file,
            marker.start,
            f"the markers stand in column {marker.column}, the code between them in column "
            f"{first_statement.col_offset}; indent them alike",
        )
    definitions = [node for node in parents if isinstance(node, Definition)]
    if not any(isinstance(node, Function) for node in definitions):
        raise RegionError(
            file,
            marker.start,
            "the region stands outside every function, so the skeleton could not be imported",
        )
    owner = definitions[-1]
    if block is owner.body and first_statement is block[0] and ast.get_docstring(owner) is not None:
        raise RegionError(file, marker.start, "the docstring stays outside the region")
    return [node.name for node in definitions]


_COMPOUND = (
    *Definition, ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try,
    *(getattr(ast, name) for name in ("Match", "TryStar") if hasattr(ast, name)),
)  # fmt: skip


def _refuse_split(
    marker: Marker,
    whole: Sequence[ast.stmt],
    inside: Sequence[ast.stmt],
    lines: Sequence[str],
    file: str,
) -> None:
    """Refuse a region that holds more than the whole statements of one block.

    More is a statement of another block, or a line of none, such as an `else:` of its own.
    """
    covered = {id(node) for statement in whole for node in ast.walk(statement)}
    for statement in inside:
        if id(statement) not in covered:
            raise _splits(marker, statement.lineno, file)
    spans = [range(first, last + 1) for first, last in map(statement_span, whole)]
    for line in range(marker.start + 1, marker.end):
        text = lines[line - 1].strip()
        if text and not text.startswith("#") and not any(line in span for span in spans):
            raise _splits(marker, line, file)


def _splits(marker: Marker, line: int, file: str) -> RegionError:
    return RegionError(
        file,
        marker.start,
        f"the region (lines {marker.start} to {marker.end}) splits the statement at line {line}; "
        "put both markers between whole statements of one block",
    )


def _blocks(
    node: ast.AST, parents: list[ast.AST]
) -> Iterator[tuple[list[ast.stmt], list[ast.AST]]]:
    """Every list of statements in the tree, with the nodes around it from the outside in."""
    here = [*parents, node]
    for _, value in ast.iter_fields(node):
        if isinstance(value, list) and value:
            if isinstance(value[0], ast.stmt):
                yield value, here
            for item in value:
                if isinstance(item, ast.AST):
                    yield from _blocks(item, here)


def statement_span(statement: ast.stmt) -> tuple[int, int]:
    """First and last line of a statement, decorators included."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    return first, statement.end_lineno or statement.lineno


def _compile_without(source: str, regions: Sequence[Region], file: str) -> None:
    lines = source.split("\n")
    for region in regions:
        lines[region.start - 1] = " " * region.indent + "raise NotImplementedError"
        lines[region.start : region.end] = [""] * (region.end - region.start)
    try:
        compile("\n".join(lines), file, "exec")
    except SyntaxError as error:
        line = error.lineno or 1
        raise RegionError(
            file, line, f"without the solution this no longer compiles: {error.msg}"
        ) from None
