"""A student's work, read as grading reads it and loaded in a process of their own."""

from __future__ import annotations

import ast
from typing import Any, Callable, Collection, Dict, List, Mapping, Optional, Set

from checkkit.attempt import Attempt
from checkkit.checks import Check
from checkkit.data_files import data_among
from checkkit.hosting import Exercise, Line, Worker
from checkkit.problems import NoWorker, Problem
from checkkit.running import Verdict, unasked
from checkkit.submission import Submission
from checkkit.reading.definitions import top_level
from checkkit.reading.loading_plan import plan
from checkkit.handout_folder import Handout, PublicExercise
from checkkit.local_worker import LocalWorker

_HEAVY = {"tensorflow": "tensorflow", "keras": "tensorflow", "tf_keras": "tensorflow"}


class LocalAttempt(Attempt):
    """What was collected of a folder, to be asked.

    Args:
        handout: the handout, which knows what is asked.
        files: what is handed in, by path.
        on_wait: called when one question takes long.
        spare: a process that another attempt released.
        watched: names of functions of which is noted whether they are entered.
    """

    def __init__(
        self,
        handout: Handout,
        files: Mapping[str, bytes],
        on_wait: Optional[Callable[[], None]] = None,
        spare: Optional[LocalWorker] = None,
        watched: Collection[str] = (),
    ) -> None:
        given = handout.given()
        data = data_among(given, handout.facts.rules["given"])
        super().__init__(handout.facts, {**given, **files, **data})
        self._memory_mib = int(handout.limits["memory_mib"])
        self._on_wait = on_wait
        self._libraries: Set[str] = set()
        self._left = ""
        self._spare = spare
        self._watched = sorted(watched)
        if spare is not None:
            self._libraries = set(spare.libraries)
        self.plan = plan(self.files, handout.facts.rules)

    @property
    def salt(self) -> str:
        """The same at home each time."""
        return "public"

    def start(self, setup: Dict[str, Any], line: Line) -> Worker:
        """Start a process, or go on with the spare one."""
        setup = {**setup, "watched": self._watched}
        spare, self._spare = self._spare, None
        if spare is not None and spare.alive and self._libraries <= set(spare.libraries):
            spare.renew(setup, line)
            return spare
        if spare is not None:
            spare.close()
        return LocalWorker(self._memory_mib, setup, line, sorted(self._libraries), self._on_wait)

    def begin(self, exercise: Exercise, check: str, seconds: Optional[float] = None) -> Submission:
        """See `Attempt.begin`; what grading imports before it counts time is imported first."""
        if not self._libraries and (exercise.uses == "tensorflow" or self._imports_heavy(exercise)):
            self._libraries = set(_HEAVY.values())
            self.close()
        return super().begin(exercise, check, seconds)

    def ask_check(self, exercise: Any, check: Check, before: Mapping[str, Verdict]) -> Verdict:
        """See `Attempt.ask_check`; a skeleton is not run to know what comes of it."""
        if exercise.kind == "code" and self.is_untouched(exercise):
            verdict = unasked("raised", "this part is not written yet")
            verdict.unwritten = True
            return verdict
        return super().ask_check(exercise, check, before)

    def is_untouched(self, exercise: PublicExercise) -> bool:
        """Whether an exercise is as it was handed out, but for comments and layout."""
        found = self.plan["exercises"].get(exercise.name)
        return found is not None and found["digest"] == exercise.skeleton

    def release(self) -> Optional[LocalWorker]:
        """The process, for another attempt; this one is not asked any more."""
        worker, self._worker = self._worker, None
        return worker if isinstance(worker, LocalWorker) else self._spare

    def try_library(self, name: str) -> str:
        """Have a library imported before the work; why it cannot be, empty when it can."""
        self.close()
        self._libraries.add(name)
        try:
            self.worker()
        except NoWorker as problem:
            self._libraries.discard(name)
            return str(problem)
        return ""

    def _imports_heavy(self, exercise: Exercise) -> bool:
        found = self.plan["exercises"].get(exercise.name)
        needs = found["needs"] if found is not None else []
        return any(_imported(self.plan["sources"][unit]) & set(_HEAVY) for unit in needs)

    def entered(self) -> List[str]:
        """The watched functions that were entered since this was asked last."""
        try:
            return [str(name) for name in self.worker().ask("entered", None, "", [], {})]
        except (Problem, NoWorker):
            return []  # what ended the process says nothing about who was called

    def printed(self) -> str:
        """What the code has printed since this was asked last."""
        if isinstance(self._worker, LocalWorker):
            self._left += self._worker.printed()
        printed, self._left = self._left, ""
        return printed

    def closed(self, worker: Any) -> None:
        """Keep what a process printed that is gone."""
        self._left += worker.printed()


def _imported(source: str) -> Set[str]:
    """The packages that a source imports when it is loaded; not in its functions."""
    names: List[str] = []
    for _, node in top_level(ast.parse(source)) if "import" in source else ():
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return {name.split(".")[0] for name in names}
