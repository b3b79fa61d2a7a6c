"""Run your own experiment on your own data and write findings.json.

Fill in the part between the two lines below, or give a CSV file, then run

    python run_findings.py                             your my_dataset()
    python run_findings.py --csv FILE --target COLUMN  a CSV file with a header line
    python run_findings.py --example wine              a data set of scikit-learn, to see it work
    python run_findings.py --quick                     few epochs, to see that all of it runs

It trains your network with each optimizer and each regularizer, five times each, watches the
gradients of one training, and writes what it measured. Each of the five has its own seed, and the
seed decides on all that is left to chance: which rows are for what, the initial weights, the order
of the batches. So the spread that is printed is the one you would see with other rows.

The rows of a run are split four ways, and no part has two jobs: training (55 %), stopping (15 %,
which early stopping watches), validation (15 %, which ranks), test (15 %, looked at once, at the
end, for the winner alone).

Two texts only you can write; put them in without training again:

    python run_findings.py --action action.txt --reflection reflection.txt
    python run_findings.py --check                     is findings.json ready to hand in?
"""

from __future__ import annotations

import argparse
import csv
import importlib
import io
import json
import logging
import math
import os
import re
import time
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

import findings_rules

_HOW_TO_INSTALL = "{} is not installed. In this folder: python -m pip install -r requirements.txt"

try:
    import numpy as np
except ImportError:
    raise SystemExit(_HOW_TO_INSTALL.format("NumPy")) from None

# ---------------------------------------------------------------- yours: fill in from here ...

SEEDS = (0, 1, 2, 3, 4)  # three or more; each is another split and another start
EPOCHS = 60
BATCH_SIZE = 32


def my_dataset() -> Optional[Tuple[str, str, np.ndarray, np.ndarray]]:
    """Your data: `(name, source, x, y)`, x (rows, features) of numbers, y (rows,) of class labels.

    Load anything you like here. Scaling and splitting are done for you, on the right part each.
    """
    return None


# "class" names a Keras optimizer, the rest are its arguments. A fair comparison tries rates, too.
MY_OPTIMIZERS: Dict[str, Dict[str, Any]] = {
    "SGD": {"class": "SGD", "learning_rate": 0.05},
    "Momentum": {"class": "SGD", "learning_rate": 0.01, "momentum": 0.9},
    "RMSprop": {"class": "RMSprop", "learning_rate": 0.001},
    "Adam": {"class": "Adam", "learning_rate": 0.001},
}

# Known settings: l1, l2 (penalties on the kernels), dropout (rate), patience (early stopping),
# batchnorm (1 puts it before each activation), noise (augmentation for tables: the standard
# deviation of what is added to the scaled features, in training only).
MY_REGULARIZERS: Dict[str, Dict[str, float]] = {
    "none": {},
    "L2": {"l2": 0.01},
    "dropout": {"dropout": 0.4},
    "early stopping": {"patience": 5},
    "batch norm": {"batchnorm": 1},
    "noise": {"noise": 0.3},
}


def my_network(
    features: int,
    classes: int,
    l1: float = 0.0,
    l2: float = 0.0,
    dropout: float = 0.0,
    batchnorm: float = 0.0,
    noise: float = 0.0,
) -> Any:
    """Your network, uncompiled; its last layer gives one logit a class, without a softmax."""
    from tensorflow import keras

    inputs = keras.Input(shape=(features,))
    hidden = keras.layers.GaussianNoise(noise)(inputs) if noise else inputs
    for units in (64, 32):
        hidden = keras.layers.Dense(
            units,
            kernel_regularizer=keras.regularizers.L1L2(l1, l2),
            kernel_initializer="he_normal",
        )(hidden)
        if batchnorm:
            hidden = keras.layers.BatchNormalization()(hidden)
        hidden = keras.layers.Activation("relu")(hidden)
        hidden = keras.layers.Dropout(dropout)(hidden)
    return keras.Model(inputs, keras.layers.Dense(classes)(hidden))


# ---------------------------------------------------------------- ... to here; the rest is given

MAX_ROWS = 5000
MAX_CATEGORIES = 20
MAX_CLASSES = 50
MONITORED_ROWS = 256
MIN_ROWS_A_CLASS = 8
NETWORK_SETTINGS = ("l1", "l2", "dropout", "batchnorm", "noise")

