"""Regions are found by tokens, checked against the tree; each way to mark wrongly is an error."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.assignment.manifest import Manifest, read_manifest
from autograder.assignment.manifest_problems import ManifestError
from autograder.handout.regions import RegionError, find_regions
from autograder.handout.sources import read_marked

TINY = Path(__file__).parents[1] / "tiny"

GOOD = '''\
"""A module."""


class Adder:
    """Adds."""

    def add(self, a, b):
        """Add two things."""
        # The sum is kept.
        # TODO: add a and b,
        #     and keep the sum.
        # TODO: return the sum.
        # HINT idea: plus is enough.
        # HINT formula: s = a + b
        #     where a and b
        #       are numbers
        # HINT pseudo-code:
        #     add, then return
        # BEGIN SOLUTION
        self.total = a + b
        return self.total
        # END SOLUTION


def scale(x):
    if x:
        # TODO: double it.
        # BEGIN SOLUTION Doubling
        x = 2 * x
        # END SOLUTION
    return x
'''


def function(body: str) -> str:
    """A function with the given body, from line 3 on."""
    return "def f(a, b):\n    # TODO: do it.\n" + indent(dedent(body), "    ")


def problem(source: str) -> RegionError:
    with pytest.raises(RegionError) as caught:
        find_regions(source, "one.py")
    assert str(caught.value).startswith(f"one.py:{caught.value.line}: ")
    return caught.value


def test_regions_carry_their_exercise_place_and_notes() -> None:
    add, scale = find_regions(GOOD, "one.py")
    lines = GOOD.split("\n")
    assert (add.exercise, add.qualname, add.top, add.indent) == ("Adder", "Adder.add", "Adder", 8)
    assert (scale.exercise, scale.qualname) == ("Doubling", "scale")
    assert lines[add.start - 1].strip() == "# BEGIN SOLUTION"
    assert lines[add.end - 1].strip() == "# END SOLUTION"
    assert lines[add.notes_start - 1].strip() == "# TODO: add a and b,"
    assert add.todo == ("add a and b,", "and keep the sum.", "return the sum.")
    assert add.hints == (
        ("idea", "plus is enough."),
        ("formula", "s = a + b\nwhere a and b\n  are numbers"),
        ("pseudo-code", "add, then return"),
    )
    assert scale.body(GOOD) == "        x = 2 * x\n"


def test_a_marker_inside_a_string_is_none() -> None:
    source = 'text = """\n# BEGIN SOLUTION\n"""\n\ndef f():\n    return "# END SOLUTION"\n'
    assert find_regions(source, "one.py") == ()


@pytest.mark.parametrize(
    "comment",
    [
        "# BEGIN SOLUTON",
        "# BEGN SOLUTION",
        "# BEGINN SOLUTION",
        "# END SOLUTIONS",
        "# begin solution",
        "# Begin Solution",
        "# END solution",
        "#BEGIN SOLUTION",
        "#  END SOLUTION",
        "### BEGIN SOLUTION",
        "# BEGIN_SOLUTION",
        "# BEGINSOLUTION",
        "# BEGIN SOLUTION:",
        "# BEGIN SOLUTION Adam step",
        "# BEGIN SOLUTION (Adam)",
        "# END SOLUTION Adam",
        "# Solution",
        "# SOLUTION:",
        "# solution start",
        "# START SOLUTION",
        "# --- end of solution ---",
        "# END",
    ],
)
def test_a_misspelt_marker_or_look_alike_is_refused(comment: str) -> None:
    caught = problem(f"def f():\n    {comment}\n    return 1\n")
    assert caught.line == 2
    assert comment in str(caught)


@pytest.mark.parametrize(
    "comment",
    [
        "# The solution of the normal equations, by Cholesky.",
        "# Resolution in pixels",
        "# The end of the list",
        "# TODO: write your solution",
        "# Evolution of the weights",
    ],
)
def test_an_ordinary_comment_is_left_alone(comment: str) -> None:
    assert find_regions(f"def f():\n    {comment}\n    return 1\n", "one.py") == ()


def test_unbalanced_markers_are_refused() -> None:
    assert problem(function("# BEGIN SOLUTION\nreturn 1\n")).line == 3
    assert "without END" in str(problem(function("# BEGIN SOLUTION\nreturn 1\n")))
    lonely = problem(function("return 1\n# END SOLUTION\n"))
    assert (lonely.line, "without BEGIN" in str(lonely)) == (4, True)


def test_nested_markers_are_refused() -> None:
    caught = problem(
        function("""\
            # BEGIN SOLUTION
            a = 1
            # BEGIN SOLUTION
            b = 2
            # END SOLUTION
            # END SOLUTION
        """)
    )
    assert caught.line == 5
    assert "line 3" in str(caught)


def test_a_marker_needs_a_line_of_its_own() -> None:
    assert problem(function("a = 1  # BEGIN SOLUTION\n# END SOLUTION\n")).line == 3


