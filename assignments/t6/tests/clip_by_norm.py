OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "clip_by_norm"
points = 2.0


@test_case(name="clip_by_norm_example", success_message="each array is shortened on its own")
def test_clip_by_norm_example(env):
    ask(env, "clip_by_norm_example")


@test_case(name="clip_by_norm_dtypes", success_message="float32 stays float32, and float64 stays float64")
def test_clip_by_norm_dtypes(env):
    ask(env, "clip_by_norm_dtypes")
