OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "layer_gradient_norms"
points = 4.0


@test_case(name="lgn_by_hand", success_message="a model of one weight gives the gradient worked out by hand")
def test_lgn_by_hand(env):
    ask(env, "lgn_by_hand")
