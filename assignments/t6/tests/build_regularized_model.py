OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "build_regularized_model"
points = 4.0


@test_case(name="brm_small", success_message="one hidden layer of four units: its layers, their shapes, Adam and its limit")
def test_brm_small(env):
    ask(env, "brm_small")
