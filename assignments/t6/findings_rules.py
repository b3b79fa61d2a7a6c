"""The rules of findings.json, in plain Python: its form, and whether its claims follow from it.

`problems_of_form` asks for what `findings.schema.json` asks for, neither more nor less.
`problems_of_claims` asks for what a schema cannot say: numbers that can be true, three different
seeds, and a best optimizer and regularizer that are the best by the numbers in the file. Both take
anything that `json.loads` returns and never raise; what they return are sentences for the author of
the file, and an empty list means that all is well.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any, Callable, List, Optional, Tuple

STATUSES = ("ok", "vanishing", "exploding", "nonfinite")
MIN_ENTRIES = 3
MIN_RUNS = 3
MIN_WORDS = 100

# Two means closer than this are a tie: run_findings.py rounds to six decimals.
TIE = 1e-6

MAX_BYTES = 1_000_000
MAX_PROBLEMS = 20

GROUPS = (("optimizers", "best_optimizer"), ("regularizers", "best_regularizer"))
CROSS_ENTROPIES = ("train_ce", "val_ce")
ACCURACIES = ("train_acc", "val_acc")


def read_findings(content: bytes) -> Tuple[Any, List[str]]:
    """Decode the bytes of a findings.json.

    Args:
        content: the file as bytes, UTF-8, at most a million of them.

    Returns:
        `(findings, [])`, or `(None, [problem])` when the bytes are not JSON.
    """
    if len(content) > MAX_BYTES:
        return None, [f"findings.json: expected at most {MAX_BYTES} bytes, found {len(content)}"]
    try:
        return json.loads(content.decode("utf-8-sig")), []
    except UnicodeDecodeError as error:
        return None, [f"findings.json: expected UTF-8 text, found another byte at {error.start}"]
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        return None, [f"findings.json: is not JSON: {error.msg} at {place}"]
    except (ValueError, RecursionError):
        # Python refuses numbers of thousands of digits and thousands of nested brackets.
        return None, ["findings.json: holds a number too long or brackets too deep to be read"]


def problems_of_form(findings: Any) -> List[str]:
    """What keeps `findings` from having the form of `findings.schema.json`.

    Args:
        findings: what `json.loads` returned.

    Returns:
        One sentence a problem, each naming its place, such as
        `optimizers[1].runs[0].seed: expected a whole number, found "three"`; at most twenty.
    """
    problems = _Problems()
    if not isinstance(findings, dict):
        problems.add("findings", "an object with the parts of findings.json", findings)
        return problems.listed()
    _check_dataset(problems, findings)
    for group, best in GROUPS:
        _check_group(problems, findings, group)
        _check(problems, findings, "", best, _is_text, "the name of an entry")
    _check_monitor(problems, findings)
    reflection = findings.get("reflection")
    if not isinstance(reflection, str):
        problems.missing_or(findings, "reflection", "", f"a text of {MIN_WORDS} words or more")
    elif len(reflection.split()) < MIN_WORDS:
        words = len(reflection.split())
        problems.say(f"reflection: expected {MIN_WORDS} words or more, found {words}")
    return problems.listed()


def problems_of_claims(findings: Any) -> List[str]:
    """What keeps the claims of `findings` from following from its numbers.

    Checked are: every cross-entropy is null or a finite number >= 0, every accuracy null or within
    [0, 1], every gradient norm null or finite and >= 0; names within a list differ; each entry has
    three different seeds; `best_optimizer` and `best_regularizer` name the entry with the lowest
    mean `val_ce`, or one tied with it. An entry with a diverged run (null) has no mean and loses
    against every entry that has one.

    Args:
        findings: what `json.loads` returned, of whatever form.

    Returns:
        One sentence a problem, at most twenty. What is too broken to be judged is a problem too.
    """
    problems = _Problems()
    if not isinstance(findings, dict):
        problems.add("findings", "an object with the parts of findings.json", findings)
        return problems.listed()
    for group, best in GROUPS:
        _judge_group(problems, findings.get(group), group, findings.get(best), best)
    monitor = findings.get("monitor")
    epochs = monitor.get("epochs") if isinstance(monitor, dict) else None
    for i, epoch in enumerate(epochs if isinstance(epochs, list) else []):
        if isinstance(epoch, dict):
            _judge_number(problems, epoch.get("global_norm"), f"monitor.epochs[{i}].global_norm")
    return problems.listed()


class _Problems:
    """Collects sentences, a bounded number of them: a hostile file has room for millions."""

    def __init__(self) -> None:
        self._sentences: List[str] = []
        self._count = 0

    def say(self, sentence: str) -> None:
        self._count += 1
        if self._count <= MAX_PROBLEMS:
            self._sentences.append(sentence)

    def add(self, place: str, expected: str, found: Any) -> None:
        self.say(f"{place}: expected {expected}, found {_shown(found)}")

    def missing_or(self, holder: dict, key: str, prefix: str, expected: str) -> None:
        if key in holder:
            self.add(prefix + key, expected, holder[key])
        else:
            self.say(f"{prefix}{key}: is missing, expected {expected}")

    def listed(self) -> List[str]:
        if self._count > MAX_PROBLEMS:
            return [*self._sentences, f"and {self._count - MAX_PROBLEMS} more"]
        return self._sentences


def _shown(value: Any) -> str:
    """A short, printable picture of any JSON value; never fails, whatever its size or depth."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        short = value if len(value) <= 40 else value[:40] + "..."
        return json.dumps(short)
    if isinstance(value, int):
        # Beyond this, Python may refuse to print a number at all.
        return str(value) if abs(value) < 10**30 else "a number of more than thirty digits"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list):
        return "an empty list" if not value else f"a list of {len(value)}"
    if isinstance(value, dict):
        return "an empty object" if not value else f"an object with {len(value)} entries"
    return f"a {type(value).__name__}"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    # As in JSON Schema: 3.0 is a whole number, true is none.
    return _is_number(value) and (isinstance(value, int) or value.is_integer())


