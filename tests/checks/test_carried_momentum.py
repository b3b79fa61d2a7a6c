"""A velocity that is wrong in Momentum costs nothing in Nesterov, and none gives nothing there."""

from pathlib import Path

import pytest

from autograder.assignment.load import load_assignment
from autograder.grading.grade import grade
from autograder.intake.submissions import Bundle

FOLDER = Path(__file__).parents[2] / "solutions" / "t6"
REFERENCE = (FOLDER / "optimizers.py").read_text()
SHARED = """
class Momentum:
    def __init__(self, learning_rate=0.01, momentum=0.9, nesterov=False):
        check_positive("learning_rate", learning_rate)
        check_decay("momentum", momentum)
        self.learning_rate, self.momentum, self.nesterov = learning_rate, momentum, nesterov
        self.reset()

    def reset(self):
        self.iterations, self.velocity = 0, {{}}

    def step(self, params, grads):
        updated, pairs = begin_step(params, grads)
        self.iterations += 1
        mu, lr = self.momentum, self.learning_rate
        for name, w, g in pairs:
            v = {velocity}
            self.velocity[name] = v
            updated[name] = np.asarray({step}, dtype=w.dtype)
        return updated
"""
RIGHT = "mu * self.velocity.get(name, 0.0) - lr * g"
STEP = "w + mu * v - lr * g if self.nesterov else w + v"


@pytest.fixture
def scores(zygote):
    assignment = load_assignment(FOLDER)

    def run(velocity, step=STEP):
        made = SHARED.format(velocity=velocity, step=step)
        text = REFERENCE.replace("class Momentum:", "class Unused:", 1) + made
        bundle = Bundle("anna", {"optimizers.py": text.encode()})
        result = grade(assignment, bundle, zygote, 7, ("Momentum", "Nesterov"))
        momentum, nesterov = result.exercises
        return momentum.score / momentum.max_score, nesterov

    return run


@pytest.mark.parametrize(
    "velocity",
    [
        "mu * self.velocity.get(name, 0.0) - (1 - mu) * lr * g",
        "self.velocity.get(name, 0.0) - lr * g",
        "0.9 * self.velocity.get(name, 0.0) - lr * g",
        "(1 - mu) * self.velocity.get(name, 0.0) - lr * g",
        "mu * self.velocity.get(name, 0.0) - lr * lr * g",
    ],
)
def test_a_wrong_velocity_costs_in_momentum_alone(scores, velocity):
    momentum, nesterov = scores(velocity)
    assert momentum < 1
    lost = [check.name for check in nesterov.checks if check.score < check.points]
    assert lost == []
    assert {check.carried for check in nesterov.checks} == {(), ("Momentum",)}
    assert "repair Momentum first" in nesterov.notes[0]


@pytest.mark.parametrize(
    ("velocity", "step"),
    [
        (RIGHT, "w + v"),  # no look ahead
        (RIGHT, "w - lr * g if self.nesterov else w + v"),
        ("0.0 * g", STEP),  # plain gradient descent
        ("-lr * g", STEP),
        ("mu * self.velocity.get(name, 0.0) - 0.5 * lr * g", "w + v"),
    ],
)
def test_nothing_is_gained_by_a_velocity_that_is_none_or_not_looked_along(scores, velocity, step):
    _, nesterov = scores(velocity, step)
    outcomes = {check.name: check.outcome for check in nesterov.checks}
    assert outcomes["nesterov_three_steps"] == outcomes["nesterov_steps"] == "failed"
    assert not any(check.carried for check in nesterov.checks)
