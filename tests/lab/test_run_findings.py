"""The student's own experiment: what is read, what is measured, what is kept."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest


def blobs(rows: int = 60, classes: int = 3) -> tuple[str, str, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    y = np.arange(rows) % classes
    x = rng.normal(size=(rows, 4)) * [1, 10, 100, 0] + 3 * y[:, None] + [0, 0, 0, 7]
    return "blobs", "drawn in a test", x, np.array(["low", "middle", "high", "top"])[y]


def write_csv(folder: Path, text: str) -> str:
    path = folder / "mine.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_csv_columns_become_numbers(
    experiment: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        f"{i},{'red' if i % 3 else 'blue'},name {i},{'yes' if i % 2 else 'no'}" for i in range(30)
    ]
    path = write_csv(tmp_path, "size,colour,who,bought\n" + "\n".join(rows) + "\n,red,name 30,no\n")
    name, source, x, y = experiment.csv_dataset(path, "bought")
    assert (name, source) == ("mine.csv", "CSV file mine.csv")
    assert x.shape == (30, 3)  # The size, blue and red; the names are left out.
    np.testing.assert_array_equal(x[:4], [[0, 1, 0], [1, 0, 1], [2, 0, 1], [3, 1, 0]])
    assert y[:3].tolist() == ["no", "yes", "no"]
    printed = capsys.readouterr().out
    assert "1 of 31 rows have an empty cell" in printed
    assert "column 'who' holds 30 different texts" in printed


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("a;b;kind\n1,5;2;x\n-0,25;1.234,5;y\n", [[1.5, 2.0], [-0.25, 1234.5]]),
        ("a\tb\tkind\n1,5\t,5\tx\n2\t1\ty\n", [[1.5, 0.5], [2.0, 1.0]]),
        ('a,b,kind\n"1,5",2,x\n"12,500",1,y\n', [[1.5, 2.0], [12.5, 1.0]]),
    ],
)
def test_decimal_commas_are_numbers(
    experiment: ModuleType, tmp_path: Path, text: str, first: list, capsys: pytest.CaptureFixture
) -> None:
    _, _, x, _ = experiment.csv_dataset(write_csv(tmp_path, text), "kind")
    assert x.tolist() == first
    assert "column 'a': decimal commas are read as points" in capsys.readouterr().out


def test_a_comma_that_may_be_thousands_is_asked_about(
    experiment: ModuleType, tmp_path: Path
) -> None:
    path = write_csv(tmp_path, 'a,kind\n"12,500",x\n"1,000",y\n')
    with pytest.raises(experiment.DataProblem, match="for decimals or for thousands"):
        experiment.csv_dataset(path, "kind")


def test_csv_with_semicolons(experiment: ModuleType, tmp_path: Path) -> None:
    path = write_csv(tmp_path, "\ufeffa;b;kind\n" + "1.5;2;x\n3.5;4;y\n" * 5)
    _, _, x, y = experiment.csv_dataset(path, "kind")
    assert x[:2].tolist() == [[1.5, 2.0], [3.5, 4.0]]
    assert set(y) == {"x", "y"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no column 'kind'; the columns are: none"),
        ("a,b\n1,2\n", "the columns are: a, b"),
        ("a,kind\n1,x\n1,2,3\n", "row 3: expected 2 cells as in the header, found 3"),
        ("a,kind\n,x\n", "no row without an empty cell"),
        ("kind\nx\ny\n", "no column but 'kind'"),
    ],
)
def test_csv_problems_are_named(
    experiment: ModuleType, tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(experiment.DataProblem, match=sentence):
        experiment.csv_dataset(write_csv(tmp_path, text), "kind")


def split(experiment: ModuleType, seed: int = 0) -> Any:
    return experiment.split_and_scale(experiment.usable(*blobs()), seed)


def test_split_is_scaled_by_the_training_part_alone(experiment: ModuleType) -> None:
    made = split(experiment)
    assert made.x_train.shape == (33, 4)
    assert [len(part) for part in (made.x_stop, made.x_val, made.x_test)] == [9, 9, 9]
    assert made.classes == 3
    assert np.bincount(made.y_val).tolist() == [3, 3, 3]
    np.testing.assert_allclose(made.x_train.mean(axis=0)[:3], 0, atol=1e-6)
    np.testing.assert_allclose(made.x_train.std(axis=0)[:3], 1, atol=1e-5)
    assert np.abs(made.x_val.mean(axis=0)).max() > 1e-3
    varying = np.ptp(np.concatenate([made.x_train, made.x_val]), axis=0)
    assert np.all(np.isfinite(varying))


def test_a_row_has_one_part_and_another_seed_is_another_split(experiment: ModuleType) -> None:
    rows = np.arange(60.0).reshape(-1, 1)
    table = experiment.usable("rows", "a test", rows, np.arange(60) % 3)

    def parts(seed: int) -> list[list[float]]:
        made = experiment.split_and_scale(table, seed)
        scaled = (made.x_train, made.x_stop, made.x_val, made.x_test)
        return [sorted(np.round(part.ravel(), 4).tolist()) for part in scaled]

    first = parts(0)
    everything = [value for part in first for value in part]
    assert len(everything) == len(set(everything)) == 60
    assert parts(0) == first
    assert parts(1)[2] != first[2]


def test_early_stopping_never_sees_what_ranks_it(
    experiment: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stands in validation and test, an early stop comes at the same epoch."""
    made = split(experiment)
    quick = {"class": "SGD", "learning_rate": 0.5}
    run = experiment.train_once(made, quick, {"patience": 1}, seed=0, epochs=12)
    other = made._replace(x_val=-made.x_val, x_test=made.x_test * 0, y_val=made.y_val[::-1])
    again = experiment.train_once(other, quick, {"patience": 1}, seed=0, epochs=12)
    assert again["epochs"] == run["epochs"]
    assert again["train_ce"] == run["train_ce"]
    assert again["val_ce"] != run["val_ce"]


