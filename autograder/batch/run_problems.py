"""What can go wrong with a run as a whole, as opposed to one submission."""

from __future__ import annotations

from autograder.refusal import Refusal


class StoreError(Refusal):
    """The store of a run cannot be used; the message says where, why, and what to do."""


class Stopped(Exception):
    """A person stopped the run; what was graded is kept.

    Attributes:
        done: submissions that are graded.
        total: submissions there are.
    """

    def __init__(self, done: int, total: int) -> None:
        super().__init__(f"stopped after {done} of {total}")
        self.done = done
        self.total = total
