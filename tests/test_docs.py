"""The documentation builds without a warning and names everything that a user can name."""

import ast
import importlib
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import typer

from autograder import kit
from autograder.assignment.manifest import SECTIONS, TABLES
from autograder.cli.app import app

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The text of each page of the built site, by its path."""
    folder = tmp_path_factory.mktemp("site")
    run = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.html")
    }


def commands():
    group = typer.main.get_command(app)
    context = typer.Context(group)
    return {name: group.get_command(context, name) for name in group.list_commands(context)}


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_and_option_is_in_the_reference_with_help(site, name):
    page = site["reference/commands.html"]
    assert f"autograder {name}" in page
    for option in commands()[name].params:
        for spelled in option.opts:
            assert spelled in page, spelled
        assert option.param_type_name == "argument" or option.help, option.name


def test_every_command_has_an_example(site):
    told = site["reference/commands.html"].split("<h2")
    for name in commands():
        part = next(one for one in told if f'id="autograder-{name}"' in one)
        assert "Examples" in part, name


@pytest.mark.parametrize("name", [*SECTIONS, *TABLES])
def test_every_key_of_the_manifest_is_in_the_reference(site, name):
    page = site["reference/manifest.html"]
    for field in msgspec.structs.fields({**SECTIONS, **TABLES}[name]):
        assert f"<code>{field.encode_name}</code>" in page, field.name


def test_every_public_function_of_the_check_library_is_in_the_reference(site):
    page = site["reference/check-api.html"]
    for owner, prefix in ((kit.expect, "expect."), (kit.Submission, "Submission.")):
        for name, made in vars(owner).items():
            made = inspect.unwrap(made)
            home = owner.__name__ if inspect.ismodule(owner) else owner.__module__
            if inspect.isfunction(made) and made.__module__ == home and name[0] != "_":
                assert f"{prefix}{name}" in page, name
                assert made.__doc__, name


def test_every_exit_code_is_documented(site):
    used = {0, 2}
    for path in (ROOT / "autograder" / "cli").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("Exit", "exit")):
                used |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
    page = site["reference/exit-codes.html"]
    assert [code for code in used if f"<td>{code}</td>" not in page] == []


def test_links_of_pages_outside_the_site_lead_to_files():
    for page in (ROOT / "README.md", ROOT / "solutions" / "README.md", ROOT / "CONTRIBUTING.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_walk_through_the_code_names_what_exists():
    page = (DOCS / "explanation" / "one-submission.md").read_text(encoding="utf-8")
    told = re.findall(r"`((?:[a-z_]+\.)+\w+)`", page)
    names = [name for name in told if not name.endswith((".py", ".csv", ".jsonl", ".ipynb"))]
    assert len(names) > 20
    for name in names:
        module, _, member = name.rpartition(".")
        assert hasattr(importlib.import_module(f"autograder.{module}"), member), name
