"""Error carried forward: a wrong sibling costs at home and nowhere else, and nobody can play it."""

import itertools

import pytest

from autograder.assignment.load import load_assignment
from autograder.grading.carried_errors import carried_notes
from autograder.grading.grade import grade
from autograder.grading.result_records import CheckResult
from autograder.intake.submissions import Bundle
from tests.grading.chain import write_chain

RIGHT = "    return float(np.sqrt(np.sum(np.square(v))))\n"
# Right of 3 and 4 alone, and of everything but a single number.
NEARLY = "    return float(np.sum(np.abs(v))) - 2.0\n"
BUT_ONE = "    return float(np.linalg.norm(v)) if len(v) > 1 else 3.0\n"
SQUARED = "    return float(np.sum(np.square(v)))\n"
UNWRITTEN = "    raise NotImplementedError\n"
LEANING_UNIT = "    return v / length(v)\n"

LEANING = """
import numpy as np


def length(v):
{length}

def unit(v):
{unit}
"""
COMPASS = """
from lengths import unit as direction


class Compass:
    def point(self, v):
        return direction(v)
"""


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    return load_assignment(write_chain(tmp_path_factory.mktemp("solutions") / "chain"))


@pytest.fixture
def scored(chain, zygote):
    """Grades the three exercises, and gives the result and each exercise's score."""

    def run(length=RIGHT, unit=LEANING_UNIT, compass=COMPASS, **more):
        files = {
            "lengths.py": LEANING.format(length=length, unit=unit).encode(),
            "shares.py": compass.encode(),
        }
        result = grade(chain, Bundle("anna", files), zygote, 7, **more)
        return result, {made.name: made.score for made in result.exercises}

    return run


def test_right_work_is_asked_once_and_carries_nothing(scored):
    result, scores = scored()
    assert scores == {"length": 4.0, "unit": 3.0, "Compass": 3.0}
    assert not any(made.carried for one in result.exercises for made in one.checks)
    assert all(one.notes == () for one in result.exercises)


@pytest.mark.parametrize("length", [SQUARED, UNWRITTEN, "    return 1 / 0\n"])
def test_a_wrong_sibling_costs_at_home_alone_also_through_a_chain_and_another_name(scored, length):
    result, scores = scored(length)
    assert scores == {"length": 0.0, "unit": 3.0, "Compass": 3.0}
    home, unit, compass = result.exercises
    assert {made.carried for made in unit.checks} <= {("length",), ()}
    assert ("length",) in {made.carried for made in compass.checks} or any(
        "unit" in made.carried for made in compass.checks
    )
    assert "unit and Compass" in home.notes[0] or "unit" in home.notes[0]
    assert "repair length first" in unit.notes[0]
    assert result.score == 6.0


def test_a_check_that_passes_by_itself_owes_nothing_to_a_sibling_that_is_right_in_part(scored):
    result, scores = scored(NEARLY)
    assert 0.0 < scores.pop("length") < 4.0
    assert scores == {"unit": 3.0, "Compass": 3.0}
    _, unit, _ = result.exercises
    assert [made.carried for made in unit.checks] == [(), ("length",), ("length",)]
    assert "so 2 checks pass here" in unit.notes[0]


def test_a_sibling_in_which_nothing_was_found_is_not_to_blame(scored):
    result, scores = scored(BUT_ONE)
    assert scores == {"length": 4.0, "unit": 2.0, "Compass": 3.0}
    assert all(one.notes == () for one in result.exercises)


def test_a_sibling_may_be_called_by_a_function_that_the_exercise_calls(scored):
    between = "    return scaled(v)\n\n\ndef scaled(v):\n    return v / length(v)\n"
    _, scores = scored(SQUARED, between)
    assert scores == {"length": 0.0, "unit": 3.0, "Compass": 3.0}


def test_an_exercise_that_calls_itself_does_its_own_work(scored):
    row = "    if v.ndim == 1:\n        return unit(v[None])[0]\n    return v / length(v[0])\n"
    result, scores = scored(SQUARED, row)
    assert (scores["length"], scores["unit"]) == (0.0, 3.0)
    assert {made.carried for made in result.exercises[1].checks} == {("length",)}
    _, scores = scored(RIGHT, "    return unit(v)\n")
    assert scores["unit"] == 0.0


def test_each_check_names_those_siblings_that_it_called(scored):
    both = (
        "from lengths import length as measured\nfrom lengths import unit as direction\n\n\n"
        "class Compass:\n"
        "    def point(self, v):\n"
        "        return direction(v) if len(v) > 2 else v / measured(v)\n"
    )
    result, scores = scored(SQUARED, "    return v / np.sum(np.square(v))\n", both)
    home, unit, compass = result.exercises
    assert scores["Compass"] == 3.0 and scores["unit"] < 3.0
    assert [made.carried for made in compass.checks] == [("unit",), ("length",)]
    assert "repair unit and length first" in compass.notes[0]
    assert "so 2 checks pass here" in compass.notes[0]
    assert "Compass was judged as if it were right" in home.notes[0] + unit.notes[0]


