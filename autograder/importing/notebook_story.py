"""Write the notebook's story: the text as it was, and cells cut from the module."""

from __future__ import annotations

import ast
import re

import nbformat

from autograder.importing.bound_names import needed_by
from autograder.importing.plan import Passage, Plan
from autograder.importing.prelude import fetched

_JINJA = re.compile(r"<<|>>|<%|%>|<#|#>")


def story_source(plan: Plan, file: str) -> str:
    """The text of ``notebook.md``.

    Args:
        plan: what becomes of the notebook.
        file: name of the module.
    """
    parts = [f'<< preamble("{file}") >>'] if _has_preamble(plan) else []
    cells = 0
    for passage in plan.story:
        if passage.kind == "code":
            cells += 1
        parts.append(_passage(passage, file, cells))
    return "\n\n".join(part for part in parts if part) + "\n"


def _passage(passage: Passage, file: str, number: int) -> str:
    if passage.kind == "exercise":
        return f'<< exercise("{passage.content}") >>'
    if passage.kind == "given":
        return f'<< given("{file}", "{passage.content}") >>'
    if passage.kind == "text":
        return _kept(nbformat.v4.new_markdown_cell(passage.content))
    try:
        ahead = fetched(needed_by(ast.parse(passage.content).body), passage.scope)
    except SyntaxError:
        ahead = []
    cell = nbformat.v4.new_code_cell("\n".join([*ahead, passage.content]))
    cell.metadata["tags"] = ["experiment", f"shown-{number}"]
    return _kept(cell)


def _kept(cell: nbformat.NotebookNode) -> str:
    """A cell in Markdown, safe from Jinja and from being read as another kind of cell."""
    import jupytext

    text = str(jupytext.writes(nbformat.v4.new_notebook(cells=[cell]), fmt="md"))
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL).strip("\n")
    return f"<% raw %>\n{text}\n<% endraw %>" if _JINJA.search(text) else text


def _has_preamble(plan: Plan) -> bool:
    from autograder.importing.solution_marks import Piece

    return any(isinstance(piece, Piece) and not piece.is_definition for piece in plan.module)
