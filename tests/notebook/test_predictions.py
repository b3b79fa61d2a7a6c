"""Predict, run, compare: no answer stands where a student reads it before the run."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest

from autograder.assignment.load import load_assignment
from autograder.handout.build import render_handout

FOLDER = Path(__file__).parents[2] / "solutions" / "t6"
WORDS = 6
"""So many words in a row, found again, are the answer and not the subject."""


@pytest.fixture(scope="module")
def answers() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        yield importlib.import_module("lab_answers")


@pytest.fixture
def helper(answers: ModuleType) -> Iterator[ModuleType]:
    made = importlib.import_module("lab_predictions")
    made._kept.clear()
    yield made
    made._kept.clear()


def calls(notebook: nbformat.NotebookNode, name: str) -> dict[str, int]:
    """The first argument of each call of a function, with the number of the cell it stands in."""
    found = {}
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            for key in re.findall(rf'\b{name}\(\s*f?"?([\w{{}}-]+)', cell.source):
                found[key] = number
    return found


def runs_of_words(text: str) -> set[str]:
    words = re.findall(r"[\w.*/^+-]+", text.lower())
    return {" ".join(words[i : i + WORDS]) for i in range(len(words) - WORDS + 1)}


def told(answers: ModuleType) -> dict[str, str]:
    """All that is told after a run, by what it belongs to."""
    texts = {key: f"{one.happened} {one.why}" for key, one in answers.PREDICTIONS.items()}
    return texts | {f"question {i}": text for i, text in enumerate(answers.EXAM, 1)}


def test_every_question_is_asked_before_its_run_and_answered_after_it(student, staff, answers):
    for notebook in (student, staff):
        asked, compared = calls(notebook, "predict"), calls(notebook, "compare")
        patients = {key for key in answers.PREDICTIONS if key.startswith("patient-")}
        assert set(asked) == set(answers.PREDICTIONS)
        assert set(compared) == (set(asked) - patients) | {"patient-{name}"}
        assert len(asked) - len(patients) >= 18
        for key, number in asked.items():
            after = compared["patient-{name}" if key in patients else key]
            assert number < after, key
            tags = notebook.cells[number].metadata.tags
            assert tags[0] == "experiment" and "open" in tags, key


def test_a_question_offers_the_letters_that_it_takes(student, answers):
    asked = calls(student, "predict")
    for key, one in answers.PREDICTIONS.items():
        text = student.cells[asked[key] - 1].source
        letters = "".join(re.findall(r"^> \*\*([a-f]):\*\*", text, re.MULTILINE))
        assert letters == one.choices, key
        assert "Predict, then run" in text
        if one.choices:
            assert one.right in one.choices
        else:
            assert isinstance(one.right, float) and 0 < one.close < max(1.6, abs(one.right))


def test_no_answer_can_be_read_before_the_run(student, answers):
    """In no cell of the notebook, wherever it stands; choices are the question's own words."""
    asked = calls(student, "predict")
    for name, text in told(answers).items():
        telling = runs_of_words(text)
        assert telling, name
        for number, cell in enumerate(student.cells):
            if number != asked.get(name, 0) - 1:
                found = telling & runs_of_words(cell.source)
                assert not found, f"{name}: {cell.id} says {sorted(found)}"


def test_no_answer_lies_open_in_the_handout(answers):
    rendered = render_handout(load_assignment(FOLDER))
    folded = rendered["lab_answers.py"].decode()
    assert "UNFOLDED" in folded
    for path, content in rendered.items():
        text = content.decode("utf-8", "replace")
        for name, one in answers.PREDICTIONS.items():
            assert one.why[:40] not in text, f"{path}: {name}"
        for answer in answers.EXAM:
            assert answer[:40] not in text, f"{path}: {answer}"
        assert "(1.0 - hidden)" not in text, path


def test_the_clinic_and_the_planted_bug_cannot_be_read(student, answers):
    sources = "\n".join(cell.source for cell in student.cells)
    assert not re.search(r"\bPATIENTS\b", sources)
    assert '"A": {},' in sources
    wrong = answers.DRAFT.split("\n")[6].strip()
    assert wrong.startswith("back = ") and wrong not in sources
    assert not re.findall(r"patient [A-D]", sources)


