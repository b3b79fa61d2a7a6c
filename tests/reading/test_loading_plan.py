"""The plan: which units there are, and which definition answers an exercise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from autograder.reading.definitions import definitions
from autograder.reading.file_names import closeness, is_ignored, is_safe, normalised
from autograder.reading.loading_plan import plan
from autograder.reading.source_text import parse

Planned = Callable[..., dict[str, Any]]
Notebook = Callable[..., bytes]

ADAM = "class Adam:\n    def step(self, params, grads):\n        return params\n"
SKELETON = (
    "class Adam:\n"
    "    def step(self, params, grads):\n"
    "        raise NotImplementedError('Adam.step: write it')\n"
)


def test_a_module_is_a_unit_with_its_definitions(planned: Planned) -> None:
    made = planned({"optimizers.py": "import numpy\n" + ADAM + "RATE = 0.1\n"}, "Adam")
    assert made["units"] == [
        {
            "id": "optimizers.py",
            "file": "optimizers.py",
            "label": "optimizers.py",
            "kind": "module",
            "status": "ok",
            "problem": "",
            "own_modules": [],
            "defines": {"Adam": 2, "RATE": 5},
        }
    ]
    assert made["sources"]["optimizers.py"].startswith("import numpy")
    assert made["exercises"]["Adam"].pop("digest")
    assert made["exercises"]["Adam"] == {
        "provides": "Adam",
        "unit": "optimizers.py",
        "line": 2,
        "parts_left": 0,
        "others": [],
        "notes": [],
        "forbidden": [],
        "own": [],
        "needs": ["optimizers.py"],
        "told": [["optimizers.py", 2, 4, [2, 3, 4]]],
        "leans": ["optimizers.py"],
    }


def test_each_code_cell_is_a_unit_with_a_label(planned: Planned, notebook: Notebook) -> None:
    book = notebook("import numpy", ("x = 1", ["experiment"]), ADAM, "x = = 1", "%%bash\nls")
    made = planned({"hand in/T6_final.ipynb": book}, "Adam")
    assert [(unit["id"], unit["status"]) for unit in made["units"]] == [
        ("hand in/T6_final.ipynb#1", "ok"),
        ("hand in/T6_final.ipynb#2", "skipped"),
        ("hand in/T6_final.ipynb#3", "ok"),
        ("hand in/T6_final.ipynb#4", "syntax-error"),
        ("hand in/T6_final.ipynb#5", "ok"),
    ]
    assert made["units"][2]["label"] == "hand in/T6_final.ipynb, cell 3"
    assert made["units"][3]["problem"] == "line 1: invalid syntax: `x = = 1`"
    assert made["exercises"]["Adam"]["unit"] == "hand in/T6_final.ipynb#3"
    assert [one[-2:] for one in made["exercises"]["Adam"]["needs"]] == ["#1", "#3", "#5"]


def test_a_definition_beats_an_import(planned: Planned, notebook: Notebook) -> None:
    book = notebook(
        "from keras.optimizers import Adam",
        ADAM,
        "from keras.optimizers import Adam",
        "import tensorflow as tf\nAdam = tf.keras.optimizers.Adam",
    )
    assert planned({"t6.ipynb": book}, "Adam")["exercises"]["Adam"]["unit"] == "t6.ipynb#2"
    module = "import keras\n" + ADAM + "from keras.optimizers import Adam\n"
    assert planned({"optimizers.py": module}, "Adam")["exercises"]["Adam"]["line"] == 2


def test_a_function_beats_a_variable_that_reuses_its_name(
    planned: Planned, notebook: Notebook
) -> None:
    book = notebook("def global_norm(g):\n    return 1.0", "global_norm = global_norm([1])")
    found = planned({"t6.ipynb": book}, "global_norm")["exercises"]["global_norm"]
    assert found["unit"] == "t6.ipynb#1"
    assert found["notes"] == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("def f(): pass\ndef f(): return 1\n", 2),
        ("def f(): pass\nf = wrap(f)\n", 2),
        ("def f(): pass\ng = f\nf = lambda: 1\n", 3),
        ("def my(): pass\nf = my\n", 2),
        ("f = make()\n", 1),
        ("f: object = make()\n", 1),
        ("a, f = 1, make()\n", 1),
        ("a = f = make()\n", 1),
        ("async def f(): pass\n", 1),
        ("class f: pass\n", 1),
        ("if a:\n    pass\nelse:\n    def f(): pass\n", 4),
        ("if a:\n    pass\nelif b:\n    def f(): pass\n", 4),
        ("try:\n    x\nexcept E:\n    def f(): pass\n", 4),
        ("try:\n    x\nfinally:\n    def f(): pass\n", 4),
        ("with a:\n    def f(): pass\n", 2),
        ("for a in b:\n    def f(): pass\n", 2),
        ("match a:\n    case 1:\n        def f(): pass\n", 3),
        ("def f(): pass\nif __name__ == '__main__':\n    f = 1\n", 1),
    ],
)
def test_every_form_of_definition_is_found_and_the_last_counts(
    planned: Planned, text: str, line: int
) -> None:
    assert planned({"optimizers.py": text}, "f")["exercises"]["f"]["line"] == line


@pytest.mark.parametrize(
    "text",
    [
        "def g():\n    def f(): pass\n",
        "class A:\n    f = 1\n",
        "if __name__ == '__main__':\n    def f(): pass\n",
        "a.f = 1\n",
        "f += 1\n",
    ],
)
def test_what_is_not_at_the_top_level_defines_nothing(planned: Planned, text: str) -> None:
    assert planned({"optimizers.py": text}, "f")["exercises"]["f"]["unit"] is None


def test_two_definitions_in_one_file_are_noted(planned: Planned, notebook: Notebook) -> None:
    found = planned({"t6.ipynb": notebook(ADAM, ADAM)}, "Adam")["exercises"]["Adam"]
    assert found["unit"] == "t6.ipynb#2"
    assert "2 times" in found["notes"][0]
    assert "cell 1, line 1" in found["notes"][0]


def test_a_finished_definition_beats_the_skeleton(planned: Planned, notebook: Notebook) -> None:
    found = planned({"optimizers.py": SKELETON, "t6.ipynb": notebook(ADAM)}, "Adam")
    found = found["exercises"]["Adam"]
    assert (found["unit"], found["parts_left"]) == ("t6.ipynb#1", 0)
    assert found["notes"] == []
    alone = planned({"optimizers.py": SKELETON}, "Adam")["exercises"]["Adam"]
    assert (alone["unit"], alone["parts_left"]) == ("optimizers.py", 1)


@pytest.mark.parametrize(
    ("body", "unfinished"),
    [
        ("raise NotImplementedError('Adam.step: x')", True),
        ("raise NotImplementedError('Adam: x')", True),
        ("x = 1\n        if x:\n            raise NotImplementedError('Adam.step: x')", True),
        ("raise NotImplementedError('Nesterov: x')", False),
        ("raise NotImplementedError", False),
        ("raise NotImplementedError()", False),
        ("raise NotImplementedError(5)", False),
        ("raise ValueError('Adam.step: x')", False),
        ("return 1\n        raise NotImplementedError('Adam.step: x')", False),
    ],
)
def test_unfinished_means_that_a_raise_can_still_be_reached(
    planned: Planned, body: str, unfinished: bool
) -> None:
    text = f"class Adam:\n    def step(self):\n        {body}\n"
    assert planned({"optimizers.py": text}, "Adam")["exercises"]["Adam"]["parts_left"] == unfinished


@pytest.mark.parametrize(
    "path",
    [
        "optimizers (1).py",
        "optimizers-2.py",
        "Optimizers.py",
        "copy of optimizers.py",
        "optimizers - Copy.py",
        "optimizers_final.py",
        "week 5/optimizers (12).py",
    ],
)
def test_the_file_with_the_right_name_wins(planned: Planned, path: str) -> None:
    other = ADAM + "    rate = 1\n"
    files = {path: ADAM, "zzz.py": other, "aaa.py": other, "bbb.py": ADAM}
    made = planned(files, "Adam")["exercises"]["Adam"]
    assert made["unit"] == path
    assert made["notes"] == [
        f"`Adam` of {path}, line 1 counts; there is also aaa.py, line 1, zzz.py, line 1"
    ]


def test_without_a_right_name_the_last_file_wins(planned: Planned) -> None:
    assert planned({"b.py": ADAM, "a.py": ADAM}, "Adam")["exercises"]["Adam"]["unit"] == "b.py"
    assert closeness("optimizers.py", "optimizers.py") > closeness(
        "x/optimizers.py", "optimizers.py"
    )
    assert closeness("lab-exercise-t6.py", "lab_exercise_t6.py") == 2
    assert normalised("gradient_check") == "gradient_check"
    assert normalised("(1)") == "(1)"


def test_a_name_passed_on_from_another_module_counts_where_nothing_defines_it(
    planned: Planned,
) -> None:
    files = {
        "mine.py": "class MyAdam: pass\n",
        "optimizers.py": "from mine import MyAdam as Adam\n",
    }
    assert planned(files, "Adam")["exercises"]["Adam"]["unit"] == "optimizers.py"
    files = {"mine.py": ADAM, "optimizers.py": "from mine import Adam\n"}
    assert planned(files, "Adam")["exercises"]["Adam"]["unit"] == "mine.py"


def test_a_missing_definition_says_why(planned: Planned, notebook: Notebook) -> None:
    made = planned({"optimizers.py": ADAM + "x = = 1\n", "other.py": "y = 1\n"}, "Adam")
    found = made["exercises"]["Adam"]
    assert found["unit"] is None and found["needs"] == []
    assert found["notes"] == [
        "optimizers.py cannot be read: line 4: invalid syntax: `x = = 1`",
    ]
    book = notebook(ADAM + "x = = 1", "x = = 2")
    found = planned({"t6.ipynb": book}, "Adam")["exercises"]["Adam"]
    assert found["notes"] == ["t6.ipynb, cell 1 cannot be read: line 4: invalid syntax: `x = = 1`"]
    for text in ("from keras.optimizers import Adam", "import keras\nAdam = keras.optimizers.Adam"):
        found = planned({"optimizers.py": text}, "Adam")["exercises"]["Adam"]
        assert found["unit"] is None
        assert "only imported" in found["notes"][0]
    assert planned({}, "Adam")["exercises"]["Adam"]["unit"] is None


def test_a_broken_file_leaves_the_others_alone(planned: Planned) -> None:
    files = {
        "optimizers.py": ADAM,
        "nul.py": b"x\x00",
        "deep.py": "(" * 10_000,
        "deeper.py": "-" * 100_000 + "1",
        "huge.py": b"#" * 2_000_000,
        "broken.ipynb": b"{",
        "../evil.py": ADAM,
        "a\nb.py": ADAM,
        "latin.py": "x = 'é'".encode("latin-1"),
    }
    made = planned(files, "Adam")
    status = {unit["id"]: unit["status"] for unit in made["units"]}
    assert made["exercises"]["Adam"]["unit"] == "optimizers.py"
    assert status.pop("optimizers.py") == status.pop("latin.py") == "ok"
    assert set(status.values()) == {"syntax-error", "unreadable"}
    assert len(status) == 7
    assert all(unit["problem"] for unit in made["units"] if unit["status"] != "ok")
    assert any("latin.py" in note and "Windows-1252" in note for note in made["notes"])


@pytest.mark.parametrize(
    "path",
    [
        "tests/optimizers.py",
        "my hand-in/tests/optimizers.py",
        "checkkit/probes.py",
        "T6/check.py",
        "__MACOSX/optimizers.py",
        "._optimizers.py",
        ".ipynb_checkpoints/t6-checkpoint.ipynb",
        "venv/lib/python3.11/site-packages/optax.py",
        "Check.py",
    ],
)
def test_support_files_and_leftovers_are_no_units(planned: Planned, path: str) -> None:
    assert planned({path: ADAM}, "Adam")["units"] == []


def test_paths_are_judged_before_they_are_used() -> None:
    good = ["a.py", "a b/c (1).py", "ä/ö.py"]
    bad = ["", "/a", "a/../b", "./a", "a//b", "~/a", "C:/a", "a\\b", "a\x00b", "a\ud800", "x" * 300]
    assert all(is_safe(path) for path in good)
    assert not any(is_safe(path) for path in bad)
    assert not is_ignored("tests.py", ["tests/*"])


def test_thousands_of_cells_and_names_are_capped_in_reasonable_time(
    planned: Planned, notebook: Notebook
) -> None:
    book = notebook(*["x = 1"] * 5_000, ADAM)
    made = planned({"t6.ipynb": book, "many.py": "".join(f"a{i} = 1\n" for i in range(5_000))})
    assert len(made["units"]) <= 2_001
    assert any("2000" in note for note in made["notes"])
    assert len(made["units"][0]["defines"]) == 1_000


def test_rules_may_be_empty_and_definitions_are_ordered() -> None:
    assert plan({}, {}) == {"units": [], "sources": {}, "exercises": {}, "notes": []}
    found = definitions(parse("a = 1\nb = a\ndef a(): pass\n"))
    assert [(one.name, one.statement) for one in found] == [("a", 0), ("b", 1), ("a", 2)]
