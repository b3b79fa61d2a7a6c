"""Write the reference module: what is given as it stands, what is asked with marked regions."""

from __future__ import annotations

import ast
import textwrap

from autograder.importing.bound_names import needed_by
from autograder.importing.plan import Part, Plan
from autograder.importing.prelude import fetched
from autograder.importing.solution_marks import Piece, with_regions


def module_source(plan: Plan, title: str) -> str:
    """The reference module's text."""
    imports: list[str] = []
    rest: list[str] = []
    for piece in plan.module:
        if isinstance(piece, Part):
            rest.append(_part(piece))
        elif isinstance(piece.node, (ast.Import, ast.ImportFrom)):
            if piece.source not in imports:
                imports.append(piece.source)
        elif piece.is_definition:
            ahead = fetched(needed_by([piece.node]), plan.scopes[id(piece)])
            rest.append(_with_lines(piece, ahead))
        else:
            rest.append(piece.source)
    pieces = [f'"""{_docstring(title)}"""', "\n".join(imports), *rest]
    return "\n\n\n".join(piece for piece in pieces if piece) + "\n"


def _part(part: Part) -> str:
    piece = part.pieces[0]
    if not part.variables:
        name = part.name
        needed = [other for other in needed_by([piece.node]) if other != name]
        return with_regions(piece, part.goal, fetched(needed, part.scope))
    return _function(part)


def _function(part: Part) -> str:
    """A function that runs a question's statements and returns what they assign."""
    needed = needed_by([piece.node for piece in part.pieces])
    outside = {name: mean for name, mean in part.scope.items() if mean.part != part.name}
    lines = [f"def {part.name}():"]
    returned = ", ".join(part.variables)
    words = textwrap.wrap(_docstring(part.goal), 92)
    lines += [f'    """{words[0]}', *(f"    {line}" for line in words[1:])]
    lines += ["", "    Returns:", f"        dict with {returned}.", '    """']
    lines += ["    " + line for line in fetched(needed, outside)]
    marked: set[int] = set()
    prompts: list[tuple[int, str]] = []
    for piece in part.pieces:
        marked |= {len(lines) + line for line in piece.marked}
        prompts += [(len(lines) + line, text) for line, text in piece.prompts]
        lines += _indented(piece)
    items = ", ".join(f'"{name}": {name}' for name in part.variables)
    lines.append(f"    return {{{items}}}")
    node = ast.parse("\n".join(lines)).body[0]
    whole = Piece(tuple(lines), node, frozenset(marked), tuple(prompts))
    return with_regions(whole, part.goal)


def _indented(piece: Piece) -> list[str]:
    """A statement's lines one level deeper; a string that spans lines is written in one."""
    if any(
        isinstance(inner, ast.Constant)
        and isinstance(inner.value, str)
        and inner.end_lineno != inner.lineno
        for inner in ast.walk(piece.node)
    ):
        text = ast.unparse(piece.node).split("\n")
        lines = text + [""] * (len(piece.lines) - len(text))
        return ["    " + line for line in lines[: max(len(piece.lines), len(text))]]
    return [("    " + line).rstrip() for line in piece.lines]


def _with_lines(piece: Piece, ahead: list[str]) -> str:
    return with_regions(Piece(piece.lines, piece.node), "", ahead) if ahead else piece.source


def _docstring(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"""', "'''").rstrip('"')
