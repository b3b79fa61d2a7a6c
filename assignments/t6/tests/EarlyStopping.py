OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "EarlyStopping"
points = 5.0


@test_case(name="early_stopping_example", success_message="training stops after patience epochs in a row without an improvement")
def test_early_stopping_example(env):
    ask(env, "early_stopping_example")


@test_case(name="early_stopping_nan_example", success_message="NaN is no improvement")
def test_early_stopping_nan_example(env):
    ask(env, "early_stopping_nan_example")