QUICK_EPOCHS = 3
QUICK_RUNS = 3

_WITH_COMMA = re.compile(r"[-+]?(\d+|\d{1,3}(\.\d{3})+)?(,\d+)?")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(,\d{3})+")


class DataProblem(Exception):
    """The data cannot be used as they are; the message says what to do."""


class Table(NamedTuple):
    """A data set that can be used: x float64 (n, features), y int64 (n,) from 0."""

    name: str
    source: str
    classes: int
    x: np.ndarray
    y: np.ndarray


class Split(NamedTuple):
    """One split of a table, scaled: x float32 (n, features), y int64 (n,) from 0."""

    classes: int
    x_train: np.ndarray
    y_train: np.ndarray
    x_stop: np.ndarray
    y_stop: np.ndarray
    x_val: np.ndarray
    y_val: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


def example_dataset(name: str) -> Tuple[str, str, np.ndarray, np.ndarray]:
    """A small data set that comes with scikit-learn: `"wine"` or `"breast_cancer"`."""
    from sklearn import datasets

    bunch = getattr(datasets, f"load_{name}")()
    return name, f"scikit-learn, sklearn.datasets.load_{name}", bunch.data, bunch.target


def csv_dataset(path: str, target: str) -> Tuple[str, str, np.ndarray, np.ndarray]:
    """Read a CSV file with a header line; text columns become one column for each of their values.

    Rows with an empty cell are left out, and so are text columns with more than twenty different
    values (names, identifiers): both are printed.

    Raises:
        DataProblem: no such column, rows of another length, or no rows left.
    """
    with open(path, newline="", encoding="utf-8-sig") as file:
        text = file.read()
    header = text.split("\n", 1)[0]
    # Cells may hold decimal commas, names of columns hardly do: the header line decides.
    separator = max(",;\t", key=header.count)
    lines = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if row]
    if not lines or target not in lines[0]:
        columns = ", ".join(lines[0]) if lines else "none, the file is empty"
        raise DataProblem(f"{path}: no column {target!r}; the columns are: {columns}")
    header, rows = lines[0], [[cell.strip() for cell in row] for row in lines[1:]]
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise DataProblem(
                f"{path}, row {number}: expected {len(header)} cells as in the header, "
                f"found {len(row)}"
            )
    complete = [
        row for row in rows if all(cell not in ("", "NA", "NaN", "nan", "?") for cell in row)
    ]
    if len(complete) < len(rows):
        print(
            f"{len(rows) - len(complete)} of {len(rows)} rows have an empty cell and are left out"
        )
    if not complete:
        raise DataProblem(f"{path}: no row without an empty cell")
    columns = []
    for name, cells in zip(header, zip(*complete)):
        if name != target:
            columns.extend(_numbers(name, cells, separator))
    if not columns:
        raise DataProblem(f"{path}: no column but {target!r} can be used as a feature")
    labels = np.array(list(zip(*complete))[header.index(target)])
    return (
        os.path.basename(path),
        f"CSV file {os.path.basename(path)}",
        np.stack(columns, 1),
        labels,
    )


def _numbers(name: str, cells: Sequence[str], separator: str) -> List[np.ndarray]:
    """A CSV column as columns of numbers: itself, or one for each value of a text column.

    "1,5" is read as 1.5 where it cannot be anything else: between semicolons or tabs, or where not
    every comma has three digits behind it, as those of "12,500" have.

    Raises:
        DataProblem: commas that may stand for decimals or for thousands.
    """
    try:
        return [np.array([float(cell) for cell in cells])]
    except ValueError:
        pass
    if all(_WITH_COMMA.fullmatch(cell) for cell in cells):
        if separator == "," and all(_THOUSANDS.fullmatch(cell) for cell in cells if "," in cell):
            raise DataProblem(
                f"column {name!r} holds numbers such as {next(c for c in cells if ',' in c)!r}: "
                "does the comma stand for decimals or for thousands? Write them with a point, or "
                "without the comma"
            )
        print(f"column {name!r}: decimal commas are read as points")
        return [np.array([float(cell.replace(".", "").replace(",", ".")) for cell in cells])]
    values = sorted(set(cells))
    if len(values) > MAX_CATEGORIES:
        print(f"column {name!r} holds {len(values)} different texts and is left out")
        return []
    return [np.array([float(cell == value) for cell in cells]) for value in values]


