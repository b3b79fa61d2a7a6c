"""What an attempt leans on: facts of the assignment, and a process that holds the submission."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Protocol, Set, Tuple

from checkkit.plain import Ref

Line = Callable[[str, int], Tuple[str, int, str]]


class Exercise(Protocol):
    """What has to be known of an exercise, as the manifest or the handout has it."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def provides(self) -> str: ...
    @property
    def uses(self) -> str: ...


class Worker(Protocol):
    """The process that has the submission loaded."""

    @property
    def alive(self) -> bool:
        """Whether it can still be asked."""

    def allow(self, seconds: float) -> None:
        """Start a new allowance of processor time, and a multiple of it by the clock."""

    def ask(
        self, operation: str, ref: Optional[Ref], name: str, args: List[Any], kwargs: Dict[str, Any]
    ) -> Any:
        """Ask one question; see `Responder.ask` and `answering.Answers`."""

    def close(self) -> None:
        """End it."""


class Facts(NamedTuple):
    """What an assignment lays down for every submission.

    Attributes:
        rules: how a submission is read, see `loading_plan.plan`.
        support_source: source of the public support functions.
        support_names: what it defines.
        classes: names of exercises' definitions that have to give objects with methods.
        check_seconds: processor time of one check.
        load_seconds: of loading one module or cell.
    """

    rules: Mapping[str, Any]
    support_source: str
    support_names: Set[str]
    classes: Set[str]
    check_seconds: float
    load_seconds: float