def _is_measure(value: Any) -> bool:
    return value is None or _is_number(value)


def _whole_from(low: int) -> Callable[[Any], bool]:
    return lambda value: _is_whole(value) and value >= low


def _check(
    problems: _Problems, holder: dict, prefix: str, key: str, good: Callable, expected: str
) -> None:
    if key not in holder or not good(holder[key]):
        problems.missing_or(holder, key, prefix, expected)


def _check_dataset(problems: _Problems, findings: dict) -> None:
    dataset = findings.get("dataset")
    if not isinstance(dataset, dict):
        problems.missing_or(findings, "dataset", "", "an object that describes your data")
        return
    for key in ("name", "source"):
        _check(problems, dataset, "dataset.", key, _is_text, "a text that is not empty")
    for key, low in (("rows", 1), ("features", 1), ("classes", 2)):
        expected = f"a whole number, {low} or more"
        _check(problems, dataset, "dataset.", key, _whole_from(low), expected)


def _check_group(problems: _Problems, findings: dict, group: str) -> None:
    entries = findings.get(group)
    if not isinstance(entries, list) or len(entries) < MIN_ENTRIES:
        problems.missing_or(findings, group, "", f"a list of {MIN_ENTRIES} or more")
        return
    for i, entry in enumerate(entries):
        place = f"{group}[{i}]"
        if not isinstance(entry, dict):
            problems.add(place, "an object with name, settings and runs", entry)
            continue
        _check(problems, entry, f"{place}.", "name", _is_text, "a text that is not empty")
        _check(problems, entry, f"{place}.", "settings", lambda v: isinstance(v, dict), "an object")
        runs = entry.get("runs")
        if not isinstance(runs, list) or len(runs) < MIN_RUNS:
            problems.missing_or(entry, "runs", f"{place}.", f"a list of {MIN_RUNS} or more")
            continue
        for j, run in enumerate(runs):
            _check_run(problems, run, f"{place}.runs[{j}]")


def _check_run(problems: _Problems, run: Any, place: str) -> None:
    if not isinstance(run, dict):
        problems.add(place, "an object with seed, measurements and epochs", run)
        return
    _check(problems, run, f"{place}.", "seed", _is_whole, "a whole number")
    for key in CROSS_ENTROPIES + ACCURACIES:
        expected = "a number, or null for a diverged run"
        _check(problems, run, f"{place}.", key, _is_measure, expected)
    _check(problems, run, f"{place}.", "epochs", _whole_from(1), "a whole number, 1 or more")