def usable(name: str, source: str, x: Any, y: Any) -> Table:
    """Look whether data can be used, and number the classes from 0.

    Raises:
        DataProblem: shapes that do not fit, numbers that are not finite, or no usable classes.
    """
    x, y = np.asarray(x, dtype="float64"), np.asarray(y).ravel()
    if x.ndim != 2 or len(x) != len(y):
        raise DataProblem(
            f"x must be (rows, features) and y (rows,), got shapes {x.shape} and {y.shape}"
        )
    if not np.all(np.isfinite(x)):
        raise DataProblem("x holds NaN or infinite numbers: leave those rows out or fill them in")
    labels, y = np.unique(y, return_inverse=True)
    if not 2 <= len(labels) <= MAX_CLASSES:
        raise DataProblem(
            f"the target has {len(labels)} different values, expected 2 to {MAX_CLASSES} classes; "
            "a measured quantity can be cut into classes, low, middle and high, say"
        )
    if len(x) > MAX_ROWS:
        print(f"{MAX_ROWS} of the {len(x)} rows are used, drawn at random")
        rows = np.random.default_rng(0).permutation(len(x))[:MAX_ROWS]
        x, y = x[rows], y[rows]
    if np.bincount(y, minlength=len(labels)).min() < MIN_ROWS_A_CLASS:
        raise DataProblem(
            f"each class needs at least {MIN_ROWS_A_CLASS} rows, some for each of four parts: "
            "leave out or join the rare ones"
        )
    return Table(name, source, len(labels), x, y)


def split_and_scale(table: Table, seed: int) -> Split:
    """Shuffle and split 55/15/15/15, classes in proportion; scale by the training part alone."""
    from sklearn.model_selection import train_test_split

    rest, parts = np.arange(len(table.y)), []
    for share in (0.45, 2 / 3, 1 / 2):
        kept, rest = train_test_split(
            rest, test_size=share, stratify=table.y[rest], random_state=seed
        )
        parts.append(kept)
    parts.append(rest)
    train = table.x[parts[0]]
    mean, std = train.mean(axis=0), train.std(axis=0)
    std[std == 0] = 1.0  # A constant column stays constant; 0/0 would make it NaN.
    pairs = [(((table.x[rows] - mean) / std).astype("float32"), table.y[rows]) for rows in parts]
    return Split(table.classes, *(array for pair in pairs for array in pair))


def cross_entropy_and_accuracy(model: Any, x: np.ndarray, y: np.ndarray) -> Tuple[Any, Any]:
    """Mean cross-entropy in nats and accuracy, from the logits; `(None, None)` if not finite.

    This is not the loss that Keras reports: that contains the penalties, and a loss with a penalty
    cannot be compared with one without.
    """
    logits = np.asarray(model.predict(x, batch_size=1024, verbose=0), dtype="float64")
    if not np.all(np.isfinite(logits)):
        return None, None
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    cross_entropy = -log_p[np.arange(len(y)), y].mean()
    accuracy = (logits.argmax(axis=1) == y).mean()
    return round(float(cross_entropy), 6), round(float(accuracy), 6)