def test_what_fails_with_a_right_sibling_as_well_is_told_as_it_was(scored):
    """Also where it fails otherwise then: what the student sees is what their own code does."""
    result, scores = scored(
        SQUARED, "    return v / length(v) + 1.0\n", "class Compass:\n    pass\n"
    )
    assert scores == {"length": 0.0, "unit": 0.0, "Compass": 0.0}
    assert all(one.notes == () for one in result.exercises)
    assert not any(made.carried for one in result.exercises for made in one.checks)
    shown = result.exercises[1].checks[0]
    assert shown.comparison.entries[0].got == "1.12", "3 / 25 + 1, and not 3 / 5 + 1"
    hidden = [made for one in result.exercises for made in one.checks if not made.public]
    assert hidden and all(made.comparison is None for made in hidden)


def test_notes_of_one_check_and_of_siblings_in_turn():
    def made(*carried):
        return CheckResult(
            name="a",
            title="A",
            public=True,
            points=1.0,
            score=1.0,
            outcome="passed",
            carried=carried,
        )

    (told,) = carried_notes([made(), made("b", "c")], [])
    assert told.startswith("repair b and c first") and "so 1 check passes here" in told
    (told,) = carried_notes([made("b"), made("c", "b")], [])
    assert told.startswith("repair b and c first") and "so 2 checks pass here" in told
    (told,) = carried_notes([made()], ["d", "e"])
    assert told.startswith("repair this exercise first: d and e was judged")
    assert list(carried_notes([made()], [])) == []


def test_a_fault_of_its_own_beside_a_wrong_sibling_costs_in_its_own_exercise(scored):
    _, scores = scored(SQUARED, "    return 3 * v / length(v)\n")
    assert scores["unit"] == 0.0
    _, right = scored(RIGHT, "    return 3 * v / length(v)\n")
    assert scores["unit"] == right["unit"]


def test_a_mistake_copied_by_hand_costs_in_both(scored):
    _, scores = scored(SQUARED, "    return v / np.sum(np.square(v))\n", COMPASS)
    assert scores["length"] == 0.0
    assert scores["unit"] < 3.0
    assert scores["Compass"] == 3.0


def test_a_sibling_that_is_missing_or_in_a_file_of_its_own_is_answered_for(chain, zygote):
    files = {"lengths.py": b"import numpy as np\n\ndef unit(v):\n    return v / length(v)\n"}
    result = grade(chain, Bundle("anna", files), zygote, 7)
    scores = {made.name: made.score for made in result.exercises}
    assert (scores["length"], scores["unit"]) == (0.0, 3.0)


def test_exercises_that_lean_on_each_other_get_nothing(scored):
    _, scores = scored(
        "    u = unit(v)\n    i = int(np.argmax(np.abs(u)))\n    return float(v[i] / u[i])\n",
        LEANING_UNIT,
    )
    assert (scores["length"], scores["unit"]) == (0.0, 0.0)


# Bodies for `length` and for `unit`; those that lean, or that look at who answers, among them.
LENGTH_BODIES = [
    SQUARED,
    UNWRITTEN,
    "    u = unit(v)\n    i = int(np.argmax(np.abs(u)))\n    return float(v[i] / u[i])\n",
]
UNIT_BODIES = [
    LEANING_UNIT,
    "    return v / np.sqrt(np.sum(np.square(v)))\n",
    "    return v / np.sum(np.square(v))\n",
    "    n = length(np.array([3.0, 4.0]))\n"
    "    return v / (np.linalg.norm(v) if abs(n - 5) < 1e-6 else 1.0)\n",
    "    return np.array([length(v)] * len(v))\n",
    UNWRITTEN,
]


@pytest.mark.parametrize(("length", "unit"), list(itertools.product(LENGTH_BODIES, UNIT_BODIES)))
def test_nothing_is_gained_over_writing_both_right(scored, length, unit):
    """With a sibling that is wrong, an exercise gets no more than with a right one."""
    _, scores = scored(length, unit, compass="class Compass:\n    pass\n")
    _, with_right = scored(RIGHT, unit, compass="class Compass:\n    pass\n")
    assert scores["unit"] <= with_right["unit"]
    assert scores["length"] <= with_right["length"]


def test_a_loop_over_a_sibling_ends(scored):
    _, scores = scored(SQUARED, "    for _ in range(10**9):\n        length(v)\n")
    assert (scores["length"], scores["unit"]) == (0.0, 0.0)


def test_a_worker_that_asks_without_being_allowed_to_has_given_no_answer(scored):
    forged = (
        "    import gc, socket\n"
        "    from autograder.worker import frames\n"
        "    channel = next(o for o in gc.get_objects() if isinstance(o, socket.socket))\n"
        "    frames.send(channel, [0, 'sibling', 'length', [[3.0]], {}])\n"
        "    return v / np.linalg.norm(v)\n"
    )
    result, scores = scored(RIGHT, forged)
    assert scores["length"] == 4.0
    assert scores["unit"] == 0.0
    assert result.status == "graded"
