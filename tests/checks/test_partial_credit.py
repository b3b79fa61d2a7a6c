"""What a mistake in an optimizer costs: the checks that are about it, and no others.

A check of a property, such as "reset forgets the velocities", is not to fail for a formula that
another check is about; nor is it to pass for an optimizer that does nothing.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from autograder.assignment.known_answers import apply, read_mistakes
from autograder.grading.diagnosis import Diagnoser

from .numpy_submissions import SOLUTION, assignment, namespace, verdicts
from .test_numpy_mistakes import Mistake, made_by, mistakes

OPTIMIZERS = ["SGD", "Momentum", "Nesterov", "Adagrad", "RMSprop", "Adam"]
# Checks of values, by the ends of their names.
VALUES = ("_one_step", "_two_steps", "_three_steps", "_steps", "_epsilon", "_epsilon_steps")

FORMULAS = {
    "SGD": ["sign", "divided by the learning rate", "silent clipping", "returns the change"],
    "Momentum": ["averaged", "Nesterov for classic", "old velocity moves", "rate twice"],
    "Nesterov": ["gradient forgotten", "momentum twice", "look-ahead stored", "averaged"],
    "Adagrad": ["no root", "decays", "old sum divides", "epsilon under the root twice", "sign"],
    "RMSprop": ["no root", "rho swapped", "bias corrected", "no 1 - rho", "minus epsilon"],
    "Adam": [
        "no correction",
        "first moment not corrected",
        "rates not raised to t",
        "t from 2",
        "t frozen",
        "corrected moments stored",
        "epsilon inside the root",
        "no root",
        "sign",
    ],
}

PROPERTIES = {
    ("SGD", "iterations not counted"): "sgd_reset",
    ("SGD", "iterations counted per parameter"): "sgd_reset",
    ("SGD", "reset forgets the rate"): "sgd_reset",
    ("SGD", "rate frozen"): "sgd_attributes",
    ("SGD", "parameters without gradients dropped"): "sgd_missing_gradients",
    ("SGD", "counts before it checks"): "sgd_refusals",
    ("SGD", "result is the parameter itself"): "sgd_inputs_untouched",
    ("Momentum", "reset keeps velocities"): "momentum_reset",
    ("Momentum", "momentum frozen"): "momentum_attributes",
    ("Momentum", "velocity decays without a gradient"): "momentum_missing_gradients",
    ("Momentum", "moves on without a gradient"): "momentum_missing_gradients",
    ("Momentum", "velocity shared by all objects"): "momentum_separate_state",
    ("Momentum", "velocity is the caller's array"): "momentum_inputs_untouched",
    ("Nesterov", "rate frozen"): "nesterov_attributes",
    ("Adagrad", "reset keeps sums"): "adagrad_reset",
    ("Adagrad", "epsilon frozen"): "adagrad_attributes",
    ("Adagrad", "initial value added at every step"): "adagrad_initial_value",
    ("RMSprop", "decays without a gradient"): "rmsprop_missing_gradients",
    ("RMSprop", "default rho"): "rmsprop_defaults",
    ("Adam", "reset keeps v"): "adam_reset",
    ("Adam", "t per parameter"): "adam_missing_gradients",
    ("Adam", "moments move without a gradient"): "adam_missing_gradients",
    ("Adam", "state shared by all objects"): "adam_separate_state",
    ("Adam", "gradient aliased"): "adam_inputs_untouched",
}


# Public checks that are worth nothing: they say at home what only hidden ones charge.
WORKED_BY_HAND = {"adagrad_start_two_steps", "adam_late_two_steps"}


def lost(exercise: str, names: dict[str, Any], seed: int = 0) -> set[str]:
    """The checks that do not pass."""
    with np.errstate(all="ignore"):
        found = verdicts(exercise, names, seed)
    return {name for name, made in found.items() if not made.passed}


@cache
def named(exercise: str, title: str) -> Mistake:
    return next(made for made in mistakes()[exercise] if made.title == title)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("exercise", "title"),
    [(exercise, title) for exercise, titles in FORMULAS.items() for title in titles],
)
def test_a_formula_costs_no_property(exercise: str, title: str) -> None:
    missed = lost(exercise, made_by(exercise, named(exercise, title)))
    assert missed
    about = {name for name in missed if not name.endswith((*VALUES, "_zero"))}
    assert not about


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("exercise", "title"), list(PROPERTIES))
def test_a_property_costs_no_formula(exercise: str, title: str) -> None:
    missed = lost(exercise, made_by(exercise, named(exercise, title)))
    assert missed - WORKED_BY_HAND == {PROPERTIES[exercise, title]}


IDLE = """
import numpy as np

