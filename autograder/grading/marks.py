"""What people decide about grades: points that a person gives, and checks that count for nobody."""

from __future__ import annotations

import datetime
from typing import Literal

import msgspec

CountsAs = Literal["open", "added", "instead"]


class Mark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Points that a person gives.

    `counts_as`: ``open`` are the points of an exercise that only a person gives; ``added`` come on
    top of what the exercise has (an appeal; may be negative); ``instead`` replaces the exercise's
    score, or with an empty `exercise` that of the whole submission. Of marks of one kind for one
    exercise the last one counts.
    """

    submission: str
    exercise: str
    counts_as: CountsAs
    points: float
    author: str
    reason: str
    date: datetime.date


class Dropped(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A check that proved bad and counts for nobody."""

    check: str
    author: str
    reason: str
    date: datetime.date
