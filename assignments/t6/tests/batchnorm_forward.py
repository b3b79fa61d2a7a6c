OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "batchnorm_forward"
points = 2.0


@test_case(name="batchnorm_forward_example", success_message="a batch of two rows in training, worked by hand")
def test_batchnorm_forward_example(env):
    ask(env, "batchnorm_forward_example")


@test_case(name="batchnorm_forward_dtypes", success_message="floating dtypes are kept and integers become float64")
def test_batchnorm_forward_dtypes(env):
    ask(env, "batchnorm_forward_dtypes")
