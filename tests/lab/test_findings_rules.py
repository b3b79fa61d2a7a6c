"""The rules of findings.json: the same form as the schema, honest claims, never an exception."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

T6 = Path(__file__).parents[2] / "solutions" / "t6"
REFERENCE = json.loads((T6 / "findings.json").read_text(encoding="utf-8"))
SCHEMA = json.loads((T6 / "findings.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

Path_ = tuple[str | int, ...]


def places(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """The path of every value inside a JSON value, its own first."""
    yield path
    children = (
        value
        if isinstance(value, dict)
        else dict(enumerate(value))
        if isinstance(value, list)
        else {}
    )
    for key, child in children.items():
        yield from places(child, (*path, key))


def replaced(path: Path_, value: Any) -> Any:
    """The reference findings with the value at `path` replaced, or dropped if it is `...`."""
    if not path:
        return value
    findings = copy.deepcopy(REFERENCE)
    holder = findings
    for key in path[:-1]:
        holder = holder[key]
    if value is ...:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return findings


def test_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_reference_is_in_order(rules: ModuleType) -> None:
    assert rules.problems_of_form(REFERENCE) == []
    assert rules.problems_of_claims(REFERENCE) == []
    assert VALIDATOR.is_valid(REFERENCE)


RUN = ("optimizers", 1, "runs", 0)
BROKEN_FORM = [
    ((), [], "findings: expected an object"),
    ((), None, "findings: expected an object"),
    ((), {}, "dataset: is missing"),
    (("dataset",), ..., "dataset: is missing"),
    (("dataset", "rows"), "many", 'dataset.rows: expected a whole number, 1 or more, found "many"'),
    (("dataset", "rows"), 0, "dataset.rows: expected"),
    (("dataset", "rows"), 2.5, "dataset.rows: expected"),
    (
        ("dataset", "features"),
        True,
        "dataset.features: expected a whole number, 1 or more, found true",
    ),
    (("dataset", "classes"), 1, "dataset.classes: expected a whole number, 2 or more"),
    (("dataset", "classes"), math.inf, "dataset.classes: expected"),
    (("dataset", "source"), " \t", "dataset.source: expected a text that is not empty"),
    (("optimizers",), {}, "optimizers: expected a list of 3 or more, found an empty object"),
    (("optimizers",), REFERENCE["optimizers"][:2], "optimizers: expected a list of 3 or more"),
    (("regularizers", 0), None, "regularizers[0]: expected an object"),
    (("regularizers", 0, "name"), ..., "regularizers[0].name: is missing"),
    (("regularizers", 2, "settings"), "default", "regularizers[2].settings: expected an object"),
    (("optimizers", 1, "runs"), [], "optimizers[1].runs: expected a list of 3 or more"),
    (RUN, 7, "optimizers[1].runs[0]: expected an object"),
    ((*RUN, "seed"), "three", 'optimizers[1].runs[0].seed: expected a whole number, found "three"'),
    ((*RUN, "val_ce"), "0.3", "optimizers[1].runs[0].val_ce: expected a number, or null"),
    ((*RUN, "val_ce"), ..., "optimizers[1].runs[0].val_ce: is missing"),
    ((*RUN, "train_acc"), True, "optimizers[1].runs[0].train_acc: expected a number, or null"),
    ((*RUN, "epochs"), 0, "optimizers[1].runs[0].epochs: expected a whole number, 1 or more"),
    (("monitor",), ..., "monitor: is missing"),
    (("monitor", "epochs"), [], "monitor.epochs: expected a list of one epoch or more"),
    (("monitor", "epochs", 0), [], "monitor.epochs[0]: expected an object"),
    (("monitor", "epochs", 0, "status"), "fine", "monitor.epochs[0].status: expected one of ok,"),
    (("monitor", "epochs", 0, "status"), ["ok"], "monitor.epochs[0].status: expected one of ok,"),
    (("monitor", "epochs", 0, "global_norm"), "1", "monitor.epochs[0].global_norm: expected"),
    (("monitor", "events"), None, "monitor.events: expected a list"),
    (("monitor", "events"), [[0, "dense", "ok"]], "monitor.events[0]: expected [epoch, layer,"),
    (("monitor", "events"), [[0, "dense"]], "monitor.events[0]: expected [epoch, layer,"),
    (("monitor", "events"), [[-1, "dense", "exploding"]], "monitor.events[0]: expected"),
    (("monitor", "action"), "", "monitor.action: expected a text: what you changed"),
    (("best_optimizer",), 3, "best_optimizer: expected the name of an entry"),
    (("reflection",), "word " * 99, "reflection: expected 100 words or more, found 99"),
    (("reflection",), ["word"] * 100, "reflection: expected a text of 100 words or more"),
]


@pytest.mark.parametrize(("path", "value", "sentence"), BROKEN_FORM)
def test_broken_form_is_named_and_the_schema_agrees(
    rules: ModuleType, path: Path_, value: Any, sentence: str
) -> None:
    findings = replaced(path, value)
    problems = rules.problems_of_form(findings)
    assert any(problem.startswith(sentence) for problem in problems), problems
    assert not VALIDATOR.is_valid(findings)


GOOD_FORM = [
    (("dataset", "rows"), 178.0),
    (("dataset", "note"), "more than was asked for"),
    ((*RUN, "val_ce"), None),
    ((*RUN, "seed"), -1),
    (("monitor", "events"), [[3, "dense_1", "vanishing"], [4.0, "", "nonfinite"]]),
    (("monitor", "epochs", 0, "global_norm"), None),
    (("reflection",), "\n\u2003word" * 100),
]


@pytest.mark.parametrize(("path", "value"), GOOD_FORM)
def test_good_form_is_good_for_both(rules: ModuleType, path: Path_, value: Any) -> None:
    findings = replaced(path, value)
    assert rules.problems_of_form(findings) == []
    assert VALIDATOR.is_valid(findings)


def measure(group: str, entry: int, *values: float | None) -> Callable[[dict], None]:
    def change(findings: dict) -> None:
        runs = findings[group][entry]["runs"]
        del runs[len(values) :]
        for run, value in zip(runs, values, strict=True):
            run["val_ce"] = value

    return change


def put(*path_and_value: Any) -> Callable[[dict], None]:
    *path, value = path_and_value

    def change(findings: dict) -> None:
        holder = findings
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = value

    return change


FALSE_CLAIMS = [
    (
        [put("best_optimizer", "Adam")],
        'best_optimizer: "Adam" has the mean validation cross-entropy',
    ),
    ([put("best_regularizer", "none")], 'but "L2" has 0.094'),
    (
        [put("best_optimizer", "Lion")],
        'best_optimizer: expected the name of one of the optimizers, found "Lion"',
    ),
    ([put("best_regularizer", None)], "best_regularizer: expected the name of one of"),
    ([measure("optimizers", 0, 0.01, None, 0.01)], "without a finite val_ce (a diverged run)"),
    ([measure("optimizers", 0, 0.01, math.nan, 0.01)], "expected a finite number, or null"),
    (
        [measure("optimizers", 0, 0.01, -0.5, 0.01)],
        "optimizers[0].runs[1].val_ce: expected a number 0",
    ),
    (
        [measure("optimizers", 1, 0.5, math.inf, 0.5)],
        "optimizers[1].runs[1].val_ce: expected a finite",
    ),
    ([measure("optimizers", 1, 0.5, 10**400, 0.5)], "a number of more than thirty digits"),
    (
        [put("regularizers", 1, "runs", 2, "val_acc", 95.7)],
        "val_acc: expected a number between 0 and 1",
    ),
    ([put("monitor", "epochs", 4, "global_norm", -1.0)], "monitor.epochs[4].global_norm: expected"),
    (
        [put("optimizers", 0, "runs", i, "seed", 0) for i in (1, 2, 3)],
        "expected 3 different seeds or more, found 2",
    ),
    (
        [put("optimizers", 3, "name", "RMSprop")],
        'optimizers: expected different names, found "RMSprop"',
    ),
    ([put("optimizers", [])], "best_optimizer: cannot be judged without 3 entries"),
]


@pytest.mark.parametrize(("changes", "sentence"), FALSE_CLAIMS)
def test_claims_that_do_not_follow_are_named(
    rules: ModuleType, findings: dict, changes: list[Callable[[dict], None]], sentence: str
) -> None:
    for change in changes:
        change(findings)
    problems = rules.problems_of_claims(findings)
    assert any(sentence in problem for problem in problems), problems


TRUE_CLAIMS = [
    [measure("optimizers", 2, None, None, None)],
    [measure("optimizers", 3, 0.1, 0.1, 0.1), put("best_optimizer", "Adam")],
    [*(measure("optimizers", i, 0.3, 0.4, 0.5) for i in range(4)), put("best_optimizer", "Adam")],
    [*(measure("optimizers", i, None, None, 0.1) for i in range(4))],
    [
        measure("regularizers", 0, 0.1, 0.2, 0.3),
        measure("regularizers", 1, 0.2, 0.2, 0.2),
        measure("regularizers", 2, 0.3, 0.2, 0.1),
        *(measure("regularizers", i, 0.6, 0.0, 0.0) for i in (3, 4, 5)),
        put("best_regularizer", "dropout"),
    ],
]


@pytest.mark.parametrize("changes", TRUE_CLAIMS)
def test_claims_that_follow_pass(
    rules: ModuleType, findings: dict, changes: list[Callable[[dict], None]]
) -> None:
    for change in changes:
        change(findings)
    assert rules.problems_of_claims(findings) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"9" * 10_000, b" " * 1_000_001, b"{'a': 1}"],
)
def test_what_is_not_json_is_a_problem_not_an_exception(rules: ModuleType, content: bytes) -> None:
    findings, problems = rules.read_findings(content)
    assert findings is None
    assert len(problems) == 1
    assert problems[0].startswith("findings.json: ")


def test_reading_keeps_what_json_gives(rules: ModuleType) -> None:
    assert rules.read_findings(b'\xef\xbb\xbf{"a": [1, null]}') == ({"a": [1, None]}, [])


def test_a_flood_of_problems_is_cut_short(rules: ModuleType) -> None:
    flood = replaced(("monitor", "events"), [None] * 30_000)
    problems = rules.problems_of_form(flood)
    assert len(problems) == 21
    assert problems[-1] == "and 29980 more"
    names = [{"name": "a", "runs": []}] * 20_000
    assert len(rules.problems_of_claims(replaced(("optimizers",), names))) == 21


numbers = st.one_of(
    st.integers(),
    st.integers(min_value=-(10**400), max_value=10**400),
    st.floats(),
    st.sampled_from([0, 1, 2, 3, 3.0, -1, math.nan, math.inf, -math.inf, 1e308]),
)
words = st.one_of(
    st.text(st.characters(), max_size=30),  # Lone surrogates too: json.loads gives them.
    st.sampled_from(["", " ", "ok", "Adam", "none", "exploding", "\ud800", "\x1c", "w " * 100]),
)
anything = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, words),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)
ALL_PLACES = list(places(REFERENCE))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_anything_anywhere_never_raises_and_the_schema_agrees(
    rules: ModuleType, data: st.DataObject
) -> None:
    findings = copy.deepcopy(REFERENCE)
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(ALL_PLACES))
        value = data.draw(anything)
        holder = findings
        try:
            for key in path[:-1]:
                holder = holder[key]
            holder[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            findings = value  # An earlier change took the place away, or it is the whole.
    form, claims = rules.problems_of_form(findings), rules.problems_of_claims(findings)
    for problem in form + claims:
        assert isinstance(problem, str)
        assert problem.isprintable()
        assert len(problem) < 400
    assert (form == []) == VALIDATOR.is_valid(findings), form


@settings(max_examples=200, deadline=None)
@given(findings=anything)
def test_any_json_value_never_raises(rules: ModuleType, findings: Any) -> None:
    assert rules.problems_of_form(findings) != []
    assert rules.problems_of_claims(findings) != []


@settings(max_examples=100, deadline=None)
@given(
    means=st.lists(
        st.one_of(st.none(), st.floats(0, 10).map(lambda v: round(v, 3))), min_size=3, max_size=5
    ),
    claimed=st.integers(0, 4),
)
def test_exactly_the_lowest_means_may_be_claimed(
    rules: ModuleType, means: list[float | None], claimed: int
) -> None:
    runs = [
        {"seed": s, "train_ce": 0.1, "train_acc": 1, "val_acc": 1, "epochs": 1} for s in (1, 2, 3)
    ]
    entries = [
        {"name": str(i), "settings": {}, "runs": [{**run, "val_ce": mean} for run in runs]}
        for i, mean in enumerate(means)
    ]
    claimed %= len(means)
    findings = {**REFERENCE, "optimizers": entries, "best_optimizer": str(claimed)}
    finite = [mean for mean in means if mean is not None]
    right = means[claimed] == min(finite) if finite else True
    assert (rules.problems_of_claims(findings) == []) == right
