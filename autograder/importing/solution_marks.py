"""Turn marks for solutions in a code cell into solution regions of ours."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_LINE = re.compile(r"\s*# ?SOLUTION(?: NO PROMPT)?\s*$")
_BEGIN = re.compile(r"\s*# BEGIN SOLUTION(?: NO PROMPT)?\s*$")
_END = re.compile(r".*# END SOLUTION\s*$")
_BEGIN_PROMPT = re.compile(r".*# BEGIN PROMPT\s*$")
_END_PROMPT = re.compile(r".*# END PROMPT\s*$")
_LOOKS_LIKE_ONE = re.compile(r"\s*#+\s*solution\b\W*$", re.IGNORECASE)
_SEED = re.compile(r"\s*# SEED\s*$")
_MAGIC = re.compile(r"\s*[%!]")

Function = (ast.FunctionDef, ast.AsyncFunctionDef)


class Unmarkable(Exception):
    """A solution stands where no region can: the skeleton could not be imported."""


@dataclass(frozen=True)
class Piece:
    """One top-level statement of a cell.

    Attributes:
        lines: its source, with the comments above it.
        node: the statement, with line numbers that count in `lines` from 1.
        marked: numbers of the lines that are solution.
        prompts: what students are to find instead of the solution, by the line it stands before.
    """

    lines: tuple[str, ...]
    node: ast.stmt
    marked: frozenset[int] = frozenset()
    prompts: tuple[tuple[int, str], ...] = ()

    @property
    def source(self) -> str:
        """The statement's text, without any marker."""
        return "\n".join(self.lines)

    @property
    def is_definition(self) -> bool:
        """Whether it defines a function or a class."""
        return isinstance(self.node, (*Function, ast.ClassDef))


@dataclass(frozen=True)
class Code:
    """A code cell, read.

    Attributes:
        pieces: its statements.
        magics: lines that only a notebook understands, which are left out.
        seeds: whether a line was marked as a seed.
    """

    pieces: tuple[Piece, ...]
    magics: tuple[str, ...] = ()
    seeds: bool = False


def read_code(source: str, solution: bool) -> Code:
    """Read a code cell.

    Args:
        source: of the cell.
        solution: whether it stands in a solution block, the only place where marks count.

    Raises:
        SyntaxError: it is not Python.
    """
    lines: list[str] = []
    marked: set[int] = set()
    prompts: list[tuple[int, str]] = []
    magics: list[str] = []
    prompt: list[str] | None = None
    inside = seeds = False
    for line in source.split("\n"):
        if prompt is not None:
            if _END_PROMPT.match(line):
                prompts.append((len(lines) + 1, "\n".join(prompt)))
                prompt = None
            else:
                prompt.append(line.strip() if not prompt else line.rstrip())
        elif solution and _BEGIN_PROMPT.match(line):
            prompt = []
        elif _MAGIC.match(line):
            magics.append(line.strip())
        elif solution and _BEGIN.match(line):
            inside = True
        elif solution and _END.match(line):
            inside = False
        elif not _LOOKS_LIKE_ONE.match(line):
            kept = _LINE.sub("", line) if solution else line
            seeds = seeds or bool(_SEED.search(kept))
            lines.append(_SEED.sub("", kept).rstrip())
            if inside or kept != line:
                marked.add(len(lines))
    return Code(tuple(_pieces(lines, marked, prompts)), tuple(magics), seeds)


def student_version(source: str) -> str:
    """What students find of a code cell that people mark: all but the lines of its solution."""
    try:
        pieces = read_code(source, True).pieces
        kept = [
            line
            for piece in pieces
            for number, line in enumerate(piece.lines, 1)
            if number not in piece.marked
        ]
        ast.parse("\n".join(kept))
    except SyntaxError:
        return ""
    return "\n".join(kept)


def with_regions(piece: Piece, task: str, ahead: Sequence[str] = ()) -> str:
    """A definition's source with regions around its solution.

    Args:
        piece: a function or class.
        task: what is to be done, in a few sentences.
        ahead: statements that its functions need first, which are handed out.

    Raises:
        Unmarkable: a solution stands outside of every function, as a class attribute does.
    """
    solid = frozenset(line for line in piece.marked if not _is_remark(piece.lines[line - 1]))
    runs = [_with_remarks(piece, *run) for run in _runs_of(piece.node, solid)]
    insert: dict[int, list[str]] = {}
    after: dict[int, list[str]] = {}
    for first, last, indent in runs:
        pad = " " * indent
        notes = [f"{pad}{line}" for line in _wrapped(f"# TODO: {task}")]
        hint = next((text for line, text in piece.prompts if first <= line <= last + 1), "")
        if hint.strip(" .\n"):
            notes.append(f"{pad}# HINT pseudo-code:")
            notes += [f"{pad}#     {line}".rstrip() for line in _dedented(hint)]
        insert[first] = [*notes, f"{pad}# BEGIN SOLUTION"]
        after[last] = [f"{pad}# END SOLUTION"]
    for first, indent in _starts(piece.node) if ahead else ():
        insert[first] = [" " * indent + line for line in ahead] + insert.get(first, [])
    made: list[str] = []
    for number, line in enumerate(piece.lines, 1):
        made += [*insert.get(number, []), line, *after.get(number, [])]
    return "\n".join(made)


