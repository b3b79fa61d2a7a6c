"""The leak proof finds a solution wherever it hides, and blames nothing that is public anyway."""

from __future__ import annotations

import gzip
import importlib.util
import io
import json
import marshal
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.assignment.manifest import read_manifest
from autograder.handout.leaks import Leak, find_leaks
from autograder.handout.lexing import code_tokens, words
from autograder.handout.regions import find_regions
from autograder.handout.skeleton import render_skeleton, skeleton_source
from autograder.handout.sources import MarkedModule, read_marked
from autograder.templating import environment

ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests" / "tiny"

SOURCE = '''\
"""Doc."""


def area(width, height):
    """Area of a rectangle."""
    check = width * height + width * height - width
    return check


def solve(a, b, c):
    """Larger root of a x^2 + b x + c."""
    # TODO: use the formula.
    # HINT idea: complete the square.
    # BEGIN SOLUTION
    d = b * b - 4 * a * c  # the discriminant
    if d < 0:
        raise ValueError(f"no real root: {d!r} < 0, for {a}, {b}, {c}")
    check = a * c + b
    root = d**0.5
    for name, value in table.items():
        pass
    return (-b + root) / (2 * a)
    # END SOLUTION


def shared(width, height):
    # TODO: both at once.
    # BEGIN SOLUTION
    check = width * height + width * height - width
    return check
    # END SOLUTION
'''
MODULE = MarkedModule("roots.py", SOURCE, find_regions(SOURCE, "roots.py"))
LINE = "d = b * b - 4 * a * c"


def leaks(path: str, data: str | bytes, **options: object) -> list[Leak]:
    raw = data.encode() if isinstance(data, str) else data
    return find_leaks([MODULE], {path: raw}, **options)  # type: ignore[arg-type]


def notebook(**cell: object) -> str:
    full = {"cell_type": "code", "id": "a", "metadata": {}, "source": "", "outputs": [], **cell}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [full]})


def zipped(members: dict[str, bytes], comment: bytes = b"") -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, data in members.items():
            archive.writestr(name, data)
    return raw.getvalue()


def zipped_with_extra() -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        member = zipfile.ZipInfo("empty.txt")
        payload = LINE.encode()
        member.extra = b"\x99\x99" + len(payload).to_bytes(2, "little") + payload
        archive.writestr(member, b"")
    return raw.getvalue()


HTML = "<pre><span>d</span> <b>=</b> b <i>*</i> b - <u>4</u> * a * c</pre>"
ANSI = "\x1b[32md\x1b[39m = b \x1b[38;5;241m*\x1b[39m b - 4 * a * c"

HIDING_PLACES = {
    "code": ("one.py", f"def f():\n    {LINE}\n"),
    "code, other white space": ("one.py", "d=b*b-4*a*c\n"),
    "code, over two lines": (
        "one.py",
        "d = (b * b\n     - 4 * a * c)\n" + "d = b * b - 4 \\\n * a * c",
    ),
    "code, other comment": ("one.py", "d = b * b - 4 * a * c  # so\n"),
    "comment": ("one.py", f"x = 1\n# {LINE}\n"),
    "comment, over two lines": ("one.py", "# d = b * b\n# - 4 * a * c\n"),
    "docstring": ("one.py", f'"""Doc.\n\n    {LINE}\n"""\n'),
    "docstring's example": ("one.py", f'"""Doc.\n\n    >>> {LINE}\n"""\n'),
    "hint": ("one.py", f"# region Hint: formula\n#     {LINE}\n# endregion\n"),
    "string with escapes": ("one.py", 's = "x = 1\\nd\\t= b * b - 4 * a * c\\n"\n'),
    "code with a comment in between": (
        "one.py",
        "d = (b * b  # squared\n- 4 * a * c)\nd=b*b-4\\\n*a*c\n",
    ),
    "broken code": ("one.py", f"def f(:\n    {LINE}\n"),
    "page": ("README.md", f"Use `{LINE}` here.\n"),
    "page, fenced, commented": ("README.md", f"```python\nx = 1  # a\n{LINE}  # b\n```\n"),
    "html page": ("page.html", HTML),
    "json": ("a.json", json.dumps({"x": [{"y": LINE}]})),
    "json key that comes twice": ("a.json", f'{{"x": "{LINE}", "x": 1}}'),
    "json key": ("a.json", json.dumps({LINE: 1})),
    "json lines": ("a.json", json.dumps(["d = b * b", "- 4 * a * c"])),
    "notebook source": ("t.ipynb", notebook(source=["import math\n", LINE])),
    "notebook markdown": ("t.ipynb", notebook(cell_type="markdown", source=f"`{LINE}`")),
    "notebook output": (
        "t.ipynb",
        notebook(outputs=[{"output_type": "stream", "name": "stdout", "text": [LINE]}]),
    ),
    "notebook traceback": (
        "t.ipynb",
        notebook(outputs=[{"output_type": "error", "traceback": ["----> 1", ANSI]}]),
    ),
    "notebook html output": (
        "t.ipynb",
        notebook(outputs=[{"output_type": "display_data", "data": {"text/html": [HTML]}}]),
    ),
    "notebook metadata": ("t.ipynb", notebook(metadata={"grader": {"solution": LINE}})),
    "archive": ("t.zip", zipped({"a/one.py": LINE.encode()})),
    "archive's extra file": ("t.zip", zipped({"a/.bak": b"\xff\xfe" + LINE.encode()})),
    "archive in archive": ("t.zip", zipped({"b.zip": zipped({"one.py": LINE.encode()})})),
    "archive's comment": ("t.zip", zipped({}, comment=LINE.encode())),
    "archive's extra field": ("t.zip", zipped_with_extra()),
    "before an archive": ("t.zip", LINE.encode() + zipped({"a": b"x"})),
    "notebook in archive": ("t.zip", zipped({"t.ipynb": notebook(source=[LINE]).encode()})),
    "compressed": ("one.py.gz", gzip.compress(LINE.encode())),
    "binary": ("figure.png", b"\x89PNG\r\n\x1a\ntEXtComment\x00" + LINE.encode() + b"\x00\xff"),
}


