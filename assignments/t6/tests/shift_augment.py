OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "shift_augment"
points = 2.0


@test_case(name="shift_augment_example", success_message="each image is a shifted copy with zeros where nothing came from")
def test_shift_augment_example(env):
    ask(env, "shift_augment_example")


@test_case(name="shift_augment_dtypes", success_message="the dtype of the images is kept, whatever it is")
def test_shift_augment_dtypes(env):
    ask(env, "shift_augment_dtypes")
