"""The table of commands says what each command's own help says, and imports none of them."""

import inspect
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from autograder.cli.app import app
from autograder.cli.command_table import COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_tells_what_the_command_tells_of_itself(name):
    group = typer.main.get_command(app)
    command = group.get_command(typer.Context(group), name)
    told = " ".join(inspect.cleandoc(command.help).split("\n\n")[0].split())
    assert told == COMMANDS[name][1]
    assert command.name == name


def test_a_misspelt_command_gets_the_nearest_names():
    run = CliRunner().invoke(app, ["grde"])
    assert run.exit_code == 2
    assert "'grade'" in run.output


def test_the_help_lists_every_command():
    run = CliRunner().invoke(app, ["--help"])
    assert run.exit_code == 0
    assert [name for name in COMMANDS if name not in run.output] == []


def test_the_help_imports_no_command_and_nothing_that_takes_long():
    code = (
        "import sys; from typer.testing import CliRunner; from autograder.cli.app import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        "print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    slow = {"numpy", "jupytext", "nbformat", "distributed", "scipy", "msgspec", "jinja2"}
    assert loaded & slow == set()
    assert {name for name in loaded if name.startswith("autograder.cli.")} <= {
        "autograder.cli.app",
        "autograder.cli.command_table",
    }
