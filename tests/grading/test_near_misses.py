"""Which mistake is named: each known one, both of a pair, and never what is only near to one.

The assignment is as small as can be: one exercise, one check for each half of it and one for both.
"""

import copy

import numpy as np
import pytest

from autograder.assignment.load import load_assignment
from autograder.grading.diagnosis import Diagnoser
from autograder.grading.seeds import check_generator
from autograder.kit import Submission, run_check
from autograder.kit.responder import Responder

MANIFEST = """
[assignment]
name = "mixing"
title = "Mixing"
version = "1"
contact = "nobody@example.org"
total_points = 10

[[file]]
name = "work.py"
title = "Work"

[[exercise]]
name = "mix"
file = "work.py"
points = 10
goal = "Mix two arrays."
"""

RIGHT = '''"""Reference."""
import numpy as np


def mix(x, y):
    """Mix."""
    # TODO: mix.
    # BEGIN SOLUTION
    left = 2 * np.asarray(x)
    right = 3 * np.asarray(y)
    return left + right
    # END SOLUTION
'''

CHECKS = '''"""Checks."""
import numpy as np
from autograder.kit import check, expect


def ask(sub, rng, ref, left, right):
    for _ in range(2):
        x, y = left * rng.normal(size=4), right * rng.normal(size=4)
        expect.close(sub.mix(x, y), ref.mix(x, y), "the mixture")


@check("mix", "the left half")
def test_left(sub, rng, ref):
    ask(sub, rng, ref, 1, 0)


@check("mix", "the right half")
def test_right(sub, rng, ref):
    ask(sub, rng, ref, 0, 1)


@check("mix", "both halves")
def test_both(sub, rng, ref):
    ask(sub, rng, ref, 1, 1)
'''

LEFT, RIGHT_HALF = "left = 2 * np.asarray(x)", "right = 3 * np.asarray(y)"
# Name, the half it changes, what stands there instead, and a text that is that much off.
MISTAKES = {
    "Left halved": (LEFT, "left = np.asarray(x) / 2"),
    "Left forgotten": (LEFT, "left = 0 * np.asarray(x)"),
    "Right negative": (RIGHT_HALF, "right = -3 * np.asarray(y)"),
    "Right squared": (RIGHT_HALF, "right = 3 * np.asarray(y) ** 2"),
    "Right of the wrong sign": (RIGHT_HALF, "right = 0 - 3 * np.asarray(y)"),
}
ALIKE = {"Right negative", "Right of the wrong sign"}
HALF = {LEFT: "left", RIGHT_HALF: "right"}


def mistakes_file():
    return "\n".join(
        f'[[mistake]]\nname = "{name}"\nexercise = "mix"\nexplanation = "{name}, explained."\n'
        f'hint = "Hint on {name}."\nchange = [["""{old}""", """{new}"""]]\n'
        for name, (old, new) in MISTAKES.items()
    )


@pytest.fixture(scope="module")
def mixing(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mixing")
    texts = {
        "assignment.toml": MANIFEST,
        "work.py": RIGHT,
        "checks/__init__.py": "",
        "checks/test_work.py": CHECKS,
        "mistakes/work.toml": mistakes_file(),
    }
    for path, text in texts.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
    return load_assignment(folder)


@pytest.fixture(scope="module")
def diagnoser(mixing):
    return Diagnoser(mixing, None, 7)


def changed(*names):
    text = RIGHT
    for name in names:
        text = text.replace(*MISTAKES[name])
    return text


def answers(mixing, source):
    names = {"__name__": "handed_in"}
    exec(compile(source, "work.py", "exec"), names)
    responder = Responder(names.__getitem__, mixing.support(), lambda path: None)
    verdicts = {}
    for check in mixing.checks:
        responder.forget()
        fixtures = {"rng": check_generator(7, check.name), "ref": mixing.reference}
        verdicts[check.name] = run_check(check, Submission(responder.ask), fixtures)
    return verdicts


def named(mixing, diagnoser, verdicts):
    """The name told at each check, by the check's name."""
    (exercise,) = mixing.manifest.exercises
    found = diagnoser.explain(exercise, verdicts)
    return {check: diagnosis.name for check, (diagnosis, _) in found.items()}


def failed(verdicts):
    return {name for name, made in verdicts.items() if not made.passed}


def expected(name):
    """What is told of a mistake: both names where two answer alike."""
    return ", or ".join(one for one in MISTAKES if one in ALIKE) if name in ALIKE else name


def test_the_right_answer_is_told_nothing(mixing, diagnoser):
    verdicts = answers(mixing, RIGHT)
    assert failed(verdicts) == set()
    assert named(mixing, diagnoser, verdicts) == {}


@pytest.mark.parametrize("name", MISTAKES)
def test_each_known_mistake_is_named_at_each_check_that_it_fails(mixing, diagnoser, name):
    verdicts = answers(mixing, changed(name))
    assert failed(verdicts) == {HALF[MISTAKES[name][0]], "both"}
    assert named(mixing, diagnoser, verdicts) == dict.fromkeys(failed(verdicts), expected(name))


@pytest.mark.parametrize("name", MISTAKES)
def test_an_explanation_and_a_hint_come_with_the_name(mixing, diagnoser, name):
    (exercise,) = mixing.manifest.exercises
    found = diagnoser.explain(exercise, answers(mixing, changed(name)))
    for diagnosis, hint in found.values():
        assert diagnosis.kind == "mistake"
        assert f"{name}, explained." in diagnosis.explanation
        alike = [one for one in MISTAKES if one in ALIKE] if name in ALIKE else [name]
        assert hint == " Or: ".join(f"Hint on {one}." for one in alike)


PAIRS = [
    (one, other)
    for one, (half, _) in MISTAKES.items()
    for other, (second, _) in MISTAKES.items()
    if half == LEFT and second == RIGHT_HALF
]


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=" and ".join)
def test_both_names_of_a_pair_are_told(mixing, diagnoser, one, other):
    verdicts = answers(mixing, changed(one, other))
    assert failed(verdicts) == {"left", "right", "both"}
    found = named(mixing, diagnoser, verdicts)
    assert set(found) == failed(verdicts)
    for half, name in (("left", one), ("right", other)):
        assert name in found[half]
    assert one in found["both"] and other in found["both"]
    wrong = set(MISTAKES) - {one, other} - (ALIKE if other in ALIKE else set())
    assert not any(name in told for told in found.values() for name in wrong)


