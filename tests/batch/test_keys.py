"""Keys: all that can change a grade changes the key, and nothing else does."""

import ast
import dataclasses
import shutil
from pathlib import Path

import pytest

from autograder.assignment.load import load_assignment
from autograder.batch.keys import bundle_digest, engine_digest, environment, result_key
from autograder.intake.submissions import Bundle


def test_equal_work_is_one_result_whoever_hands_it_in():
    assert bundle_digest(Bundle("anna", {"a.py": b"1"})) == bundle_digest(
        Bundle("ben", {"a.py": b"1"})
    )


@pytest.mark.parametrize(
    "other",
    [
        Bundle("anna", {"a.py": b"2"}),
        Bundle("anna", {"b.py": b"1"}),
        Bundle("anna", {"a.py": b"1", "b.py": b""}),
        Bundle("anna", {"a.py": b"1"}, "damaged"),
        Bundle("anna", {"a.py": b"1"}, "", ("a note",)),
        Bundle("anna", {"caf\udce9.py": b"1"}),
    ],
    ids=lambda bundle: f"{bundle.files} {bundle.problem}",
)
def test_other_content_is_another_result(other):
    assert bundle_digest(other) != bundle_digest(Bundle("anna", {"a.py": b"1"}))


@pytest.mark.parametrize(
    "change",
    [
        {"assignment": "b"},
        {"seed": 8},
        {"environment": "another"},
        {"only": ("Stack",)},
        {"public_only": True},
    ],
    ids=str,
)
def test_other_conditions_are_another_result(conditions, change):
    changed = dataclasses.replace(conditions, **change)
    assert result_key("bundle", changed) != result_key("bundle", conditions)


def test_the_environment_names_what_can_change_a_grade():
    told = environment(["bubblewrap", "seccomp"])
    for part in ("autograder ", "python ", "numpy ", "isolation bubblewrap+seccomp"):
        assert part in told
    assert environment(["seccomp"]) != told


ENGINE = Path(__file__).parents[2] / "autograder"


def imported(path):
    """The engine's modules that a module of it imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autograder."):
            place = ENGINE.parent.joinpath(*node.module.split("."))
            yield from (place / f"{alias.name}.py" for alias in node.names)
            yield place.with_suffix(".py")


def what_a_grade_rests_on():
    """All that grading imports, and all that runs in the sandbox."""
    waiting = [ENGINE / "grading" / "grade.py", *(ENGINE / "sandbox").rglob("*.py")]
    found = set()
    while waiting:
        path = waiting.pop()
        if path.exists() and path not in found:
            found.add(path)
            waiting += imported(path)
    return sorted(path.relative_to(ENGINE).as_posix() for path in found)


def test_a_change_of_what_grading_rests_on_is_a_reason_to_grade_again_and_no_other(tmp_path):
    engine = tmp_path / "engine"
    shutil.copytree(ENGINE, engine, ignore=shutil.ignore_patterns("__pycache__"))
    before = engine_digest(engine)
    # Who handed in which files is found out anew in every run, and the files are in the key.
    elsewhere = ("intake/", "refusal.py")
    rests = [name for name in what_a_grade_rests_on() if not name.startswith(elsewhere)]
    assert len(rests) > 40 and any(name.startswith("reading/") for name in rests)
    others = ["publish/results.py", "cli/app.py", "intake/canvas.py", "batch/store.py"]
    for name, matters in [*((name, True) for name in rests), *((name, False) for name in others)]:
        path = engine / name
        text = path.read_bytes()
        path.write_bytes(text + b"# changed\n")
        assert (engine_digest(engine) != before) == matters, name
        path.write_bytes(text)


def test_a_mistake_counts_as_part_of_an_assignment_where_it_decides_about_points(tmp_path):
    source = Path(__file__).parent.parent / "tiny"
    folder = tmp_path / "tiny"
    shutil.copytree(source, folder)
    (folder / "mistakes").mkdir()

    def moved_by_an_edit_of_a_mistake(cap):
        manifest = (source / "assignment.toml").read_text(encoding="utf-8")
        line = f"[assignment]\nmistake_cap_percent = {cap}\n"
        (folder / "assignment.toml").write_text(manifest.replace("[assignment]\n", line, 1))
        before = load_assignment(folder).digest
        with open(folder / "mistakes" / "known.toml", "a", encoding="utf-8") as known:
            known.write("# a comment more\n")
        return load_assignment(folder).digest != before

    assert moved_by_an_edit_of_a_mistake(60)
    assert not moved_by_an_edit_of_a_mistake(100)
