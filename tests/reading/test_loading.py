"""Loading: statement by statement, each failure told and contained, definitions kept."""

from __future__ import annotations

import builtins
import inspect
import json
import linecache
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.reading.loading import StudentCode

Loaded = Callable[..., tuple[StudentCode, dict[str, Any], dict[str, dict[str, Any]]]]
Notebook = Callable[..., bytes]


def texts(report: dict[str, Any]) -> list[str]:
    return [problem["text"] for problem in report["problems"]]


def test_a_module_is_loaded_and_asked_for_its_definition(loaded: Loaded) -> None:
    code, _, reports = loaded({"hand_in.py": '"""Mine."""\nclass Adam:\n    rate = 2\n'}, "Adam")
    assert reports["hand_in.py"]["ok"] is True
    assert json.loads(json.dumps(reports)) == reports
    found = code.lookup("Adam", "hand_in.py")
    assert found.rate == 2
    assert (found.__module__, sys.modules["hand_in"].__doc__) == ("hand_in", "Mine.")
    assert sys.modules["hand_in"].__file__.endswith("hand_in.py")
    with pytest.raises(KeyError):
        code.lookup("SGD", "hand_in.py")
    with pytest.raises(KeyError):
        code.load("other.py")


def test_in_a_module_every_statement_has_its_chance(loaded: Loaded) -> None:
    text = (
        "import not_installed_here\n"
        "from math import nothing_like_it\n"
        "broken()\n"
        "x = 1 / 0\n"
        "class Half:\n"
        "    y = undefined\n"
        "def f():\n"
        "    return 5\n"
    )
    code, _, reports = loaded({"hand_in.py": text}, "f")
    report = reports["hand_in.py"]
    assert report["ok"] is False
    assert [problem["line"] for problem in report["problems"]] == [1, 2, 3, 4, 6]
    assert report["problems"][0] == {
        "line": 1,
        "text": "ModuleNotFoundError: No module named 'not_installed_here'",
        "source": "import not_installed_here",
    }
    assert report["problems"][4]["source"] == "y = undefined"
    assert code.lookup("f", "hand_in.py")() == 5


def test_a_failing_cell_stops_and_the_next_goes_on(loaded: Loaded, notebook: Notebook) -> None:
    book = notebook("x = 1", "y = 2\nimport not_installed_here\nz = 3", "def f(): return x + y")
    code, _, reports = loaded({"t6.ipynb": book}, "f")
    assert [report["ok"] for report in reports.values()] == [True, False, True]
    found = code.lookup("f", "t6.ipynb#3")
    assert found() == 3
    assert "z" not in found.__globals__


@pytest.mark.parametrize(
    "statement",
    [
        "import sys; sys.exit(3)",
        "raise SystemExit",
        "exit()",
        "raise KeyboardInterrupt",
        "raise GeneratorExit",
        "raise BaseException('x')",
        "def r(): r()\nr()",
        "class E(Exception):\n    def __str__(self): raise SystemExit\nraise E",
        "raise MemoryError",
    ],
)
def test_no_exception_leaves_the_loader(loaded: Loaded, notebook: Notebook, statement: str) -> None:
    code, _, reports = loaded(
        {"hand_in.py": f"{statement}\ndef f(): return 5\n", "t6.ipynb": notebook(statement)}, "f"
    )
    assert [len(report["problems"]) for report in reports.values()] == [1, 1]
    assert code.lookup("f", "hand_in.py")() == 5


def test_the_number_of_problems_is_bounded(loaded: Loaded) -> None:
    _, _, reports = loaded({"hand_in.py": "broken()\n" * 500})
    assert len(reports["hand_in.py"]["problems"]) == 50


def test_units_that_cannot_run_say_so(loaded: Loaded, notebook: Notebook) -> None:
    book = notebook("x = = 1", ("raise SystemExit", ["experiment"]))
    _, _, reports = loaded({"t6.ipynb": book, "nul.py": b"\x00"})
    assert texts(reports["t6.ipynb#1"]) == ["line 1: invalid syntax: `x = = 1`"]
    assert reports["t6.ipynb#2"]["ok"] is True
    assert "NUL" in texts(reports["nul.py"])[0]


def test_cells_share_a_namespace_in_which_nothing_is_main(
    loaded: Loaded, notebook: Notebook
) -> None:
    book = notebook(
        "import math",
        "from dataclasses import dataclass\n@dataclass\nclass Point:\n    x: int = 0",
        "def f(): return math.pi, Point(), __name__",
        "if __name__ == '__main__':\n    raise SystemExit",
        "%matplotlib inline\n!ls\nz = f()",
    )
    code, _, reports = loaded({"t6.ipynb": book}, "f")
    assert all(report["ok"] for report in reports.values())
    assert code.lookup("f", "t6.ipynb#3")()[2] == "notebook"


