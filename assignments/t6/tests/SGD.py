OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "SGD"
points = 2.0


@test_case(name="sgd_one_step", success_message="one step moves each parameter against its gradient")
def test_sgd_one_step(env):
    ask(env, "sgd_one_step")


@test_case(name="sgd_dtypes", success_message="floating dtypes are kept and integer parameters become float64")
def test_sgd_dtypes(env):
    ask(env, "sgd_dtypes")
