OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "GradientProblemsDemonstrator"
points = 4.0


@test_case(name="gpd_network", success_message="create_deep_network(depth=3) has three Dense layers: 10 inputs, 64 wide, one output")
def test_gpd_network(env):
    ask(env, "gpd_network")


@test_case(name="gpd_by_hand", success_message="analyze_gradient_flow gives the gradient worked out by hand, and the layer\u0027s name")
def test_gpd_by_hand(env):
    ask(env, "gpd_by_hand")
