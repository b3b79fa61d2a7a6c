"""What a check's answer rests on in the assignment, as one hash: an edit of it asks again.

The check's own code counts, and what its module and the modules it names hold besides checks; the
reference and all data files, which any hidden check may read. Comments, layout, titles, hints and
weights do not: they change words and points, which need nobody asked.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import msgspec

from autograder.assignment.load import Assignment, files_that_count
from autograder.assignment.manifest import FILE_NAME
from autograder.assignment.rules import facts_of
from autograder.kit import Check

_FOUND_BY_NAME = frozenset(
    ("importlib", "__import__", "exec", "eval", "globals", "modules", "runpy")
)
_DECIDES = {"exercise", "public", "seconds"}


class CheckDigests:
    """The digests of one assignment's checks, as its files are now.

    Args:
        assignment: whose checks.

    Attributes:
        basis: of what every check rests on: limits, support and data.
        reference: of the reference solution.
        mistakes: of what is known of wrong and other right answers, and how it is told.
    """

    def __init__(self, assignment: Assignment) -> None:
        folder = assignment.folder
        self._modules = {
            path.stem: _Module(path) for path in sorted((folder / "checks").glob("*.py"))
        }
        own = {path for path in folder.glob("*.py")}
        asked = {made.path for made in self._modules.values()}
        others = [
            path
            for path in files_that_count(folder, assignment.manifest)
            if path not in own | asked and path.name != FILE_NAME
        ]
        facts = facts_of(assignment)
        settings = msgspec.json.encode(
            [
                assignment.manifest.limits,
                facts.support_source,
                sorted(facts.classes),
                sorted(facts.support_names),
                [file.name for file in assignment.manifest.extras],
            ]
        )
        self.reference = _of_files(folder, sorted(own))
        known = [*folder.glob("mistakes/**/*"), *folder.glob("alternatives/**/*")]
        told = sorted(p for p in known if p.is_file() and "__pycache__" not in p.parts)
        self.mistakes = _of([_of_files(folder, told).encode(), self.reference.encode()])
        self.basis = _of([settings, _of_files(folder, others).encode()])
        self._digests = {made.name: self._digest(made) for made in assignment.checks}

    def of(self, check: Check) -> str:
        """The digest of one check."""
        return self._digests[check.name]

    def _digest(self, check: Check) -> str:
        function = check.function
        home = self._modules.get(Path(function.__code__.co_filename).stem)
        if home is None or function.__name__ not in home.checks:  # made in some other way
            told = [made.whole for made in self._modules.values()]
        else:
            told = [home.rest, home.checks[function.__name__], *self._named(home, check)]
        of_check = [check.exercise, check.name, str(check.public), str(check.seconds)]
        return _of(text.encode() for text in [self.basis, self.reference, *of_check, *told])

    def _named(self, home: _Module, check: Check) -> list[str]:
        """What else of `checks/` counts: modules and other checks that are named, and so on."""
        found: dict[str, str] = {}
        waiting = [home.rest, home.checks[check.function.__name__]]
        while waiting:
            text = waiting.pop()
            words = _words_of(text)
            wild = not words.isdisjoint(_FOUND_BY_NAME)
            more = {
                name: made.whole
                for name, made in self._modules.items()
                if made is not home and (name in words or wild or name == "__init__")
            }
            more |= {
                f"{home.path.stem}.{name}": code
                for name, code in home.checks.items()
                if name != check.function.__name__ and name in words
            }
            fresh = {name: code for name, code in more.items() if name not in found}
            found |= fresh
            waiting += fresh.values()
        return [f"{name}\n{found[name]}" for name in sorted(found)]


class _Module:
    """A module of checks, taken apart.

    Attributes:
        path: where it lies.
        whole: all of its code, without comments and layout.
        checks: the code of each check function, by its name.
        rest: what is left without these.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        tree = ast.parse(path.read_text(encoding="utf-8"))
        self.whole = ast.dump(tree)
        checks = [node for node in tree.body if _is_check(node)]
        rest = [node for node in tree.body if not _is_check(node)]
        self.checks = {node.name: _code(node) for node in checks}  # type: ignore[attr-defined]
        if len(self.checks) < len(checks):  # one name twice: nothing can be told apart
            self.checks, rest = {}, tree.body
        self.rest = "\n".join(map(ast.dump, rest))


@lru_cache(maxsize=1024)
def _words_of(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text))


def _is_check(node: ast.stmt) -> bool:
    """Whether a statement defines a check by the decorator alone."""
    return (
        isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and [_called(one) for one in node.decorator_list] == ["check"]
    )


def _called(decorator: ast.expr) -> str:
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    return function.id if isinstance(function, ast.Name) else ""


def _code(node: ast.stmt) -> str:
    """A check's function without its docstring and what its decorator says in words."""
    assert isinstance(node, ast.FunctionDef)
    decorator = node.decorator_list[0]
    told = decorator.keywords if isinstance(decorator, ast.Call) else []
    kept = [ast.dump(one) for one in told if one.arg in _DECIDES or one.arg is None]
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return "\n".join([node.name, *kept, ast.dump(node.args), *map(ast.dump, body)])


def _of_files(folder: Path, paths: Iterable[Path]) -> str:
    found: Mapping[str, bytes] = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in paths
    }
    return _of(part for name, data in found.items() for part in (name.encode(), data))


def _of(parts: Iterable[bytes]) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "little") + part)
    return total.hexdigest()