def runs_of(*values: float | None) -> list[dict[str, Any]]:
    return [{"seed": i, "val_ce": value} for i, value in enumerate(values)]


def test_a_lead_within_the_spread_is_not_called_one(experiment: ModuleType) -> None:
    entries = [
        {"name": "a", "runs": runs_of(0.10, 0.30, 0.50)},
        {"name": "close", "runs": runs_of(0.30, 0.10, 0.53)},
        {"name": "steadily behind", "runs": runs_of(0.12, 0.33, 0.52)},
        {"name": "lost", "runs": runs_of(0.1, None, 0.1)},
    ]
    head, close, steady, lost = experiment.distance_from_best(entries)
    assert head.startswith("a has the lowest mean val_ce")
    assert "close: by 0.0100" in close and "do not say which" in close
    # The splits differ by 0.2, the two by 0.02 in each: what counts is the difference.
    assert "more than the spread, behind in 3 of 3 splits" in steady
    assert "a run diverged" in lost
    assert "none is best" in experiment.distance_from_best([entries[3]])[0]


@pytest.mark.parametrize(
    ("x", "y", "sentence"),
    [
        (np.zeros((9, 2)), np.zeros(8), "got shapes"),
        (np.full((9, 2), np.nan), np.zeros(9), "NaN or infinite"),
        (np.zeros((9, 2)), np.zeros(9), "1 different values"),
        (np.zeros((90, 2)), np.arange(90), "90 different values"),
        (np.zeros((19, 2)), np.arange(19) > 12, "at least 8 rows"),
    ],
)
def test_unusable_data_are_named(
    experiment: ModuleType, x: np.ndarray, y: np.ndarray, sentence: str
) -> None:
    with pytest.raises(experiment.DataProblem, match=sentence):
        experiment.usable("name", "source", x, y)


