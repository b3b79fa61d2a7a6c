"""The lab as a program: it runs alone, with the student's optimizers, and half finished."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FIGURES = {"dataset.png", "trajectories.png", "optimizers.png", "gradient_flow.png", "clipping.png"}


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "MPLBACKEND": "Agg", "TF_CPP_MIN_LOG_LEVEL": "3"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )


def test_importing_the_lab_imports_neither_siblings_nor_tensorflow(
    t6_folder: Path, tmp_path: Path
) -> None:
    shutil.copy(t6_folder / "lab_exercise_t6.py", tmp_path)
    code = "import lab_exercise_t6, sys; print({'tensorflow', 'matplotlib'} & set(sys.modules))"
    result = run(tmp_path, "-c", code)
    assert result.stdout.strip() == "set()", result.stderr


def test_launcher_is_the_lab_under_the_name_of_the_course(t6_folder: Path) -> None:
    source = (t6_folder / "lab-exercise-t6.py").read_text(encoding="utf-8")
    assert len([line for line in source.splitlines() if line.strip()]) == 3
    assert "from lab_exercise_t6 import main" in source


@pytest.mark.parametrize(
    "name",
    ["lab_exercise_t6.py", "lab-exercise-t6.py", "run_findings.py", "findings_rules.py"],
)
def test_sources_are_python_3_8(t6_folder: Path, name: str) -> None:
    ast.parse((t6_folder / name).read_text(encoding="utf-8"), feature_version=(3, 8))


def test_main_writes_figures_and_tables_with_own_optimizers(
    lab: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lab.main(epochs=1, n_samples=80, folder=str(tmp_path / "figures"))
    printed = capsys.readouterr().out
    assert {path.name for path in (tmp_path / "figures").iterdir()} == FIGURES
    assert "Adam 0.01 (yours)" in printed
    assert "not written yet" not in printed
    assert all(word in printed for word in ("val loss", "val acc", "time", "first/last"))


def test_main_names_what_is_missing_and_goes_on(
    lab: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def missing(*args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError("GradientDescentVisualizer.compare_optimizers: write it")

    monkeypatch.setattr(lab.GradientDescentVisualizer, "compare_optimizers", missing)
    lab.main(folder=str(tmp_path))
    printed = capsys.readouterr().out
    assert "not written yet: GradientDescentVisualizer.compare_optimizers" in printed
    assert {path.name for path in tmp_path.iterdir()} == FIGURES - {"optimizers.png"}


def test_an_unfinished_optimizer_is_replaced_with_a_note(
    lab: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import optimizers

    class Unfinished:
        def __init__(self, **settings: float) -> None: ...

        def step(self, params: Any, grads: Any) -> Any:
            raise NotImplementedError("Adam.step: keep two averages")

    monkeypatch.setattr(optimizers, "Adam", Unfinished)
    monkeypatch.delattr(optimizers, "Adagrad")
    chosen = lab.choose_optimizers()
    printed = capsys.readouterr().out
    assert "Adam 0.01: Keras's Adam is used" in printed
    assert "keep two averages" in printed
    assert {"Adam 0.01 (Keras)", "Adagrad 0.1 (Keras)", "SGD 0.1 (yours)"} <= set(chosen)
    assert hasattr(chosen["Adam 0.01 (Keras)"], "get_config")
    assert "Adam 0.3" not in lab.follow_the_bowl()


@pytest.mark.slow
def test_the_whole_lab_runs_and_draws_every_figure(t6_folder: Path, tmp_path: Path) -> None:
    for name in ("lab_exercise_t6.py", "lab-exercise-t6.py", "optimizers.py"):
        shutil.copy(t6_folder / name, tmp_path)
    result = run(tmp_path, "lab-exercise-t6.py")
    assert result.returncode == 0, result.stderr
    assert {path.name for path in (tmp_path / "figures").iterdir()} == FIGURES


@pytest.mark.slow
def test_the_lab_alone_falls_back_to_keras(t6_folder: Path, tmp_path: Path) -> None:
    shutil.copy(t6_folder / "lab_exercise_t6.py", tmp_path)
    result = run(tmp_path, "-c", "import lab_exercise_t6 as lab; lab.main(epochs=2, n_samples=80)")
    assert result.returncode == 0, result.stderr
    assert "Momentum 0.01: Keras's Momentum is used, yours is not ready" in result.stdout
    figures = {path.name for path in (tmp_path / "figures").iterdir()}
    assert figures == FIGURES - {"trajectories.png"}


@pytest.mark.parametrize(
    ("program", "missing"),
    [
        ("lab-exercise-t6.py", "numpy"),
        ("lab-exercise-t6.py", "matplotlib"),
        ("lab-exercise-t6.py", "sklearn"),
        ("run_findings.py", "numpy"),
        ("run_findings.py", "sklearn"),
    ],
)
def test_a_package_that_is_not_there_is_named(
    t6_folder: Path, tmp_path: Path, program: str, missing: str
) -> None:
    raises = f"raise ModuleNotFoundError('No module named {missing}', name={missing!r})\n"
    (tmp_path / f"{missing}.py").write_text(raises, encoding="utf-8")
    options = ["--example"] if program == "run_findings.py" else []
    run = subprocess.run(
        [sys.executable, str(t6_folder / program), *options],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert run.returncode != 0
    assert "Traceback" not in run.stderr
    said = (run.stdout + run.stderr).strip().split("\n")[-1]
    assert said.lower().startswith(f"{missing} is not installed")
    assert said.endswith("python -m pip install -r requirements.txt")
