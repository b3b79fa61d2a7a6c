"""One submission behind the boundary: its worker, started again whenever it is lost."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

from autograder.assignment.load import Assignment
from autograder.assignment.manifest import Exercise
from autograder.grading.seeds import worker_salt
from autograder.intake.submissions import Bundle
from autograder.kit.plain import Ref
from autograder.kit.problems import Interrupted, Mismatch, Unusable
from autograder.kit.submission import Submission
from autograder.reading.told_lines import line_to_tell
from autograder.sandbox.inside.limits import Limits
from autograder.sandbox.session import Session
from autograder.sandbox.zygote import Zygote

HANDED_OUT = ("tests/*", "checkkit/*", "check.py")
SKIP_TAGS = ("experiment",)
MAX_PROBLEMS = 50
_LINE_END = re.compile("\r\n|\r|\n")
MAX_DATA_BYTES = 2 << 20


@dataclass
class Attempt:
    """Everything that is asked of one submission goes through here.

    Args:
        assignment: what is asked.
        bundle: what was handed in.
        zygote: forks the workers.
        seed: of the grading run.
    """

    assignment: Assignment
    bundle: Bundle
    zygote: Zygote
    seed: int
    plan: dict[str, Any] = field(default_factory=dict)
    log: str = ""
    public_log: str = ""
    notes: tuple[str, ...] = ()
    peak_memory: int = 0
    cpu_seconds: float = 0.0
    _session: Session | None = None
    _exercise: str = ""
    _loaded: dict[str, list[tuple[int, str, str]]] = field(default_factory=dict)
    _lost: dict[str, Interrupted] = field(default_factory=dict)
    _in_worker: set[str] = field(default_factory=set)

    def prepare(self) -> None:
        """Read the submission's structure, in a worker that has run none of its code.

        Raises:
            Interrupted: reading it alone broke the worker.
        """
        self.plan = self._worker().ask("plan", None, "", [], {})

    def begin(self, exercise: Exercise, check: str, seconds: float | None = None) -> Submission:
        """A submission object for one check, with the exercise's code loaded.

        Args:
            exercise: what it is about.
            check: its name.
            seconds: of CPU that the submission may use; as the manifest says if None.

        Raises:
            Unusable: the exercise is not in the submission, or its file cannot be loaded.
            Interrupted: loading it broke the worker.
        """
        self._exercise = exercise.name
        if exercise.kind == "code":
            found = self.plan["exercises"].get(exercise.name)
            if found is None or found["unit"] is None:
                raise Unusable(self._missing(exercise))
            # Not the check's name: it would tell whether the check is a hidden one.
            mark = hashlib.sha256(f"{worker_salt(self.seed)} {check}".encode()).hexdigest()
            start = [mark, exercise.uses == "tensorflow", exercise.name]
            try:
                self._start(found["needs"], found["unit"], start, seconds)
            except Interrupted:
                if found["unit"] in self._lost:
                    raise
                # What an earlier exercise left behind in the worker, that exercise alone pays for.
                self._start(found["needs"], found["unit"], start, seconds)
        return Submission(self._ask)

    def close(self) -> None:
        """End the worker."""
        if self._session is not None:
            self._session.close()
            self.log = self._printed()
            beyond = self._session.peak_memory - self._session.base_memory
            self.peak_memory = max(self.peak_memory, beyond)
            self.cpu_seconds += self._session.cpu_seconds
            self._session = None

    def forbidden_uses(self, exercise: Exercise) -> str:
        """The forbidden routines an exercise's code calls, with their lines; mostly empty."""
        found = self.plan["exercises"].get(exercise.name) or {"forbidden": []}
        told = []
        for use in found["forbidden"][:3]:
            meant = "" if use["resolved"].endswith(use["name"]) else f", that is {use['resolved']}"
            told.append(f"`{use['name']}`{meant} ({self._label(use['unit'])}, line {use['line']})")
        return ", ".join(told)

    def has_file(self, name: str) -> bool:
        """Whether a data file was handed in."""
        return any(path.rsplit("/", 1)[-1] == name for path in self.bundle.files)

    def end_of_public_part(self) -> None:
        """Settle what the student may read: later notes and prints could hold a hidden input."""
        self.notes = self._notes()
        self.public_log = self._printed()

    def _notes(self) -> tuple[str, ...]:
        """What there is to say about the files and about loading them, in a student's words."""
        labels = {unit["id"]: unit["label"] for unit in self.plan.get("units", [])}
        notes = [str(note) for note in self.plan.get("notes", ())]
        for unit, problems in self._loaded.items():
            for line, text, source in problems:
                notes.append(f"{labels.get(unit, unit)}, line {line}: {text}: `{source}`")
        return (*notes, *(lost.public for lost in self._lost.values()))

    def _printed(self) -> str:
        """All that the submission has printed so far, capped."""
        if self._session is not None:
            self._session.collect()
        now = "" if self._session is None else self._session.log
        return (self.log + now)[: self._limits().output_bytes]

    def _ask(
        self, operation: str, ref: Ref | None, name: str, args: list[Any], kwargs: dict[str, Any]
    ) -> Any:
        if operation == "data":
            return self._data(name)
        if operation == "support" and name not in self.assignment.support_names:
            raise LookupError(f"checks/support*.py define no function {name}")
        answer = self._worker().ask(operation, ref, name, args, kwargs)
        if operation == "call" and name in self.assignment.classes and not isinstance(answer, Ref):
            # Checks go on with the object's methods; a plain value has none.
            raise Mismatch(f"`{name}(...)`: expected an object of your class, got a plain value")
        return answer

    def _data(self, name: str) -> bytes:
        found = [path for path in self.bundle.files if path.rsplit("/", 1)[-1] == name]
        if not found:
            raise Unusable(f"`{name}` is not among the files handed in")
        content = self.bundle.files[min(found, key=lambda path: (path.count("/"), path))]
        if len(content) > MAX_DATA_BYTES:  # a check reads it, and what it makes of it is larger
            raise Unusable(f"`{name}` is larger than {MAX_DATA_BYTES >> 20} MiB")
        return content

    def _worker(self) -> Session:
        if self._session is not None and not self._session.alive:
            self.close()
        if self._session is None:
            self._in_worker.clear()
            self._session = Session(self.zygote, self._limits(), self._setup(), self._line)
        return self._session

    def _start(
        self, units: list[str], needed: str, start: list[Any], seconds: float | None
    ) -> None:
        self._load_all(units, needed)
        worker = self._worker()
        worker.allow(seconds or self.assignment.manifest.limits.check_seconds)
        worker.ask("begin", None, "", start, {})

    def _load_all(self, units: list[str], needed: str) -> None:
        """Load units in order; what broke a worker before is passed over, or raised if needed."""
        while True:
            if needed in self._lost:
                raise self._lost[needed]
            try:
                for unit in units:
                    if unit not in self._lost:
                        self._load(unit)
                return
            except Interrupted:
                continue

    def _load(self, unit: str) -> None:
        worker = self._worker()
        if unit in self._in_worker:
            return
        worker.allow(self.assignment.manifest.limits.load_seconds)
        try:
            self._loaded[unit] = _problems(worker.ask("load", None, "", [unit], {}))
            self._in_worker.add(unit)
        except Interrupted as lost:
            told = f"loading {self._label(unit)} did not finish: {lost.public}"
            self._lost[unit] = Interrupted(lost.outcome, told)
            raise

    def _line(self, unit: str, number: int) -> tuple[str, int, str]:
        """The statement that a worker says raised, if it is one that may be told; else no label."""
        found = self.plan.get("exercises", {}).get(self._exercise) or {"told": []}
        line = line_to_tell(found["told"], unit, number)
        lines = _LINE_END.split(self.plan["sources"].get(unit, "")) if line else []
        if not 1 <= line <= len(lines):
            return "", 0, ""
        return self._label(unit), line, lines[line - 1]

    def _label(self, unit: str) -> str:
        labels = {known["id"]: known["label"] for known in self.plan["units"]}
        return str(labels.get(unit, unit))

    def _missing(self, exercise: Exercise) -> str:
        broken = [
            f"{unit['label']}: {unit['problem']}"
            for unit in self.plan["units"]
            if unit["status"] in ("syntax-error", "unreadable")
        ]
        told = f"`{exercise.provides}` was not found in what you handed in"
        return f"{told}; {'; '.join(broken[:3])}" if broken else told

    def _limits(self) -> Limits:
        limits = self.assignment.manifest.limits
        return Limits(
            memory_bytes=limits.memory_mib << 20,
            cpu_seconds=int(limits.submission_seconds),
            file_bytes=limits.file_mib << 20,
            processes=limits.processes,
            output_bytes=limits.output_kib << 10,
        )

    def _setup(self) -> dict[str, Any]:
        manifest = self.assignment.manifest
        return {
            "files": {
                path: content
                for path, content in self.bundle.files.items()
                if path.lower().endswith((".py", ".ipynb"))
            },
            "rules": {
                "exercises": [
                    {
                        "name": exercise.name,
                        "provides": exercise.provides,
                        "file": exercise.file,
                        "forbidden": list(exercise.forbidden),
                    }
                    for exercise in manifest.enabled_exercises
                    if exercise.kind == "code"
                ],
                "ignore": [*HANDED_OUT, *(file.name for file in manifest.files if file.extra)],
                "skip_tags": list(SKIP_TAGS),
            },
            "support": self.assignment.support_source,
            "salt": worker_salt(self.seed),
            "plan": self.plan or None,
        }


def _problems(answer: Any) -> list[tuple[int, str, str]]:
    """Line, text and source of each problem in a report on loading, as far as it is one.

    Code that has run could have written the report: whatever is not of the agreed form is left out.
    """
    found = answer.get("problems") if type(answer) is dict else None
    told = []
    for problem in (found if type(found) is list else [])[:MAX_PROBLEMS]:
        match problem:
            case {"line": int(line), "text": str(text), "source": str(source)}:
                told.append((line, text[:1000], source[:300]))
    return told