@pytest.mark.parametrize(
    "body",
    [
        "a = [\n    # BEGIN SOLUTION\n    1,\n    # END SOLUTION\n]\n",
        "a = [\n# BEGIN SOLUTION\n    1]\nb = 2\n# END SOLUTION\n",
        "# BEGIN SOLUTION\nb = 1\na = [\n# END SOLUTION\n    2]\n",
        "# BEGIN SOLUTION\nif a:\n    b = 1\n# END SOLUTION\nelse:\n    b = 2\n",
        "# BEGIN SOLUTION\nif a:\n    b = 1\n# END SOLUTION\n    b = 2\n",
        "if a:\n    # BEGIN SOLUTION\n    b = 1\nelse:\n    b = 2\n    # END SOLUTION\n",
        "if a:\n    # BEGIN SOLUTION\n    b = 1\nelse:\n    # END SOLUTION\n    b = 2\n",
        "try:\n    a = 1\n# BEGIN SOLUTION\nexcept OSError:\n    a = 2\n# END SOLUTION\n",
        "if a:\n    b = 1\n# BEGIN SOLUTION\nelif b:\n    b = 2\n# END SOLUTION\n",
        "for a in b:\n    b = 1\n    # BEGIN SOLUTION\n    b = 2\nb = 3\n    # END SOLUTION\n",
    ],
)
def test_a_region_that_splits_a_statement_is_refused(body: str) -> None:
    caught = problem(function(body))
    assert "split" in str(caught)
    assert "# BEGIN SOLUTION" in function(body).split("\n")[caught.line - 1]


@pytest.mark.parametrize(
    "body",
    [
        "if a:\n    # BEGIN SOLUTION\n    b = 1\n# END SOLUTION\n",
        "if a:\n# BEGIN SOLUTION\n    b = 1\n# END SOLUTION\n",
    ],
)
def test_markers_stand_at_the_column_of_their_code(body: str) -> None:
    assert "column" in str(problem(function(body)))


def test_an_empty_region_is_refused() -> None:
    assert "no whole statement" in str(
        problem(function("# BEGIN SOLUTION\n# END SOLUTION\na = 1\n"))
    )


def test_what_no_longer_compiles_without_the_region_is_refused() -> None:
    caught = problem(
        function("""\
            # BEGIN SOLUTION
            count = 0
            # END SOLUTION
            def more():
                nonlocal count
                count += 1
            return more
        """)
    )
    assert "no longer compiles" in str(caught)
    assert "nonlocal" in str(caught)


def test_a_region_outside_every_function_is_refused() -> None:
    at_top = "# TODO: set it.\n# BEGIN SOLUTION\nx = 1\n# END SOLUTION\n"
    assert "outside every function" in str(problem(at_top))
    assert "outside every function" in str(problem("class A:\n" + indent(at_top, "    ")))


def test_the_docstring_stays_outside() -> None:
    source = 'def f():\n    # TODO: x.\n    # BEGIN SOLUTION\n    """Doc."""\n    # END SOLUTION\n'
    assert "docstring" in str(problem(source))


def test_source_that_is_not_python_is_refused() -> None:
    assert "not Python" in str(problem("def f(:\n    pass\n"))
    assert "not Python" in str(problem('x = """never closed\n'))
    assert "not Python" in str(problem("return 1\n"))


@pytest.mark.parametrize(
    ("notes", "said"),
    [
        ("", "no '# TODO: ...'"),
        ("# TODO: far away.\n\n", "no '# TODO: ...'"),
        ("# todo: write\n", "neither"),
        ("# TODO write\n", "neither"),
        ("# TODO: a.\n# HINT thought: b\n", "kinds: idea, formula, pseudo-code"),
        ("# TODO: a.\n# Hint idea: b\n", "neither"),
        ("# TODO: a.\n# HINT idea: b\n# and on\n", "five spaces"),
        ("# TODO: a.\n# HINT idea: b\n# HINT idea: c\n", "one hint of each kind"),
        ("# HINT idea: b\n\n# TODO: a.\n", "belongs to no region"),
    ],
)
def test_notes_are_checked(notes: str, said: str) -> None:
    body = notes + "# BEGIN SOLUTION\nreturn 1\n# END SOLUTION\n"
    assert said in str(problem("def f():\n" + indent(body, "    ")))


def test_decorated_definitions_may_be_solutions() -> None:
    body = "# BEGIN SOLUTION\n@a\ndef g():\n    return 1\nreturn g\n# END SOLUTION\nreturn b\n"
    (region,) = find_regions(function(body), "one.py")
    assert region.qualname == "f"


STATEMENTS = [
    "a = 1",
    "if a:\n    b = 2\nelse:\n    b = 3",
    "for i in b:\n    a += i",
    "b = [\n    1,\n]",
    "with a:\n    try:\n        b()\n    except OSError:\n        pass",
    "text = '''\n# END SOLUTION\n'''",
]