class Made:
    def __init__(self, **settings):
        vars(self).update(DEFAULTS)
        vars(self).update(settings)
        for name, value in settings.items():
            if value < 0 or (value == 0 and name == "learning_rate"):
                raise ValueError(name)
            if value >= 1 and (name.startswith("beta") or name in ("rho", "momentum")):
                raise ValueError(name)
        self.iterations = 0

    def reset(self):
        self.iterations = 0

    def step(self, params, grads):
        made = {}
        for name, w in params.items():
            g = grads.get(name)
            if g is not None and np.shape(g) != np.shape(w):
                raise ValueError(name)
            made[name] = np.array(w, dtype=w.dtype if w.dtype.kind == "f" else float)
            if g is not None:
                made[name] = np.asarray(made[name] - CHANGE, dtype=made[name].dtype)
        self.iterations += 1
        return made
"""
DEFAULTS = {
    "SGD": {"learning_rate": 0.01},
    "Momentum": {"learning_rate": 0.01, "momentum": 0.9, "nesterov": False},
    "Adagrad": {"learning_rate": 0.01, "initial_accumulator_value": 0.0, "epsilon": 1e-7},
    "RMSprop": {"learning_rate": 0.001, "rho": 0.9, "epsilon": 1e-7},
    "Adam": {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7},
}
STATE = ("_reset", "_missing_gradients", "_separate_state")


def idle(exercise: str, change: str) -> dict[str, Any]:
    """A class that does all but move by the formula."""
    kind = "Momentum" if exercise == "Nesterov" else exercise
    source = IDLE.replace("DEFAULTS", repr(DEFAULTS[kind])).replace("CHANGE", change)
    return namespace(source.replace("class Made", f"class {kind}"), "optimizers.py")


@pytest.mark.parametrize("exercise", OPTIMIZERS)
@pytest.mark.parametrize("change", ["0.0", "self.learning_rate"], ids=["still", "blind"])
def test_an_optimizer_that_ignores_gradients_earns_its_dtypes_alone(
    exercise: str, change: str
) -> None:
    made = verdicts(exercise, idle(exercise, change), 0)
    passed = [name for name, verdict in made.items() if verdict.passed]
    assert [name.split("_")[-1] for name in passed] == ["dtypes"]


@pytest.mark.parametrize("exercise", ["Momentum", "Nesterov", "Adagrad", "RMSprop", "Adam"])
def test_an_optimizer_without_state_earns_no_property_of_state(exercise: str) -> None:
    missed = lost(exercise, idle(exercise, "self.learning_rate * np.asarray(g)"))
    checks = {name for name in verdicts(exercise, {}, 0)}
    assert {name for name in checks if name.endswith(STATE)} <= missed
    assert {name for name in checks if name.endswith("_attributes")} <= missed


@pytest.mark.parametrize("exercise", ["SGD", "Adam"])
def test_a_count_under_another_name_costs_what_is_about_it(exercise: str) -> None:
    reference = (SOLUTION / "optimizers.py").read_text(encoding="utf-8")
    renamed = reference.replace("self.iterations", "self.steps")
    assert lost(exercise, namespace(renamed, "optimizers.py")) == {f"{exercise.lower()}_reset"}


STATE_AT_ONCE = """
import numpy as np

class Adam:
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        vars(self).update(learning_rate=learning_rate, beta_1=beta_1, beta_2=beta_2)
        self.epsilon = epsilon
        decays = (beta_1, beta_2)
        if learning_rate <= 0 or epsilon < 0 or any(not 0 <= beta < 1 for beta in decays):
            raise ValueError("an argument is out of its interval")
        self.reset()

    def reset(self):
        self.iterations = 0
        self.m = None

    def step(self, params, grads):
        for name, w in params.items():
            if grads.get(name) is not None and np.shape(grads[name]) != np.shape(w):
                raise ValueError(name)
        if self.m is None:
            self.m = {name: np.zeros(np.shape(w)) for name, w in params.items()}
            self.v = {name: np.zeros(np.shape(w)) for name, w in params.items()}
        self.iterations += 1
        made = {}
        for name, w in params.items():
            kept = w.dtype if w.dtype.kind == "f" else np.float64
            made[name] = np.array(w, dtype=kept)
            g = grads.get(name)
            if g is not None:
                self.m[name] = self.beta_1 * self.m[name] + (1 - self.beta_1) * g
                self.v[name] = self.beta_2 * self.v[name] + (1 - self.beta_2) * np.square(g)
                change = self.learning_rate * self.m[name] / (np.sqrt(self.v[name]) + self.epsilon)
                made[name] = np.asarray(made[name] - change, dtype=kept)
        return made
