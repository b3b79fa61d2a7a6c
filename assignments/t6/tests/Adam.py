OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "Adam"
points = 7.0


@test_case(name="adam_two_steps", success_message="two steps with corrected moments, worked by hand")
def test_adam_two_steps(env):
    ask(env, "adam_two_steps")


@test_case(name="adam_late_two_steps", success_message="two steps worked by hand, with a parameter that joins in at the second")
def test_adam_late_two_steps(env):
    ask(env, "adam_late_two_steps")


@test_case(name="adam_epsilon", success_message="an epsilon that is not small shows where it stands")
def test_adam_epsilon(env):
    ask(env, "adam_epsilon")


@test_case(name="adam_dtypes", success_message="floating dtypes are kept and integer parameters become float64")
def test_adam_dtypes(env):
    ask(env, "adam_dtypes")
