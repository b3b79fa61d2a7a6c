"""Look at single statements of a notebook, and at what a question asks for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from autograder.importing.bound_names import bound_by
from autograder.importing.master import Question
from autograder.importing.solution_marks import Function, Piece

_LONGEST = 300
_BLOCK = re.compile(r"^\s*(?:[-*+] |\d+[.)] |\||```|\$\$|>)", re.MULTILINE)


def as_definition(piece: Piece) -> Piece:
    """A name that stands for a lambda as a function of that name."""
    match piece.node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda(args=args, body=body)):
            text = f"def {name}({ast.unparse(args)}):\n    return {ast.unparse(body)}"
            node = ast.parse(text).body[0]
            lines = text.split("\n")
            marked = frozenset({2}) if piece.marked else frozenset[int]()
            return Piece(tuple(lines), node, marked, piece.prompts)
    return piece


def is_for_otter(node: ast.stmt) -> bool:
    """Whether a statement is there for Otter: it imports it, or uses its grader."""
    if isinstance(node, ast.Import):
        return any(alias.name.split(".")[0] == "otter" for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").split(".")[0] == "otter"
    used = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    return "grader" in used and not isinstance(node, (*Function, ast.ClassDef))


def does_something(node: ast.stmt) -> bool:
    """Whether a statement is a call that is there for what it does."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)


def stored_by(node: ast.stmt) -> Iterable[str]:
    """Names a statement binds, loop variables and names for nobody aside."""
    loops = {
        name
        for inner in ast.walk(node)
        if isinstance(inner, ast.For)
        for name in bound_by(ast.Assign(targets=[inner.target], value=ast.Constant(0)))
    }
    return {name for name in bound_by(node) - loops if not name.startswith("_")}


def goal_of(question: Question, before: str) -> str:
    """The question in a few sentences, without its number and its emphasis.

    Args:
        question: the question; what stands before its solution counts.
        before: the text above the question, for one that has none of its own.
    """
    texts = []
    for cell in question.cells:
        if cell.block == "solution":
            break
        texts += [cell.source] if cell.kind == "text" else []
    text = next((text for text in texts if text.strip()), before)
    told = next((found for found in map(_plain, text.split("\n\n")) if found), "")
    return _sentences(told) or f"Answer question {question.name}."


def own_goal(goal: str, name: str, node: ast.stmt) -> str:
    """What is said of one of several answers to a question: where it is named, or its docstring."""
    named = [sentence for sentence in _split(goal) if re.search(rf"\b{name}\b", sentence)]
    if named:
        return " ".join(named)
    documented = isinstance(node, (*Function, ast.ClassDef)) and ast.get_docstring(node)
    return _sentences(_plain((documented or "").split("\n\n")[0])) or goal


def _plain(paragraph: str) -> str:
    """A paragraph's text up to a list, a table, a formula or code in it, in one line."""
    ruled = re.sub(r"^\s*(?:-{3,}|\*{3,}|_{3,})[ \t]*(?:\n|$)", "", paragraph)
    bare = re.sub(r"^\s*(#+ .*\n?|\*\*[^*]+\*\*[.:]?)|<[^>]+>", " ", ruled)
    return " ".join(_BLOCK.split(bare)[0].split())


def _sentences(text: str) -> str:
    """As many whole sentences as fit; a first one that does not is cut."""
    first, *more = _split(text) or [""]
    told = first if len(first) <= _LONGEST else first[:_LONGEST].rsplit(" ", 1)[0] + " ..."
    for sentence in more:
        if len(told) + 1 + len(sentence) > _LONGEST:
            break
        told += f" {sentence}"
    return told


def _split(text: str) -> list[str]:
    return re.split(r"(?<=[.?!]) ", text)
