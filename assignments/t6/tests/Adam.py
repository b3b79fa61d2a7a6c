OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "Adam"
points = 7.0


@test_case(name="adam_two_steps", success_message="two steps with corrected moments, worked by hand")
def test_adam_two_steps(env):
    ask(env, "adam_two_steps")


@test_case(name="adam_count", success_message="t is the number of the step, also for a parameter that joins in later")
def test_adam_count(env):
    ask(env, "adam_count")


@test_case(name="adam_epsilon", success_message="an epsilon that is not small shows where it stands")
def test_adam_epsilon(env):
    ask(env, "adam_epsilon")


@test_case(name="adam_dtypes", success_message="floating dtypes are kept and integer parameters become float64")
def test_adam_dtypes(env):
    ask(env, "adam_dtypes")
