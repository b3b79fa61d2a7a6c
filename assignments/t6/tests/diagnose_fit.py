OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "diagnose_fit"
points = 3.0


@test_case(name="diagnose_fit_examples", success_message="four short histories get their four names")
def test_diagnose_fit_examples(env):
    ask(env, "diagnose_fit_examples")
