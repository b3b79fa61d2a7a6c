OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "GradientMonitor"
points = 5.0


@test_case(name="gm_by_hand", success_message="two epochs of model.fit give two reports, and events for the layer that explodes")
def test_gm_by_hand(env):
    ask(env, "gm_by_hand")