def train_once(
    split: Split,
    optimizer: Dict[str, Any],
    regularizer: Dict[str, float],
    seed: int,
    epochs: int,
    callbacks: Sequence[Any] = (),
) -> Dict[str, Any]:
    """Train your network once.

    Returns:
        One entry of `runs`, and beside it `test_ce` and `test_acc`, which nothing is chosen by.
    """
    from tensorflow import keras

    keras.backend.clear_session()  # so that layers are dense and dense_1, not dense_377
    keras.utils.set_random_seed(seed)
    strengths = {key: float(regularizer[key]) for key in NETWORK_SETTINGS if key in regularizer}
    model = my_network(split.x_train.shape[1], split.classes, **strengths)
    arguments = {key: value for key, value in optimizer.items() if key != "class"}
    model.compile(
        optimizer=getattr(keras.optimizers, optimizer["class"])(**arguments),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.SparseCategoricalCrossentropy(from_logits=True, name="ce")],
    )
    callbacks = [keras.callbacks.TerminateOnNaN(), *callbacks]
    validation = None
    if regularizer.get("patience"):
        # Not the validation part: a stop chosen by what ranks it would be ranked too well.
        validation = (split.x_stop, split.y_stop)
        callbacks.append(
            keras.callbacks.EarlyStopping(
                monitor="val_ce",
                mode="min",
                patience=int(regularizer["patience"]),
                restore_best_weights=True,
            )
        )
    fitted = model.fit(
        split.x_train,
        split.y_train,
        validation_data=validation,
        epochs=epochs,
        batch_size=BATCH_SIZE,
        callbacks=callbacks,
        verbose=0,
    )
    train_ce, train_acc = cross_entropy_and_accuracy(model, split.x_train, split.y_train)
    val_ce, val_acc = cross_entropy_and_accuracy(model, split.x_val, split.y_val)
    test_ce, test_acc = cross_entropy_and_accuracy(model, split.x_test, split.y_test)
    return {
        "seed": seed,
        "train_ce": train_ce,
        "val_ce": val_ce,
        "train_acc": train_acc,
        "val_acc": val_acc,
        "epochs": len(fitted.epoch),
        "test_ce": test_ce,
        "test_acc": test_acc,
    }


def run_group(
    title: str,
    table: Table,
    plan: Dict[str, Tuple[Dict[str, Any], Dict[str, float], Dict[str, Any]]],
    epochs: int,
    seeds: Sequence[int],
) -> List[Dict[str, Any]]:
    """Train every entry of `plan` (name -> optimizer, regularizer, settings) with every seed.

    One seed is the same split and the same start for every entry: their differences are paired.
    """
    splits = {seed: split_and_scale(table, seed) for seed in seeds}
    entries, done, total = [], 0, len(plan) * len(splits)
    for name, (optimizer, regularizer, settings) in plan.items():
        runs = []
        for seed in splits:
            start = time.perf_counter()
            run = train_once(splits[seed], optimizer, regularizer, seed, epochs)
            seconds, done = time.perf_counter() - start, done + 1
            runs.append(run)
            print(
                f"  {title} {done:2d}/{total}  {name:16s} seed {seed}  {run['epochs']:3d} epochs  "
                f"train {_number(run['train_ce'])}  val {_number(run['val_ce'])}  {seconds:5.1f} s",
                flush=True,
            )
        entries.append({"name": name, "settings": settings, "runs": runs})
    return entries


def _number(value: Optional[float]) -> str:
    return "diverged" if value is None else f"{value:8.4f}"


def mean_val_ce(entry: Dict[str, Any]) -> float:
    """Mean validation cross-entropy of an entry's runs; infinite if one of them diverged."""
    values = [run["val_ce"] for run in entry["runs"]]
    return math.inf if None in values else sum(values) / len(values)


