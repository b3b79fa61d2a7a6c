"""The manifest is read into checked records, and an error says which key stands wrong and why."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.assignment.manifest import (
    BadEntry,
    Manifest,
    ManifestError,
    read_manifest,
    require_files,
)
from autograder.assignment.points import total
from autograder.reading.library_names import forbidden_by

ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests" / "tiny"
T6 = ROOT / "solutions" / "t6"

HEAD = """
[assignment]
name = "small"
title = "Small"
course = "C"
version = "1"
contact = "a@example.org"
total_points = 10

[[file]]
name = "one.py"
title = "One"

[[file]]
name = "answers.json"
title = "Answers"
data = true
"""

CORE = """
[[exercise]]
name = "first"
file = "one.py"
points = 4
minutes = 5
goal = "Do it."
"""


def read(folder: Path, text: str) -> Manifest:
    (folder / "assignment.toml").write_text(text)
    return read_manifest(folder)


def test_t6_follows_its_contract() -> None:
    manifest = read_manifest(T6)
    core = [e for e in manifest.exercises if e.tier == "core"]
    bonus = [e for e in manifest.exercises if e.tier == "bonus"]
    assert sum(e.points for e in core) == 100
    assert sum(e.points for e in bonus) == 10
    assert sum(e.minutes for e in core) == 600
    assert manifest.max_score == 100
    assert [e.name for e in manifest.exercises if e.manual_points] == ["findings"]
    assert manifest.exercise("Nesterov").provides == "Momentum"
    assert manifest.exercise("findings").kind == "data"
    assert [e.name for e in manifest.exercises if e.uses == "tensorflow"] == [
        "clipped_train_step",
        "layer_gradient_norms",
        "GradientMonitor",
        "build_regularized_model",
        "GradientDescentVisualizer",
        "GradientProblemsDemonstrator",
    ]
    assert [f.name for f in manifest.modules] == [
        "gradient_check.py",
        "optimizers.py",
        "clipping.py",
        "initialization.py",
        "monitor.py",
        "regularization.py",
        "lab_exercise_t6.py",
    ]


@pytest.mark.parametrize(
    ("exercise", "library_name", "fair"),
    [
        ("Adam", "tensorflow.keras.optimizers.Adam", False),
        ("Adam", "keras.optimizers.legacy.Adam", False),
        ("Adam", "torch.optim.Adam", False),
        ("Adam", "numpy.sqrt", True),
        ("clip_by_value", "tensorflow.clip_by_value", False),
        ("clip_by_value", "numpy.clip", True),
        ("clip_by_global_norm", "tensorflow.clip_by_global_norm", False),
        ("clip_by_global_norm", "numpy.linalg.norm", True),
        ("init_weights", "keras.initializers.HeNormal", False),
        ("dropout_forward", "tensorflow.nn.dropout", False),
        ("batchnorm_forward", "tensorflow.keras.layers.BatchNormalization", False),
        ("batchnorm_forward", "tensorflow.nn.moments", True),
        ("EarlyStopping", "keras.callbacks.EarlyStopping", False),
        ("clipped_train_step", "tensorflow.clip_by_global_norm", True),
        ("build_regularized_model", "keras.optimizers.Adam", True),
    ],
)
def test_t6_forbids_the_routine_asked_for_and_nothing_fair(
    exercise: str, library_name: str, fair: bool
) -> None:
    forbidden = read_manifest(T6).exercise(exercise).forbidden
    assert (forbidden_by(library_name, forbidden) is None) == fair


def test_the_tiny_assignment_is_read_with_defaults() -> None:
    manifest = read_manifest(TINY)
    require_files(manifest, TINY)
    assert [e.name for e in manifest.exercises] == ["word_count", "Stack"]
    assert manifest.exercises[0].provides == "word_count"
    assert manifest.limits.memory_mib == 512
    assert manifest.limits.processes > 0
    assert manifest.late is None
    assert manifest.conventions[0].share == 0.5
    assert manifest.exercises_in("words.py") == manifest.exercises
    with pytest.raises(AttributeError):
        manifest.exercises[0].points = 5  # type: ignore[misc]


@pytest.mark.parametrize(
    ("change", "key", "expected", "found"),
    [
        (("points = 4", "points = -3"), 'exercise "first": points', "a number >= 0", "-3"),
        (("points = 4", 'points = "4"'), 'exercise "first": points', "a number", "'4'"),
        (("points = 4", ""), 'exercise "first": points', "a number, or the tier", "nothing"),
        (("points = 4", "points = 0"), "[[exercise]]", "of tier core, with points", "none"),
        (("points = 4", "points = inf"), 'exercise "first": points', "a number <=", "inf"),
        (("points = 4", "pionts = 4"), 'exercise "first": pionts', "points", "'pionts'"),
        (('name = "first"', 'name = "1st"'), 'exercise "1st": name', "matches", "'1st'"),
        (('name = "first"\n', ""), "exercise number 1: name", "a value", "nothing"),
        (('goal = "Do it."', ""), 'exercise "first": goal', "a value", "nothing"),
        (('goal = "Do it."', 'goal = ""'), 'exercise "first": goal', "not empty", "''"),
        (
            ("minutes = 5", 'kind = "art"'),
            'exercise "first": kind',
            'one of "code", "data"',
            "'art'",
        ),
        (
            ("minutes = 5", 'tier = "extra"'),
            'exercise "first": tier',
            'one of "bonus", "core", "given"',
            "'extra'",
        ),
        (("minutes = 5", 'tier = "given"'), 'exercise "first": points', "0, since", "4"),
        (("minutes = 5", "manual_points = 5"), 'exercise "first": manual_points', "at most", "5"),
        (("minutes = 5", 'forbidden = ["a b"]'), "forbidden[0]", "matches", "'a b'"),
        (("minutes = 5", "minutes = 2.5"), 'exercise "first": minutes', "a whole number", "2.5"),
        (("minutes = 5", 'kind = "data"'), 'exercise "first": file', "data = true", "'one.py'"),
        (
            ('file = "one.py"', 'file = "two.py"'),
            'exercise "first": file',
            "a listed [[file]]",
            "'two.py'",
        ),
        (
            ('file = "one.py"', 'file = "answers.json"'),
            'exercise "first": file',
            "a module",
            "'answers.json'",
        ),
        (('name = "one.py"', 'name = "../one.py"'), 'file "../one.py": name', "matches", "../"),
        (('title = "One"', 'title = "One"\nextra = true\ndata = true'), "one.py", "or", "both"),
        (("minutes = 5", "enabled = false"), "[[exercise]]", "at least one", "none"),
        (('version = "1"', "version = 1"), "[assignment]: version", "text", "1"),
        (('contact = "a@example.org"\n', ""), "[assignment]: contact", "a value", "nothing"),
        (('course = "C"', 'course = "C"\ndue = 2026-01-01'), "due", "date and time", "2026"),
        (
            (
                'course = "C"',
                'course = "C"\nreleased = 2026-02-01\ndue = 2026-01-01T12:00:00Z',
            ),
            "[assignment]: due",
            "not before 2026-02-01",
            "2026-01-01",
        ),
        (("[assignment]", "[asignment]"), "asignment", "assignment", "unknown key"),
        (("[[exercise]]", "[exercise]"), "exercise", "[[exercise]]", "first"),
        (("total_points = 10", "total_points = 0"), "total_points", "a number > 0", "0"),
        (
            ("total_points = 10", "total_points = 10\n[limits]\nmemory_mib = 1"),
            "[limits]: memory_mib",
            "a whole number >= 64",
            "1",
        ),
        (
            ("total_points = 10", "total_points = 10\n[late]\npercent_per_day = 200"),
            "[late]: percent_per_day",
            "<= 100",
            "200",
        ),
    ],
)
def test_an_error_names_file_key_found_and_expected(
    tmp_path: Path, change: tuple[str, str], key: str, expected: str, found: str
) -> None:
    text = HEAD + CORE
    assert change[0] in text
    with pytest.raises(BadEntry) as caught:
        read(tmp_path, text.replace(*change))
    problem = caught.value
    assert problem.file == str(tmp_path / "assignment.toml")
    assert key in problem.key
    assert expected in problem.expected
    assert found in problem.found
    for part in (problem.file, problem.key, problem.expected, problem.found):
        assert part in str(problem)


# By table and key: values that may stand there, those that may not, and what is expected then.
NUMBERS = {
    "assignment": {
        "total_points": ((0.01, 1e6), {0: "> 0", 1000001: "<= 1000000"}),
        "mistake_cap_percent": ((0.01, 100), {0: "> 0", 100.5: "<= 100"}),
    },
    "limits": {
        "check_seconds": ((0.01, 86400), {0: "> 0", 86401: "<= 86400"}),
        "judge_seconds": ((0.01, 86400), {0: "> 0", 86401: "<= 86400"}),
        "load_seconds": ((0.01, 86400), {0: "> 0", 86401: "<= 86400"}),
        "submission_seconds": ((0.01, 86400), {0: "> 0", 86401: "<= 86400"}),
        "memory_mib": ((64,), {63: ">= 64"}),
        "processes": ((1,), {0: ">= 1"}),
        "file_mib": ((1,), {0: ">= 1"}),
        "output_kib": ((1,), {0: ">= 1"}),
    },
    "late": {
        "grace_minutes": ((0,), {-1: ">= 0"}),
        "percent_per_day": ((0, 100), {-1: ">= 0", 100.5: "<= 100"}),
        "cap_percent": ((0, 100), {-1: ">= 0", 100.5: "<= 100"}),
    },
    "resubmission": {"hidden_details_per_day": ((0,), {-1: ">= 0"})},
    "[exercise]": {
        "points": ((0.01, 1e6), {-0.01: ">= 0", 1000001: "<= 1000000"}),
        "minutes": ((0,), {-1: ">= 0"}),
        "manual_points": ((0, 4), {-0.01: ">= 0"}),
    },
    "[convention]": {"share": ((0, 1), {-0.1: ">= 0", 1.1: "<= 1"})},
}
OTHERS = {
    "limits": "",
    "late": "",
    "resubmission": "",
    "[convention]": 'name = "other"\ntitle = "Other"\nexplanation = "Other."\n',
}


def with_number(table: str, key: str, value: float) -> str:
    """A manifest in which a number of a table is this one."""
    text = re.sub(rf"(?m)^{key} = .*\n", "", HEAD + CORE)
    if table in OTHERS:
        return f"{text}\n[{table}]\n{OTHERS[table]}{key} = {value}\n"
    return text.replace(f"[{table}]\n", f"[{table}]\n{key} = {value}\n")


@pytest.mark.parametrize(("table", "key"), [(t, k) for t, keys in NUMBERS.items() for k in keys])
def test_a_number_may_be_all_that_makes_sense_and_nothing_else(
    tmp_path: Path, table: str, key: str
) -> None:
    sound, unsound = NUMBERS[table][key]
    for value in sound:
        read(tmp_path, with_number(table, key, value))
    for value, expected in unsound.items():
        with pytest.raises(BadEntry) as caught:
            read(tmp_path, with_number(table, key, value))
        assert caught.value.key.endswith(f": {key}")
        assert caught.value.expected.endswith(f"number {expected}")
        assert caught.value.found == f"{value}"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("released = true", "a day (2026-02-16)"),
        ("due = 3", "a date and time with offset (2026-02-16T23:59:00+01:00)"),
        ("support = 3", "a list"),
        ("bonus_raises_total = 3", "true or false"),
        ('missing = "nothing"', 'one of "blank", "zero"'),
    ],
)
def test_what_may_stand_there_is_said_in_words(tmp_path: Path, line: str, expected: str) -> None:
    with pytest.raises(BadEntry) as caught:
        read(tmp_path, (HEAD + CORE).replace('course = "C"', line))
    assert caught.value.expected == expected
    assert (caught.value.faults[0].line, caught.value.faults[0].excerpt) == (5, line)


def test_an_unknown_key_is_shown_where_it_stands_also_in_a_second_entry(tmp_path: Path) -> None:
    text = HEAD + CORE + CORE.replace('"first"', '"second"').replace("minutes", "minuts")
    with pytest.raises(BadEntry) as caught:
        read(tmp_path, text)
    (fault,) = caught.value.faults
    assert text.split("\n")[fault.line - 1] == fault.excerpt == "minuts = 5"


def test_a_misspelt_key_is_put_right(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="did you mean 'minutes'"):
        read(tmp_path, (HEAD + CORE).replace("minutes", "minuts"))


def test_names_stand_once(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match='exercise "first": expected every name once'):
        read(tmp_path, HEAD + CORE + CORE)


def test_a_missing_manifest_and_broken_toml_are_named(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="right folder"):
        read_manifest(tmp_path)
    with pytest.raises(ManifestError, match=r"valid TOML.*line 2"):
        read(tmp_path, "[assignment]\nname = oops\n")


def test_a_listed_file_must_be_there(tmp_path: Path) -> None:
    manifest = read(tmp_path, HEAD + CORE)
    with pytest.raises(ManifestError, match=r'file "one.py"'):
        require_files(manifest, tmp_path)
    (tmp_path / "one.py").touch()
    require_files(manifest, tmp_path)


def test_bonus_and_given_do_not_rescale_the_core(tmp_path: Path) -> None:
    bonus = CORE.replace("first", "more").replace("points = 4", 'points = 3\ntier = "bonus"')
    given_away = CORE.replace("first", "shown").replace("points = 4", 'tier = "given"')
    manifest = read(tmp_path, HEAD + CORE + bonus + given_away)
    assert [manifest.scaled_points(e) for e in manifest.exercises] == [10, 3, 0]
    assert [e.name for e in manifest.enabled_exercises] == ["first", "more"]
    assert manifest.max_score == 10
    raised = HEAD.replace("total_points = 10", "total_points = 10\nbonus_raises_total = true")
    assert read(tmp_path, raised + CORE + bonus).max_score == 13


@given(
    points=st.lists(st.integers(1, 20), min_size=1, max_size=12),
    switches=st.lists(st.booleans(), min_size=12, max_size=12),
)
def test_whatever_is_switched_off_the_core_sums_to_the_total(
    points: list[int], switches: list[bool]
) -> None:
    base = read_manifest(TINY)
    exercises = tuple(
        msgspec.structs.replace(
            base.exercises[0], name=f"e{number}", points=value, manual_points=value / 2,
            enabled=number == 0 or switches[number],
        )
        for number, value in enumerate(points)
    )  # fmt: skip
    manifest = msgspec.structs.replace(base, exercises=exercises)
    scaled = [manifest.scaled_points(e) for e in manifest.exercises]
    assert total(scaled) == 10
    assert all((value > 0) == e.enabled for value, e in zip(scaled, exercises, strict=True))
    manual = total(map(manifest.scaled_manual_points, exercises))
    assert manual == pytest.approx(5, abs=0.001 * len(points))


def test_a_moment_without_offset_is_refused(tmp_path: Path) -> None:
    text = (HEAD + CORE).replace('course = "C"', 'course = "C"\ndue = 2026-03-01T12:00:00')
    with pytest.raises(BadEntry, match=r"with offset .*, found 2026-03-01 12:00:00"):
        read(tmp_path, text)
