"""Find what an answer leans on: the units that decide, beside its own, how it behaves.

Whoever hands in the same of these has the same answer. Where code could reach any file (it opens
one, loads one, or makes a name while it runs) everything that was handed in decides.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence

from checkkit.reading.choice import Unit
from checkkit.reading.own_imports import OWN
from checkkit.reading.source_text import walk

# Libraries whose names tell what is read; whatever else is imported could read any file.
_PLAIN = frozenset(
    re.findall(
        r"\w+",
        "__future__ abc cmath collections copy dataclasses decimal enum fractions functools "
        "itertools keras math matplotlib numbers numpy operator random re sklearn statistics "
        "string tensorflow time typing typing_extensions warnings",
    )
)
_REACHING = re.compile(
    r"open|exec$|^eval$|^compile_|^glob$|globals|^vars$|^locals$|getattr|load|read|file|dataset|"
    r"import|path|memmap|pickle|ctypes|f2py|modules|environ|^io$|^lib$|^data$|datasource|builtins|frame|"
    r"subclass|^__(?!init__$|name__$|call__$|len__$|repr__$|str__$|main__$|class__$|iter__$|"
    r"future__$|getitem__$|setitem__$|post_init__$|enter__$|exit__$|next__$|all__$|doc__$)",
    re.IGNORECASE,
)


def leans_on(needs: Sequence[str], units: Sequence[Unit]) -> list[str] | None:
    """Return the ids of the units that an answer leans on, its own among them.

    Args:
        needs: ids of the units that are loaded for it.
        units: everything that can be imported, files that were handed out included.

    Returns:
        The ids in order; None where everything that was handed in decides.
    """
    by_id = {unit.id: unit for unit in units}
    modules = [unit for unit in units if unit.kind == "module"]
    found: dict[str, None] = {}
    waiting = [by_id[one] for one in needs]
    while waiting:
        unit = waiting.pop()
        if unit.id in found:
            continue
        found[unit.id] = None
        words = set(re.findall(r"\w+", unit.text))
        named = [other for other in modules if set(_parts(other.file)) & words]
        if not unit.runs or _reaches_out(unit.tree, {p for one in named for p in _parts(one.file)}):
            return None
        waiting += named
    return sorted(found)


def _parts(path: str) -> list[str]:
    """The names under which a module may be imported, and those of the folders around it."""
    *folders, file = path.split("/")
    return [*folders, file.rsplit(".", 1)[0]]


def _reaches_out(tree: ast.Module, own: Collection[str]) -> bool:
    """Say whether code could read a file that is not named in it as one of `own` modules."""
    for node in walk(tree):
        if isinstance(node, ast.Import):
            tops = [alias.name.split(".")[0] for alias in node.names]
            names = [part for alias in node.names for part in alias.name.split(".")]
        elif isinstance(node, ast.ImportFrom):
            tops = [(node.module or "").split(".")[0]] if node.module else []
            names = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
        else:
            tops, names = [], [*_identifiers(node)]
        if any(top.replace(OWN, "") not in own and top not in _PLAIN for top in tops):
            return True
        if any(name not in own and _REACHING.search(name) for name in names):
            return True
    return False


def _identifiers(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name):
        return [node.id]
    return [node.attr] if isinstance(node, ast.Attribute) else []