def test_two_notebooks_do_not_mix(loaded: Loaded, notebook: Notebook) -> None:
    code, _, _ = loaded(
        {"a.ipynb": notebook("x = 1"), "b.ipynb": notebook("def f(): return x")}, "f"
    )
    with pytest.raises(NameError):
        code.lookup("f", "b.ipynb#1")()


def test_future_imports_hold_for_the_whole_file(loaded: Loaded) -> None:
    text = (
        '"""Doc."""\nfrom __future__ import annotations\n"not a docstring"\n'
        "def f(x: undefined) -> nowhere: pass\n"
    )
    code, _, reports = loaded({"hand_in.py": text}, "f")
    assert reports["hand_in.py"]["ok"] is True
    assert code.lookup("f", "hand_in.py").__annotations__["x"] == "undefined"
    assert sys.modules["hand_in"].__doc__ == "Doc."


def test_a_later_import_does_not_replace_a_definition(loaded: Loaded, notebook: Notebook) -> None:
    book = notebook("class Adam:\n    mine = True", "from json import JSONEncoder as Adam")
    code, _, _ = loaded({"t6.ipynb": book}, "Adam")
    assert code.lookup("Adam", "t6.ipynb#1").mine


def test_functions_see_the_import_that_their_cell_saw(loaded: Loaded, notebook: Notebook) -> None:
    book = notebook(
        "from json import JSONEncoder as Adam",
        "def build(): return Adam",
        "class Adam:\n    mine = True\n    def again(self): return Adam",
        "def later(): return Adam",
    )
    code, _, _ = loaded({"t6.ipynb": book}, "build", "Adam", "later")
    assert code.lookup("build", "t6.ipynb#2")() is json.JSONEncoder
    own = code.lookup("Adam", "t6.ipynb#3")
    assert own.mine and own().again() is own
    assert code.lookup("later", "t6.ipynb#4")() is own
    assert code.lookup("build", "t6.ipynb#2")() is json.JSONEncoder


def test_one_file_with_everything_sees_its_imports_too(loaded: Loaded) -> None:
    text = "from json import JSONEncoder as Adam\ndef build(): return Adam\nclass Adam: pass\n"
    code, _, _ = loaded({"all.py": text}, "build", "Adam")
    assert code.lookup("build", "all.py")() is json.JSONEncoder
    assert code.lookup("Adam", "all.py").__module__ == "all"


def test_what_the_scan_took_as_own_is_own_when_it_runs(loaded: Loaded, notebook: Notebook) -> None:
    book = notebook(
        "class SGD:\n    mine = True",
        "class Adam:\n    def step(self): return SGD",
        "from keras_like.optimizers import SGD",
    )
    fake = {"keras_like/optimizers.py": "class SGD: pass\n"}
    code, made, _ = loaded({"t6.ipynb": book, **fake}, "Adam", forbidden=["anything"])
    assert made["exercises"]["Adam"]["own"] == ["SGD"]
    assert code.lookup("Adam", "t6.ipynb#2")().step().mine


def test_a_name_bound_to_a_number_later_stays_the_function(
    loaded: Loaded, notebook: Notebook
) -> None:
    book = notebook("def norm(g): return 1.0", "norm = norm([1])", "norm = 3")
    code, _, _ = loaded({"t6.ipynb": book}, "norm")
    assert code.lookup("norm", "t6.ipynb#1")([]) == 1.0


def test_a_definition_that_never_ran_is_missing(loaded: Loaded, notebook: Notebook) -> None:
    book = notebook("def f(): return 'old'", "broken()\ndef f(): return 'new'")
    code, made, _ = loaded({"t6.ipynb": book}, "f")
    assert made["exercises"]["f"]["unit"] == "t6.ipynb#2"
    with pytest.raises(KeyError):
        code.lookup("f", "t6.ipynb#2")
    code, _, _ = loaded({"hand_in.py": "if False:\n    def f(): pass\n"}, "f")
    with pytest.raises(KeyError):
        code.lookup("f", "hand_in.py")


def test_the_branch_that_ran_is_the_definition(loaded: Loaded) -> None:
    text = "if True:\n    def f(): return 'then'\nelse:\n    def f(): return 'else'\n"
    code, _, _ = loaded({"hand_in.py": text}, "f")
    assert code.lookup("f", "hand_in.py")() == "then"


