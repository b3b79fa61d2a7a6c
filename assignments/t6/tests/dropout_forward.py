OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "dropout_forward"
points = 4.0


@test_case(name="dropout_forward_example", success_message="with a rate of 0.75 a quarter is kept, four times as large")
def test_dropout_forward_example(env):
    ask(env, "dropout_forward_example")


@test_case(name="dropout_forward_dtypes", success_message="floating dtypes are kept and integers become float64")
def test_dropout_forward_dtypes(env):
    ask(env, "dropout_forward_dtypes")
