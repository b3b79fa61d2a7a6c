OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "global_norm"
points = 2.0


@test_case(name="global_norm_pythagoras", success_message="3, 4 and 12 have the norm 13")
def test_global_norm_pythagoras(env):
    ask(env, "global_norm_pythagoras")