@pytest.mark.parametrize(
    "statement",
    [
        "from shared_part import g",
        "from .shared_part import g",
        "from Shared_Part import g",
        "from shared_part import *",
        "import shared_part\ng = shared_part.g",
        "from . import shared_part as s\ng = s.g",
        "def g():\n    from .shared_part import g\n    return g()",
    ],
)
@pytest.mark.parametrize("folder", ["", "my_src/"])
def test_student_modules_import_each_other(loaded: Loaded, statement: str, folder: str) -> None:
    name = "Shared_Part (1).py" if "Shared_Part" in statement else "shared_part.py"
    if "Shared_Part" in statement:
        statement = statement.replace("Shared_Part", "shared_part")
    files = {
        f"{folder}{name}": "print(end='')\ndef g(): return 7\n",
        f"{folder}hand_in.py": f"{statement}\ndef f(): return g()\n",
    }
    code, _, reports = loaded(files, "f")
    assert [texts(report) for report in reports.values()] == [[], []]
    assert code.lookup("f", f"{folder}hand_in.py")() == 7


def test_a_module_runs_once_however_it_is_imported(loaded: Loaded) -> None:
    files = {
        "src_part/__init__.py": "",
        "src_part/counted.py": "import builtins\n"
        "builtins.t6_runs = getattr(builtins, 't6_runs', 0) + 1\nT = object()\n",
        "a_user.py": "import counted, src_part.counted\nfrom src_part import counted as c\n"
        "def f(): return counted.T is src_part.counted.T is c.T\n",
    }
    try:
        code, _, reports = loaded(files, "f")
        assert [texts(report) for report in reports.values()] == [[], [], []]
        assert code.lookup("f", "a_user.py")()
        assert builtins.t6_runs == 1  # type: ignore[attr-defined]
    finally:
        vars(builtins).pop("t6_runs", None)


def test_circular_imports_go_as_far_as_python_lets_them(loaded: Loaded) -> None:
    files = {
        "ring_a.py": "def one(): return 1\nimport ring_b\ndef f(): return ring_b.two()\n",
        "ring_b.py": "from ring_a import one\nimport ring_a\ndef two(): return one() + 1\n",
    }
    code, _, reports = loaded(files, "f")
    assert [texts(report) for report in reports.values()] == [[], []]
    assert code.lookup("f", "ring_a.py")() == 2


def test_an_import_of_a_broken_sibling_tells_its_problem(loaded: Loaded) -> None:
    files = {"hand_in.py": "import broken_part\ndef f(): return 5\n", "broken_part.py": "x = = 1"}
    code, _, reports = loaded(files, "f")
    assert "broken_part.py cannot be imported: line 1" in texts(reports["hand_in.py"])[0]
    assert code.lookup("f", "hand_in.py")() == 5


@pytest.mark.parametrize("name", ["random", "numpy", "keras", "statistics", "pytest", "notebook"])
def test_a_students_module_never_shadows_an_installed_one(
    loaded: Loaded, notebook: Notebook, name: str, tmp_path: Path
) -> None:
    before = sys.modules.get(name)
    files = {
        f"{name}.py": "raise SystemExit\ndef f(): return 5\n",
        "user_of_it.py": "import os, sys\nsys.path.insert(0, os.path.dirname(__file__))\n"
        "import statistics\ndef g(): return statistics.__file__\n",
        "t6.ipynb": notebook("x = 1"),
    }
    path = list(sys.path)
    try:
        code, _, _ = loaded(files, "f", "g")
        assert code.lookup("f", f"{name}.py")() == 5
        assert code.lookup("f", f"{name}.py").__module__ == f"student_{name}"
        assert not code.lookup("g", "user_of_it.py")().startswith(str(tmp_path))
        if name != "notebook":
            assert sys.modules.get(name) is before or "site-packages" in sys.modules[name].__file__
    finally:
        sys.path[:] = path


@pytest.mark.parametrize(
    ("use", "given"),
    [
        ("import statistics\ndef f(): return statistics.half(8)", 4),
        ("import statistics as s\ndef f(): return s.half(8)", 4),
        ("from statistics import half\ndef f(): return half(8)", 4),
        ("from statistics import *\ndef f(): return half(8)", 4),
        ("def f():\n    from statistics import half as h\n    return h(8)", 4),
        ("from .statistics import half\ndef f(): return half(8)", 4),
        ("import statistics\ndef f(): return statistics.mean([8, 2])", 5),
        ("from statistics import mean\ndef f(): return mean([8, 2])", 5),
    ],
)
def test_an_own_module_with_an_installed_name_is_what_is_meant(
    loaded: Loaded, notebook: Notebook, use: str, given: float
) -> None:
    own = "def half(x): return x / 2\n"
    code, _, _ = loaded({"clipping.py": use, "statistics.py": own}, "f")
    assert code.lookup("f", "clipping.py")() == given
    if "from ." not in use:
        code, _, _ = loaded({"t6.ipynb": notebook(use), "statistics.py": own}, "f")
        assert code.lookup("f", "t6.ipynb#1")() == given


