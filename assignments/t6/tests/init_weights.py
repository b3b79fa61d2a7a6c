OK_FORMAT = False

from checkkit.kernel_checks import ask
from otter.test_files import test_case

name = "init_weights"
points = 5.0


@test_case(name="init_weights_he_normal", success_message="He\u0027s normal weights have the variance 2 / fan_in")
def test_init_weights_he_normal(env):
    ask(env, "init_weights_he_normal")


@test_case(name="init_weights_glorot_uniform", success_message="Glorot\u0027s uniform weights fill the interval that has the right variance")
def test_init_weights_glorot_uniform(env):
    ask(env, "init_weights_glorot_uniform")
