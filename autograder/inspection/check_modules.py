"""Read check modules for what would only show when a student is graded, or not at all."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment.load import Assignment
from autograder.assignment.manifest import FILE_NAME, Manifest
from autograder.assignment.manifest_problems import Fault, ManifestError, nearest
from autograder.assignment.module_text import read_source
from autograder.assignment.toml_places import TomlPlaces
from autograder.kit import Submission, expect

_COMPARED_EXACTLY = "text, whole numbers, true or false, and lists of these"
_ASKED = {name for name in vars(Submission) if not name.startswith("_")} | {
    *("support", "transcript", "conventions"),
}


@dataclass(frozen=True)
class Known:
    """The names that checks may ask for.

    Attributes:
        trees: syntax trees of the assignment's modules, by path in its folder.
        exercises: names of exercises.
        students: top-level names of the modules that students write.
        reference: names that `ref` has.
        support: names of the public support functions; None where they cannot be known.
    """

    trees: Mapping[str, ast.Module]
    exercises: tuple[str, ...]
    students: frozenset[str]
    reference: frozenset[str]
    support: frozenset[str]

    @classmethod
    def of(cls, manifest: Manifest, trees: Mapping[str, ast.Module]) -> Known:
        """The names of an assignment.

        Args:
            manifest: what it says.
            trees: the modules that can be read, by path in its folder.
        """
        modules = [trees[file.name] for file in manifest.modules if file.name in trees]
        support = [tree for path, tree in trees.items() if path.startswith("checks/support")]
        return cls(
            trees=trees,
            exercises=tuple(made.name for made in manifest.exercises),
            students=frozenset(name for tree in modules for name in _bound(tree)),
            reference=frozenset(made.provides for made in manifest.exercises),
            support=frozenset(name for tree in support for name in _bound(tree)),
        )


def check_problems(folder: Path, known: Known) -> list[ManifestError]:
    """What is wrong with the check modules of an assignment, by reading them.

    Args:
        folder: the assignment's folder.
        known: the names that checks may ask for.
    """
    faults: list[Fault] = []
    taken: dict[str, str] = {}
    for path, tree in known.trees.items():
        if not path.startswith("checks/test_"):
            continue
        file = str(folder / path)
        for function in _functions(tree):
            if function.name in taken:
                told = (
                    f"{function.name} is defined a second time; the first is {taken[function.name]}"
                )
                faults.append(_at(function, file, told, "rename one of them: names are unique"))
            taken.setdefault(function.name, f"{path}:{function.lineno}")
            faults += _decoration(function, file, known)
            faults += _body(function, file, known)
    return [ManifestError(faults=[fault]) for fault in faults]


def uncovered(assignment: Assignment) -> list[ManifestError]:
    """Exercises that nobody could earn points in, or that give students nothing to try."""
    path = assignment.folder / FILE_NAME
    places = TomlPlaces(read_source(path))
    errors = []
    unchecked = assignment.unchecked()
    for number, made in enumerate(assignment.manifest.exercises):
        checks = assignment.checks_of(made)
        told = advice = ""
        if made in unchecked:
            told = "no check asks for it"
            advice = (
                f'write one with @check("{made.name}", ...), or say manual_points = '
                f"{made.points:g} if a person gives its points"
            )
        elif checks and made.public and not any(check.public for check in checks):
            told = "none of its checks is public, so students can try nothing"
            advice = "mark one public=True, or say public = false here"
        if told:
            line, column, shown = places.of("exercise", number, "name")
            told = f'exercise "{made.name}": {told}'
            errors.append(
                ManifestError(faults=[Fault(str(path), line, column, told, advice, shown)])
            )
    return errors


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node


def _decoration(function: ast.FunctionDef, file: str, known: Known) -> Iterator[Fault]:
    """What is wrong with the `@check(...)` of a function."""
    made = [node for node in function.decorator_list if _is_check(node)]
    if not made:
        told = f"{function.name} has no @check(...), so no submission is asked it"
        advice = 'write @check("EXERCISE", "what is asked") above it, or give it another name'
        yield _at(function, file, told, advice)
        return
    call = made[0]
    assert isinstance(call, ast.Call)
    first = call.args[0] if call.args else None
    match first:
        case ast.Constant(value=str(name)) if name not in known.exercises:
            told = f"{function.name} is about {name!r}, no exercise of assignment.toml"
            yield _at(first, file, told, nearest(name, known.exercises))
    for keyword in call.keywords:
        literal = isinstance(keyword.value, ast.Constant) and type(keyword.value.value) is bool
        if keyword.arg == "public" and not literal:
            told = "public must be written as True or False, for the handout is cut by reading it"
            yield _at(keyword.value, file, told)


def _is_check(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "check"
    )


def _body(function: ast.FunctionDef, file: str, known: Known) -> Iterator[Fault]:
    """What is wrong with the questions and the expectations of a check."""
    caught = {
        id(inner)
        for node in ast.walk(function)
        if isinstance(node, (ast.With, ast.Try, ast.FunctionDef)) and node is not function
        for inner in ast.walk(node)
    }
    for node in ast.walk(function):
        match node:
            case ast.Assert() if id(node) not in caught:
                advice = "write expect.that(..., what, should), which tells the student"
                yield _at(node, file, "a failing assert counts as the check's own fault", advice)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="expect"), attr=name)):
                yield from _expectation(node, name, file)
            case ast.Attribute(value=ast.Name(id="sub"), attr=name) if name not in _ASKED:
                if name not in known.students and not name.startswith("_"):
                    told = f"sub.{name}: no module of the assignment defines {name}"
                    yield _at(node, file, told, nearest(name, {*known.students, *_ASKED}))
            case ast.Attribute(value=ast.Name(id="ref"), attr=name):
                if name not in known.reference:
                    told = f"ref.{name}: no exercise of the assignment is called {name}"
                    yield _at(node, file, told, nearest(name, sorted(known.reference)))
            case ast.Attribute(
                value=ast.Attribute(value=ast.Name(id="sub"), attr="support"), attr=name
            ):
                if name not in known.support:
                    told = f"sub.support.{name}: checks/support.py defines no {name}"
                    yield _at(node, file, told, nearest(name, sorted(known.support)))


def _expectation(call: ast.Call, name: str, file: str) -> Iterator[Fault]:
    """What is wrong with one use of `expect`."""
    public = {each for each in vars(expect) if not each.startswith("_") and each.islower()}
    functions = {each for each in public if inspect.isfunction(getattr(expect, each))}
    if name not in functions:
        told, advice = f"expect.{name}: there is no such expectation", nearest(name, functions)
        yield _at(call.func, file, told, advice)
        return
    starred = any(isinstance(arg, ast.Starred) for arg in call.args)
    if not starred and all(keyword.arg for keyword in call.keywords):
        signature = inspect.signature(getattr(expect, name))
        try:
            signature.bind(*call.args, **{str(k.arg): k.value for k in call.keywords})
        except TypeError as error:
            wanted = ", ".join(signature.parameters)
            yield _at(call, file, f"expect.{name}: {error}", f"write expect.{name}({wanted})")
            return
    if name == "equal" and len(call.args) > 1 and (kind := _not_exact(call.args[1])):
        told = f"expect.equal compares {_COMPARED_EXACTLY}, not {kind}"
        yield _at(call.args[1], file, told, "use expect.close, which compares numbers and dicts")


def _not_exact(wanted: ast.expr) -> str:
    """What a literal is that cannot be compared exactly; empty for any other expression."""
    match wanted:
        case ast.Dict() | ast.DictComp():
            return "a dict"
        case ast.Set() | ast.SetComp():
            return "a set"
        case ast.Constant(value=None):
            return "None"
        case ast.Constant(value=float()) | ast.UnaryOp(operand=ast.Constant(value=float())):
            return "a number with a fraction"
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return next((kind for kind in map(_not_exact, elements) if kind), "")
    return ""


def _bound(tree: ast.Module) -> set[str]:
    """The names that a module has once it is imported."""
    names = set()
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names |= {alias.asname or alias.name.split(".")[0] for alias in aliases}
            case _:
                inner = [node for node in ast.walk(node) if isinstance(node, ast.Name)]
                names |= {name.id for name in inner if isinstance(name.ctx, ast.Store)}
    return names


def _at(node: ast.AST, file: str, problem: str, advice: str = "") -> Fault:
    line, column = getattr(node, "lineno", 0), getattr(node, "col_offset", -1) + 1
    return Fault(file, line, column, problem, advice)