def watch_gradients(
    split: Split, optimizer: Dict[str, Any], regularizer: Dict[str, float], epochs: int
) -> Dict[str, Any]:
    """Train once more under a monitor: your `GradientMonitor` if it works, else a plain one."""
    import tensorflow as tf
    from tensorflow import keras

    x, y = split.x_train[:MONITORED_ROWS], split.y_train[:MONITORED_ROWS]

    def loss_fn(y_true: Any, y_pred: Any) -> Any:
        losses = keras.losses.sparse_categorical_crossentropy(y_true, y_pred, from_logits=True)
        return tf.reduce_mean(losses)

    class WholeGradient(keras.callbacks.Callback):
        """Watches one number, the norm over all parameters; yours tells the layers apart."""

        def __init__(self) -> None:
            super().__init__()
            self.history: List[Dict[str, Any]] = []
            self.events: List[Tuple[int, str, str]] = []

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            with tf.GradientTape() as watching:
                predicted = self.model(x, training=False)
                total = tf.add_n([loss_fn(y, predicted), *self.model.losses])
            norm = float(
                tf.linalg.global_norm(watching.gradient(total, self.model.trainable_weights))
            )
            status = "vanishing" if norm < 1e-6 else "exploding" if norm > 1e2 else "ok"
            status = status if math.isfinite(norm) else "nonfinite"
            self.history.append({"global_norm": norm, "status": status})
            self.events += [] if status == "ok" else [(epoch, "all layers", status)]

    try:
        monitor = importlib.import_module("monitor").GradientMonitor(x, y, loss_fn)
        train_once(split, optimizer, regularizer, SEEDS[0], epochs, [monitor])
        if len(monitor.history) == 0:
            raise ValueError("its history is empty")
    except Exception as error:  # Whatever a half-written class does, the experiment goes on.
        print(f"  your GradientMonitor is not used ({type(error).__name__}: {error})")
        monitor = WholeGradient()
        train_once(split, optimizer, regularizer, SEEDS[0], epochs, [monitor])
    reports = []
    for report in monitor.history:
        norm = float(report["global_norm"])
        finite = math.isfinite(norm)
        reports.append(
            {
                "global_norm": float(f"{norm:.6g}") if finite else None,
                "status": str(report["status"]),
            }
        )
    events = [[int(epoch), str(layer), str(status)] for epoch, layer, status in monitor.events]
    return {"epochs": reports, "events": events, "action": ""}


def distance_from_best(entries: Sequence[Dict[str, Any]]) -> List[str]:
    """Say of each entry whether it is behind the lowest mean by more than chance would do.

    A seed is the same split for all, so the differences are taken seed by seed: what makes a split
    easy or hard for both falls out of them. Their standard deviation is the spread that a lead has
    to exceed.
    """
    best = min(entries, key=mean_val_ce)
    if mean_val_ce(best) == math.inf:
        return ["every entry has a run that diverged: none is best"]
    sentences = [f"{best['name']} has the lowest mean val_ce. Behind it, split by split:"]
    for entry in entries:
        if entry is best:
            continue
        if mean_val_ce(entry) == math.inf:
            sentences.append(f"  {entry['name']}: a run diverged")
            continue
        behind = np.array([run["val_ce"] for run in entry["runs"]], dtype=float)
        behind -= np.array([run["val_ce"] for run in best["runs"]], dtype=float)
        spread, lost = behind.std(ddof=1), int((behind > 0).sum())
        verdict = f"more than the spread, behind in {lost} of {len(behind)} splits"
        if behind.mean() <= spread:
            verdict = "within the spread: these runs do not say which of the two is better"
        sentences.append(
            f"  {entry['name']}: by {behind.mean():.4f}, spread {spread:.4f}; {verdict}"
        )
    return sentences


def run_experiment(table: Table, epochs: int, seeds: Sequence[int]) -> Dict[str, Any]:
    """The whole experiment; returns the findings, both texts still empty."""
    rows, features = table.x.shape
    print(f"{table.name}: {rows} rows, {features} features, {table.classes} classes\n")
    plan: Dict[str, Any] = {name: (each, {}, each) for name, each in MY_OPTIMIZERS.items()}
    optimizers = run_group("optimizer", table, plan, epochs, seeds)
    best_optimizer = min(optimizers, key=mean_val_ce)
    chosen = MY_OPTIMIZERS[best_optimizer["name"]]
    print(f"\nlowest mean val_ce: {best_optimizer['name']}; the regularizers are tried with it\n")
    plan = {name: (chosen, each, each) for name, each in MY_REGULARIZERS.items()}
    regularizers = run_group("regularizer", table, plan, epochs, seeds)
    best_regularizer = min(regularizers, key=mean_val_ce)
    print(f"\nlowest mean val_ce: {best_regularizer['name']}; now one training under a monitor\n")
    settings = MY_REGULARIZERS[best_regularizer["name"]]
    return {
        "dataset": {
            "name": table.name,
            "rows": rows,
            "features": features,
            "classes": table.classes,
            "source": table.source,
        },
        "optimizers": [_without_test(entry) for entry in optimizers],
        "regularizers": [_without_test(entry) for entry in regularizers],
        "test": {
            "optimizer": best_optimizer["name"],
            "regularizer": best_regularizer["name"],
            "runs": [
                {key: run[key] for key in ("seed", "test_ce", "test_acc")}
                for run in best_regularizer["runs"]
            ],
        },
        "monitor": watch_gradients(split_and_scale(table, SEEDS[0]), chosen, settings, epochs),
        "best_optimizer": best_optimizer["name"],
        "best_regularizer": best_regularizer["name"],
        "reflection": "",
    }


