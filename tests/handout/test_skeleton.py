"""A skeleton keeps all but the solution, runs, and says by name what is missing."""

from __future__ import annotations

import ast
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.assignment.manifest import read_manifest
from autograder.handout.regions import find_regions
from autograder.handout.skeleton import (
    not_implemented_message,
    preamble,
    render_skeleton,
    segments,
    skeleton_source,
    worked_source,
)
from autograder.handout.soundness import import_problems, skeleton_problems
from autograder.handout.sources import MarkedModule, read_marked
from autograder.templating import environment

ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests" / "tiny"
TEMPLATES = environment()

SOURCE = '''\
"""Doc."""

import math
from os import (
    path,
)

# Both of these
# are used below.
LIMIT = 3


# What it does.
@staticmethod
def scale(x):
    """Scale."""
    # Given remark.
    # TODO: multiply by the limit. Then return it,
    #     as it is.
    # HINT idea: times.
    # HINT pseudo-code:
    #     for each:
    #         multiply
    # BEGIN SOLUTION
    secret = x * LIMIT
    return secret
    # END SOLUTION


TABLE: dict = {"scale": scale}
USES = len(TABLE)


class Pile:
    def _push(self, x):
        # TODO: say "yes".
        # BEGIN SOLUTION Pushing
        return 'yes'
        # END SOLUTION


if __name__ == "__main__":
    print(scale(2), path, math)
'''


def module(source: str = SOURCE) -> MarkedModule:
    return MarkedModule("one.py", source, find_regions(source, "one.py"))


def test_the_solution_goes_and_everything_else_stays() -> None:
    text = skeleton_source(SOURCE, module().regions)
    assert "secret" not in text and "MARK" not in text and "SOLUTION" not in text
    assert (
        """\
    # Given remark.
    # TODO: multiply by the limit. Then return it,
    #     as it is.
    raise NotImplementedError("scale: multiply by the limit.")


TABLE"""
        in text
    )
    for line in SOURCE.split("\n"):
        if line.strip() and "HINT" not in line and "SOLUTION" not in line:
            hint = line.strip(" #") in ("for each:", "multiply")
            gone = hint or "secret" in line or "'yes'" in line
            assert gone or line in text


def test_the_message_names_place_and_exercise() -> None:
    scale, push = module().regions
    assert not_implemented_message(scale) == "scale: multiply by the limit."
    assert not_implemented_message(push) == 'Pile._push (Pushing): say "yes".'


def test_hints_are_not_read_by_accident() -> None:
    text = skeleton_source(SOURCE, module().regions)
    assert "Hint" not in text and "HINT" not in text and "as it is." in text


def test_a_given_exercise_is_handed_out_worked() -> None:
    text = skeleton_source(SOURCE, module().regions, worked={"scale"})
    assert "secret = x * LIMIT" in text and "TODO: multiply" not in text
    assert "'yes'" not in text


def test_the_worked_source_runs_and_shows_no_marking() -> None:
    text = worked_source(SOURCE, module().regions)
    names: dict[str, object] = {"__name__": "worked"}
    exec(compile(text, "worked", "exec"), names)
    assert names["scale"](4) == 12  # type: ignore[operator]
    assert not any(word in text for word in ("SOLUTION", "TODO", "HINT"))


def test_a_long_or_quoted_message_stays_within_the_line() -> None:
    task = 'say "it\'s" ' + "very " * 30 + "long \\n."
    source = (
        f"def f():\n    # TODO: {task}\n    # BEGIN SOLUTION\n    return 1\n    # END SOLUTION\n"
    )
    marked = module(source)
    text = skeleton_source(source, marked.regions).replace(task, "")
    assert max(map(len, text.split("\n"))) <= 100
    assert skeleton_problems("one.py", text, marked) == []
    names: dict[str, object] = {}
    exec(text, names)
    with pytest.raises(NotImplementedError) as caught:
        names["f"]()  # type: ignore[operator]
    assert str(caught.value) == f"f: {task}"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1))
def test_any_todo_becomes_a_message_python_reads_back(task: str) -> None:
    source = (
        f"def f():\n    # TODO: {task}\n    # BEGIN SOLUTION\n    return 1\n    # END SOLUTION\n"
    )
    marked = module(source)
    assert skeleton_problems("one.py", skeleton_source(source, marked.regions), marked) == []


