"""One submission while it is graded: in parts that cannot touch each other, and by memory.

Exercises whose code is loaded together are one part, with workers of its own: what one file leaves
behind changes nothing for another, so that the same code has the same verdicts in every hand-in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import msgspec

from autograder.assignment.load import Assignment
from autograder.assignment.manifest_records import Exercise
from autograder.grading.check_digests import CheckDigests
from autograder.grading.remembered import (
    Head,
    Memory,
    NotRemembered,
    Remembered,
    head_of,
    key_of,
    recall,
    remember,
)
from autograder.grading.sandboxed import SandboxedAttempt
from autograder.intake.submissions import Bundle
from autograder.kit import Check, Verdict
from autograder.kit.data_files import CODE
from autograder.kit.hosting import Exercise as Asked
from autograder.kit.hosting import Line, Worker
from autograder.sandbox.zygote import Zygote

Made = TypeVar("Made")
_KEPT_FIELDS = ("unit", "line", "needs", "own", "leans")


@dataclass(frozen=True)
class Recollection:
    """What a run can remember.

    Attributes:
        memory: keeps what was found.
        digests: of the assignment's checks.
        environment: of the machine, see `batch.keys.environment`.
        layers: of the isolation.
    """

    memory: Memory
    digests: CheckDigests
    environment: str
    layers: tuple[str, ...]


@dataclass
class _Heard:
    """What was printed, and what there was to say on loading."""

    public: list[str] = field(default_factory=list)
    staff: list[str] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)


class GradedAttempt(SandboxedAttempt):
    """A submission that is graded.

    Args:
        assignment: what is asked.
        bundle: what was handed in.
        zygote: forks the workers; None where nothing may run, see `NotRemembered`.
        seed: of the grading run.
        recollection: what was found before; nothing if None.
        counting: kinds of `Verdict.retry` that count as they are, and so can be kept.
    """

    def __init__(
        self,
        assignment: Assignment,
        bundle: Bundle,
        zygote: Zygote | None,
        seed: int,
        recollection: Recollection | None,
        counting: Collection[str],
    ) -> None:
        super().__init__(assignment, bundle, cast(Zygote, zygote), seed)
        self.recalling = zygote is None
        self.counting = counting
        self._known = recollection
        self._memory = recollection.memory if recollection else None
        self._kept: dict[str, bytes] = {}
        self._not_kept: set[str] = set()
        self._code: dict[str, bytes] = {}
        self._heard = _Heard()
        self._printed_before = 0
        told = f"{recollection.environment} {seed}" if recollection else ""
        self._conditions = key_of(told, recollection.digests.basis if recollection else "")

    # ---- parts ------------------------------------------------------------------------------

    def parts(self, exercises: Iterable[Exercise]) -> Iterator[list[Exercise]]:
        """The exercises in groups that are loaded together, each with a worker of its own."""
        groups: dict[tuple[str, ...], list[Exercise]] = {}
        for made in exercises:
            found = self.plan["exercises"].get(made.name) or {"needs": ()}
            groups.setdefault(tuple(found["needs"]), []).append(made)
        for group in groups.values():
            if self._in_worker:
                self.close()
            # What a part says of its loading after its first hidden check must reach no other.
            self._loaded.clear()
            self._lost.clear()
            yield group

    def end_of_public_part(self) -> None:
        """What comes from here on could hold a hidden input, and is for staff."""
        self._hear(self._new_prints(), True)
        self._heard.notes.update(dict.fromkeys(self._notes_on_loading()))

    @property
    def public_log(self) -> str:
        """What the submission printed before the hidden checks, which the student may read."""
        return self._capped(self._heard.public)

    @property
    def staff_log(self) -> str:
        """All that it printed."""
        self._hear(self._new_prints(), False)
        return self._capped(self._heard.staff)

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to say on files and loading, in the student's words."""
        return (*map(str, self.plan.get("notes", ())), *self._heard.notes)

    @property
    def reference(self) -> str:
        """Digest of the reference solution, where something can be remembered."""
        return self._known.digests.reference if self._known else ""

    @property
    def mistakes(self) -> str:
        """Digest of what is known of wrong and other right answers, likewise."""
        return self._known.digests.mistakes if self._known else ""

    # ---- memory -----------------------------------------------------------------------------

    def start(self, setup: dict[str, Any], line: Line) -> Worker:
        """See `Attempt.start`."""
        if self.recalling:
            raise NotRemembered
        return super().start(setup, line)

    def prepare(self) -> None:
        """See `Attempt.prepare`."""
        code = [
            part
            for path in sorted(self.files)
            if path.lower().endswith(CODE)
            for part in self._file(path)
        ]
        key = key_of("plan", self._conditions, msgspec.json.encode(self.facts.rules), *code)
        known = recall(self._memory, key, dict[str, Any])
        if known is not None:
            self.plan = known
            return
        super().prepare()
        self._remember(key, self.plan)

    def together(
        self,
        purpose: str,
        verdicts: Mapping[str, Verdict],
        more: Iterable[str],
        kind: type[Made],
    ) -> tuple[bytes, Made | None]:
        """A key for what follows from verdicts, and what is kept under it.

        Args:
            purpose: what follows.
            verdicts: from which; by the check's name.
            more: what else decides.
            kind: of what is kept.

        Returns:
            The key, empty where verdicts are not kept themselves, and what was found before.

        Raises:
            NotRemembered: nothing was, and nothing may run.
        """
        parts: list[str | bytes] = []
        for name, verdict in verdicts.items():
            if name in self._not_kept:
                parts.clear()
                break
            # What was not asked follows from the others, or from the code.
            parts += [name, self._kept.get(name, verdict.outcome)]
        key = key_of(purpose, self._conditions, *parts, "", *more) if parts else b""
        known = recall(self._memory, key, kind) if key else None
        if known is None and self.recalling:
            raise NotRemembered
        return key, known

    def keep(self, key: bytes, made: object) -> None:
        """Keep what follows from verdicts, under a key from `together`."""
        if key:
            self._remember(key, made)

    def _remember(self, key: bytes, made: object) -> bool:
        """Keep something that was found out in workers, unless their zygote died with them.

        Whoever stops a run ends it, and workers with it, as if these had ended by themselves.
        """
        if not self.zygote.alive:
            return False
        remember(self._memory, key, made)
        return True

    def _put(self, exercise: Asked, check: Check) -> Verdict:
        key = self._key(exercise, check) if self._known else b""
        head = recall(self._memory, key, Head) if key else None
        if head is not None:
            self._kept[check.name] = key
            self._hear(head.printed, check.public)
            if check.public:
                self._heard.notes.update(dict.fromkeys(head.notes))
            return Remembered(head, check)
        self._not_kept.add(check.name)
        verdict = super()._put(exercise, check)
        printed = self._new_prints()
        self._hear(printed, check.public)
        if key and verdict.outcome != "infrastructure" and verdict.retry in ("", *self.counting):
            head = head_of(
                verdict, check, printed, self._notes_on_loading() if check.public else ()
            )
            if head is not None and self._remember(key, head):
                self._kept[check.name] = key
                self._not_kept.discard(check.name)
        return verdict

    def _key(self, exercise: Asked, check: Check) -> bytes:
        assert self._known is not None
        if exercise.name not in self._code:
            self._code[exercise.name] = self._key_of_code(exercise)
        digest = self._known.digests.of(check)
        return key_of("verdict", self._conditions, digest, self._code[exercise.name])

    def _key_of_code(self, exercise: Asked) -> bytes:
        """Of all that decides what an exercise's code answers."""
        found = self.plan["exercises"].get(exercise.name) or {}
        leans = found.get("leans") if exercise.kind == "code" else None
        if leans is None:
            code = [part for path in sorted(self.files) for part in self._file(path)]
        else:
            sources, labels = self.plan["sources"], {u["id"]: u for u in self.plan["units"]}
            code = [
                part
                for unit in leans
                for part in (unit, sources.get(unit, ""), repr(labels.get(unit)))
            ]
        beside = [
            (name, [other.get(one) for one in _KEPT_FIELDS], _told_in(other["told"], leans))
            for name, other in self.plan["exercises"].items()
            if leans is None or other["unit"] in leans
        ]
        about = (exercise.name, exercise.kind, exercise.uses, exercise.provides, exercise.file)
        return key_of(*about, repr(beside), *code)

    def _file(self, path: str) -> tuple[str | bytes, ...]:
        name = path.encode("utf-8", "surrogateescape")
        return name, hashlib.sha256(self.files[path]).digest()

    # ---- what was heard ---------------------------------------------------------------------

    def _notes_on_loading(self) -> list[str]:
        return self.loading_notes()[len(self.plan.get("notes", ())) :]

    def _new_prints(self) -> str:
        """What was printed since this was asked last."""
        printed = self._printed(self._worker)
        fresh = printed[self._printed_before :]
        self._printed_before = len(printed)
        return fresh

    def _hear(self, printed: str, public: bool) -> None:
        self._heard.staff.append(printed)
        if public:
            self._heard.public.append(printed)

    def _capped(self, parts: list[str]) -> str:
        return "".join(parts)[: self._limits().output_bytes]


def _told_in(places: Iterable[list[Any]], units: Collection[str] | None) -> list[list[Any]]:
    """The lines that may be told of, of the units that can come to a line at all."""
    return [place for place in places if units is None or place[0] in units]