def _check_monitor(problems: _Problems, findings: dict) -> None:
    monitor = findings.get("monitor")
    if not isinstance(monitor, dict):
        problems.missing_or(findings, "monitor", "", "an object with epochs, events and action")
        return
    epochs = monitor.get("epochs")
    if not isinstance(epochs, list) or not epochs:
        problems.missing_or(monitor, "epochs", "monitor.", "a list of one epoch or more")
        epochs = []
    for i, epoch in enumerate(epochs):
        place = f"monitor.epochs[{i}]"
        if not isinstance(epoch, dict):
            problems.add(place, "an object with global_norm and status", epoch)
            continue
        _check(problems, epoch, f"{place}.", "global_norm", _is_measure, "a number or null")
        expected = "one of " + ", ".join(STATUSES)
        _check(problems, epoch, f"{place}.", "status", lambda v: _one_of(v, STATUSES), expected)
    events = monitor.get("events")
    if not isinstance(events, list):
        problems.missing_or(monitor, "events", "monitor.", "a list, empty if all was well")
        events = []
    for i, event in enumerate(events):
        if not _is_event(event):
            expected = "[epoch, layer, status] with a status that is not ok"
            problems.add(f"monitor.events[{i}]", expected, event)
    expected = "a text: what you changed because of what the monitor showed"
    _check(problems, monitor, "monitor.", "action", _is_text, expected)


def _one_of(value: Any, allowed: Tuple[str, ...]) -> bool:
    return isinstance(value, str) and value in allowed


def _is_event(event: Any) -> bool:
    if not isinstance(event, list) or len(event) != 3:
        return False
    epoch, layer, status = event
    return _whole_from(0)(epoch) and isinstance(layer, str) and _one_of(status, STATUSES[1:])


def _judge_number(problems: _Problems, value: Any, place: str, high: float = math.inf) -> None:
    if value is None or not _is_number(value):
        return  # Null is a diverged run; anything else is a matter of form.
    number = _as_float(value)
    if number is None:
        problems.add(place, "a finite number, or null for a diverged run", value)
    elif not 0 <= number <= high:
        wanted = "0 or more" if high == math.inf else f"between 0 and {high:g}"
        problems.add(place, f"a number {wanted}", value)


def _as_float(value: Any) -> Optional[float]:
    """The number as a float; None for what is not a number, not finite or too large for one."""
    if not _is_number(value):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _judge_group(problems: _Problems, entries: Any, group: str, claimed: Any, best: str) -> None:
    entries = entries if isinstance(entries, list) else []
    if len(entries) < MIN_ENTRIES or not all(isinstance(entry, dict) for entry in entries):
        problems.say(f"{best}: cannot be judged without {MIN_ENTRIES} entries in {group}")
        return
    names = [entry.get("name") for entry in entries]
    known = [name for name in names if isinstance(name, str)]
    for name in (name for name, count in Counter(known).items() if count > 1):
        problems.say(f"{group}: expected different names, found {_shown(name)} more than once")
    means = []
    for i, entry in enumerate(entries):
        runs = entry.get("runs")
        runs = [r for r in runs if isinstance(r, dict)] if isinstance(runs, list) else []
        means.append(_judge_runs(problems, runs, f"{group}[{i}]"))
    if not isinstance(claimed, str) or claimed not in known:
        problems.add(best, f"the name of one of the {group}", claimed)
        return
    lowest = min(means)
    mean = min(m for m, name in zip(means, names) if name == claimed)
    if mean == math.inf and lowest < math.inf:
        winner = _shown(names[means.index(lowest)])
        problems.say(
            f"{best}: {_shown(claimed)} has a run without a finite val_ce (a diverged run), while "
            f"{winner} has one in every run, with a mean of {lowest:.6g}"
        )
    elif mean - lowest > TIE:  # False when both are infinite: then nothing is better than another.
        winner = _shown(names[means.index(lowest)])
        problems.say(
            f"{best}: {_shown(claimed)} has the mean validation cross-entropy {mean:.6g}, but "
            f"{winner} has {lowest:.6g}, which is lower"
        )


def _judge_runs(problems: _Problems, runs: List[dict], place: str) -> float:
    """Judge the numbers of one entry's runs; returns its mean `val_ce`, inf if it has none."""
    seeds = {run.get("seed") for run in runs if _is_whole(run.get("seed"))}
    if len(seeds) < MIN_RUNS:
        problems.say(
            f"{place}.runs: expected {MIN_RUNS} different seeds or more, found {len(seeds)}"
        )
    for j, run in enumerate(runs):
        for key in CROSS_ENTROPIES:
            _judge_number(problems, run.get(key), f"{place}.runs[{j}].{key}")
        for key in ACCURACIES:
            _judge_number(problems, run.get(key), f"{place}.runs[{j}].{key}", high=1.0)
    values = [_as_float(run.get("val_ce")) for run in runs]
    if not values or any(value is None for value in values):
        return math.inf
    return sum(value / len(values) for value in values)
