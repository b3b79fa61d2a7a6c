"""Who sleeps costs the class a bounded time, and a neighbour's load costs nobody a point."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.assignment.load import Assignment, load_assignment
from autograder.grading.asking import ask_checks
from autograder.grading.preload import preload_for
from autograder.grading.sandboxed import SandboxedAttempt
from autograder.intake.submissions import Bundle
from autograder.isolation import tiers
from autograder.kit import Verdict
from autograder.kit.endings import OUT_OF_CLOCK_TIME, WAITED_TOO_LONG
from autograder.sandbox import watch
from autograder.sandbox.patience import Patience
from autograder.sandbox.zygote import Zygote

TINY = Path(__file__).parent.parent / "tiny"
HONEST = (TINY / "words.py").read_text()


@pytest.fixture(scope="module")
def tiny() -> Assignment:
    return load_assignment(TINY)


@pytest.fixture(scope="module")
def zygote(tiny: Assignment) -> Iterator[Zygote]:
    offer = tiers.probe()
    with Zygote(tiers.choose(offer), preload_for(tiny)) as made:
        yield made


def asked(
    tiny: Assignment, zygote: Zygote, source: str, patience: float
) -> tuple[dict[str, dict[str, Verdict]], float]:
    """The verdicts by exercise, and how long they took by the clock."""
    attempt = SandboxedAttempt(tiny, Bundle("one", {"words.py": source.encode()}), zygote, 7)
    attempt._patience = Patience(patience)
    started = time.monotonic()
    attempt.prepare()
    try:
        found = {
            made.name: ask_checks(attempt, made, False, ask_checks(attempt, made, public=True))
            for made in tiny.manifest.enabled_exercises
        }
    finally:
        attempt.close()
    return found, time.monotonic() - started


def test_a_sleeper_waits_no_longer_than_its_patience_and_is_not_asked_again(
    tiny: Assignment, zygote: Zygote
) -> None:
    sleeping = HONEST.replace("    counts = {}", "    import time; time.sleep(15)\n    counts = {}")
    found, seconds = asked(tiny, zygote, sleeping, 2.0)
    ended = [made for made in found["word_count"].values() if made.outcome == "timeout"]
    assert ended and all(made.retry == WAITED_TOO_LONG.retry == "" for made in ended)
    assert all(made.passed for made in found["Stack"].values())
    assert seconds < 14


def test_who_has_no_patience_left_and_works_loses_nothing(tiny: Assignment, zygote: Zygote) -> None:
    found, _ = asked(tiny, zygote, HONEST, 0.0)
    assert all(made.passed for verdicts in found.values() for made in verdicts.values())


def test_what_had_no_processor_is_asked_again_alone() -> None:
    assert OUT_OF_CLOCK_TIME.retry == "if shared"
    assert watch.starved_of(os.getpid()) is None or watch.starved_of(os.getpid()) >= 0  # type: ignore[operator]


def test_files_without_a_name_are_counted() -> None:
    with tempfile.TemporaryFile() as held:
        before = watch.unlinked_of(os.getpid())
        held.write(b"x" * (4 << 20))
        held.flush()
        os.fsync(held.fileno())
        assert watch.unlinked_of(os.getpid()) - before >= 3 << 20
