OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "clipped_train_step"
points = 4.0


@test_case(name="cts_by_hand", success_message="one weight: loss, both norms and the new weight are those worked out by hand")
def test_cts_by_hand(env):
    ask(env, "cts_by_hand")


@test_case(name="cts_bad_limit", success_message="a limit that is not greater than 0 is refused")
def test_cts_bad_limit(env):
    ask(env, "cts_bad_limit")
