OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "findings"
points = 8.0


@test_case(name="findings_form", success_message="findings.json has its form: data set, optimizers, regularizers, monitor, reflection")
def test_findings_form(env):
    ask(env, "findings_form")