@pytest.mark.parametrize("share", [1.02, 0.98, 1.002])
@pytest.mark.parametrize("name", MISTAKES)
def test_an_answer_that_is_a_little_off_a_mistake_is_not_named(mixing, diagnoser, name, share):
    source = changed(name).replace("return left + right", f"return {share} * (left + right)")
    verdicts = answers(mixing, source)
    assert failed(verdicts) == {"left", "right", "both"}
    found = named(mixing, diagnoser, verdicts)
    # Nothing times nothing is as forgotten as before.
    assert set(found.values()) <= ({"Left forgotten"} if name == "Left forgotten" else set())
    assert not {"right", "both"} & set(found)


@pytest.mark.parametrize("name", MISTAKES)
def test_noise_of_float32_hides_no_mistake(mixing, diagnoser, name):
    source = changed(name).replace("return left + right", "return (1 + 3e-7) * (left + right)")
    assert named(mixing, diagnoser, answers(mixing, source)) == dict.fromkeys(
        (HALF[MISTAKES[name][0]], "both"), expected(name)
    )


@pytest.mark.parametrize("outcome", ["raised", "timeout", "memory", "died", "unusable"])
@pytest.mark.parametrize("name", MISTAKES)
def test_another_outcome_at_the_same_numbers_is_not_named(mixing, diagnoser, name, outcome):
    verdicts = answers(mixing, changed(name))
    for check in failed(verdicts):
        verdicts[check] = copy.copy(verdicts[check])
        verdicts[check].outcome = outcome
    assert named(mixing, diagnoser, verdicts) == {}


@pytest.mark.parametrize("name", MISTAKES)
def test_one_more_wrong_check_is_never_put_down_to_the_mistake(mixing, diagnoser, name):
    """What is wrong besides is told apart: the mistake keeps its checks, and gets no others."""
    half = HALF[MISTAKES[name][0]]
    other = {"left": "right", "right": "left"}[half]
    alone = {"left": "not np.any(y)", "right": "not np.any(x)"}[other]
    source = changed(name).replace(
        "return left + right", f"return (left + right) * (1.3 if {alone} else 1)"
    )
    verdicts = answers(mixing, source)
    assert failed(verdicts) == {"left", "right", "both"}
    found = named(mixing, diagnoser, verdicts)
    assert other not in found
    assert found.get("both") == expected(name)


def test_a_wrong_answer_like_no_mistake_is_told_nothing(mixing, diagnoser):
    for body in ("return left - right + 1", "return np.zeros(4) + 9", "return left"):
        source = RIGHT.replace("return left + right", body)
        found = named(mixing, diagnoser, answers(mixing, source))
        assert not set(found.values()) & {expected(name) for name in MISTAKES}, body


def test_what_is_not_written_is_no_mistake(mixing, diagnoser):
    source = RIGHT.replace("return left + right", "raise NotImplementedError('mix')")
    assert named(mixing, diagnoser, answers(mixing, source)) == {}


def test_diagnosis_changes_no_verdict(mixing, diagnoser):
    verdicts = answers(mixing, changed("Left halved"))
    before = {
        name: (made.outcome, copy.deepcopy(made.transcript)) for name, made in verdicts.items()
    }
    named(mixing, diagnoser, verdicts)
    for name, (outcome, transcript) in before.items():
        assert verdicts[name].outcome == outcome
        np.testing.assert_equal(verdicts[name].transcript, transcript)