def _without_test(entry: Dict[str, Any]) -> Dict[str, Any]:
    """An entry without the test's numbers: those of the losers are not looked at."""
    runs = [{k: v for k, v in run.items() if not k.startswith("test")} for run in entry["runs"]]
    return dict(entry, runs=runs)


def print_tables(findings: Dict[str, Any]) -> None:
    """Print means and spreads over the seeds, the material for your reflection."""
    count = len(findings["optimizers"][0]["runs"])
    print(
        f"Means of {count} runs. +- is their standard deviation: each run has its own split and "
        "its own start.\n"
    )
    for group in ("optimizers", "regularizers"):
        print(f"{group:18s}{'train_ce':>10s}{'val_ce':>10s}{'+-':>8s}{'gap':>9s}{'val_acc':>10s}")
        for entry in findings[group]:
            if mean_val_ce(entry) == math.inf:
                print(f"{entry['name']:18s}{'a run diverged':>20s}")
                continue
            train, val, accuracy = (
                np.array([run[key] for run in entry["runs"]], dtype=float)
                for key in ("train_ce", "val_ce", "val_acc")
            )
            print(
                f"{entry['name']:18s}{train.mean():10.4f}{val.mean():10.4f}{val.std(ddof=1):8.4f}"
                f"{(val - train).mean():9.4f}{accuracy.mean():10.3f}"
            )
        print("\n".join(["", *distance_from_best(findings[group]), ""]))
    test = findings["test"]
    if all(run["test_ce"] is not None for run in test["runs"]):
        loss, accuracy = (
            np.array([run[key] for run in test["runs"]], dtype=float)
            for key in ("test_ce", "test_acc")
        )
        print(
            f"The test part, for the winner alone ({test['optimizer']}, {test['regularizer']}): "
            f"cross-entropy {loss.mean():.4f} +- {loss.std(ddof=1):.4f}, "
            f"accuracy {accuracy.mean():.3f} +- {accuracy.std(ddof=1):.3f}\n"
        )
    monitor = findings["monitor"]
    norms = [each["global_norm"] for each in monitor["epochs"]]
    print(f"monitor: global norm {norms[0]} after the first epoch, {norms[-1]} after the last")
    for epoch, layer, status in monitor["events"][:10]:
        print(f"  epoch {epoch}: {layer} {status}")
    if len(monitor["events"]) > 10:
        print(f"  and {len(monitor['events']) - 10} more events")
    print()


def read(path: str) -> Any:
    """The findings in a file; exits with a sentence if there are none."""
    try:
        with open(path, "rb") as file:
            findings, problems = findings_rules.read_findings(file.read())
    except OSError as error:
        problems = [f"{path}: cannot be read ({error.strerror}); run the experiment first"]
    if problems:
        raise SystemExit("\n".join(problems))
    return findings


def write(findings: Dict[str, Any], path: str) -> None:
    """Write the findings, one run a line, so that a person can read them as well."""
    with open(path + ".part", "w", encoding="utf-8") as file:
        file.write(_laid_out(findings) + "\n")
    os.replace(path + ".part", path)
    print(f"wrote {path}")


def _laid_out(value: Any, indent: str = "") -> str:
    """JSON with a line for each list or object that holds no other."""
    parts = value if isinstance(value, list) else list(value.values())
    if not any(isinstance(part, (dict, list)) for part in parts):
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    deeper = indent + "  "
    texts = [
        _laid_out(part, deeper)
        if isinstance(part, (dict, list))
        else json.dumps(part, ensure_ascii=False, allow_nan=False)
        for part in parts
    ]
    if isinstance(value, dict):
        keys = (json.dumps(key, ensure_ascii=False) for key in value)
        texts = [f"{key}: {text}" for key, text in zip(keys, texts)]
    inside = (",\n" + deeper).join(texts)
    opening, closing = "[]" if isinstance(value, list) else "{}"
    return f"{opening}\n{deeper}{inside}\n{indent}{closing}"


