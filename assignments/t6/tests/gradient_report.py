OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "gradient_report"
points = 6.0


@test_case(name="gradient_report_healthy_example", success_message="two healthy layers are reported with their norms and their ratio")
def test_gradient_report_healthy_example(env):
    ask(env, "gradient_report_healthy_example")


@test_case(name="gradient_report_nan_example", success_message="a layer with a NaN is not finite, whatever the others are")
def test_gradient_report_nan_example(env):
    ask(env, "gradient_report_nan_example")
