"""The house in order: layers point one way, types and style hold, nothing of a machine slips in."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# A package may import those named before it in its own row, and itself.
MAY_IMPORT = {
    "door": set(),
    "reading": set(),
    "kit": {"reading"},
    "student": {"reading", "kit"},
    "assignment": {"kit"},
    "templating": set(),
    "handout": {"kit", "assignment", "templating"},
    "inspection": {"kit", "assignment", "handout", "templating"},
    "intake": {"kit", "reading"},
    "sandbox": {"kit", "reading"},
    "grading": {"door", "reading", "kit", "assignment", "intake", "sandbox"},
    "bringing": {"reading", "kit", "assignment", "handout", "intake", "sandbox", "grading"},
    "batch": {"reading", "kit", "assignment", "intake", "sandbox", "grading"},
    "publish": {"reading", "kit", "assignment", "grading", "templating"},
    "front": {
        *{"kit", "assignment", "handout", "intake", "sandbox", "grading", "batch", "publish"},
        *{"templating"},
    },
    "marking": {
        *{"kit", "assignment", "intake", "sandbox", "grading", "batch", "publish", "templating"},
    },
    "proof": {
        "kit",
        "assignment",
        "handout",
        "intake",
        "sandbox",
        "grading",
        "batch",
        "templating",
    },
    "cli": {
        *{
            "door",
            "kit",
            "assignment",
            "handout",
            "intake",
            "sandbox",
            "grading",
            "batch",
            "publish",
        },
        *{"bringing", "inspection", "front", "marking", "proof", "templating"},
    },
}


def imports_of(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = path.relative_to(ROOT).with_suffix("").parts
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: -node.level]) if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def test_imports_point_one_way():
    wrong = []
    for path in sorted((ROOT / "autograder").rglob("*.py")):
        own = path.relative_to(ROOT / "autograder").with_suffix("").parts[0]
        for name in imports_of(path):
            parts = name.split(".")
            if parts[0] != "autograder" or len(parts) < 2 or own == "__init__":
                continue
            if parts[1] in MAY_IMPORT and parts[1] != own and parts[1] not in MAY_IMPORT[own]:
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert wrong == []


def test_the_engine_knows_nothing_of_any_assignment():
    names = re.compile(r"\b(Adagrad|RMSprop|clip_by_\w+|init_weights|LossWatch|EarlyStopping)\b")
    told = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in sorted((ROOT / "autograder").rglob("*.py"))
        for match in names.finditer(_code(path))
    ]
    assert told == []


def _code(path):
    """The module's code without docstrings, comments and the examples in help texts."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(
            node
        ):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
    ],
    ids=" ".join,
)
def test_style_and_types(command):
    run = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]


def tracked_files():
    run = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if run.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in run.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_nothing_of_a_machine_is_committed():
    pattern = re.compile(r"/(?:root|work)/|/home/(?!someone\b)[a-z]\w*/|index-url|pypi\.org/simple")
    told = []
    for path in tracked_files():
        if path == Path(__file__) or path.suffix in {".png", ".pdf"}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        told += [f"{path.relative_to(ROOT)}: {match[0]}" for match in pattern.finditer(text)]
    assert told == []
