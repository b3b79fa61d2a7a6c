"""Ask tests about changes, and ask again without those tests that fail on the unchanged engine.

A test that needs what a copy lacks, or a file of tests that cannot be imported here, notices every
change and none: it is left out, and named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from trial import Ending, Task, run

_SECONDS = 60.0


def endings_of(
    tasks: Iterable[Task], places: Sequence[Path], tell: Callable[[Ending], None]
) -> tuple[list[Ending], set[str]]:
    """How each change fared with the tests that can tell, and which tests, or files, cannot.

    Args:
        tasks: changes, each with a number of its own.
        places: copies of the project.
        tell: is called with each ending as it comes, also of one that is asked again.
    """
    waiting = {task.number: task for task in tasks}
    ended: dict[int, Ending] = {}
    unfit: set[str] = set()
    while waiting:
        for ending in run(waiting.values(), places):
            ended[ending.number] = ending
            tell(ending)
        suspected = {test for n, task in waiting.items() for test in _suspected(task, ended[n])}
        found = _unfit(suspected - unfit, places)
        unfit |= found
        waiting = {
            number: replace(task, tests=_without(task.tests, unfit))
            for number, task in waiting.items()
            if not found.isdisjoint(_with_files(_suspected(task, ended[number])))
        }
        for number in [number for number, task in waiting.items() if not task.tests]:
            ended[number] = Ending(number, "", False, "", 0.0)
            del waiting[number]
    return list(ended.values()), unfit


def _suspected(task: Task, ending: Ending) -> list[str]:
    """The tests of a task on which its end hangs: one, those of a file, or all."""
    test = ending.noticed.split("[")[0]
    if test in task.tests:
        return [test]
    of_file = [one for one in task.tests if test and _file(one) == test]
    return of_file or (list(task.tests) if ending.broken else [])


def _unfit(suspected: Collection[str], places: Sequence[Path]) -> set[str]:
    """Those that fail without any change; a file in the place of its tests if none of them runs."""
    by_file: dict[str, list[str]] = defaultdict(list)
    for test in sorted(suspected):
        by_file[_file(test)].append(test)
    tasks = {number: Task(number, made, _SECONDS) for number, made in enumerate(by_file.values())}
    unfit: set[str] = set()
    while tasks:
        again = {}
        for ending in run(tasks.values(), places):
            if ending.noticed or ending.broken or ending.timed_out:
                tests = tasks[ending.number].tests
                failed = ending.noticed.split("[")[0]
                unfit.add(failed if failed in tests else _file(tests[0]))
                if left := _without(tests, unfit):
                    again[ending.number] = Task(ending.number, left, _SECONDS)
        tasks = again
    return unfit


def _without(tests: Iterable[str], unfit: Collection[str]) -> list[str]:
    return [test for test in tests if test not in unfit and _file(test) not in unfit]


def _with_files(tests: Sequence[str]) -> set[str]:
    return {*tests, *map(_file, tests)}


def _file(test: str) -> str:
    return test.partition("::")[0]
