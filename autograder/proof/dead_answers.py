"""Answers that do nothing, which must get nothing: arguments given back, constants, errors."""

from __future__ import annotations

import ast

# By name, what stands in place of everything that is to be written.
BODIES = {
    "identity": "return {first}",
    "always raising": "raise _Everything('no')",
    "not a number": "return float('nan')",
    "nothing": "return None",
    "zero": "return 0.0",
    "one": "return 1",
    "an empty list": "return []",
    "an empty dict": "return {{}}",
    "the same text": "return 'ok'",
    "true": "return True",
}
# An error of every built-in kind that can be had together with the others.
_EVERYTHING = """
import builtins as _builtins

_Everything = Exception
for _name in sorted(vars(_builtins)):
    _kind = vars(_builtins)[_name]
    if isinstance(_kind, type) and issubclass(_kind, Exception):
        try:
            _Everything = type("_Everything", (_Everything, _kind), {})
        except TypeError:
            try:
                _Everything = type("_Everything", (_kind, _Everything), {})
            except TypeError:
                pass
"""


def filled(skeleton: str, provides: str, body: str) -> str:
    """A skeleton in which each part of a definition that is to be written does nothing.

    Args:
        skeleton: of the module.
        provides: name of the definition.
        body: one of `BODIES`.
    """
    tree = ast.parse(skeleton)
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == provides:
            for inner in ast.walk(node):
                if isinstance(inner, ast.FunctionDef) and _is_unwritten(inner):
                    first = [made.arg for made in inner.args.args if made.arg != "self"]
                    text = body.format(first=first[0] if first else "None")
                    if inner.name == "__init__" and text.startswith("return"):
                        text = "return None"  # anything else is an error of the class
                    inner.body = ast.parse(text).body
    return _EVERYTHING + ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _is_unwritten(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Raise) and node.exc and "NotImplementedError" in ast.dump(node.exc)
        for node in ast.walk(function)
    )
