"""The rendered notebook: its form, its cells, and what only staff may read."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import msgspec
import nbformat
import pytest

from autograder.assignment.load import load_assignment
from autograder.assignment.manifest_problems import ManifestError
from autograder.handout.build import hidden_texts
from autograder.handout.leaks import find_leaks
from autograder.handout.notebook import render_notebook
from autograder.templating import templates_folder

LONGEST_LINE = 100
STORY = Path(__file__).parents[2] / "solutions" / "t6" / "notebook.md"


def tagged(notebook: nbformat.NotebookNode, tag: str) -> dict[str, Any]:
    """Code cells with this first tag, by their second."""
    found: dict[str, Any] = {}
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if tags[:1] == [tag]:
            assert tags[1] not in found, f"two cells are tagged {tags}"
            found[tags[1]] = cell
    return found


def code(notebook: nbformat.NotebookNode) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook: nbformat.NotebookNode) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def python(cell: Any) -> str:
    """The cell without lines for the shell."""
    return "\n".join(line for line in cell.source.splitlines() if not line.startswith("!"))


def retold(source: Any, folder: Path, story: str) -> nbformat.NotebookNode:
    """The notebook of another story about the same modules."""
    (folder / "notebook.md").write_text(story, encoding="utf-8")
    text = render_notebook(templates_folder(), folder, source.manifest, source.modules)
    return nbformat.reads(text, as_version=4)


@pytest.mark.parametrize("solution", [False, True])
def test_it_is_valid_and_the_same_at_each_rendering(source, solution):
    text = source.text(solution=solution)
    assert text == source.text(solution=solution)
    nbformat.validate(nbformat.reads(text, as_version=4))


@pytest.mark.parametrize("solution", [False, True])
def test_every_cell_is_python_3_8_and_fits_the_page(student, staff, solution):
    for cell in code(staff if solution else student):
        ast.parse(python(cell), feature_version=(3, 8))
        too_long = [line for line in cell.source.splitlines() if len(line) > LONGEST_LINE]
        assert not too_long, f"{cell.id}: {too_long}"


def test_nothing_has_run(student):
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code(student))


def test_ids_are_unique_and_staff_and_students_share_those_of_code(student, staff):
    ids = [cell.id for cell in student.cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", each) for each in ids)
    assert {cell.id for cell in code(student)} <= {cell.id for cell in staff.cells}


def test_an_id_survives_new_text_and_a_new_section_before_it(source, student, tmp_path):
    story = STORY.read_text(encoding="utf-8")
    story = story.replace("## 5. Why", "## 5. A new section\n\nWith a text.\n\n\n## 6. Why")
    changed = {cell.id: cell.source for cell in retold(source, tmp_path, story).cells}
    kept = {cell.id: cell.source for cell in student.cells}
    assert set(changed) - set(kept) == {"a-new-section-1"}
    assert not set(kept) - set(changed)
    different = {name for name in kept if kept[name] != changed[name]}
    assert different == {"why-gradients-vanish-1"}


def test_every_graded_exercise_has_its_cell_and_its_check(source, student, staff):
    asked = [made for made in source.manifest.enabled_exercises if made.kind == "code"]
    assert len(asked) > 20
    for notebook in (student, staff):
        exercises, checks = tagged(notebook, "exercise"), tagged(notebook, "check")
        assert set(checks) == {made.name for made in asked}
        order = [cell.id for cell in notebook.cells]
        for made in asked:
            assert checks[made.name].source == f'grader.check("{made.name}")'
            home = made.name if made.name in exercises else made.provides
            assert order.index(f"exercise-{home}") < order.index(f"check-{made.name}")
            assert f"**Exercise `{made.name}`**" in prose(notebook)
    for name, cell in tagged(student, "exercise").items():
        assert "raise NotImplementedError(" in cell.source, name
        assert "raise NotImplementedError(" not in tagged(staff, "exercise")[name].source, name


def test_hints_are_folded_and_their_folds_are_closed(student):
    text = prose(student)
    assert text.count("<details>") == text.count("</details>") > 60
    assert "<summary>Hint for <code>Adam.step</code>: pseudo-code</summary>" in text


def test_experiments_are_tagged_so_that_grading_skips_them(student):
    """What is not tagged runs in grading: definitions, imports, checks, and nothing that trains."""
    assert len(tagged(student, "experiment")) > 30
    for cell in code(student):
        if cell.metadata.get("tags", [""])[0] == "experiment":
            continue
        for statement in ast.parse(cell.source).body:
            call = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
            loop = isinstance(statement, (ast.For, ast.While, ast.With))
            quick = ast.unparse(statement).startswith(("grader.check(", "os.environ.setdefault("))
            assert not loop and (quick or not call), f"{cell.id}: {ast.unparse(statement)}"


def test_names_of_graded_code_come_from_cells_that_grading_runs(student):
    """An exercise must not lean on a name that only an experiment defines."""
    graded, experimental = set(), set()
    for cell in code(student):
        experiment = cell.metadata.get("tags", [""])[0] == "experiment"
        names = {
            name.asname or name.name
            for node in ast.walk(ast.parse(python(cell)))
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for name in node.names
        }
        names |= {
            node.name
            for node in ast.parse(python(cell)).body
            if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        }
        (experimental if experiment else graded).update(names)
    for name, cell in tagged(student, "exercise").items():
        found = [n for n in ast.walk(ast.parse(cell.source)) if isinstance(n, ast.Name)]
        used = {node.id for node in found if isinstance(node.ctx, ast.Load)}
        own = {node.id for node in found if isinstance(node.ctx, ast.Store)}
        assert not (used - own) & (experimental - graded), name


def test_a_helper_of_experiments_takes_no_name_of_an_exercise_or_of_given_code(student):
    owners: dict[str, str] = {}
    for cell in code(student):
        for node in ast.parse(python(cell)).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                assert node.name not in owners, f"{node.name}: {owners[node.name]} and {cell.id}"
                owners[node.name] = cell.id


def test_every_section_has_one_idea_and_every_figure_a_caption(student):
    sections = re.split(r"^## ", prose(student), flags=re.MULTILINE)[1:]
    lessons = [text for text in sections if re.match(r"\d+\. ", text)]
    ideas = [text for text in lessons if "**Idea.**" in text]
    assert len(ideas) == 17
    assert all(text.count("**Idea.**") == 1 for text in ideas)
    for name, cell in tagged(student, "experiment").items():
        if "= panels(" in cell.source and "return figure" not in cell.source:
            assert re.search(r"\b(show|captioned)\(\s+figure,", cell.source), name


def test_only_staff_get_answers(student, staff):
    everything = "\n".join(cell.source for cell in student.cells)
    assert "taff" not in everything.replace("for staff", "")
    assert prose(student).count("**Question ") == 14
    asked = [name for name in tagged(student, "experiment") if name.startswith("predict-")]
    assert len(asked) >= 19
    for name in asked:
        assert "staff_prediction(" not in tagged(student, "experiment")[name].source
        assert "staff_prediction(" in tagged(staff, "experiment")[name].source
    assert "worked_answer(" in tagged(staff, "experiment")["question-1"].source
    assert "worked_answer(" not in tagged(student, "experiment")["question-1"].source
    assert '"A": {},' in tagged(student, "experiment")["repairs"].source
    assert '"A": {"activation": "relu"' in tagged(staff, "experiment")["repairs"].source


def test_no_solution_and_no_hidden_vector_is_in_it(source):
    assignment = load_assignment(STORY.parent)
    rendered = {"t6.ipynb": source.text(solution=False).encode()}
    assert not find_leaks(source.modules, rendered, hidden_texts=hidden_texts(assignment))


def test_an_exercise_that_is_off_or_given_loses_its_check_and_keeps_its_cell(source):
    changes = {"Nesterov": {"enabled": False}, "SGD": {"tier": "given", "points": 0.0}}
    manifest = msgspec.structs.replace(
        source.manifest,
        exercises=tuple(
            msgspec.structs.replace(made, **changes.get(made.name, {}))
            for made in source.manifest.exercises
        ),
    )
    text = render_notebook(templates_folder(), STORY.parent, manifest, source.modules)
    notebook = nbformat.reads(text, as_version=4)
    assert not {"Nesterov", "SGD"} & set(tagged(notebook, "check"))
    assert "NotImplementedError" not in tagged(notebook, "exercise")["SGD"].source
    assert "**Given `SGD`**" in prose(notebook) and "**Not graded: `Nesterov`**" in prose(notebook)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('<< exercise("Adam") >>', "", "no cell for Adam"),
        ('<< exercise("Adam") >>', '<< exercise("Adamm") >>', "Adamm"),
        ('<< exercise("Adam") >>', "<< exercise(Adam) >>", "'Adam' is undefined"),
        ('<< exercise("Adam") >>', "<% if %>", "notebook.md"),
    ],
)
def test_a_slip_in_the_story_is_named(source, tmp_path, old, new, problem):
    story = STORY.read_text(encoding="utf-8")
    with pytest.raises(ManifestError, match=re.escape(problem)):
        retold(source, tmp_path, story.replace(old, new))


def test_dates_come_from_the_manifest_alone(source):
    """Another due date is another date everywhere, and there is no second one."""
    about = source.manifest.assignment
    moved = about.due.replace(year=2031, month=3, day=4)
    manifest = msgspec.structs.replace(
        source.manifest, assignment=msgspec.structs.replace(about, due=moved)
    )
    text = render_notebook(templates_folder(), STORY.parent, manifest, source.modules)
    assert f"Hand in by {moved:%A, %d %B %Y}" in text
    dates = r"\b\d{1,2}\.? (?:January|February|March|April|May|June|July|August|September|October"
    dates += r"|November|December) \d{4}|\b20\d\d-\d\d-\d\d"
    assert set(re.findall(dates, text)) == {"04 March 2031"}