def test_the_planted_bug_is_the_only_mistake_and_its_repair_is_found(helper, answers):
    import numpy as np

    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    shapes = {"W1": (3, 4), "b1": (4,), "W2": (4, 2), "b2": (2,)}
    params = {name: rng.normal(size=shape) for name, shape in shapes.items()}

    def wrong(function: Any) -> set[str]:
        _, claimed = function(params, x, y)
        bad = set()
        for name, value in params.items():
            nudge = rng.normal(size=value.shape)
            up, down = (
                function(dict(params, **{name: value + sign * 1e-6 * nudge}), x, y)[0]
                for sign in (1, -1)
            )
            if abs((up - down) / 2e-6 - np.sum(nudge * claimed[name])) > 1e-5:
                bad.add(name)
        return bad

    assert wrong(helper.draft_gradients) == {"W1", "b1"}
    line = 'back = (back @ params["W2"].T) * (1.0 - hidden**2)'
    assert wrong(helper.repaired_draft(7, line)) == set()


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (..., ..., "No repair yet"),
        (1, "x = 1", "No repair yet"),
        (99, "x = 1", "No repair yet"),
        (7, 3, "No repair yet"),
        (7, "back = (", "is not Python"),
    ],
)
def test_a_repair_that_is_none_changes_nothing(helper, capsys, line, code, said):
    assert helper.repaired_draft(line, code) is helper.draft_gradients
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("key", "prediction", "said"),
    [
        ("bowl", ..., "Put 'a', 'b', 'c' or 'd' in place of the dots"),
        ("bowl", None, "No prediction yet"),
        ("bowl", "e", "got 'e'"),
        ("bowl", 3, "got 3"),
        ("bowl", "", "got ''"),
        ("three-clips", ..., "Put a number in place of the dots"),
        ("three-clips", "30", "Expected a number, got '30'"),
        ("three-clips", float("nan"), "got nan"),
        ("three-clips", True, "got True"),
    ],
)
def test_without_a_prediction_nothing_is_told(helper, answers, capsys, key, prediction, said):
    helper.predict(key, prediction)
    assert said in capsys.readouterr().out
    helper.compare(key, measured=1.0, here="something")
    told = capsys.readouterr().out
    assert "once you have made a prediction" in told
    assert answers.PREDICTIONS[key].why[:30] not in told


def test_a_prediction_stands_beside_what_happened(helper, answers, capsys):
    helper.predict("bowl", " B ")
    assert "Kept: b." in capsys.readouterr().out
    helper.compare("bowl", here="f = 3")
    told = " ".join(capsys.readouterr().out.split())
    assert "You predicted: b It is: the answer is c" in told
    assert "In this run: f = 3" in told
    assert answers.PREDICTIONS["bowl"].why in told

    helper.predict("three-clips", 26)
    helper.compare("three-clips", measured=28.66)
    told = " ".join(capsys.readouterr().out.split())
    assert "You predicted: 26 It is: measured: 28.7, close to your prediction" in told
    helper.predict("three-clips", 90.0)
    helper.compare("three-clips", measured=28.66)
    assert "close to" not in capsys.readouterr().out.split("What happened")[0]


def test_a_worked_answer_comes_after_an_attempt(helper, answers, capsys):
    shown = []
    helper._show, kept = lambda rich, plain: shown.append(rich), helper._show
    try:
        helper.question(1, "\n\n")
        helper.question(1, "because of Adam")
        assert "in 8 words or more" in capsys.readouterr().out and shown == []
        helper.question(1, "The quotient of both moments has only the sign of g.")
    finally:
        helper._show = kept
    assert shown[0].startswith("<details>") and "epsilon" in shown[0].lower()


def test_a_cell_that_needs_what_is_not_written_says_so(helper, capsys):
    with helper.experiment():
        raise NotImplementedError("Adam.step: correct both moments.")
    told = capsys.readouterr().out
    assert "waits for what is not written yet: Adam.step: correct both moments." in told
    with pytest.raises(ZeroDivisionError), helper.experiment():
        raise ZeroDivisionError


def test_every_experiment_with_an_exercise_in_it_can_wait(source, student):
    """What runs at once, outside of a function and of `with experiment()`, needs no exercise."""
    names = {made.provides for made in source.manifest.exercises if made.graded}
    for cell in student.cells:
        if cell.metadata.get("tags", [""])[0] == "experiment" and not cell.source.startswith("!"):
            for node in ast.parse(cell.source).body:
                waits = isinstance(node, ast.With) and ast.unparse(node.items[0]) == "experiment()"
                if not waits and not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                    used = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
                    assert not used & names, f"{cell.id}: {ast.unparse(node)}"


def test_no_cell_takes_a_name_of_the_helper(student, staff, helper):
    imported = {name for name in vars(helper) if re.search(rf"^    {name},$", first(student), re.M)}
    assert {"predict", "compare", "question", "experiment"} <= imported
    for cell in (*student.cells, *staff.cells):
        if cell.cell_type == "code" and not cell.source.startswith("!"):
            for node in ast.walk(ast.parse(cell.source)):
                bound = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
                assert not (bound and node.id in imported), f"{cell.id}: {node.id}"


def first(notebook: nbformat.NotebookNode) -> str:
    """The cell that imports the helper."""
    return next(c.source for c in notebook.cells if "from lab_predictions import" in c.source)


def test_what_is_not_typed_into_is_collapsed(student):
    open_lines = 0
    for cell in student.cells:
        if cell.metadata.get("tags", [""])[0] == "experiment":
            hidden = cell.metadata.get("jupyter", {}).get("source_hidden", False)
            assert hidden == ("open" not in cell.metadata.tags), cell.id
            assert hidden == (cell.metadata.get("cellView") == "form")
            open_lines += 0 if hidden else len(cell.source.splitlines())
    assert open_lines < 160
