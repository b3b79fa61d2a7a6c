"""Prove that a rendered skeleton works: it compiles, imports and names what is to be written."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from autograder.handout.markers import BEGIN, END, RegionError, comments_of
from autograder.handout.regions import Definition
from autograder.handout.skeleton import not_implemented_message
from autograder.handout.sources import MarkedModule

OLDEST = (3, 8)
_GENERIC = {"dict", "frozenset", "list", "set", "tuple", "type"}
_NEWER_NAMES = {"bit_count", "pairwise", "removeprefix", "removesuffix"}

_IMPORT_EACH = """
import importlib, sys
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    try:
        importlib.import_module(name)
    except BaseException as error:
        print(f"{name}.py: importing it raises {type(error).__name__}: {error}")
"""


def skeleton_problems(
    file: str, text: str, module: MarkedModule, worked: Collection[str] = ()
) -> list[str]:
    """Say what is wrong with one rendered skeleton; nothing if it is sound.

    Args:
        file: its path in the handout, for messages.
        text: the rendered module.
        module: the reference it was rendered from.
        worked: exercises that keep their solution.
    """
    try:
        tree = ast.parse(text)
        compile(tree, file, "exec")
    except SyntaxError as error:
        return [f"{file}:{error.lineno}: does not compile: {error.msg}"]
    problems = [f"{file}:{line}: {said}" for line, said in _too_new(text, tree)]
    try:
        comments = comments_of(text, file)
    except RegionError as error:
        return [*problems, str(error)]
    problems += [
        f"{file}:{comment.line}: the marker {comment.text!r} is still there"
        for comment in comments.values()
        if BEGIN.fullmatch(comment.text) or END.fullmatch(comment.text)
    ]
    raised = list(_raised_messages(tree))
    for region in module.regions:
        if region.exercise in worked:
            continue
        wanted = (region.qualname, not_implemented_message(region))
        if wanted in raised:
            raised.remove(wanted)
        else:
            problems.append(f"{file}: {region.qualname} does not raise {wanted[1]!r}")
    return problems


def import_problems(modules: Mapping[str, str], seconds: float = 120) -> list[str]:
    """Import every rendered module in a fresh process, and say which of them raises.

    Args:
        modules: text by file name, all of one folder.
        seconds: how long all imports together may take.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name, text in modules.items():
            Path(folder, name).write_text(text, encoding="utf-8")
        names = [name.removesuffix(".py") for name in modules]
        run = subprocess.run(
            [sys.executable, "-I", "-B", "-c", _IMPORT_EACH, folder, *names],
            capture_output=True,
            text=True,
            timeout=seconds,
            cwd=folder,
            env={**os.environ, "MPLBACKEND": "Agg", "TF_CPP_MIN_LOG_LEVEL": "3"},
        )
    if run.returncode:
        return [f"importing {', '.join(modules)} ended the process: {run.stderr.strip()[-500:]}"]
    return run.stdout.splitlines()


def _raised_messages(tree: ast.AST, names: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Each `raise NotImplementedError("...")`, with the qualified name of where it stands."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Definition):
            yield from _raised_messages(node, (*names, node.name))
            continue
        match node:
            case ast.Raise(
                exc=ast.Call(
                    func=ast.Name(id="NotImplementedError"), args=[ast.Constant(value=str(said))]
                )
            ):
                yield ".".join(names), said
        yield from _raised_messages(node, names)


def _too_new(text: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """What Python 3.8 cannot parse, or parses and cannot run."""
    oldest = ".".join(map(str, OLDEST))
    try:
        ast.parse(text, feature_version=OLDEST)
    except SyntaxError as error:
        yield error.lineno or 1, f"not Python {oldest}: {error.msg}"
    unevaluated = _annotations(tree) if _has_future_annotations(tree) else set()
    annotations = _annotations(tree)
    for node in ast.walk(tree):
        if id(node) in unevaluated:
            continue
        match node:
            case ast.Subscript(value=ast.Name(id=name)) if name in _GENERIC:
                yield node.lineno, f"{name}[...] cannot be evaluated by Python {oldest}"
            case ast.BinOp(op=ast.BitOr()) if id(node) in annotations:
                yield node.lineno, f"X | Y in an annotation cannot be evaluated by Python {oldest}"
            case ast.Attribute(attr=name) if name in _NEWER_NAMES:
                yield node.lineno, f".{name} is not in Python {oldest}"


def _annotations(tree: ast.Module) -> set[int]:
    """Identity of every node that belongs to an annotation."""
    roots: list[ast.AST | None] = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.arg, ast.AnnAssign)):
            roots.append(node.annotation)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            roots.append(node.returns)
    return {id(inner) for root in roots if root is not None for inner in ast.walk(root)}


def _has_future_annotations(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
        for node in tree.body
    )
