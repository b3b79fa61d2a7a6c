OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "clip_by_value"
points = 3.0


@test_case(name="clip_by_value_both_sides", success_message="entries beyond the limit are cut off on both sides")
def test_clip_by_value_both_sides(env):
    ask(env, "clip_by_value_both_sides")


@test_case(name="clip_by_value_keeps", success_message="the arrays that were handed in stay as they are")
def test_clip_by_value_keeps(env):
    ask(env, "clip_by_value_keeps")


@test_case(name="clip_by_value_dtypes", success_message="float32 stays float32, and float64 stays float64")
def test_clip_by_value_dtypes(env):
    ask(env, "clip_by_value_dtypes")
