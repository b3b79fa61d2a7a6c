"""One submission being asked, through a process of its own that is started again when it is lost.

The same at home and in grading: which code is loaded when, what a lost process costs, what is
refused. Only the process differs: one behind the boundary, or one of the student's own.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from typing import (
    Any,
    ContextManager,
    Dict,
    List,
    Mapping,
    Optional,
    Set,
    Tuple,
)

from checkkit.checks import Check
from checkkit.hosting import Exercise, Facts, Line, Worker
from checkkit.plain import Ref
from checkkit.problems import Interrupted, Mismatch, NoWorker, Problem, Unusable
from checkkit.running import Verdict, run_check, unasked, verdict_of
from checkkit.submission import Submission
from checkkit.reading.file_names import best_named
from checkkit.reading.told_lines import line_to_tell

MAX_PROBLEMS = 50
MAX_DATA_BYTES = 2 << 20
_LINE_END = re.compile("\r\n|\r|\n")
TRIES = 2
OWN_FAULT = "the grader itself failed"
_MAX_TIMEOUTS = 2


class Attempt:
    """Everything that is asked of one submission goes through here.

    Args:
        facts: of the assignment.
        files: what was handed in, by path.

    Attributes:
        plan: how the submission is read, once `prepare` was called.
    """

    def __init__(self, facts: Facts, files: Mapping[str, bytes]) -> None:
        self.facts = facts
        self.files = files
        self.plan: Dict[str, Any] = {}
        self._worker: Optional[Worker] = None
        self._exercise = ""
        self._loaded: Dict[str, List[Tuple[int, str, str]]] = {}
        self._lost: Dict[str, Interrupted] = {}
        self._in_worker: Set[str] = set()

    def start(self, setup: Dict[str, Any], line: Line) -> Worker:
        """Start a worker.

        Args:
            setup: see `answering.Answers`.
            line: gives label, number and text of a line of the student's, from what was read
                before any of their code ran; a worker only says which one.

        Raises:
            NoWorker: none can be had.
        """
        raise NotImplementedError

    @property
    def salt(self) -> str:
        """A text that the student's random generators start from in each check."""
        return ""

    def fixtures(self, check: Check) -> Mapping[str, Any]:
        """What a check wants beside the submission; public checks want nothing."""
        return {}

    def judging(self, check: Check) -> ContextManager[Any]:
        """What holds while a check asks and judges; nothing unless a host wants it."""
        return contextlib.nullcontext()

    def prepare(self) -> None:
        """Read the submission's structure, in a worker that has run none of its code.

        Raises:
            Interrupted: reading it alone broke the worker.
        """
        self.plan = self.worker().ask("plan", None, "", [], {})

    def begin(self, exercise: Exercise, check: str, seconds: Optional[float] = None) -> Submission:
        """A submission object for one check, with the exercise's code loaded.

        Args:
            exercise: what it is about.
            check: its name.
            seconds: of CPU that the submission may use; as the assignment says if None.

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
            mark = hashlib.sha256(f"{self.salt} {check}".encode()).hexdigest()
            start = [mark, exercise.uses == "tensorflow", exercise.name]
            try:
                self._start(found["needs"], found["unit"], start, seconds)
            except Interrupted:
                if found["unit"] in self._lost:
                    raise
                # What an earlier exercise left behind in the worker, that exercise alone pays for.
                self._start(found["needs"], found["unit"], start, seconds)
        return Submission(self._ask)

    def ask_check(self, exercise: Exercise, check: Check, before: Mapping[str, Verdict]) -> Verdict:
        """The verdict of one check, which is not asked where the exercise has lost it already.

        Args:
            exercise: the exercise.
            check: one of its checks.
            before: verdicts of the exercise's checks that came before.
        """
        uses = self.forbidden_uses(exercise)
        if uses:
            told = f"this exercise is written from scratch, and your code uses {uses}"
            return unasked("forbidden", told)
        if sum(made.outcome == "timeout" for made in before.values()) >= _MAX_TIMEOUTS:
            told = f"not asked, because {_MAX_TIMEOUTS} checks before it ran out of time"
            return unasked("timeout", told)
        verdict = self._put(exercise, check)
        for _ in range(TRIES - 1):  # a fault of the infrastructure is tried again
            if verdict.outcome == "infrastructure":
                verdict = self._put(exercise, check)
        return verdict

    def _put(self, exercise: Exercise, check: Check) -> Verdict:
        try:
            sub = self.begin(exercise, check.name, check.seconds)
            with self.judging(check):
                return run_check(check, sub, self.fixtures(check))
        except Problem as problem:
            return verdict_of(problem, Submission(lambda *question: None))
        except NoWorker as error:
            return unasked("infrastructure", str(error), OWN_FAULT)

    def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.close()
            self.closed(self._worker)
            self._worker = None

    def closed(self, worker: Any) -> None:
        """Take from an ended worker what is to be kept of it; nothing unless a host wants it."""

    def forbidden_uses(self, exercise: Exercise) -> str:
        """The forbidden routines an exercise's code calls, with their lines; mostly empty."""
        found = self.plan["exercises"].get(exercise.name) or {"forbidden": []}
        told = []
        for use in found["forbidden"][:3]:
            meant = "" if use["resolved"].endswith(use["name"]) else f", that is {use['resolved']}"
            told.append(f"`{use['name']}`{meant} ({self.label(use['unit'])}, line {use['line']})")
        return ", ".join(told)

    def data_file(self, name: str) -> str:
        """The path of the data file that counts, empty if there is none."""
        return best_named(self.files, name)

    def has_file(self, name: str) -> bool:
        """Whether a data file was handed in."""
        return bool(self.data_file(name))

    def loading_notes(self) -> List[str]:
        """What there is to say about the files and about loading them, in a student's words."""
        notes = [str(note) for note in self.plan.get("notes", ())]
        for unit, problems in self._loaded.items():
            notes += [
                f"{self.label(unit)}, line {line}: {text}: `{source}`"
                for line, text, source in problems
            ]
        return [*notes, *(lost.public for lost in self._lost.values())]

    def worker(self) -> Worker:
        """The worker that is alive, started when there is none."""
        if self._worker is not None and not self._worker.alive:
            self.close()
        if self._worker is None:
            self._in_worker.clear()
            self._worker = self.start(self._setup(), self._line)
        return self._worker

    def label(self, unit: str) -> str:
        """What a student calls a module or a cell."""
        labels = {known["id"]: known["label"] for known in self.plan["units"]}
        return str(labels.get(unit, unit))

    def _ask(
        self, operation: str, ref: Optional[Ref], name: str, args: List[Any], kwargs: Dict[str, Any]
    ) -> Any:
        if operation == "data":
            path = self.data_file(name)
            if not path:
                raise Unusable(f"`{name}` is not among the files handed in")
            if len(self.files[path]) > MAX_DATA_BYTES:  # what a check makes of it is larger
                raise Unusable(f"`{name}` is larger than {MAX_DATA_BYTES >> 20} MiB")
            return self.files[path]
        if operation == "support" and name not in self.facts.support_names:
            raise LookupError(f"checks/support*.py define no function {name}")
        answer = self.worker().ask(operation, ref, name, args, kwargs)
        if operation == "call" and name in self.facts.classes and not isinstance(answer, Ref):
            # Checks go on with the object's methods; a plain value has none.
            raise Mismatch(f"`{name}(...)`: expected an object of your class, got a plain value")
        return answer

    def _start(
        self, units: List[str], needed: str, start: List[Any], seconds: Optional[float]
    ) -> None:
        self._load_all(units, needed)
        worker = self.worker()
        worker.allow(seconds or self.facts.check_seconds)
        worker.ask("begin", None, "", start, {})

    def _load_all(self, units: List[str], needed: str) -> None:
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
        worker = self.worker()
        if unit in self._in_worker:
            return
        worker.allow(self.facts.load_seconds)
        try:
            self._loaded[unit] = _problems(worker.ask("load", None, "", [unit], {}))
            self._in_worker.add(unit)
        except Interrupted as lost:
            told = f"loading {self.label(unit)} did not finish: {lost.public}"
            self._lost[unit] = Interrupted(lost.outcome, told, lost.retry)
            raise

    def _line(self, unit: str, number: int) -> Tuple[str, int, str]:
        """The statement that a worker says raised, if it is one that may be told; else no label."""
        found = self.plan.get("exercises", {}).get(self._exercise) or {"told": []}
        line = line_to_tell(found["told"], unit, number)
        lines = _LINE_END.split(self.plan["sources"].get(unit, "")) if line else []
        if not 1 <= line <= len(lines):
            return "", 0, ""
        return self.label(unit), line, lines[line - 1]

    def _missing(self, exercise: Exercise) -> str:
        broken = [
            f"{unit['label']}: {unit['problem']}"
            for unit in self.plan["units"]
            if unit["status"] in ("syntax-error", "unreadable")
        ]
        told = f"`{exercise.provides}` was not found in what you handed in"
        return f"{told}; {'; '.join(broken[:3])}" if broken else told

    def _setup(self) -> Dict[str, Any]:
        return {
            "files": dict(self.files),
            "rules": dict(self.facts.rules),
            "support": self.facts.support_source,
            "salt": self.salt,
            "plan": self.plan or None,
        }


def _problems(answer: Any) -> List[Tuple[int, str, str]]:
    """Line, text and source of each problem in a report on loading, as far as it is one.

    Code that has run could have written the report: whatever is not of the agreed form is left out.
    """
    found = answer.get("problems") if type(answer) is dict else None
    told = []
    for problem in (found if type(found) is list else [])[:MAX_PROBLEMS]:
        if type(problem) is not dict:
            continue
        line, text, source = problem.get("line"), problem.get("text"), problem.get("source")
        if type(line) is int and type(text) is str and type(source) is str:
            told.append((line, text[:1000], source[:300]))
    return told
