OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "Adagrad"
points = 5.0


@test_case(name="adagrad_two_steps", success_message="two steps shrink as the squared gradients add up")
def test_adagrad_two_steps(env):
    ask(env, "adagrad_two_steps")


@test_case(name="adagrad_start_two_steps", success_message="two steps from an initial_accumulator_value, worked by hand")
def test_adagrad_start_two_steps(env):
    ask(env, "adagrad_start_two_steps")


@test_case(name="adagrad_epsilon", success_message="an epsilon that is not small shows where it stands")
def test_adagrad_epsilon(env):
    ask(env, "adagrad_epsilon")


@test_case(name="adagrad_dtypes", success_message="floating dtypes are kept and integer parameters become float64")
def test_adagrad_dtypes(env):
    ask(env, "adagrad_dtypes")
