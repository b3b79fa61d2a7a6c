"""Which tests run a line of the engine, as a run of them with coverage has shown.

The notes are kept by function and by the place in it, so that they outlive changes elsewhere in a
module; where a function has changed, all tests of the function count, where it is new or none runs
it, those of its module, where that is new, those of functions of its name or else all.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from changes import Change, functions
from scope import MODULES, TARGET

ROOT = Path(__file__).resolve().parents[2]
KEPT = Path(__file__).with_name("nearest.json")
_SLOWEST_SECONDS = 20.0
_MOST_OF_A_LINE = 40


@dataclass
class Known:
    """What is known of one function: a hash of its source, and the tests of each of its lines."""

    digest: str
    tests: dict[int, list[str]] = field(default_factory=dict)

    def all(self) -> list[str]:
        """The tests of all lines."""
        return list(dict.fromkeys(test for tests in self.tests.values() for test in tests))


@dataclass
class Nearest:
    """The notes of a run.

    Attributes:
        seconds: how long each test takes.
        modules: what is known of each function, by module and name.
    """

    seconds: dict[str, float]
    modules: dict[str, dict[str, Known]]

    def tests(self, change: Change, source: str, budget_seconds: float) -> list[str]:
        """Tests that run a changed line: in each file the fastest first, the fastest files first.

        Args:
            change: of a module.
            source: of the module, as it is without the change.
            budget_seconds: how long they may take in all; one of each file is taken first.
        """
        found = self._found(change, source)
        by_file: dict[str, list[str]] = defaultdict(list)
        left, chosen = budget_seconds, set()
        for test in _by_turns(found, self.seconds):
            if not chosen or self.seconds[test] <= left:
                left -= self.seconds[test]
                chosen.add(test)
                by_file[test.split("::")[0]].append(test)
        cost = {file: sum(self.seconds[one] for one in made) for file, made in by_file.items()}
        return [
            test for file in sorted(by_file, key=lambda one: cost[one]) for test in by_file[file]
        ]

    def _found(self, change: Change, source: str) -> Collection[str]:
        """The tests of the closest place that has any that are still there."""
        for tests in self._closer(change, source):
            if found := {test for test in tests if test in self.seconds}:
                return found
        return self.seconds.keys()

    def _closer(self, change: Change, source: str) -> Iterator[Iterable[str]]:
        """The tests of a change's line, of its function, of its module, of functions so called."""
        digest = _digest_in(source, change.function)
        known = self.known(change.file, change.function, digest)
        if known is not None:
            yield known.tests.get(change.offset, []) if known.digest == digest else []
            yield known.all()
        of_module = self.modules.get(change.file, {})
        yield (test for made in of_module.values() for test in made.all())
        alike = (made[change.function] for made in self.modules.values() if change.function in made)
        yield (test for made in alike for test in made.all())

    def known(self, file: str, function: str, digest: str) -> Known | None:
        """What is known of a function: in its module, or where the very same one stood before."""
        if function in self.modules.get(file, {}):
            return self.modules[file][function]
        moved = (made.get(function) for made in self.modules.values())
        return next((one for one in moved if one is not None and one.digest == digest), None)


def read() -> Nearest:
    """The notes that are kept; none if there are none."""
    if not KEPT.exists():
        return Nearest({}, {})
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    names = list(kept["seconds"])
    seconds = {test: took for test, took in kept["seconds"].items() if _is_there(test)}
    modules = {
        file: {
            name: Known(
                digest,
                {
                    offset: [names[i] for i in tests]
                    for first, last, tests in spans
                    for offset in range(first, last + 1)
                },
            )
            for name, (digest, spans) in functions_.items()
        }
        for file, functions_ in kept["modules"].items()
    }
    return Nearest(seconds, modules)


@functools.cache
def _text(file: str) -> str:
    path = ROOT / file
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _is_there(test: str) -> bool:
    """Whether a test was neither renamed nor removed since it was noted."""
    file, _, name = test.partition("::")
    return f"def {name.split('::')[-1]}(" in _text(file)


def write(nearest: Nearest) -> None:
    """Keep notes, one line a function."""
    names = {name: number for number, name in enumerate(nearest.seconds)}
    parts = []
    for file, known in sorted(nearest.modules.items()):
        made = ",\n".join(
            f"  {json.dumps(name)}: "
            + json.dumps([one.digest, _spans(one, names)], separators=(",", ":"))
            for name, one in sorted(known.items())
        )
        parts.append(f" {json.dumps(file)}: {{\n{made}\n }}")
    seconds = ",\n".join(f"  {json.dumps(name)}: {took}" for name, took in nearest.seconds.items())
    text = (
        '{\n "seconds": {\n' + seconds + '\n },\n "modules": {\n' + ",\n".join(parts) + "\n }\n}\n"
    )
    KEPT.write_text(text, encoding="utf-8")


