OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "l1_l2_penalty"
points = 4.0


@test_case(name="l1_l2_penalty_example", success_message="both penalties and their gradient, worked by hand")
def test_l1_l2_penalty_example(env):
    ask(env, "l1_l2_penalty_example")


@test_case(name="l1_l2_penalty_dtypes", success_message="floating dtypes are kept and gradients of integer kernels are float64")
def test_l1_l2_penalty_dtypes(env):
    ask(env, "l1_l2_penalty_dtypes")