def test_a_cell_may_await_at_its_top(loaded: Loaded, notebook: Notebook) -> None:
    cell = "import asyncio\nasync def g(): return 7\nx = await g()\nawait asyncio.sleep(0)"
    code, _, reports = loaded({"t6.ipynb": notebook(cell, "def f(): return x")}, "f")
    assert [texts(report) for report in reports.values()] == [[], []]
    assert code.lookup("f", "t6.ipynb#2")() == 7


def test_a_path_hack_does_not_load_a_second_copy(loaded: Loaded) -> None:
    files = {
        "z_part.py": "broken()\nT = object()\n",
        "hand_in.py": "import os, sys\nsys.path.insert(0, os.path.dirname(__file__))\n"
        "import z_part\ndef f(): return z_part.T\n",
    }
    path = list(sys.path)
    try:
        code, _, reports = loaded(files, "f")
        assert texts(reports["hand_in.py"]) == []
        assert code.lookup("f", "hand_in.py")() is sys.modules["z_part"].T
    finally:
        sys.path[:] = path


def test_source_can_be_inspected_and_tracebacks_name_the_unit(
    loaded: Loaded, notebook: Notebook
) -> None:
    book = notebook("x = 1", "\n%matplotlib inline\n\ndef f(a):\n    b = a\n    return 1 / b\n")
    text = "# coding: latin-1\n\ndef g():\n    return 'é'\n".encode("latin-1")
    code, _, _ = loaded({"t6.ipynb": book, "hand (1).py": text}, "f", "g")
    f, g = code.lookup("f", "t6.ipynb#2"), code.lookup("g", "hand (1).py")
    linecache.clearcache()
    assert inspect.getsource(f) == "def f(a):\n    b = a\n    return 1 / b\n"
    assert inspect.getsource(g) == "def g():\n    return 'é'\n"
    assert g() == "é"
    assert Path(inspect.getsourcefile(f)).is_file()
    with pytest.raises(ZeroDivisionError) as caught:
        f(0)
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (code.owns(last.filename), last.lineno, last.line) == ("t6.ipynb#2", 6, "return 1 / b")
    assert code.owns(inspect.getsourcefile(g)) == "hand (1).py"
    assert code.owns(__file__) is None


def test_autograph_finds_what_it_converts(loaded: Loaded, notebook: Notebook) -> None:
    """What TensorFlow's AutoGraph does before it converts a function, without TensorFlow."""
    book = notebook(
        "def outer():\n    def step(x):\n        return x + 1\n    return step\nf = outer()"
    )
    code, _, _ = loaded({"t6.ipynb": book}, "f")
    step = code.lookup("f", "t6.ipynb#1")
    _, line = inspect.findsource(step.__code__)
    source = inspect.getsource(step)
    assert (line, source.strip()) == (1, "def step(x):\n        return x + 1")
    assert inspect.getmodule(step) is sys.modules["notebook"]


def test_the_line_of_a_problem_is_the_students(loaded: Loaded) -> None:
    text = "import json\ndef f():\n    return json.loads('x')\n\nf(\n)\n"
    _, _, reports = loaded({"hand_in.py": text})
    problem = reports["hand_in.py"]["problems"][0]
    assert (problem["line"], problem["source"]) == (3, "return json.loads('x')")


def test_data_files_lie_where_the_code_looks_for_them(loaded: Loaded, tmp_path: Path) -> None:
    files = {
        "hw/mine.csv": b"1,2\n",
        "hw/hand_in.py": "from pathlib import Path\n"
        "data = Path(__file__).with_name('mine.csv').read_text()\ndef f(): return data\n",
        "../outside.txt": b"x",
        "/absolute.txt": b"x",
        "hw/evil.pth": b"import os",
        "hw/mine.csv/clash.txt": b"x",
        "__pycache__/hand_in.cpython-311.pyc": b"x",
    }
    code, _, reports = loaded(files, "f")
    assert reports["hw/hand_in.py"]["ok"] is True
    assert code.lookup("f", "hw/hand_in.py")() == "1,2\n"
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")}
    assert written == {"hw/mine.csv", "hw/hand_in.py"}
    assert not (tmp_path.parent / "outside.txt").exists()


def test_a_unit_loads_once(loaded: Loaded) -> None:
    code, _, reports = loaded({"hand_in.py": "import this_is_missing\n"})
    assert code.load("hand_in.py") is reports["hand_in.py"]


def test_closing_leaves_nothing_behind(
    planned: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    files = {"left_part.py": b"x = 1", "my_pkg/right_part.py": b"import left_part"}
    finders, modules = list(sys.meta_path), set(sys.modules)
    code = StudentCode(str(tmp_path), files, planned(files))
    code.load("my_pkg/right_part.py")
    assert "left_part" in sys.modules
    code.close()
    assert sys.meta_path == finders
    assert set(sys.modules) - modules == set()
