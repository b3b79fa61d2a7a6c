"""Give each test of a question to the exercises that it asks."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence
from dataclasses import replace

from autograder.assignment import wording
from autograder.importing.bound_names import needed_by
from autograder.importing.env_tests import ENV, takes_env
from autograder.importing.import_problems import Remarks
from autograder.importing.master import Question, Test
from autograder.importing.plan import Part, Posed, Scope, names_of, source_of


def share_out(
    question: Question, made: Sequence[Part], parts: Sequence[Part], scope: Scope, remarks: Remarks
) -> None:
    """Give each test to the parts of its question that it asks.

    Args:
        question: whose tests they are.
        made: parts that came of it.
        parts: all parts so far.
        scope: what names mean after the question.
        remarks: takes note of what is lost.
    """
    for test in question.tests:
        asks = parts_asked(test, scope)
        own = [part for part in made if part.name in asks]
        others = [part for part in parts if part.name in asks]
        owners = own or others
        if not owners:
            remarks.lose(
                question.name,
                f"test {test.number} ({wording.points(test.points, 3)}): {_why_not(test, scope)}. "
                "The question is now worth less",
                "drop it, or write a check for what it was meant to see",
                source_of(test),
            )
        if len(owners) > 1:
            names = ", ".join(f"`{part.name}`" for part in owners)
            remarks.change(
                question.name, f"test {test.number} asks {names}: its points are split evenly"
            )
        for part in owners:
            shared = replace(test, points=test.points / len(owners))
            part.tests.append(Posed(shared, question, dict(scope)))
    if any(test.hidden and test.failure for test in question.tests):
        remarks.change(
            question.name,
            "failure messages of its hidden tests are hints, which students read with their grade",
        )
    told = [test.success for test in question.tests if test.success]
    if told:
        remarks.lose(
            question.name,
            "success messages: a check that passes says nothing",
            "say in the title what was asked",
            "\n".join(told),
        )
    if question.all_or_nothing and len(question.tests) > 1:
        remarks.lose(
            question.name,
            "all_or_nothing: here every check gives its own share of the points",
            "put what belongs together into one check",
        )


def parts_asked(test: Test, scope: Scope) -> set[str]:
    """Names of the parts that a test asks, directly or through given statements."""
    found: set[str] = set()
    waiting = [scope[name] for name in names_of(test) if name in scope]
    seen: set[int] = set()
    while waiting:
        meaning = waiting.pop()
        if meaning.part:
            found.add(meaning.part)
        if meaning.piece is not None and id(meaning.piece) not in seen:
            seen.add(id(meaning.piece))
            inner = {**scope, **meaning.scope}
            waiting += [inner[n] for n in needed_by([meaning.piece.node]) if n in inner]
    return found


def _why_not(test: Test, scope: Scope) -> str:
    """Why a test asks no exercise."""
    tree = ast.parse(source_of(test))
    function = tree.body[0] if test.function else None
    if isinstance(function, ast.FunctionDef) and takes_env(function):
        return f'it uses Otter\'s `{ENV}` in another way than `{ENV}["name"]`'
    names = [name for name in names_of(test) if not hasattr(builtins, name)]
    lost = [name for name in names if name in scope and scope[name].kind == "lost"]
    unknown = [name for name in names if name not in scope]
    uncalled = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    if lost:
        return f"it asks {_ticked(lost)}, which could not be carried over"
    if unknown:
        return f"it asks {_ticked(unknown)}, which no cell before the test defines"
    if names:
        return f"it asks only {_ticked(names)}, which students are given"
    if uncalled and not test.function and len(uncalled) == len(tree.body):
        return f"it defines {_ticked(uncalled)} and never calls it, so it passes in Otter, too"
    return "it uses no name of the notebook, so it asks nothing that students write"


def _ticked(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def warn_of_siblings(part: Part, remarks: Remarks) -> None:
    """Say where an answer leans on another one."""
    needed = needed_by([piece.node for piece in part.pieces])
    parts = {part.scope[name].part for name in needed if name in part.scope}
    others = ", ".join(f"`{name}`" for name in sorted(parts - {"", part.name}))
    if others:
        remarks.change(
            part.question.name,
            f"the answer to `{part.name}` leans on the student's own {others}, so that one "
            "mistake costs both, and `autograder prove` objects; pass it in as an argument",
        )
