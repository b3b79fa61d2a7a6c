OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "Nesterov"
points = 2.0


@test_case(name="nesterov_three_steps", success_message="three steps with a constant gradient look ahead along the velocity")
def test_nesterov_three_steps(env):
    ask(env, "nesterov_three_steps")


@test_case(name="nesterov_dtypes", success_message="floating dtypes are kept and integer parameters become float64")
def test_nesterov_dtypes(env):
    ask(env, "nesterov_dtypes")
