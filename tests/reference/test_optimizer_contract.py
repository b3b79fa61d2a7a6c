"""What every optimizer promises besides its formula: state, dtypes, errors, missing gradients."""

import copy

import numpy as np
import pytest

from .golden import GRADIENTS, START, build, run

ALL = ("SGD", "Momentum", "Nesterov", "Adagrad", "RMSprop", "Adam")
BAD = [
    ("SGD", {"learning_rate": 0.0}),
    ("SGD", {"learning_rate": -0.1}),
    ("Momentum", {"momentum": 1.0}),
    ("Momentum", {"momentum": -0.1}),
    ("Nesterov", {"learning_rate": -1.0}),
    ("Adagrad", {"initial_accumulator_value": -0.1}),
    ("Adagrad", {"epsilon": -1e-7}),
    ("RMSprop", {"rho": 1.0}),
    ("RMSprop", {"epsilon": -1e-7}),
    ("Adam", {"beta_1": 1.0}),
    ("Adam", {"beta_2": 1.5}),
    ("Adam", {"epsilon": -1.0}),
]


def state_of(optimizer):
    return copy.deepcopy(vars(optimizer))


def assert_same_state(before, after):
    assert before.keys() == after.keys()
    for key, value in before.items():
        if isinstance(value, dict):
            assert value.keys() == after[key].keys()
            for name in value:
                np.testing.assert_array_equal(value[name], after[key][name])
        else:
            assert value == after[key]


@pytest.mark.parametrize(("name", "bad"), BAD)
def test_bad_arguments_are_named(optimizers, name, bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        build(optimizers, name, **bad)


@pytest.mark.parametrize("name", ALL)
def test_shapes_that_differ_raise_before_anything_changes(optimizers, name):
    optimizer = build(optimizers, name)
    params = {"a": np.ones(2), "b": np.ones((2, 1))}
    optimizer.step(params, {"a": np.ones(2), "b": np.ones((2, 1))})
    before = state_of(optimizer)
    with pytest.raises(ValueError, match="'b'"):
        optimizer.step(params, {"a": np.ones(2), "b": np.ones(2)})
    assert_same_state(before, vars(optimizer))


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("absent", [{"b": None}, {}])
def test_a_parameter_without_gradient_is_left_alone(optimizers, name, absent):
    optimizer = build(optimizers, name)
    params = {"a": np.array([1.0]), "b": np.array([2.0])}
    params = optimizer.step(params, {"a": np.array([0.5]), "b": np.array([0.5])})
    before = state_of(optimizer)
    after = optimizer.step(params, {"a": np.array([0.5]), **absent})
    assert after["b"] is not params["b"]
    np.testing.assert_array_equal(after["b"], params["b"])
    assert optimizer.iterations == 2
    for key, value in vars(optimizer).items():
        if isinstance(value, dict):
            np.testing.assert_array_equal(value["b"], before[key]["b"])


def test_adams_count_is_shared_by_all_parameters(optimizers):
    adam = build(optimizers, "Adam", epsilon=0.0)
    params = adam.step({"a": np.zeros(1), "b": np.zeros(1)}, {"a": np.ones(1)})
    params = adam.step(params, {"a": np.ones(1), "b": np.ones(1)})
    m_hat, v_hat = 0.3 / (1 - 0.7**2), 0.2 / (1 - 0.8**2)
    np.testing.assert_allclose(params["b"], -0.05 * m_hat / np.sqrt(v_hat))


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
def test_dtypes_and_inputs_are_kept(optimizers, name, dtype):
    optimizer = build(optimizers, name)
    params = {"w": np.array([[1, 2]], dtype=dtype), "scalar": np.array(3, dtype=dtype)}
    grads = {"w": np.array([[0.5, -0.5]]), "scalar": np.array(1.0)}
    kept = copy.deepcopy((params, grads))
    for _ in range(2):
        updated = optimizer.step(params, grads)
    for name_, value in updated.items():
        assert isinstance(value, np.ndarray)
        assert value.shape == params[name_].shape
        assert value.dtype == (np.float64 if dtype is np.int64 else dtype)
        assert not np.shares_memory(value, params[name_])
        np.testing.assert_array_equal(params[name_], kept[0][name_])
        np.testing.assert_array_equal(grads[name_], kept[1][name_])


@pytest.mark.parametrize("name", ALL)
def test_changing_what_was_passed_or_returned_does_not_reach_the_state(optimizers, name):
    optimizer = build(optimizers, name)
    got = START.copy()
    for gradient in GRADIENTS:
        passed = {"w": gradient.copy()}
        result = optimizer.step({"w": got}, passed)["w"]
        got = result.copy()
        passed["w"][:] = np.nan
        result[:] = np.nan
    np.testing.assert_array_equal(got, run(build(optimizers, name)))


@pytest.mark.parametrize("name", ALL)
def test_reset_clears_state_and_keeps_arguments(optimizers, name):
    optimizer = build(optimizers, name)
    fresh = state_of(optimizer)
    first = run(optimizer)
    assert optimizer.iterations == len(GRADIENTS)
    optimizer.reset()
    assert_same_state(fresh, vars(optimizer))
    np.testing.assert_array_equal(run(optimizer), first)


@pytest.mark.parametrize("name", ("Adagrad", "RMSprop", "Adam"))
def test_a_gradient_that_is_always_zero_moves_nothing(optimizers, name):
    got = run(build(optimizers, name, epsilon=1e-12))
    assert got[3] == START[3]
