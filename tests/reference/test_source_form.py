"""The reference as text: old syntax, light imports, true examples, well-formed markers."""

from __future__ import annotations

import ast
import doctest
import importlib.util
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

MODULES = (
    "gradient_check",
    "optimizers",
    "clipping",
    "initialization",
    "monitor",
    "regularization",
)
EXERCISES = {
    "gradient_check": {"numerical_gradient"},
    "optimizers": {"SGD", "Momentum", "Nesterov", "Adagrad", "RMSprop", "Adam"},
    "clipping": {
        "global_norm",
        "clip_by_value",
        "clip_by_norm",
        "clip_by_global_norm",
        "clipped_train_step",
    },
    "initialization": {"init_weights"},
    "monitor": {
        "gradient_report",
        "activation_report",
        "LossWatch",
        "layer_gradient_norms",
        "GradientMonitor",
    },
    "regularization": {
        "l1_l2_penalty",
        "dropout_forward",
        "batchnorm_forward",
        "EarlyStopping",
        "shift_augment",
        "diagnose_fit",
        "build_regularized_model",
    },
}
BEGIN = re.compile(r"^( *)# BEGIN SOLUTION(?: (\w+))?$")
END = re.compile(r"^ *# END SOLUTION$")


def find_regions(source: str) -> list[tuple[int, int, str, list[str]]]:
    """(first line, last line, exercise, comment lines above) of each region; lines from 0."""
    lines = source.splitlines()
    owners = {
        line: node.name
        for node in ast.parse(source).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        for line in range(node.lineno - 1, node.end_lineno)
    }
    regions = []
    for start, line in enumerate(lines):
        begin = BEGIN.match(line)
        if begin is None:
            continue
        end = next(number for number in range(start, len(lines)) if END.match(lines[number]))
        above = []
        for earlier in reversed(lines[:start]):
            if not earlier.lstrip().startswith("#"):
                break
            above.insert(0, earlier.strip())
        regions.append((start, end, begin[2] or owners[start], above))
    return regions


def without_solutions(source: str) -> str:
    lines = source.splitlines()
    for start, end, exercise, _ in reversed(find_regions(source)):
        indent = lines[start][: len(lines[start]) - len(lines[start].lstrip())]
        lines[start : end + 1] = [f'{indent}raise NotImplementedError("{exercise}")']
    return "\n".join(lines)


@pytest.mark.parametrize("name", MODULES)
def test_parses_as_python_3_8(reference_folder: Path, name: str) -> None:
    ast.parse((reference_folder / f"{name}.py").read_text(), feature_version=(3, 8))


def test_importing_needs_numpy_only(reference_folder: Path) -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(reference_folder)!r})\n"
        f"import {', '.join(MODULES)}\n"
        "from monitor import GradientMonitor\n"
        "print([m for m in ('tensorflow', 'keras', 'matplotlib') if m in sys.modules])"
    )
    command = [sys.executable, "-B", "-c", program]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_are_true(request: pytest.FixtureRequest, name: str) -> None:
    result = doctest.testmod(request.getfixturevalue(name))
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_public_docstrings_are_complete(request: pytest.FixtureRequest, name: str) -> None:
    module = request.getfixturevalue(name)
    for exercise in EXERCISES[name] - {"Nesterov"}:
        text = inspect.getdoc(getattr(module, exercise)) or ""
        missing = [part for part in ("Args:", "Reference:", "Example:") if part not in text]
        assert not missing, f"{name}.{exercise} lacks {missing}"


@pytest.mark.parametrize("name", MODULES)
def test_every_exercise_has_a_region_with_a_task_and_three_hints(
    reference_folder: Path, name: str
) -> None:
    regions = find_regions((reference_folder / f"{name}.py").read_text())
    assert {exercise for _, _, exercise, _ in regions} == EXERCISES[name]
    for start, _, exercise, above in regions:
        where = f"{name}.py:{start + 1} ({exercise})"
        assert above and above[0].startswith("# TODO: "), where
        hints = [line.split(":")[0] for line in above if line.startswith("# HINT")]
        assert hints == ["# HINT idea", "# HINT formula", "# HINT pseudo-code"], where


@pytest.mark.parametrize("name", MODULES)
def test_hints_and_docstrings_hold_no_line_of_a_solution(reference_folder: Path, name: str) -> None:
    def squeeze(text: str) -> str:
        return re.sub(r"\s+", "", text)

    source = (reference_folder / f"{name}.py").read_text()
    rest = squeeze(without_solutions(source))
    lines = source.splitlines()
    leaked = [
        f"{name}.py:{number + 1}: {lines[number].strip()}"
        for start, end, _, _ in find_regions(source)
        for number in range(start + 1, end)
        if len(squeeze(lines[number])) > 24 and squeeze(lines[number]) in rest
    ]
    given = ("fromtensorflowimportkeras",)
    assert [line for line in leaked if not squeeze(line).endswith(given)] == []


@pytest.mark.parametrize("name", MODULES)
def test_without_solutions_it_imports_and_every_exercise_is_missing(
    reference_folder: Path, tmp_path: Path, name: str
) -> None:
    skeleton = tmp_path / f"{name}.py"
    skeleton.write_text(without_solutions((reference_folder / f"{name}.py").read_text()))
    spec = importlib.util.spec_from_file_location(f"t6_skeleton_{name}", skeleton)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for exercise in EXERCISES[name] - {"Nesterov", "GradientMonitor"}:
        provided = getattr(module, exercise)
        required = [
            parameter
            for parameter in inspect.signature(provided).parameters.values()
            if parameter.default is parameter.empty
        ]
        # Nonsense arguments: an exercise that is not written yet must not get as far as them.
        with pytest.raises(NotImplementedError, match=exercise):
            provided(*["nonsense"] * len(required))