def _spans(known: Known, names: dict[str, int]) -> list[tuple[int, int, list[int]]]:
    """First and last line, and the numbers of the tests, of lines with equal tests in a row."""
    spans: list[tuple[int, int, list[int]]] = []
    for offset, tests in sorted(known.tests.items()):
        numbers = [names[test] for test in tests if test in names]
        if spans and spans[-1][1:] == (offset - 1, numbers):
            spans[-1] = (spans[-1][0], offset, numbers)
        else:
            spans.append((offset, offset, numbers))
    return spans


def refreshed(before: Nearest, root: Path, modules: Iterable[str], tests: Iterable[str]) -> Nearest:
    """The notes, with those of some files of tests made anew.

    Args:
        before: what was known.
        root: of a copy of the project in which the tests run.
        modules: of the engine.
        tests: the files.
    """
    modules, tests = list(modules), list(tests)
    target = root / "notes.json"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(root), str(Path(__file__).parent)]),
        TARGET: str(target),
        MODULES: "\n".join(str(root / module) for module in modules),
    }
    run = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        "0",
        "-p",
        "noting",
        "-p",
        "no:cacheprovider",
    ]
    subprocess.run([*run, *tests], cwd=root, env=environment, check=False)
    noted = json.loads(target.read_text(encoding="utf-8"))
    anew = set(tests)
    # A busy machine makes a test longer, and none makes it shorter.
    took_now = {
        name: min(took, before.seconds.get(name, took)) for name, took in noted["seconds"].items()
    }
    seconds = {
        **{name: took for name, took in before.seconds.items() if name.split("::")[0] not in anew},
        **{name: took for name, took in took_now.items() if took <= _SLOWEST_SECONDS},
    }
    users: dict[str, list[str]] = defaultdict(list)
    for test, fixtures in noted["fixtures"].items():
        for fixture in fixtures:
            users[fixture].append(test)
    found: dict[str, dict[str, Known]] = {}
    for module in modules:
        source = (root / module).read_text(encoding="utf-8")
        lines = noted["lines"].get(str(root / module), {})
        found[module] = {}
        for name, node in functions(ast.parse(source)):
            digest = _digest(source, node)
            known = before.known(module, name, digest)
            old = _kept(known or Known(digest), digest, node, anew)
            new = _noted(lines, users, node)
            tests = {offset: (old[offset] | new[offset]) & seconds.keys() for offset in new}
            ranked = {k: _by_turns(v, seconds)[:_MOST_OF_A_LINE] for k, v in tests.items() if v}
            found[module][name] = Known(digest, ranked)
    return Nearest(dict(sorted(seconds.items())), found)


def _kept(known: Known, digest: str, node: Any, anew: set[str]) -> dict[int, set[str]]:
    """The tests of each line that were known before, without those that were asked anew."""
    every = None if known.digest == digest else known.all()
    return {
        offset: {
            test
            for test in (known.tests.get(offset, []) if every is None else every)
            if test.split("::")[0] not in anew
        }
        for offset in range(node.end_lineno - node.lineno + 1)
    }


def _noted(
    lines: dict[str, list[str]], users: dict[str, list[str]], node: Any
) -> dict[int, set[str]]:
    """The tests of each line by the contexts in which it ran: a test, or a fixture of several."""
    return {
        line - node.lineno: {
            test
            for context in lines.get(str(line), [])
            for test in (users.get(context, []) if " " in context else [context])
        }
        for line in range(node.lineno, node.end_lineno + 1)
    }


def _by_turns(tests: Collection[str], seconds: dict[str, float]) -> list[str]:
    """The fastest test of each file, then the second of each, and so on."""
    by_file: dict[str, list[str]] = defaultdict(list)
    for test in sorted(tests, key=lambda one: (seconds[one], one)):
        by_file[test.split("::")[0]].append(test)
    ranked = [(rank, seconds[t], t) for made in by_file.values() for rank, t in enumerate(made)]
    return [test for _, _, test in sorted(ranked)]


def _digest_in(source: str, function: str) -> str:
    for name, node in functions(ast.parse(source)):
        if name == function:
            return _digest(source, node)
    return ""


def _digest(source: str, node: Any) -> str:
    text = "\n".join(source.split("\n")[node.lineno - 1 : node.end_lineno])
    return hashlib.sha256(text.encode()).hexdigest()[:8]
