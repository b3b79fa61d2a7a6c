"""Counterexamples: whole, true, the same whatever was hidden, and of no use to who would peek."""

import numpy as np
import pytest

from autograder.assignment.load import load_assignment
from autograder.grading.counterexamples import Counterexamples
from autograder.grading.grade import grade
from autograder.grading.result_records import CheckResult, from_json, timeless, to_json
from autograder.grading.showable_inputs import SIZES, showable_generator
from autograder.grading.written_questions import Question, written
from autograder.intake.submissions import Bundle
from autograder.kit.plain import Ref

HEAD = '"""Checks."""\nimport numpy as np\nfrom autograder.kit import check, expect\n'
CHECKS = (
    HEAD
    + """

@check("double", "a fixed array is doubled", public=True)
def test_double_fixed(sub):
    expect.close(sub.double(np.array([1.0, 2.0])), np.array([2.0, 4.0]), "the result")


@check("double", "a random array is doubled")
def test_double_random(sub, rng, ref):
    x = rng.normal(size=int(rng.integers(2, 9)))
    expect.close(sub.double(x), ref.double(x), "the result")


@check("double", "a fixed hidden array is doubled")
def test_double_fixed_hidden(sub):
    expect.close(sub.double(np.array([5.0])), np.array([10.0]), "the result")


@check("double", "another fixed hidden array is doubled", showable=True)
def test_double_fixed_shown(sub):
    expect.close(sub.double(np.array([7.0])), np.array([14.0]), "the result")


@check("double", "a drawn array that is nobody's business", showable=False)
def test_double_kept(sub, rng):
    x = rng.uniform(1.0, 2.0, size=2)
    expect.close(sub.double(x), 2 * x, "the result")


@check("Tally", "counts add up")
def test_tally(sub, rng):
    tally = sub.Tally()
    first, second = (float(rng.uniform(1.0, 9.0)) for _ in range(2))
    tally.add(first)
    held = sub.hold([np.array([1.0], "float32")])
    expect.close(tally.add(second), first + second, "the count")
    held.value()
"""
)

TALLY = """
class Tally:
    def __init__(self):
        self.count = 0
    def add(self, n):
        self.count = n
        return self.count
"""
WRONG = "import numpy as np\ndef double(x):\n    return np.asarray(x) * 3\n" + TALLY


@pytest.fixture(scope="module")
def told(small_folder):
    return load_assignment(small_folder(CHECKS))


@pytest.fixture
def look(told, zygote):
    def run(text, seed=7, assignment=None):
        assignment = assignment or told
        bundle = Bundle("anna", {"work.py": text.encode()})
        return grade(
            assignment,
            bundle,
            zygote,
            seed,
            counterexamples=Counterexamples(assignment, zygote),
        )

    return run


def checks_of(result) -> dict[str, CheckResult]:
    return {check.name: check for made in result.exercises for check in made.checks}


def shown(result):
    return {
        name: (check.counterexample, check.showable_tried)
        for name, check in checks_of(result).items()
    }


def test_what_was_asked_what_came_back_and_what_is_right_are_told_whole(look):
    found = checks_of(look(WRONG))
    example = found["double_random"].counterexample
    assert example.asked.startswith("double([")
    numbers = [float(one) for one in example.asked[8:-2].split(",")]
    assert len(numbers) in (2, 3) and all(round(one, 2) == one for one in numbers)
    compared = example.comparison
    assert [float(one.expected) for one in compared.entries] == pytest.approx(
        [2 * one for one in numbers]
    )
    assert [float(one.got) for one in compared.entries] == pytest.approx(
        [3 * one for one in numbers]
    )
    lines = found["tally"].counterexample.asked.splitlines()
    assert lines[0] == "tally = Tally()" and lines[2] == "given = [np.float32([1])]"
    assert [line[:10] for line in lines[1::2]] == ["tally.add("] * 2


def test_what_is_fixed_or_withheld_by_its_author_is_not_shown(look):
    found = shown(look(WRONG))
    assert found["double_fixed_hidden"] == found["double_kept"] == (None, 0)
    assert found["double_fixed_shown"][0].asked == "double([7])"


def test_nothing_shown_depends_on_the_hidden_seed(look):
    texts = [shown(look(WRONG, seed)) for seed in (7, 8, 2**47 - 5)]
    assert texts[0] == texts[1] == texts[2]
    assert texts[0]["double_random"][0]


PEEKS = """
import numpy as np, random, time
kept = []
seen = []
def double(x):
    x = np.asarray(x)
    with open("kept.txt", "a") as out:
        out.write(repr(x.tolist()))
    kept.append(x.tolist())
    told = open("kept.txt").read()
    globals().setdefault("first", told)
    np.double_of = told
    return np.full(x.shape, float(sum(map(ord, told + repr(kept)))) + random.random()
        + np.random.random())
"""


def test_what_keeps_hidden_inputs_has_none_to_show(look):
    # It answers from everything it has seen, wherever that can be kept, and from its own chance.
    texts = [shown(look(PEEKS + TALLY, seed)) for seed in (7, 8)]
    assert texts[0]["double_random"][0].comparison is not None
    assert texts[0] == texts[1]


