OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "Momentum"
points = 5.0


@test_case(name="momentum_three_steps", success_message="three steps with a constant gradient gather speed")
def test_momentum_three_steps(env):
    ask(env, "momentum_three_steps")


@test_case(name="momentum_dtypes", success_message="floating dtypes are kept and integer parameters become float64")
def test_momentum_dtypes(env):
    ask(env, "momentum_dtypes")
