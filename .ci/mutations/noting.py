"""A pytest plugin that notes which lines of the engine each test runs, and how long it takes.

What a fixture of a module or of all tests runs counts for every test that uses it.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import coverage
import pytest
from scope import MODULES, TARGET


class Noting:
    """Follows a run, one context of coverage for each test and each shared fixture."""

    def __init__(self) -> None:
        modules = os.environ[MODULES].split("\n")
        self._coverage = coverage.Coverage(data_file=None, include=modules, messages=False)
        self._coverage.start()
        self._context = ""
        self._seconds: dict[str, float] = defaultdict(float)
        self._fixtures: dict[str, set[str]] = defaultdict(set)
        self._bad: set[str] = set()

    def _switch(self, context: str) -> str:
        before, self._context = self._context, context
        self._coverage.switch_context(context)
        return before

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: Any) -> Iterator[Any]:
        """One test."""
        test = _test(item.nodeid)
        for name, made in item._fixtureinfo.name2fixturedefs.items():
            if made[-1].scope != "function":
                self._fixtures[test].add(_fixture(made[-1], name))
        before = self._switch(test)
        try:
            return (yield)
        finally:
            self._switch(before)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Iterator[Any]:
        """A fixture, which several tests may share."""
        shared = fixturedef.scope != "function"
        before = self._switch(_fixture(fixturedef, fixturedef.argname)) if shared else ""
        try:
            return (yield)
        finally:
            if shared:
                self._switch(before)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """How long it took; a test that fails, or is skipped, cannot notice anything."""
        test = _test(report.nodeid)
        self._seconds[test] += report.duration
        if report.outcome == "failed" or (report.when == "call" and report.outcome != "passed"):
            self._bad.add(test)

    def pytest_sessionfinish(self) -> None:
        """Write what was noted."""
        self._coverage.stop()
        data = self._coverage.get_data()
        lines: dict[str, dict[str, list[str]]] = {}
        for path in data.measured_files():
            lines[path] = {str(k): v for k, v in data.contexts_by_lineno(path).items()}
        noted = {
            "seconds": {k: round(v, 2) for k, v in self._seconds.items() if k not in self._bad},
            "fixtures": {test: sorted(made) for test, made in self._fixtures.items()},
            "lines": lines,
        }
        Path(os.environ[TARGET]).write_text(json.dumps(noted), encoding="utf-8")


def _test(node: str) -> str:
    return node.split("[", 1)[0]


def _fixture(made: Any, name: str) -> str:
    return f"fixture {made.baseid} {name}"


def pytest_configure(config: Any) -> None:
    """Begin to note, before the engine is imported."""
    config.pluginmanager.register(Noting(), "what tests run")
