"""Checks of `gradient_check.py`: central differences."""
import numpy as np
from checkkit import check, expect


@check(
    "numerical_gradient",
    "the gradient of a sum of squares is right at every entry",
    public=True,
    hint="One entry of x at a time moves up and down; all others stay where they are.",
)
def test_numerical_gradient_squares(sub):
    x = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, -0.25]])
    f = sub.support.smooth_function(np.zeros((2, 3)), np.ones((2, 3)))
    wanted = np.array([[2.0, -4.0, 1.0], [0.0, 6.0, -0.5]])
    found = sub.numerical_gradient(f, x)
    expect.close(found, wanted, "the gradient of sum(x^2)", rtol=1e-7, atol=1e-7)


@check(
    "numerical_gradient",
    "the answer is a float64 array, for a float32 point too",
    public=True,
    weight=0.5,
    hint="A step of 1e-5 drowns in the rounding of float32.",
)
def test_numerical_gradient_dtypes(sub):
    f = sub.support.smooth_function(np.array([0.5, -1.0]), np.array([1.0, 2.0]))
    x = np.array([3.0, 1.0])
    double = sub.numerical_gradient(f, x)
    single = sub.numerical_gradient(f, x.astype(np.float32))
    expect.dtype(double, "the gradient at a float64 point", "float64")
    expect.dtype(single, "the gradient at a float32 point", "float64")
    expect.that(np.any(double), "the gradient", "not be all zeros")
    what = "the gradient at a float32 point, beside that at the same point in float64"
    expect.close(single, double, what, rtol=1e-7, atol=1e-7)
