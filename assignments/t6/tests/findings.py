OK_FORMAT = False

from checkkit.handout import ask
from otter.test_files import test_case

name = "findings"
points = 8.0


@test_case(name="no public check", success_message="this is checked when it is graded")
def test_nothing(env):
    pass
