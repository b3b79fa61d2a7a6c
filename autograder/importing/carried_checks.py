"""Turn the tests of a notebook into checks that ask a submission across the boundary."""

from __future__ import annotations

import ast
import json
import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.importing.bound_names import needed_by
from autograder.importing.master import Test
from autograder.importing.plan import Part, Plan, Posed, in_ascii, names_of
from autograder.importing.prelude import asked_for

CARRIED = Path(__file__).parent / "carried"


@dataclass(frozen=True)
class Asked:
    """One check, written.

    Attributes:
        name: of the check.
        part: exercise it belongs to.
        test: that it was made from.
        source: the function.
        plainly: whether it compares one answer and leans on nothing but the kit.
    """

    name: str
    part: str
    test: Test
    source: str
    plainly: bool


def make_checks(plan: Plan) -> list[Asked]:
    """A check for each test of each part."""
    made: list[Asked] = []
    for part in plan.parts:
        for posed in part.tests:
            name = f"{_word(posed.question.name)}_{posed.test.number}"
            if any(check.name == name for check in made):
                name += f"_{_word(part.name)}"
            made.append(_check(part, posed, name))
    return made


def checks_source(title: str, checks: Iterable[Asked]) -> str:
    """A file of checks."""
    checks = list(checks)
    head = [f'"""Checks of {title}, brought over."""']
    if all(check.plainly for check in checks):
        head.append("from autograder.kit import check, expect")
    else:
        carried = (CARRIED / "answers.py").read_text(encoding="utf-8")
        tree = ast.parse(carried)
        body = carried.split("\n")[tree.body[0].end_lineno :]
        text = "\n".join(body).strip()
        text = re.sub(r"  # type: ignore\[[^]]*\]", "", text)
        head.append(text.replace("StudentError, expect", "StudentError, check, expect"))
    return "\n\n\n".join([*head, *(check.source for check in checks)]) + "\n"


def _check(part: Part, posed: Posed, name: str) -> Asked:
    test = posed.test
    body = _plainly(posed)
    plainly = body is not None
    if body is None:
        body = _in_general(posed)
    weight = test.points if part.points else 1
    options = ["public=True"] if not test.hidden else []
    options += [f"weight={weight:.12g}"] if weight != 1 else []
    options += [f"hint={_quoted(test.failure)}"] if test.failure else []
    title = _quoted(_title(posed))
    decorator = f"@check({', '.join([_quoted(part.name), title, *options])})"
    source = f"{decorator}\ndef test_{name}(sub):\n{textwrap.indent(body, '    ')}"
    return Asked(name, part.name, test, source, plainly)


def _title(posed: Posed) -> str:
    """What students read of it: of a hidden one nothing that the test says."""
    test, name = posed.test, posed.question.name
    if test.hidden:
        return f"{name}, hidden test {test.number}"
    if test.title:
        return f"{name}, test {test.number}: {test.title}"
    if test.function:
        function = ast.parse(test.function).body[0]
        assert isinstance(function, ast.FunctionDef)
        words = function.name.removeprefix("test_").replace("_", " ")
        return f"{name}, test {test.number}: {words}"
    first = test.examples[-1][0].strip().split("\n")[0] if test.examples else ""
    return f"{name}, test {test.number}: {first[:80]}"


# ---- one answer compared with one value


def _plainly(posed: Posed) -> str | None:
    """`expect` for one call with plain arguments; None if the test is of another form."""
    test = posed.test
    compared = _compared(test)
    if compared is None:
        return None
    call, wanted = compared
    if not (isinstance(call.func, ast.Name) and _is_part(posed, call.func.id)):
        return None
    if needed_by([*call.args, *(keyword.value for keyword in call.keywords)]):
        return None
    if any(not _travels(arg) for arg in [*call.args, *(k.value for k in call.keywords)]):
        return None
    text = ast.unparse(call)
    what = _quoted("the answer" if test.hidden else text)
    judge = _judge(wanted)
    if judge is None or len(text) > 200:
        return None
    return f"expect.{judge}(sub.{text}, {wanted!r}, {what})"


