OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "activation_report"
points = 2.0


@test_case(name="activation_report_relu_example", success_message="zeros are counted, and a unit is dead only if every row is zero")
def test_activation_report_relu_example(env):
    ask(env, "activation_report_relu_example")


@test_case(name="activation_report_sigmoid_example", success_message="a sigmoid is saturated near 0 and near 1")
def test_activation_report_sigmoid_example(env):
    ask(env, "activation_report_sigmoid_example")