@given(
    before=st.lists(st.sampled_from(STATEMENTS), max_size=3),
    inside=st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=3),
    after=st.lists(st.sampled_from(STATEMENTS), max_size=3),
)
def test_a_region_holds_exactly_the_statements_between_its_markers(
    before: list[str], inside: list[str], after: list[str]
) -> None:
    notes = ["# TODO: do it.", "# BEGIN SOLUTION"]
    body = "\n".join([*before, *notes, *inside, "# END SOLUTION", *after, "return b"])
    source = "def f(a, b):\n" + indent(body, "    ")
    (region,) = find_regions(source, "one.py")
    assert dedent(region.body(source)).strip() == "\n".join(inside)


@given(start=st.integers(1, 20), length=st.integers(1, 12))
def test_a_region_is_accepted_only_around_whole_statements(start: int, length: int) -> None:
    lines = function(
        "a = [\n    1,\n]\nif a:\n    b = 1\n    a = 2\nelif b:\n    b = 2\nelse:\n    b = 3\n"
        "for i in a:\n    b = (\n        i\n    )\n"
        "while b:\n    b -= 1\nelse:\n    b = 0\nreturn b\n"
    ).split("\n")
    first = min(1 + start, len(lines) - 2)
    last = min(first + length, len(lines) - 1)
    pad = " " * (len(lines[first]) - len(lines[first].lstrip()))
    marked = [
        *lines[:first],
        pad + "# TODO: do it.",
        pad + "# BEGIN SOLUTION",
        *lines[first:last],
        pad + "# END SOLUTION",
        *lines[last:],
    ]
    try:
        (region,) = find_regions("\n".join(marked), "one.py")
    except RegionError:
        return
    cut = dedent("\n".join(lines[first:last]))
    compile("def f():\n" + indent(cut, "    "), "cut", "exec")
    assert region.body("\n".join(marked)).strip() == "\n".join(lines[first:last]).strip()


def folder_with(tmp_path: Path, words: str) -> tuple[Manifest, Path]:
    (tmp_path / "words.py").write_text(words)
    return read_manifest(TINY), tmp_path


def test_the_tiny_assignment_is_marked_as_its_manifest_says() -> None:
    (module,) = read_marked(read_manifest(TINY), TINY)
    assert module.file == "words.py"
    assert [(r.exercise, r.qualname) for r in module.regions] == [
        ("word_count", "word_count"),
        ("Stack", "Stack.push"),
        ("Stack", "Stack.pop"),
    ]


def test_a_code_exercise_without_region_is_refused(tmp_path: Path) -> None:
    words = (TINY / "words.py").read_text()
    head, tail = words.split("class Stack", 1)
    for marker in ("# BEGIN SOLUTION", "# END SOLUTION"):
        tail = tail.replace(marker, "#")
    tail = tail.replace("# HINT idea: the top is where push puts things.", "#")
    manifest, folder = folder_with(tmp_path, head + "class Stack" + tail)
    with pytest.raises(RegionError, match="exercise Stack has no region") as caught:
        read_marked(manifest, folder)
    assert caught.value.line == head.count("\n") + 1
    exercises = tuple(
        msgspec.structs.replace(e, tier="given", points=0.0) if e.name == "Stack" else e
        for e in manifest.exercises
    )
    assert read_marked(msgspec.structs.replace(manifest, exercises=exercises), folder)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("def word_count", "def count_words"), "'count_words', which is no exercise"),
        (("# BEGIN SOLUTION\n        self", "# BEGIN SOLUTION word_count\n        self"), "must"),
        (("# BEGIN SOLUTION\n        self", "# BEGIN SOLUTION Stak\n        self"), "'Stak'"),
    ],
)
def test_regions_and_manifest_agree(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    words = (TINY / "words.py").read_text()
    assert change[0] in words
    manifest, folder = folder_with(tmp_path, words.replace(*change))
    with pytest.raises(ManifestError, match=said):
        read_marked(manifest, folder)


def test_a_missing_definition_is_named(tmp_path: Path) -> None:
    words = (TINY / "words.py").read_text().split("class Stack")[0]
    manifest, folder = folder_with(tmp_path, words)
    with pytest.raises(RegionError, match="no top-level Stack"):
        read_marked(manifest, folder)


def test_a_file_handed_out_as_it_is_holds_no_solution(tmp_path: Path) -> None:
    manifest, folder = folder_with(tmp_path, (TINY / "words.py").read_text())
    extra = msgspec.structs.replace(manifest.files[0], name="more.py", extra=True)
    manifest = msgspec.structs.replace(manifest, files=(*manifest.files, extra))
    (folder / "more.py").write_text(GOOD)
    with pytest.raises(RegionError, match=r"more.py.*handed out as it is"):
        read_marked(manifest, folder)