"""


def test_the_same_mistake_in_another_style_costs_the_same_and_is_known_again() -> None:
    """Adam without corrections whose state is made for all parameters at the first step."""
    title = "Adam without bias correction"
    manifest = assignment().manifest
    exercise = manifest.exercise("Adam")
    known = next(made for made in read_mistakes(SOLUTION, manifest) if made.name == title)
    file, text = apply([known], SOLUTION, manifest)
    with np.errstate(all="ignore"):
        one = verdicts("Adam", namespace(text, file), 0)
        other = verdicts("Adam", namespace(STATE_AT_ONCE, "optimizers.py"), 0)
    passed = {name: made.passed for name, made in one.items()}
    assert {name: made.passed for name, made in other.items()} == passed
    assert {name for name, held in passed.items() if not held} == {
        *("adam_two_steps", "adam_late_two_steps", "adam_epsilon"),
        *("adam_steps", "adam_epsilon_steps"),
    }
    told = Diagnoser(assignment(), None, 0).explain(exercise, other)  # type: ignore[arg-type]
    assert {made.name for made, _ in told.values()} == {title}
    assert set(told) == {name for name, held in passed.items() if not held}


UNTOUCHED = {
    "global_norm": ["sum of norms", "mean of squares"],
    "clip_by_value": ["tanh", "None left out"],
    "clip_by_norm": ["largest magnitude", "per row"],
    "clip_by_global_norm": ["per array", "norm after clipping", "None becomes zeros"],
    "gradient_report": ["root mean square", "ratio inverted"],
    "l1_l2_penalty": ["half", "no L1"],
    "dropout_forward": ["no scaling", "mask inverted", "active at inference"],
    "batchnorm_forward": ["unbiased variance", "momentum inverted", "gamma forgotten"],
    "numerical_gradient": ["h ignored", "divided by h"],
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("exercise", "title"),
    [(exercise, title) for exercise, titles in UNTOUCHED.items() for title in titles],
)
def test_a_formula_does_not_count_as_changing_what_was_handed_in(exercise: str, title: str) -> None:
    missed = lost(exercise, made_by(exercise, named(exercise, title)))
    assert missed
    assert not {name for name in missed if name.endswith(("_untouched", "_restores", "_refusals"))}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("exercise", "title", "costs"),
    [
        ("clip_by_value", "None left out", {"both_sides", "within"}),
        ("clip_by_global_norm", "None left out", {"example", "zeros"}),
        ("clip_by_global_norm", "norm after clipping", {"example", "values"}),
        ("batchnorm_forward", "momentum inverted", {"example", "momentum"}),
        ("EarlyStopping", "epoch from 1", {"example", "best", "nan_example"}),
        ("EarlyStopping", "weights never kept", {"example", "best", "copies"}),
        (
            "EarlyStopping",
            "one too late",
            {"example", "min", "defaults", "no_patience"},
        ),
        ("EarlyStopping", "one too early", {"example", "min", "defaults"}),
        ("numerical_gradient", "in the dtype of x", {"dtypes"}),
    ],
)
def test_a_slip_costs_the_checks_that_are_about_it(
    exercise: str, title: str, costs: set[str]
) -> None:
    stem = "early_stopping" if exercise == "EarlyStopping" else exercise
    missed = lost(exercise, made_by(exercise, named(exercise, title)))
    assert missed == {f"{stem}_{cost}" for cost in costs}


DOING_NOTHING = {
    "clip_by_value": "def clip_by_value(grads, limit): return grads",
    "clip_by_norm": "def clip_by_norm(grads, max_norm): return grads",
    "clip_by_global_norm": "def clip_by_global_norm(grads, max_norm): return grads, 0.0",
    "global_norm": "def global_norm(grads): return 1.0",
    "l1_l2_penalty": "def l1_l2_penalty(kernels, l1=0, l2=0): return 0, [0 * w for w in kernels]",
    "numerical_gradient": "def numerical_gradient(f, x, h=1e-5): return 0.0 * x",
    "batchnorm_forward": (
        "def batchnorm_forward(x, gamma, beta, moving_mean, moving_var, momentum=0.99, eps=1e-3,"
        " training=True): return 0 * x, 0 * gamma, 0 * beta"
    ),
}


@pytest.mark.parametrize("exercise", list(DOING_NOTHING))
def test_whoever_does_nothing_earns_nothing_for_leaving_arrays_alone(exercise: str) -> None:
    missed = lost(exercise, namespace(DOING_NOTHING[exercise], "answer.py"))
    checks = {name for name in verdicts(exercise, {}, 0)}
    assert {name for name in checks if name.endswith(("_untouched", "_restores"))} <= missed