def _wrapped(comment: str) -> list[str]:
    return textwrap.wrap(comment, 88, subsequent_indent="# ", break_long_words=False)


def _with_remarks(piece: Piece, first: int, last: int, indent: int) -> tuple[int, int, int]:
    """A run with the solution's own comments before and after it."""
    while first - 1 in piece.marked and _is_remark(piece.lines[first - 2]):
        first -= 1
    while last + 1 in piece.marked and _is_remark(piece.lines[last]):
        last += 1
    return first, last, indent


def _dedented(text: str) -> list[str]:
    first, _, rest = text.partition("\n")
    return [first, *textwrap.dedent(rest).split("\n")] if rest else [first]


def _pieces(lines: list[str], marked: set[int], prompts: list[tuple[int, str]]) -> Iterator[Piece]:
    tree = ast.parse("\n".join(lines))
    previous = 0
    for node in tree.body:
        first, last = span(node)
        end = last
        while end < len(lines) and _is_remark(lines[end]) and end + 1 in marked:
            end += 1
        start = first
        # Comments above belong to the statement, unless they are the solution's.
        while start > previous + 1 and _is_remark(lines[start - 2]) and start - 1 not in marked:
            start -= 1
        while not lines[start - 1].strip():
            start += 1
        text = lines[start - 1 : end]
        yield Piece(
            tuple(text),
            ast.parse("\n".join(text)).body[0],
            frozenset(line - start + 1 for line in marked if first <= line <= end),
            tuple((line - start + 1, said) for line, said in prompts if start <= line <= last + 1),
        )
        previous = end


def _is_remark(line: str) -> bool:
    """Whether a line is empty or a comment."""
    return not line.strip() or line.lstrip().startswith("#")


def span(node: ast.stmt) -> tuple[int, int]:
    """First and last line of a statement, decorators included."""
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(one.lineno for one in decorators)]), node.end_lineno or node.lineno


def _runs_of(node: ast.stmt, marked: frozenset[int]) -> Iterator[tuple[int, int, int]]:
    """Stretches of whole statements to put markers around: first line, last line, indent."""
    if isinstance(node, ast.ClassDef):
        for inner in node.body:
            if isinstance(inner, (*Function, ast.ClassDef)):
                yield from _runs_of(inner, marked)
            elif _touched(inner, marked) and not _is_docstring(inner):
                raise Unmarkable(f"class {node.name}: a line of the solution outside its methods")
        return
    assert isinstance(node, Function)
    body = node.body[1:] if _is_docstring(node.body[0]) else node.body
    if not body:
        return
    header = range(span(node)[0], body[0].lineno)
    if any(line in marked for line in range(header[0], node.lineno + 1)):
        yield body[0].lineno, span(body[-1])[1], body[0].col_offset
        return
    yield from _runs_in(body, marked)


def _runs_in(block: list[ast.stmt], marked: frozenset[int]) -> Iterator[tuple[int, int, int]]:
    run: list[ast.stmt] = []
    for node in [*block, None]:
        if node is not None and _wholly(node, marked):
            run.append(node)
            continue
        if run:
            yield span(run[0])[0], span(run[-1])[1], run[0].col_offset
            run = []
        if node is not None and _touched(node, marked):
            for inner in _blocks(node):
                yield from _runs_in(inner, marked)


def _wholly(node: ast.stmt, marked: frozenset[int]) -> bool:
    """Whether a statement is the solution's as a whole: it is simple, or its own lines are."""
    if not _touched(node, marked):
        return False
    inner = [statement for block in _blocks(node) for statement in block]
    if not inner:
        return True
    first, last = span(node)
    covered = {line for one in inner for line in range(span(one)[0], span(one)[1] + 1)}
    return any(line in marked for line in range(first, last + 1) if line not in covered)


def _blocks(node: ast.stmt) -> list[list[ast.stmt]]:
    """The blocks of a compound statement; those of an `elif` are among those of its `if`."""
    if isinstance(node, ast.If) and len(node.orelse) == 1:
        other = node.orelse[0]
        if isinstance(other, ast.If) and other.col_offset == node.col_offset:
            return [node.body, *_blocks(other)]
    found = [getattr(node, name, []) for name in ("body", "orelse", "finalbody")]
    found += [part.body for part in getattr(node, "handlers", [])]
    found += [part.body for part in getattr(node, "cases", [])]
    return [block for block in found if block and isinstance(block[0], ast.stmt)]


def _touched(node: ast.stmt, marked: frozenset[int]) -> bool:
    first, last = span(node)
    return any(first <= line <= last for line in marked)


def _starts(node: ast.stmt) -> Iterator[tuple[int, int]]:
    """Where the bodies of a definition's own functions begin: line and indent."""
    if isinstance(node, ast.ClassDef):
        for inner in node.body:
            if isinstance(inner, (*Function, ast.ClassDef)):
                yield from _starts(inner)
    elif isinstance(node, Function):
        rest = node.body[1:] if _is_docstring(node.body[0]) else node.body
        if rest:
            yield span(rest[0])[0], rest[0].col_offset


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