@pytest.mark.parametrize("place", HIDING_PLACES)
def test_a_line_of_the_solution_is_found(place: str) -> None:
    path, data = HIDING_PLACES[place]
    found = leaks(path, data)
    assert found, place
    assert {leak.exercise for leak in found} == {"solve"}
    assert all(leak.path.startswith(path) for leak in found)
    assert any("b * b - 4 * a * c" in leak.text for leak in found)


def test_a_leak_says_where_what_and_whose() -> None:
    (leak,) = leaks("t.zip", zipped({"t.ipynb": notebook(source=[LINE]).encode()}))
    assert leak == Leak("t.zip!t.ipynb#cells[0].source", "line", "solve", LINE)
    assert str(leak) == f"t.zip!t.ipynb#cells[0].source: a line of solve's solution: {LINE}"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("one.py", "x = (-b + root) / (2 * a)\n"),
        ("one.md", "The larger root is `(-b+root)/(2*a)`."),
        ("one.py", "# (-b + root) / (2 * a)\n"),
    ],
)
def test_what_is_returned_is_found_without_its_return(path: str, text: str) -> None:
    (leak,) = leaks(path, text)
    assert (leak.kind, leak.exercise) == ("line", "solve")


def test_a_short_result_is_no_leak() -> None:
    source = SOURCE.replace("return (-b + root) / (2 * a)", "return (root - b) / a")
    module = MarkedModule("roots.py", source, find_regions(source, "roots.py"))
    assert find_leaks([module], {"one.py": b"x = (root - b) / a\n"}) == []


def test_a_run_of_twelve_tokens_is_found_and_eleven_are_none() -> None:
    inside = [t for t in code_tokens(SOURCE) if MODULE.regions[0].start < t.line]
    texts = [token.text for token in inside]
    start = texts.index("c")
    run = texts[start : start + 13]
    (leak,) = leaks("one.md", " ".join(run))
    assert (leak.kind, leak.exercise) == ("tokens", "solve")
    assert leaks("one.md", " ".join(run[:12])) and leaks("one.md", " ".join(run[1:13]))
    assert leaks("one.md", " ".join(run[:11])) == []


@given(
    start=st.integers(0, 1000),
    layout=st.lists(st.sampled_from([" ", "  ", "\n", "\n# ", " \\\n ", "\t"]), min_size=12),
    before=st.sampled_from(["", "x = 1\n", "Some *words*, ", "# "]),
)
def test_twelve_tokens_in_any_layout_are_found(start: int, layout: list[str], before: str) -> None:
    region = MODULE.regions[0]
    texts = [t.text for t in code_tokens(SOURCE) if region.start < t.line < region.end]
    start %= len(texts) - 12
    run = "".join(text + gap for text, gap in zip(texts[start : start + 12], layout, strict=False))
    assert leaks("one.md", before + run)


def test_the_skeleton_itself_is_clean() -> None:
    assert leaks("roots.py", skeleton_source(SOURCE, MODULE.regions)) == []
    manifest = read_manifest(TINY)
    modules = read_marked(manifest, TINY)
    templates = environment()
    rendered = {m.file: render_skeleton(templates, manifest, m).encode() for m in modules}
    assert find_leaks(modules, {**rendered, "all.zip": zipped(rendered)}) == []
    source = {m.file: m.source.encode() for m in modules}
    assert {leak.exercise for leak in find_leaks(modules, source)} == {"word_count", "Stack"}


def test_what_also_stands_outside_every_region_is_no_leak() -> None:
    """The whole of `shared` is the code of `area`, which is handed out."""
    assert leaks("one.py", "check = width * height + width * height - width\nreturn check\n") == []


