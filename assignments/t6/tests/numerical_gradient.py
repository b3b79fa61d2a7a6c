OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "numerical_gradient"
points = 3.0


@test_case(name="numerical_gradient_squares", success_message="the gradient of a sum of squares is right at every entry")
def test_numerical_gradient_squares(env):
    ask(env, "numerical_gradient_squares")


@test_case(name="numerical_gradient_dtypes", success_message="the answer is a float64 array, for a float32 point too")
def test_numerical_gradient_dtypes(env):
    ask(env, "numerical_gradient_dtypes")
