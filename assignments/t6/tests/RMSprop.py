OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "RMSprop"
points = 5.0


@test_case(name="rmsprop_two_steps", success_message="two steps divide by a running root mean square")
def test_rmsprop_two_steps(env):
    ask(env, "rmsprop_two_steps")


@test_case(name="rmsprop_epsilon", success_message="an epsilon that is not small shows where it stands")
def test_rmsprop_epsilon(env):
    ask(env, "rmsprop_epsilon")


@test_case(name="rmsprop_dtypes", success_message="floating dtypes are kept and integer parameters become float64")
def test_rmsprop_dtypes(env):
    ask(env, "rmsprop_dtypes")