def test_segments_and_preamble_together_are_the_module() -> None:
    cut = segments(SOURCE)
    assert list(cut) == ["scale", "TABLE", "USES", "Pile"]
    assert cut["scale"].startswith("# What it does.\n@staticmethod\ndef scale")
    assert cut["Pile"].rstrip().endswith("# END SOLUTION")
    assert preamble(SOURCE) == (
        "import math\nfrom os import (\n    path,\n)\n\n"
        "# Both of these\n# are used below.\nLIMIT = 3\n"
    )
    names: dict[str, object] = {}
    exec(preamble(SOURCE) + "".join(cut.values()), names)
    assert names["USES"] == 1


def test_statements_on_one_line_are_taken_once() -> None:
    assert preamble("a = 1; b = 2\n") == "a = 1; b = 2\n"


def test_the_tiny_skeleton_is_rendered_and_sound() -> None:
    manifest = read_manifest(TINY)
    (words,) = read_marked(manifest, TINY)
    text = render_skeleton(TEMPLATES, manifest, words)
    assert text.startswith("# Words and Stacks, version 2.0\n")
    assert "Stack: 6 points, about 20 minutes" in text
    assert text.endswith("\n") and not text.endswith("\n\n")
    assert ast.get_docstring(ast.parse(text)) == "Count words, and keep them on a stack."
    assert skeleton_problems("words.py", text, words) == []
    assert "END SOLUTION" not in text and "counts" not in text


def test_a_given_tier_needs_no_work_in_the_rendered_skeleton() -> None:
    manifest = read_manifest(TINY)
    (words,) = read_marked(manifest, TINY)
    exercises = tuple(
        msgspec.structs.replace(e, tier="given", points=0.0) if e.name == "Stack" else e
        for e in manifest.exercises
    )
    text = render_skeleton(TEMPLATES, msgspec.structs.replace(manifest, exercises=exercises), words)
    assert "pop from an empty stack" in text
    assert "Stack: 6 points" not in text
    assert skeleton_problems("words.py", text, words, worked={"Stack"}) == []
    assert len(skeleton_problems("words.py", text, words)) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("    return", "retrun"), "does not compile"),
        (('raise NotImplementedError("scale', 'print("scale'), "scale does not raise 'scale: mul"),
        (("# Given remark.", "# BEGIN SOLUTION"), "marker '# BEGIN SOLUTION' is still there"),
        (("class Pile:", "class Pail:"), "Pile._push does not raise"),
        (("LIMIT = 3", "match 3:\n    case 3: LIMIT = 3"), "not Python 3.8"),
        (("def scale(x)", "def scale(x: list[int])"), "list[...] cannot be evaluated"),
        (("def scale(x)", "def scale(x: int | None)"), "X | Y in an annotation"),
        (("LIMIT = 3", "LIMIT = 'a3'.removeprefix('a')"), ".removeprefix is not in Python 3.8"),
    ],
)
def test_an_unsound_skeleton_is_told(change: tuple[str, str], said: str) -> None:
    text = skeleton_source(SOURCE + "\ndef last():\n    return 1\n", module().regions)
    assert change[0] in text
    problems = skeleton_problems("out/one.py", text.replace(change[0], change[1], 1), module())
    assert any(said in problem for problem in problems), problems
    assert all(problem.startswith("out/one.py") for problem in problems)


def test_annotations_that_are_never_evaluated_may_be_new() -> None:
    source = "from __future__ import annotations\n\ndef f(x: list[int] | None) -> set[int]: ...\n"
    assert skeleton_problems("one.py", source, module(source)) == []
    assert skeleton_problems("one.py", source + "\nA = list[int]\n", module(source))


def test_modules_are_imported_together_in_a_fresh_process() -> None:
    modules = {"one.py": "import two\n", "two.py": "x = 1\n", "three.py": "import one\n1 / 0\n"}
    assert import_problems(modules) == [
        "three.py: importing it raises ZeroDivisionError: division by zero"
    ]
    (ended,) = import_problems({"four.py": "import os\nos._exit(3)\n"})
    assert "ended the process" in ended