def check(findings: Any) -> int:
    """Print what is still missing; returns 0 if nothing is, else 1."""
    form = findings_rules.problems_of_form(findings)
    claims = findings_rules.problems_of_claims(findings)
    for problem in form + claims:
        print(f"  {problem}")
    if form or claims:
        return 1
    print("  form and claims are in order; the reflection is read by a person")
    return 0


def keep_texts(findings: Dict[str, Any], path: str) -> None:
    """Carry the two texts of an earlier findings.json over: they cost more than the numbers."""
    if not os.path.exists(path):
        return
    with open(path, "rb") as file:
        earlier, _ = findings_rules.read_findings(file.read())
    if not isinstance(earlier, dict):
        return
    monitor = earlier.get("monitor")
    texts = [monitor.get("action") if isinstance(monitor, dict) else "", earlier.get("reflection")]
    action, reflection = (text if isinstance(text, str) else "" for text in texts)
    if action or reflection:
        print("your texts of the last run are kept: read them again, the numbers are new")
    findings["monitor"]["action"], findings["reflection"] = action, reflection


def put_texts(path: str, action: Optional[str], reflection: Optional[str]) -> int:
    """Put the texts of two files into findings.json without training; returns as `check`."""
    findings = read(path)
    if not isinstance(findings, dict) or not isinstance(findings.get("monitor"), dict):
        raise SystemExit(f"{path}: holds no findings; run the experiment first")
    for name, holder, key in (
        (action, findings["monitor"], "action"),
        (reflection, findings, "reflection"),
    ):
        if name:
            with open(name, encoding="utf-8-sig") as file:
                holder[key] = file.read().strip()
    write(findings, path)
    return check(findings)


def parse(arguments: Optional[Sequence[str]]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--csv", metavar="FILE", help="a CSV file with a header line")
    parser.add_argument("--target", metavar="COLUMN", help="the CSV column to predict, classes")
    parser.add_argument(
        "--example",
        nargs="?",
        const="wine",
        choices=("wine", "breast_cancer"),
        help="use a data set of scikit-learn (default: wine)",
    )
    quick = f"only {QUICK_EPOCHS} epochs and {QUICK_RUNS} runs"
    parser.add_argument("--quick", action="store_true", help=quick)
    parser.add_argument("--out", default="findings.json", metavar="FILE", help="file to write")
    parser.add_argument(
        "--check", nargs="?", const="findings.json", metavar="FILE", help="only check a file"
    )
    parser.add_argument("--action", metavar="FILE", help="a text file: what you changed, and why")
    parser.add_argument("--reflection", metavar="FILE", help="a text file of 100 words or more")
    options = parser.parse_args(arguments)
    if bool(options.csv) != bool(options.target):
        parser.error("--csv and --target go together: the file, and the column to predict")
    return options


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run what the command line asks for; returns the exit code, 0 when all is in order."""
    options = parse(arguments)
    if options.check:
        return check(read(options.check))
    if options.action or options.reflection:
        return put_texts(options.out, options.action, options.reflection)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    try:
        if options.csv:
            data = csv_dataset(options.csv, options.target)
        elif options.example:
            data = example_dataset(options.example)
        else:
            data = my_dataset()
        if data is None:
            raise DataProblem(
                "my_dataset() returns nothing yet: fill it in (in run_findings.py), or give "
                "--csv FILE --target COLUMN, or try --example"
            )
        table = usable(*data)
    except (DataProblem, OSError, UnicodeDecodeError) as problem:
        print(problem)
        return 2
    except ImportError as missing:
        print(_HOW_TO_INSTALL.format(missing.name))
        return 2
    start = time.perf_counter()
    size = (QUICK_EPOCHS, SEEDS[:QUICK_RUNS]) if options.quick else (EPOCHS, SEEDS)
    findings = run_experiment(table, *size)
    keep_texts(findings, options.out)
    print_tables(findings)
    write(findings, options.out)
    print(f"{time.perf_counter() - start:.0f} s. What is left to do:")
    return check(findings)


if __name__ == "__main__":
    raise SystemExit(main())
