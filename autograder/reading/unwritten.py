"""See from the source alone whether an exercise is written: no student code runs for that."""

import ast
import copy
import hashlib
import re
from typing import Iterator, List, Optional, Union

_MESSAGE = re.compile(r"(\w+)(?:\.\w+)*(?: \((\w+)\))?:")
_Function = (ast.FunctionDef, ast.AsyncFunctionDef)


def top_level(body: List[ast.stmt]) -> Iterator[ast.stmt]:
    """Every statement that runs when a module is imported, blocks such as ``if`` entered."""
    for statement in body:
        yield statement
        if not isinstance(statement, (*_Function, ast.ClassDef)):
            for block in _blocks(statement):
                yield from top_level(block)


def definition(body: List[ast.stmt], name: str) -> Optional[ast.stmt]:
    """The statement that makes a name: the last ``def`` or ``class``, else what else binds it."""
    found: Optional[ast.stmt] = None
    other: Optional[ast.stmt] = None
    for statement in top_level(body):
        if isinstance(statement, (*_Function, ast.ClassDef)):
            if statement.name == name:
                found = statement
        elif name in bound_names(statement):
            other = statement
    return found or other


def bound_names(statement: ast.stmt) -> List[str]:
    """The names that a statement binds where it stands, those of its blocks included."""
    if isinstance(statement, (*_Function, ast.ClassDef)):
        return [statement.name]
    names: List[str] = []
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        names = [alias.asname or alias.name.split(".")[0] for alias in statement.names]
    else:
        blocks = _blocks(statement)
        own = [node for node in ast.iter_child_nodes(statement) if isinstance(node, ast.expr)]
        own += [
            item.optional_vars for item in getattr(statement, "items", ()) if item.optional_vars
        ]
        for node in own:
            for inner in ast.walk(node):
                if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                    names.append(inner.id)
                elif isinstance(inner, (ast.Subscript, ast.Attribute)) and _is_stored(inner):
                    names += _root(inner)
        for block in blocks:
            names += [name for inside in block for name in bound_names(inside)]
    return names


def parts_left(statement: ast.stmt, exercise: str) -> int:
    """How many ``raise NotImplementedError("EXERCISE...: ...")`` can still be reached in it."""
    return sum(_names(raised, exercise) for raised in _reachable_raises([statement]))


def digest(code: str) -> str:
    """What stands for a definition's source, whatever its comments and layout."""
    lines = [" ".join(line.split()) for line in code.split("\n")]
    kept = [line for line in lines if line and not line.startswith("#")]
    return hashlib.sha256("\n".join(kept).encode("utf-8", "replace")).hexdigest()[:16]


def same_code(left: ast.stmt, right: ast.stmt) -> bool:
    """Whether two definitions are the same code, whatever their comments and docstrings."""
    try:
        return ast.dump(_without_docstrings(left)) == ast.dump(_without_docstrings(right))
    except RecursionError:  # far too deep to have been written by hand twice
        return True


def _without_docstrings(statement: ast.stmt) -> ast.stmt:
    bare = copy.deepcopy(statement)
    for node in ast.walk(bare):
        if isinstance(node, (*_Function, ast.ClassDef)) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return bare


def _names(raised: ast.Raise, exercise: str) -> bool:
    call = raised.exc
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.args):
        return False
    text = getattr(call.args[0], "value", None)
    match = _MESSAGE.match(text) if isinstance(text, str) else None
    named = call.func.id == "NotImplementedError" and match is not None
    return named and (match.group(2) or match.group(1)) == exercise  # type: ignore[union-attr]


def _reachable_raises(body: List[ast.stmt]) -> Iterator[ast.Raise]:
    for statement in body:
        if isinstance(statement, ast.Raise):
            yield statement
        for block in _blocks(statement):
            yield from _reachable_raises(block)
        if _ends(statement):
            return


def _ends(statement: ast.stmt) -> bool:
    """Whether nothing after the statement is reached, as far as its form tells."""
    if isinstance(statement, (ast.Return, ast.Raise, ast.Continue, ast.Break)):
        return True
    if isinstance(statement, ast.If):
        return bool(statement.orelse) and _ends(statement.body[-1]) and _ends(statement.orelse[-1])
    if isinstance(statement, ast.With):
        return _ends(statement.body[-1])
    if isinstance(statement, ast.Try):
        tried = _ends((statement.orelse or statement.body)[-1])
        caught = all(_ends(handler.body[-1]) for handler in statement.handlers)
        return (tried and caught) or bool(statement.finalbody and _ends(statement.finalbody[-1]))
    return False


def _blocks(statement: ast.stmt) -> List[List[ast.stmt]]:
    blocks = [getattr(statement, name, None) for name in ("body", "orelse", "finalbody")]
    blocks += [handler.body for handler in getattr(statement, "handlers", ())]
    blocks += [case.body for case in getattr(statement, "cases", ())]
    return [block for block in blocks if isinstance(block, list) and block]


def _is_stored(node: Union[ast.Subscript, ast.Attribute]) -> bool:
    return isinstance(node.ctx, ast.Store)


def _root(node: ast.expr) -> List[str]:
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    return [node.id] if isinstance(node, ast.Name) else []