def test_a_hint_or_docstring_does_not_excuse_itself() -> None:
    for note in (f'"""Doc: {LINE}"""', f"# {LINE}"):
        source = SOURCE.replace('"""Doc."""', note)
        module = MarkedModule("roots.py", source, find_regions(source, "roots.py"))
        skeleton = skeleton_source(source, module.regions).encode()
        assert find_leaks([module], {"roots.py": skeleton})


@pytest.mark.parametrize(
    "text",
    [
        "root = d**0.5\n",
        "if d < 0:\n",
        "for name, value in table.items():\n",
        "check = a * c + b\n",
    ],
)
def test_trivial_lines_are_no_leaks(text: str) -> None:
    assert leaks("one.py", text) == []


def test_public_code_and_worked_exercises_are_no_leaks() -> None:
    assert leaks("one.py", LINE, allowed=[f"def g(a, b, c):\n    {LINE}\n"]) == []
    assert leaks("one.py", LINE, allowed=[f'"""{LINE}"""\n'])
    assert leaks("one.py", LINE, worked={"solve"}) == []
    assert leaks("one.py", LINE, worked={"shared"})


def test_byte_code_is_a_leak_whatever_it_is_called() -> None:
    code = importlib.util.MAGIC_NUMBER + b"\0" * 12 + marshal.dumps(compile("x = 1", "x", "exec"))
    for path in ("__pycache__/one.cpython-311.pyc", "notes.dat"):
        assert leaks(path, code) == [Leak(path, "byte code", "", "")]
    (leak,) = leaks("t.zip", zipped({"a/one.pyc": b""}))
    assert leak.path == "t.zip!a/one.pyc"
    assert "compiled Python" in str(leak)


HIDDEN = """
P0 = [1, -2, .5, 3]
G = [[0.5, -1e-3, 10.0], [1, 2, 3]]
PAIRS = [[3, 4], [12.5, 7]]
def test(make):
    assert make(shape=(7, 5, 4), start=[0, 0, 1]).tolist() == np.array((2.5, 1, 7))
"""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("one.py", "x = np.array([1.0, -2, 0.50, 3.])"),
        ("one.py", "x = (9, 9,\n     0.5, -0.001, 1e1)"),
        ("one.md", "the result is [ 1.  -2.   0.5  3. ]"),
        ("one.md", "| 1 | 2 |\n\n3, 4, 12.5, 7"),
        ("a.json", '{"v": [0, 2.5, 1, 7]}'),
        ("t.ipynb", notebook(outputs=[{"text": ["array([2.5, 1. , 7. ])"]}])),
        ("t.zip", zipped({"one.txt": b"2.5, 1, 7"})),
    ],
)
def test_a_vector_of_a_hidden_check_is_found(path: str, text: str) -> None:
    found = leaks(path, text, hidden_texts=[HIDDEN])
    assert found and {(leak.kind, leak.exercise) for leak in found} == {("vector", "")}


@pytest.mark.parametrize(
    "text", ["[1, 2, 3]", "(7, 5, 4)", "[0, 0, 1]", "[1, -2, 0.5]", "[1, -2, 0.5, 4]", "v1.-2.5.3"]
)
def test_what_anyone_could_write_is_no_hidden_vector(text: str) -> None:
    assert leaks("one.py", text, hidden_texts=[HIDDEN]) == []


def test_a_vector_that_is_public_in_the_source_is_no_leak() -> None:
    source = SOURCE + "\nPOINT = [1, -2, .5, 3]\n"
    module = MarkedModule("roots.py", source, find_regions(source, "roots.py"))
    text = {"one.py": b"x = [1, -2, .5, 3]"}
    assert find_leaks([module], text, hidden_texts=[HIDDEN]) == []
    assert find_leaks([MODULE], text, hidden_texts=[HIDDEN])


def test_a_hidden_text_that_is_not_python_is_read_for_its_numbers() -> None:
    assert leaks("one.py", "[5, 2, 9.5]", hidden_texts=["expected: 5, 2, 9.5 (see notes"])


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=3, max_size=6))
def test_any_hidden_vector_is_found_in_any_notation(vector: list[float]) -> None:
    found = leaks("a.json", json.dumps({"v": vector}), hidden_texts=[f"x = {vector!r}"])
    plain = set(vector) <= {-1.0, 0.0, 1.0} or (
        all(v.is_integer() for v in vector) and len({b - a for a, b in pairwise(vector)}) == 1
    )
    assert bool(found) == (not plain)


def test_an_f_string_is_one_token_in_every_version_of_python() -> None:
    tokens = code_tokens("x = f'{a!r} and {b}' + 'c'\n")
    assert [token.text for token in tokens] == ["x", "=", "f'{a!r} and {b}'", "+", "'c'"]


def test_words_are_the_same_in_code_and_in_prose() -> None:
    assert words("m_hat = m/(1-b**t)") == words(
        "# `m\\_hat` =  m / ( 1 - b * * t )".replace("`", "")
    )
    assert words("1e-3+.5*x1") == ["1e-3", "+", ".5", "*", "x1"]