def test_another_failure_than_the_hidden_one_is_not_taken_for_it(look):
    # Wrong for large arrays only: no showable input is as large.
    rare = WRONG.replace("* 3", "* (3 if len(x) > 5 else 2)")
    hidden = [checks_of(look(rare, seed))["double_random"] for seed in range(6)]
    failed = [check for check in hidden if check.outcome == "failed"]
    assert failed
    for check in failed:
        assert check.counterexample is None and check.showable_tried == SIZES
    # It raises for long arrays, and is wrong for short ones: one that is wrong shows nothing of it.
    other = WRONG.replace("    return np.asarray(x) * 3", RAISES_ON_LONG)
    found = next(
        check
        for seed in range(6)
        if (check := checks_of(look(other, seed))["double_random"]).outcome == "raised"
    )
    assert found.showable_tried > 1 and found.counterexample.comparison.got == "KeyError"


RAISES_ON_LONG = """    if len(x) > 3:
        raise KeyError(str(x))
    return np.asarray(x) * 3"""


def test_an_exception_stands_beside_what_is_right(look):
    found = checks_of(look(WRONG.replace("* 3", "+ undefined")))["double_random"]
    example = found.counterexample
    assert found.outcome == "raised" and "is not defined" not in found.message
    assert "name 'undefined' is not defined" in example.message
    assert example.comparison.got == "NameError"
    numbers = [2 * float(one) for one in example.asked[8:-2].split(",")]
    assert [float(n) for n in example.comparison.expected[1:-1].split(",")] == pytest.approx(
        numbers
    )


def test_an_input_on_which_the_reference_fails_is_never_shown(look, small_folder):
    # A check whose own demand does not hold for short numbers: nobody is told that it should.
    doubtful = (
        HEAD
        + """

@check("double", "public", public=True)
def test_public(sub):
    expect.close(sub.double(np.array([1.0])), np.array([2.0]), "the result")


@check("double", "doubtful")
def test_doubtful(sub, rng):
    x = rng.normal(size=3)
    short = bool((np.round(x, 3) == x).all())
    expect.close(sub.double(x), 2 * x + short, "the result")


@check("Tally", "hidden")
def test_tally(sub):
    expect.equal(sub.Tally().add(2), 2, "the count")
"""
    )
    found = look(WRONG, assignment=load_assignment(small_folder(doubtful)))
    assert shown(found)["doubtful"] == (None, 0)


def test_looking_is_bounded_and_ends_with_whom_it_costs_time(look):
    # It fails at once in the hidden run, and burns its time when it is asked again.
    slow = WRONG.replace("* 3", "* (3 if len(x) > 3 else spin())") + (
        "\ndef spin():\n    while True: pass\n"
    )
    result = look(slow, 9)
    assert result.status == "graded"
    assert all(check.showable_tried <= SIZES for check in checks_of(result).values())


def test_it_is_data_and_survives_being_written_down(look):
    result = look(WRONG)
    assert timeless(from_json(to_json(result))) == timeless(result)


@pytest.mark.parametrize("size", range(SIZES))
def test_short_numbers_keep_what_a_check_may_count_on(size):
    rng = showable_generator("a check", size)
    for low, high in ((0.7, 0.9), (-3.0, 3.0), (1e-4, 2e-4), (100.0, 101.0), (0.0, 1e6)):
        drawn = rng.uniform(low, high, size=500)
        assert (drawn >= low).all() and (drawn < high).all() and drawn.all()
        assert len(set(drawn.tolist())) > 5
        assert len(repr(float(drawn[0]))) <= 9
    assert rng.normal(5.0, np.array([1.0, 0.01]), size=(3, 2)).shape == (3, 2)
    assert rng.random(4, dtype="float32").dtype == np.float32
    assert type(rng.uniform(1, 2)) is float
    assert {int(rng.integers(4, 9)) for _ in range(99)} == set(range(4, 6 + size))
    assert set(rng.integers(0, 3, size=99).tolist()) == {0, 1, 2}
    assert sorted(rng.permutation(5)) == list(range(5))
    again = showable_generator("a check", size)
    assert again.normal() == showable_generator("a check", size).normal()


def test_questions_are_written_so_that_they_can_be_typed():
    model, step = Ref(0, "Model"), Ref(1, "Adam")
    asked = [
        Question("support", None, "keras_model", [["Dense"], np.float32(2)], {}, model),
        Question("call", None, "Adam", [], {"learning_rate": 0.1}, step),
        Question("set", step, "rate", [0.5], {}),
        Question("method", step, "step", [model, [np.array([[1.0, -2.5]]), None]], {}),
        Question("get", step, "rate", [], {}),
    ]
    assert written(asked).splitlines() == [
        "keras_model = support.keras_model(['Dense'], np.float32(2))",
        "adam = Adam(learning_rate=0.1)",
        "adam.rate = 0.5",
        "adam.step(keras_model, [[[1, -2.5]], None])",
        "adam.rate",
    ]
    assert written([Question("call", None, "f", [np.zeros(5000)], {})]) == ""
