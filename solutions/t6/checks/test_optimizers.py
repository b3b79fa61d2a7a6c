"""Checks of `optimizers.py`."""

import numpy as np

from autograder.kit import check, expect


@check(
    "SGD",
    "one step moves each parameter against its gradient",
    public=True,
    hint="The new value is w - learning_rate * g, for each name in params.",
)
def test_sgd_one_step(sub):
    optimizer = sub.SGD(learning_rate=0.5)
    params = {"w": np.array([1.0, 2.0, 3.0]), "b": np.array([[0.5]])}
    grads = {"w": np.array([1.0, -6.0, 0.0]), "b": np.array([[0.25]])}
    stepped = expect.mapping(optimizer.step(params, grads), "what step returns", ["w", "b"])
    expect.close(stepped["w"], np.array([0.5, 5.0, 3.0]), "the new value of w")
    expect.close(stepped["b"], np.array([[0.375]]), "the new value of b")


@check(
    "SGD",
    "several steps with changing gradients give the values of the formula",
    weight=2,
    hint="Each step starts from the parameters it is given.",
)
def test_sgd_steps(sub, rng, ref):
    rate = float(rng.uniform(0.01, 0.2))
    optimizer, reference = sub.SGD(learning_rate=rate), ref.SGD(learning_rate=rate)
    params = wanted = {"w": rng.normal(size=(3, 2)), "b": rng.normal(size=2)}
    for count in range(1, 4):
        grads = {name: rng.normal(size=value.shape) for name, value in params.items()}
        params = optimizer.step(params, grads)
        wanted = reference.step(wanted, grads)
        expect.close(params, wanted, "the parameters after step %d" % count)
