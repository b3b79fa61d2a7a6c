OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "GradientDescentVisualizer"
points = 4.0


@test_case(name="gdv_base_model", success_message="create_base_model gives a 2-32-16-8-1 network, with equal weights at each call")
def test_gdv_base_model(env):
    ask(env, "gdv_base_model")


@test_case(name="gdv_too_few", success_message="fewer than three optimizers are refused before anything is trained")
def test_gdv_too_few(env):
    ask(env, "gdv_too_few")
