"""Ground and zygotes for the attacks, and the count at the end: how many succeeded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.assignment.load import Assignment
from autograder.isolation import tiers
from autograder.sandbox.zygote import PRELOAD_NUMPY, PRELOAD_TENSORFLOW, Zygote

from .ground import Ground
from .judging import honest


@pytest.fixture(scope="session")
def ground() -> Iterator[Ground]:
    """Secrets and traps, laid out before any process of the grader starts."""
    made = Ground()
    yield made
    made.close()


@pytest.fixture(scope="session")
def offer() -> tiers.Offer:
    """What this machine offers."""
    return tiers.probe()


def _safe(offer: tiers.Offer) -> tiers.Tier:
    """The tier to attack; never none at all, where attacks would do what they try."""
    tier = tiers.choose(offer)
    if tier.refused:
        pytest.skip(f"attacks are not let loose here: {tier.reason}")
    return tier


@pytest.fixture(scope="session")
def zygote(ground: Ground, offer: tiers.Offer) -> Iterator[Zygote]:
    """A zygote in the strongest isolation of this machine."""
    with Zygote(_safe(offer), PRELOAD_NUMPY) as made:
        yield made


@pytest.fixture(scope="session")
def alone(ground: Ground, zygote: Zygote) -> bytes:
    """The grade of an honest submission before any attack."""
    return honest(ground.assignment, zygote)


@pytest.fixture(scope="session")
def with_tensorflow(
    ground: Ground, offer: tiers.Offer
) -> Iterator[tuple[Zygote, Assignment, bytes]]:
    """The same with TensorFlow in the workers: zygote, assignment, honest grade."""
    assignment = ground.with_tensorflow()
    with Zygote(_safe(offer), PRELOAD_TENSORFLOW) as made:
        yield made, assignment, honest(assignment, made)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many attacks succeeded, and which ones nothing on this machine stops."""
    ended: dict[str, list[str]] = {"passed": [], "failed": [], "xfailed": []}
    for outcome, names in ended.items():
        for report in terminalreporter.stats.get(outcome, []):
            named = dict(getattr(report, "user_properties", ()))
            if "attack" in named:
                names.append(named["attack"])
    total = sum(map(len, ended.values()))
    if not total:
        return
    terminalreporter.section("red team")
    terminalreporter.line(f"{len(ended['failed'])} of {total} succeeded")
    for name in ended["failed"]:
        terminalreporter.line(f"  succeeded: {name}")
    for name in ended["xfailed"]:
        terminalreporter.line(f"  unprotected, a layer is missing here: {name}")
