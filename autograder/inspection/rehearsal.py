"""Ask the reference every check, as folder and as notebook, behind the boundary that grades.

What is handed out was rendered from the reference: if that does not pass, nobody can.
"""

from __future__ import annotations

import linecache
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.assignment.load import Assignment
from autograder.assignment.manifest_problems import Fault
from autograder.grading.asking import ask_checks
from autograder.grading.grade import prepare
from autograder.grading.preload import preload_for
from autograder.grading.sandboxed import SandboxedAttempt
from autograder.handout.notebook import render_notebook
from autograder.handout.skeleton import skeleton_source, worked_source
from autograder.handout.sources import read_marked
from autograder.inspection.worthless_answers import earned_by_the_argument, passed_by
from autograder.intake.submissions import Bundle
from autograder.isolation.tiers import isolation
from autograder.kit import Check, Verdict
from autograder.sandbox.zygote import Zygote
from autograder.templating import templates_folder

SEED = 1

Verdicts = dict[str, Verdict]


def solution_files(assignment: Assignment) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The solution as two students would hand it in: as modules, and as a notebook.

    Beside the notebook lie the modules as they were handed out.
    """
    manifest, folder = assignment.manifest, assignment.folder
    modules = read_marked(manifest, folder)
    given = {made.name for made in manifest.exercises if made.tier == "given"}
    others = {
        file.name: (folder / file.name).read_bytes()
        for file in manifest.files
        if not file.is_module and (folder / file.name).exists()
    }
    worked = {m.file: worked_source(m.source, m.regions).encode() for m in modules}
    skeletons = {
        m.file: skeleton_source(m.source, m.regions, worked=given).encode() for m in modules
    }
    story = render_notebook(templates_folder(), folder, manifest, modules, solution=True)
    notebook = {f"{manifest.assignment.name}.ipynb": story.encode()}
    return {**others, **worked}, {**others, **skeletons, **notebook}


def rehearsal_faults(assignment: Assignment) -> list[Fault]:
    """What keeps the reference from full marks, the skeleton from none, and checks from judging.

    Args:
        assignment: what is asked; only its own code runs.
    """
    faults = worthless(assignment)
    folder, notebook = solution_files(assignment)
    with Zygote(isolation("own"), preload_for(assignment)) as zygote:
        verdicts = _ask_all(assignment, folder, zygote)
        faults += _rejected(assignment, verdicts, "the reference does not pass it")
        if not faults:
            verdicts_of_cells = _ask_all(assignment, notebook, zygote)
            told = "the reference passes it as a module and not as the notebook"
            faults += _rejected(assignment, verdicts_of_cells, told)
    return faults + list(_same_questions(assignment, verdicts))


def worthless(assignment: Assignment) -> list[Fault]:
    """The checks that pass answers which nobody would give points for."""
    faults = [fault for check in assignment.checks for fault in _idle(assignment, check)]
    for made in assignment.manifest.enabled_exercises:
        if checks := earned_by_the_argument(assignment, made):
            names = ", ".join(check.function.__name__ for check in checks)
            told = f"{made.name}: an answer that returns its argument passes {names}"
            faults.append(_at(checks[0], told, "ask where the right answer is another one"))
    return faults


def line_of(check: Check) -> int:
    """The line of a check's ``def``, below its decorators."""
    code = check.function.__code__
    lines = linecache.getlines(code.co_filename)[code.co_firstlineno - 1 :]
    below = next((n for n, line in enumerate(lines) if line.startswith("def ")), 0)
    return code.co_firstlineno + below


def _idle(assignment: Assignment, check: Check) -> Iterator[Fault]:
    if passed := passed_by(assignment, check):
        told = f"{check.function.__name__} judges nothing: it passes an answer that "
        advice = "look at what came back through expect.*, and say what it must be"
        yield _at(check, told + ", and one that ".join(passed), advice)


def _ask_all(assignment: Assignment, files: Mapping[str, bytes], zygote: Zygote) -> Verdicts:
    """The verdict of every check, by its name."""
    attempt = SandboxedAttempt(assignment, Bundle("reference", dict(files)), zygote, SEED)
    verdicts: Verdicts = {}
    try:
        prepare(attempt)
        for made in assignment.manifest.enabled_exercises:
            asked = ask_checks(attempt, made, public=True)
            verdicts |= ask_checks(attempt, made, False, asked)
    finally:
        attempt.close()
    return verdicts


def _rejected(assignment: Assignment, verdicts: Verdicts, told: str) -> Iterator[Fault]:
    for check in assignment.checks:
        verdict = verdicts[check.name]
        if verdict.outcome == "infrastructure":
            last = verdict.public.strip().split("\n")[-1]
            problem = f"{check.function.__name__} itself fails: {last}"
            yield _at(check, problem, line=verdict.stopped_at[1] if verdict.stopped_at else 0)
        elif not verdict.passed:
            said = " ".join(verdict.public.split())
            yield _at(check, f"{check.function.__name__}: {told}: {said}")


def _same_questions(assignment: Assignment, verdicts: Verdicts) -> Iterator[Fault]:
    """Hidden checks that ask what a public one asks, and get the same to look at."""
    for made in assignment.manifest.enabled_exercises:
        # Of a file that was handed in, all checks ask for the same and look at different things.
        checks = assignment.checks_of(made) if made.kind == "code" else ()
        for check in checks:
            for other in checks:
                one, two = verdicts[check.name], verdicts[other.name]
                if other.public or not check.public or not _hands_something_in(one.calls):
                    continue
                if _same(one.calls, two.calls) and _same(one.transcript, two.transcript):
                    told = f"{other.function.__name__} asks the very same as the public "
                    advice = "draw its input from rng, or ask something else"
                    yield _at(other, told + check.function.__name__, advice)


def _hands_something_in(calls: Sequence[Any]) -> bool:
    """Whether a call has an argument; without one there is one question, and much to look at."""
    return any(args or kwargs for _, _, args, kwargs in calls)


def _same(one: Any, two: Any) -> bool:
    """Whether two recorded values are the same, down to the last number."""
    if isinstance(one, np.ndarray) or isinstance(two, np.ndarray):
        return type(one) is type(two) and one.dtype == two.dtype and np.array_equal(one, two)
    if isinstance(one, (list, tuple)) and isinstance(two, (list, tuple)):
        return len(one) == len(two) and all(map(_same, one, two))
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(_same(one[key], two[key]) for key in one)
    return type(one) is type(two) and (repr(one) == repr(two))


def _at(check: Check, problem: str, advice: str = "", line: int = 0) -> Fault:
    file = check.function.__code__.co_filename
    return Fault(file, line or line_of(check), 0, problem, advice)
