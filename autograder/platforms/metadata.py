"""Read what Gradescope tells of a submission: who, when, and what they handed in before.

Source: https://gradescope-autograders.readthedocs.io/en/latest/submission_metadata/
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.intake.counted_files import printable
from autograder.intake.people import Student
from autograder.platforms.check_results import DETAILS
from autograder.platforms.handover import METADATA

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Submitted:
    """One submission on the platform.

    Attributes:
        student: who and when; None where the platform does not say.
        due: the latest due date of anybody who handed it in, extensions included; None if unknown.
        details_before: submissions of the 24 hours before that got the details of hidden checks.
    """

    student: Student | None = None
    due: datetime.datetime | None = None
    details_before: int = 0


def read_metadata(root: Path) -> Submitted:
    """What the platform says; where it says nothing, nothing is assumed.

    Raises:
        ValueError: the file is there, and is no JSON object.
    """
    path = root / METADATA
    try:
        text = path.read_text(encoding="utf-8")
        told = json.loads(text) if text.strip() else {}
    except FileNotFoundError:
        return Submitted()
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path}: expected Gradescope's metadata in JSON: {error}") from None
    if not isinstance(told, dict):
        raise ValueError(f"{path}: expected an object, got {type(told).__name__}")
    created = _moment(told.get("created_at"))
    return Submitted(_student(told, created), _due(told), _details_before(told, created))


def _student(told: dict[str, Any], created: datetime.datetime | None) -> Student | None:
    people = [one for one in _list(told.get("users")) if isinstance(one, dict)]
    names = sorted(printable(str(one.get("name") or "")) for one in people)
    if not people and created is None:
        return None
    first = people[0] if people else {}
    return Student(
        name=printable(str(first.get("name") or first.get("email") or "somebody")),
        id=printable(str(told.get("id") or "")),
        email=printable(str(first.get("email") or "")),
        group=" and ".join(names) if len(people) > 1 else "",
        platform="gradescope",
        submitted=created,
    )


def _due(told: dict[str, Any]) -> datetime.datetime | None:
    """The platform's due date: an extension stands with a person, and counts for the group."""
    holders = [told, *_list(told.get("users"))]
    works = [one.get("assignment") for one in holders if isinstance(one, dict)]
    dates = [_moment(work.get("due_date")) for work in works if isinstance(work, dict)]
    return max((date for date in dates if date is not None), default=None)


def _details_before(told: dict[str, Any], created: datetime.datetime | None) -> int:
    count = 0
    for one in _list(told.get("previous_submissions")):
        if not isinstance(one, dict):
            continue
        moment = _moment(one.get("submission_time"))
        if created is None or moment is None or created - moment >= _DAY:
            continue
        results = one.get("results")
        extra = results.get("extra_data") if isinstance(results, dict) else None
        # A submission whose results say nothing of it may have told everything.
        count += not isinstance(extra, dict) or extra.get(DETAILS) is not False
    return count


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _moment(value: object) -> datetime.datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)