class Fixed:
    """A model whose logits are given."""

    def __init__(self, logits: Any) -> None:
        self.logits = np.asarray(logits, dtype="float32")

    def predict(self, x: Any, **options: Any) -> np.ndarray:
        return self.logits


def test_cross_entropy_comes_from_the_logits(experiment: ModuleType) -> None:
    y = np.array([0, 1])
    measure = experiment.cross_entropy_and_accuracy
    assert measure(Fixed([[0, 0], [0, 0]]), y, y) == (pytest.approx(math.log(2), abs=1e-6), 0.5)
    assert measure(Fixed([[1000, 0], [1000, 0]]), y, y) == (500.0, 0.5)
    assert measure(Fixed([[0, math.log(3)], [0, math.log(3)]]), y, y)[0] == pytest.approx(
        (math.log(4) + math.log(4 / 3)) / 2, abs=1e-6
    )
    assert measure(Fixed([[math.nan, 0], [0, 0]]), y, y) == (None, None)


def test_a_penalty_is_not_in_the_cross_entropy(experiment: ModuleType) -> None:
    # With next to no learning rate the penalty changes nothing but Keras's loss.
    made = split(experiment)
    still = {"class": "SGD", "learning_rate": 1e-9}
    plain = experiment.train_once(made, still, {}, seed=3, epochs=1)
    penalized = experiment.train_once(made, still, {"l2": 10.0, "l1": 1.0}, seed=3, epochs=1)
    assert penalized["val_ce"] == pytest.approx(plain["val_ce"], abs=1e-4)
    assert plain["epochs"] == 1
    assert plain["seed"] == 3


def test_a_diverged_run_is_null_and_ends_early(experiment: ModuleType) -> None:
    made = split(experiment)
    run = experiment.train_once(made, {"class": "SGD", "learning_rate": 1e30}, {}, 0, epochs=20)
    assert run["train_ce"] is run["val_ce"] is run["train_acc"] is run["val_acc"] is None
    assert run["epochs"] < 20


def test_early_stopping_trains_fewer_epochs(experiment: ModuleType) -> None:
    made = split(experiment)
    still = {"class": "SGD", "learning_rate": 1e-9}
    run = experiment.train_once(made, still, {"patience": 2}, seed=0, epochs=30)
    assert run["epochs"] < 30


