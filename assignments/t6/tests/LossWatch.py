OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "LossWatch"
points = 3.0


@test_case(name="loss_watch_example", success_message="a loss far above the best recent one is exploding, NaN is nonfinite")
def test_loss_watch_example(env):
    ask(env, "loss_watch_example")
