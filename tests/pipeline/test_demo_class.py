"""The demo class gets the verdicts it was made for."""

import json
import re

import pytest

from autograder.assignment.rules import facts_of
from autograder.grading.grade import grade
from autograder.grading.result_records import timeless, to_json
from autograder.grading.seeds import check_generator
from autograder.intake.exports import find_entries
from autograder.intake.submissions import Bundle, Entry, read
from autograder.kit import Problem, run_check
from autograder.kit.in_process import InProcessAttempt
from autograder.kit.running import unasked

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo-class")]
SEED = 20


def failed_exercises(result):
    """The checks that did not pass, by exercise; a bonus that was left out does not count."""
    failed = {
        made.name: [check for check in made.checks if check.outcome != "passed"]
        for made in result.exercises
        if made.tier == "core" or any("not written" not in check.message for check in made.checks)
    }
    return {name: checks for name, checks in failed.items() if checks}


def test_right_work_in_every_form_gets_all_that_a_machine_gives(results, t6):
    for name in ("right", "zipped", "notebook", "right-other-convention"):
        result = results[name]
        assert failed_exercises(result) == {}, name
        assert result.status == "graded"
        reflection = sum(t6.manifest.scaled_manual_points(e) for e in t6.manifest.exercises)
        assert result.open_points == pytest.approx(reflection)
        assert result.score >= result.max_score - reflection


def test_another_convention_is_noted_and_only_there(results):
    def noted(name):
        return {
            made.name
            for made in results[name].exercises
            for check in made.checks
            if check.diagnosis is not None and check.diagnosis.kind == "convention"
        }

    assert noted("right") == noted("zipped") == noted("notebook")
    assert len(noted("right-other-convention") - noted("right")) == 1


def test_each_named_mistake_costs_its_exercise_alone(results):
    mistaken = [name for name in results if name.startswith("mistake-in-")]
    assert mistaken
    for name in mistaken:
        assert set(failed_exercises(results[name])) == {name.removeprefix("mistake-in-")}, name


def test_what_is_not_written_says_so(results):
    told = failed_exercises(results["unfinished"])
    assert told
    for checks in told.values():
        assert all("not written yet" in check.message for check in checks)


def test_a_syntax_error_costs_its_file_alone(results, t6):
    broken = t6.manifest.modules[0].name
    told = failed_exercises(results["syntax-error"])
    assert set(told) == {made.name for made in t6.manifest.exercises_in(broken) if made.graded}
    for checks in told.values():
        assert all(check.outcome == "unusable" and broken in check.message for check in checks)


@pytest.mark.parametrize(
    ("name", "outcomes"),
    [
        ("endless-loop", {"timeout"}),
        ("memory-hog", {"memory"}),
        ("cheat", {"failed"}),
    ],
)
def test_hostile_work_costs_one_exercise(results, name, outcomes):
    told = failed_exercises(results[name])
    assert len(told) == 1
    assert {check.outcome for checks in told.values() for check in checks} <= outcomes


def test_the_cheat_found_no_check_and_no_secret(results):
    log = results["cheat"].log
    assert "def test_" not in log
    assert "root:" not in log
    assert not re.search(r"AWS|TOKEN|SECRET|PYTEST", log)


def test_bytes_do_not_depend_on_the_number_of_slots(results, grade_class, class_folder):
    names = {"right", "syntax-error", "cheat", "unfinished"}
    chosen = [entry for entry in find_entries(class_folder) if entry.name in names]
    for result in grade_class(chosen, jobs=1):
        before = timeless(results[result.submission])
        assert to_json(timeless(result)) == to_json(before)


def test_the_sandbox_and_a_plain_folder_give_the_same_verdicts(results, t6, class_folder):
    seed = results["right"].seed
    folder = class_folder / "mistake-in-SGD"
    if not folder.exists():
        folder = class_folder / "right"
    remote = {check.name: check for made in results[folder.name].exercises for check in made.checks}
    host = InProcessAttempt(facts_of(t6), read(Entry(folder.name, folder)).files)
    for check in t6.checks:
        if t6.manifest.exercise(check.exercise).uses == "tensorflow":
            continue
        fixtures = {"rng": check_generator(seed, check.name), "ref": t6.reference}
        made = t6.manifest.exercise(check.exercise)
        try:
            verdict = run_check(check, host.begin(made, check.name), fixtures)
        except Problem as problem:
            verdict = unasked(problem.outcome, problem.public, problem.hidden)
        assert verdict.outcome == remote[check.name].outcome, check.name
        told = verdict.public if check.public else verdict.hidden
        assert remote[check.name].message == told
    host.close()


def test_the_skeleton_scores_nothing(t6, zygote):
    folder = t6.folder.parent.parent / "assignments" / "t6"
    result = grade(t6, read(Entry("skeleton", folder)), zygote, SEED)
    assert (result.status, result.score, result.open_points) == ("graded", 0.0, 0.0)
    passed = [c.name for made in result.exercises for c in made.checks if c.outcome == "passed"]
    assert passed == []


SNIPPETS = [
    "from tensorflow.keras.optimizers import Adam\n"
    "from tensorflow.keras.layers import BatchNormalization, Dense, Dropout",
    "%matplotlib inline\n!pip install tensorflow\nimport tensorflow as tf",
    "net = tf.keras.Sequential([tf.keras.Input((4,)), Dense(8, activation='relu'),\n"
    "    BatchNormalization(), Dropout(0.3), Dense(1, activation='sigmoid')])\n"
    "net.compile(optimizer=Adam(clipnorm=1.0), loss='binary_crossentropy')",
    "import numpy as np\n"
    "theirs = Adam(learning_rate=0.1)\n"
    "w = tf.Variable([1.0, 2.0])\n"
    "theirs.apply_gradients([(tf.constant([0.5, -0.5]), w)])\n"
    "print('theirs', w.numpy())",
]


def test_a_notebook_that_compares_with_keras_loses_nothing(t6, zygote, class_folder):
    (path,) = (class_folder / "notebook").glob("*.ipynb")
    notebook = json.loads(path.read_text())
    for number, source in enumerate(SNIPPETS):
        cell = {"cell_type": "code", "id": f"mine-{number}", "metadata": {}, "outputs": []}
        notebook["cells"].append({**cell, "execution_count": None, "source": source})
    bundle = Bundle("mixed", {"t6.ipynb": json.dumps(notebook).encode()})
    result = grade(t6, bundle, zygote, SEED, only=("Adam", "build_regularized_model"))
    assert failed_exercises(result) == {}
    assert result.score == result.max_score == 11
