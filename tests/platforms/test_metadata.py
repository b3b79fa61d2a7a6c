"""What Gradescope tells of a submission; where it says nothing, nothing is assumed.

Reference: https://gradescope-autograders.readthedocs.io/en/latest/submission_metadata/
"""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from autograder.intake.people import Student
from autograder.platforms.handover import METADATA
from autograder.platforms.metadata import Submitted, read_metadata

UTC = datetime.timezone.utc
WHEN = datetime.datetime(2026, 2, 16, 12, tzinfo=UTC)


def known(folder: Path, told: Any) -> Submitted:
    (folder / METADATA).write_text(told if isinstance(told, str) else json.dumps(told))
    return read_metadata(folder)


def user(name: str, due: str | None = None, **more: Any) -> dict[str, Any]:
    return {"name": name, "assignment": {"due_date": due} if due else {}, **more}


def test_one_person_with_everything(tmp_path: Path) -> None:
    told = {
        "id": 4711,
        "created_at": "2026-02-16T14:00:00+02:00",
        "assignment": {"due_date": "2026-02-16T23:59:00Z", "title": "T6"},
        "users": [user("Ada Lovelace", "2026-02-18T23:59:00Z", email="ada@example.edu")],
        "previous_submissions": [],
    }
    assert known(tmp_path, told) == Submitted(
        Student(
            name="Ada Lovelace",
            id="4711",
            email="ada@example.edu",
            platform="gradescope",
            submitted=WHEN,
        ),
        datetime.datetime(2026, 2, 18, 23, 59, tzinfo=UTC),
        0,
    )


def test_a_group_is_named_and_has_the_latest_extension(tmp_path: Path) -> None:
    told = {
        "created_at": "2026-02-16T12:00:00",
        "users": [
            user("Grace Hopper", "2026-02-17T12:00:00Z", email="grace@example.edu"),
            user("Ada Lovelace", "2026-02-20T12:00:00Z"),
            user("Kurt Gödel", "some day"),
            "nobody",
        ],
        "assignment": {"due_date": "2026-02-16T12:00:00Z"},
    }
    found = known(tmp_path, told)
    assert found.student == Student(
        name="Grace Hopper",
        email="grace@example.edu",
        group="Ada Lovelace and Grace Hopper and Kurt Gödel",
        platform="gradescope",
        submitted=WHEN,
    )
    assert found.due == datetime.datetime(2026, 2, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("users", "group"),
    [(["Bo"], ""), (["Bo", "Ada"], "Ada and Bo"), (["Bo", "Cy", "Ada"], "Ada and Bo and Cy")],
)
def test_who_handed_in_together_is_a_group(tmp_path: Path, users: list[str], group: str) -> None:
    found = known(tmp_path, {"users": [user(name) for name in users]}).student
    assert found is not None and (found.name, found.group) == ("Bo", group)


@pytest.mark.parametrize(
    ("told", "name", "submitted"),
    [
        ({"users": [{"email": "ada@example.edu"}]}, "ada@example.edu", None),
        ({"users": [{}]}, "somebody", None),
        ({"users": [], "created_at": "2026-02-16T12:00:00Z"}, "somebody", WHEN),
        ({"users": [{"name": "A"}], "created_at": "yesterday"}, "A", None),
        ({"users": [{"name": "A"}], "created_at": 17}, "A", None),
    ],
)
def test_what_is_left_out_is_not_made_up(
    tmp_path: Path, told: Any, name: str, submitted: datetime.datetime | None
) -> None:
    found = known(tmp_path, told)
    assert found.student is not None and found.due is None
    assert (found.student.name, found.student.submitted) == (name, submitted)
    assert (found.student.id, found.student.group) == ("", "")


@pytest.mark.parametrize("told", ["", " \n", "{}", '{"users": null}', '{"users": "Ada"}'])
def test_nothing_told_is_nothing_known(tmp_path: Path, told: str) -> None:
    assert known(tmp_path, told) == Submitted() == read_metadata(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("told", "problem"),
    [("{", "in JSON"), ("[1]", "expected an object, got list"), ('"x"', "got str")],
)
def test_what_is_no_object_is_refused_with_the_file(
    tmp_path: Path, told: str, problem: str
) -> None:
    with pytest.raises(ValueError, match=problem) as raised:
        known(tmp_path, told)
    assert METADATA in str(raised.value)


def before(moment: str | None, **results: Any) -> dict[str, Any]:
    return {"submission_time": moment, **results}


@pytest.mark.parametrize(
    ("previous", "count"),
    [
        ([], 0),
        (None, 0),
        (["odd"], 0),
        ([before("2026-02-16T11:00:00Z")], 1),
        ([before("2026-02-15T12:00:01Z")], 1),
        ([before("2026-02-15T12:00:00Z")], 0),
        ([before(None)], 0),
        ([before("2026-02-16T11:00:00Z", results={"extra_data": {"hidden_details": False}})], 0),
        ([before("2026-02-16T11:00:00Z", results={"extra_data": {"hidden_details": True}})], 1),
        ([before("2026-02-16T11:00:00Z", results={"extra_data": {}})], 1),
        ([before("2026-02-16T11:00:00Z", results={"extra_data": None})], 1),
        ([before("2026-02-16T11:00:00Z", results=[])], 1),
        (["odd", before("2026-02-16T11:00:00Z"), before("2026-02-16T10:00:00Z")], 2),
    ],
)
def test_submissions_of_the_day_before_that_were_told_details_are_counted(
    tmp_path: Path, previous: Any, count: int
) -> None:
    told = {"created_at": "2026-02-16T12:00:00Z", "previous_submissions": previous}
    assert known(tmp_path, told).details_before == count
    assert known(tmp_path, {"previous_submissions": previous}).details_before == 0
