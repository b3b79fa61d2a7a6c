"""Keys: all that can change a grade changes the key, and nothing else does."""

import dataclasses

import pytest

from autograder.batch.keys import bundle_digest, environment, result_key
from autograder.intake.submissions import Bundle


def test_equal_work_is_one_result_whoever_hands_it_in():
    assert bundle_digest(Bundle("anna", {"a.py": b"1"})) == bundle_digest(
        Bundle("ben", {"a.py": b"1"})
    )


@pytest.mark.parametrize(
    "other",
    [
        Bundle("anna", {"a.py": b"2"}),
        Bundle("anna", {"b.py": b"1"}),
        Bundle("anna", {"a.py": b"1", "b.py": b""}),
        Bundle("anna", {"a.py": b"1"}, "damaged"),
        Bundle("anna", {"a.py": b"1"}, "", ("a note",)),
        Bundle("anna", {"caf\udce9.py": b"1"}),
    ],
    ids=lambda bundle: f"{bundle.files} {bundle.problem}",
)
def test_other_content_is_another_result(other):
    assert bundle_digest(other) != bundle_digest(Bundle("anna", {"a.py": b"1"}))


@pytest.mark.parametrize(
    "change",
    [
        {"assignment": "b"},
        {"seed": 8},
        {"environment": "another"},
        {"only": ("Stack",)},
        {"public_only": True},
    ],
    ids=str,
)
def test_other_conditions_are_another_result(conditions, change):
    changed = dataclasses.replace(conditions, **change)
    assert result_key("bundle", changed) != result_key("bundle", conditions)


def test_the_environment_names_what_can_change_a_grade():
    told = environment(["bubblewrap", "seccomp"])
    for part in ("autograder ", "python ", "numpy ", "isolation bubblewrap+seccomp"):
        assert part in told
    assert environment(["seccomp"]) != told