def _compared(test: Test) -> tuple[ast.Call, Any] | None:
    """The one call of a test and the value that it must give, if the test is no more than that."""
    if test.function:
        function = ast.parse(test.function).body[0]
        assert isinstance(function, ast.FunctionDef)
        match function.body:
            case [ast.Assert(test=compare, msg=None)]:
                return _equality(compare)
        return None
    if len(test.examples) != 1:
        return None
    source, shown = test.examples[0]
    match ast.parse(source).body:
        case [ast.Expr(value=ast.Call() as call)] if shown:
            equality = _equality(call) if shown.strip() == "True" else None
            return equality or _with_value(call, shown)
        case [ast.Expr(value=compare)] if shown.strip() == "True":
            return _equality(compare)
        case [ast.Assert(test=compare, msg=None)]:
            return _equality(compare)
    return None


def _equality(node: ast.expr) -> tuple[ast.Call, Any] | None:
    match node:
        case ast.Compare(left=ast.Call() as call, ops=[ast.Eq()], comparators=[other]):
            return _with_value(call, ast.unparse(other))
        case ast.Compare(left=other, ops=[ast.Eq()], comparators=[ast.Call() as call]):
            return _with_value(call, ast.unparse(other))
    return None


def _with_value(call: ast.Call, shown: str) -> tuple[ast.Call, Any] | None:
    try:
        return call, ast.literal_eval(shown.strip())
    except (ValueError, SyntaxError):
        return None


def _judge(wanted: Any) -> str | None:
    """The function of `expect` that compares with a value without accepting another kind."""
    if type(wanted) in (bool, int, str):
        return "equal"
    if type(wanted) is float:
        return "close"
    if isinstance(wanted, (list, tuple)) and wanted:
        kinds = {_judge(item) for item in wanted}
        return kinds.pop() if len(kinds) == 1 else None
    return None


def _travels(node: ast.expr) -> bool:
    """Whether an argument is of a kind that goes over the boundary as it is."""
    return not any(isinstance(inner, (ast.Set, ast.Lambda)) for inner in ast.walk(node))


# ---- any other test


def _in_general(posed: Posed) -> str:
    """The test's own statements, over names that ask the submission."""
    test, what = posed.test, _quoted(_title(posed))
    lines = asked_for(names_of(test), posed.scope)
    if test.function:
        function = ast.parse(test.function).body[0]
        assert isinstance(function, ast.FunctionDef)
        inner = "\n".join(ast.unparse(statement) for statement in function.body)
        return f"with judged({what}):\n" + textwrap.indent("\n".join([*lines, inner]), "    ")
    for source, shown in test.examples:
        lines += _example(source.rstrip(), shown, what)
    opening = f"with judged({what})"
    if any(line.startswith("shows(printed") for line in lines):
        opening += " as printed"
    return f"{opening}:\n" + textwrap.indent("\n".join(lines), "    ")


def _example(source: str, shown: str, what: str) -> list[str]:
    match ast.parse(source).body:
        case [ast.Expr(value=value)]:
            text = ast.unparse(value)
            if not shown.strip():
                return [text]
            if text.startswith("print("):
                return [f"shows(printed, {text}, {shown.strip()!r}, {what})"]
            try:
                wanted = ast.literal_eval(shown.strip())
            except (ValueError, SyntaxError):
                return [f"shows(printed, {text}, {shown.strip()!r}, {what})"]
            return [f"same({text}, {wanted!r}, {what})"]
    lines = ast.unparse(ast.parse(source)).split("\n")
    if shown.strip():
        lines.append(f"shows(printed, None, {shown.strip()!r}, {what})")
    return lines


def _is_part(posed: Posed, name: str) -> bool:
    return name in posed.scope and posed.scope[name].kind == "part"


def _word(text: str) -> str:
    return in_ascii(text).lower() or "question"


def _quoted(text: str) -> str:
    """A string literal in double quotes."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