@pytest.fixture
def small(experiment: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(
        experiment, "MY_OPTIMIZERS", dict(list(experiment.MY_OPTIMIZERS.items())[:3])
    )
    monkeypatch.setattr(
        experiment, "MY_REGULARIZERS", {"none": {}, "L2": {"l2": 0.1}, "L1": {"l1": 0.1}}
    )
    monkeypatch.setattr(experiment, "QUICK_EPOCHS", 1)
    monkeypatch.setattr(experiment, "my_dataset", lambda: blobs())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_experiment_writes_findings_that_lack_only_the_texts(
    experiment: ModuleType, rules: ModuleType, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert experiment.main(["--quick"]) == 1
    printed = capsys.readouterr().out
    findings = json.loads((small / "findings.json").read_text(encoding="utf-8"))
    problems = rules.problems_of_form(findings)
    assert [problem.split(":")[0] for problem in problems] == ["monitor.action", "reflection"]
    assert all(problem in printed for problem in problems)
    assert rules.problems_of_claims(findings) == []
    assert "optimizer  9/9" in printed
    assert "has the lowest mean val_ce. Behind it, split by split:" in printed
    assert printed.count("The test part, for the winner alone") == 1
    assert findings["test"]["optimizer"] == findings["best_optimizer"]
    assert len(findings["test"]["runs"]) == 3
    assert "test_ce" not in findings["optimizers"][0]["runs"][0]
    assert "GradientMonitor is not used" not in printed

    (small / "action.txt").write_text("I changed nothing: no event.", encoding="utf-8")
    (small / "reflection.txt").write_text("Zahlen zeigen \u201emehr\u201c. " * 40, encoding="utf-8")
    texts = ["--action", "action.txt", "--reflection", "reflection.txt"]
    assert experiment.main(texts) == 0
    assert experiment.main(["--check"]) == 0
    complete = json.loads((small / "findings.json").read_text(encoding="utf-8"))
    assert complete["reflection"].startswith("Zahlen zeigen \u201emehr\u201c.")
    assert complete["optimizers"] == findings["optimizers"]

    experiment.keep_texts(findings, "findings.json")
    assert findings["reflection"] == complete["reflection"]
    assert findings["monitor"]["action"] == "I changed nothing: no event."


def test_an_unfinished_monitor_is_replaced_with_a_note(
    experiment: ModuleType,
    rules: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    import monitor

    def missing(*args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError("GradientMonitor: write it")

    monkeypatch.setattr(monitor, "GradientMonitor", missing)
    made = split(experiment)
    watched = experiment.watch_gradients(made, {"class": "SGD", "learning_rate": 0.1}, {}, 2)
    assert "NotImplementedError: GradientMonitor: write it" in capsys.readouterr().out
    assert [report["status"] for report in watched["epochs"]] == ["ok", "ok"]
    assert watched["events"] == []

    still = experiment.watch_gradients(made, {"class": "SGD", "learning_rate": 0.1}, {"l2": 1e6}, 1)
    assert still["epochs"][0]["status"] in ("exploding", "nonfinite")
    assert still["events"][0][1] == "all layers"


def test_no_data_says_what_to_do(
    experiment: ModuleType, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert experiment.main([]) == 2
    assert "my_dataset() returns nothing yet" in capsys.readouterr().out
    assert experiment.main(["--csv", str(tmp_path / "none.csv"), "--target", "y"]) == 2
    with pytest.raises(SystemExit):
        experiment.main(["--csv", "mine.csv"])


def test_check_needs_no_tensorflow_and_says_what_is_wrong(t6_folder: Path, tmp_path: Path) -> None:
    script = str(t6_folder / "run_findings.py")
    code = (
        "import runpy, sys; sys.argv = ['run', '--check', sys.argv[1]]\n"
        f"try: runpy.run_path({script!r}, run_name='__main__')\n"
        "except SystemExit as end: print(end.code, 'tensorflow' in sys.modules)"
    )

    def check(path: Path) -> str:
        command = [sys.executable, "-c", code, str(path)]
        environment = {"PYTHONPATH": str(t6_folder)}
        return subprocess.run(command, env=environment, capture_output=True, text=True).stdout

    assert check(t6_folder / "findings.json").endswith("0 False\n")
    (tmp_path / "findings.json").write_text('{"reflection": "short"}', encoding="utf-8")
    wrong = check(tmp_path / "findings.json")
    assert "reflection: expected 100 words or more, found 1" in wrong
    assert wrong.endswith("1 False\n")
    assert "cannot be read" in check(tmp_path / "none.json")


def test_layout_is_the_same_json_with_a_run_a_line(experiment: ModuleType, findings: dict) -> None:
    text = experiment._laid_out(findings)
    assert json.loads(text) == findings
    runs = [line for line in text.splitlines() if '"val_ce"' in line]
    assert len(runs) == sum(
        len(e["runs"]) for g in ("optimizers", "regularizers") for e in findings[g]
    )
    assert json.loads(experiment._laid_out({"a": [], "b": {"c": {}}})) == {"a": [], "b": {"c": {}}}


@pytest.mark.slow
def test_example_runs_out_of_the_box(t6_folder: Path, tmp_path: Path) -> None:
    for name in ("run_findings.py", "findings_rules.py"):
        shutil.copy(t6_folder / name, tmp_path)
    result = subprocess.run(
        [sys.executable, "run_findings.py", "--example", "--quick"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1, result.stderr
    assert "your GradientMonitor is not used (ModuleNotFoundError" in result.stdout
    written = json.loads((tmp_path / "findings.json").read_text(encoding="utf-8"))
    assert written["dataset"]["rows"] == 178
