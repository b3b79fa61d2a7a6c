"""The judge sees each kind of success: holes are opened on purpose, here and nowhere else."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from autograder.isolation import tiers
from autograder.kit.problems import Unusable
from autograder.sandbox import session
from autograder.sandbox.zygote import PRELOAD_NUMPY, Zygote
from autograder.worker import wire

from .families import attacks
from .ground import SEED, Ground
from .judging import Trial, attempt, judge
from .record import ESCAPED, RIGHT, Attack

HONEST = Attack("honest-work", "nothing", {"work.py": RIGHT}, earns="all")


def named(name: str) -> Attack:
    return next(attack for _, attack in attacks() if attack.name == name)


@pytest.fixture(scope="module")
def trial(ground: Ground, zygote: Zygote) -> Trial:
    """What an honest submission leaves to judge by."""
    return attempt(HONEST, ground.assignment, zygote, ground)


def test_honest_work_succeeds_in_nothing_it_should_not(trial: Trial, ground: Ground) -> None:
    assert judge(trial, ground) == []


def scored(trial: Trial, exercise: str, score: float) -> Trial:
    assert trial.result is not None
    exercises = tuple(
        msgspec.structs.replace(made, score=score) if made.name == exercise else made
        for made in trial.result.exercises
    )
    return dataclasses.replace(
        trial, result=msgspec.structs.replace(trial.result, exercises=exercises)
    )


def lazy(trial: Trial) -> Trial:
    """The same, of an attack that is to earn nothing."""
    return dataclasses.replace(trial, attack=dataclasses.replace(trial.attack, earns="nothing"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lazy, "it gained 6 points"),
        (lambda t: scored(t, "Tally", 3.0), "honest Tally got 3 points"),
        (lambda t: scored(t, "double", 4.0), "right answers got 4 points"),
        (lambda t: dataclasses.replace(t, result=None, crash="boom"), "it stopped the run"),
        (lambda t: dataclasses.replace(t, shown=t.shown + str(SEED)), "the seed is on a page"),
        (lambda t: dataclasses.replace(t, kept=t.kept + str(SEED)), "it learned the seed"),
        (lambda t: dataclasses.replace(t, kept=f"{ESCAPED} far"), "it got through"),
        (lambda t: dataclasses.replace(t, traces=("left /tmp/x",)), "left /tmp/x"),
        (lambda t: dataclasses.replace(t, processes=1), "1 processes outlived it"),
        (lambda t: dataclasses.replace(t, seconds=1e6), "to grade, expected"),
        (lambda t: dataclasses.replace(t, pages=("<p onclick=x>",)), "a page holds onclick"),
        (lambda t: dataclasses.replace(t, pages=("<script>",)), "a page holds a <script>"),
        (lambda t: dataclasses.replace(t, pages=("<a href=http://x>",)), "a page holds href"),
        (lambda t: dataclasses.replace(t, terminal="\x1b[2J"), "commands to the terminal"),
        (lambda t: dataclasses.replace(t, cells=("=1+1",)), "a cell is a formula"),
    ],
)
def test_each_kind_of_success_is_seen(
    trial: Trial, ground: Ground, change: Callable[[Trial], Trial], told: str
) -> None:
    assert any(told in one for one in judge(change(trial), ground))


@pytest.mark.parametrize("where", ["kept", "shown"])
def test_each_planted_secret_is_seen(trial: Trial, ground: Ground, where: str) -> None:
    for place, marker in ground.markers.items():
        changed: Any = {where: f"… {marker} …"}
        told = judge(dataclasses.replace(trial, **changed), ground)
        assert f"it learned the secret planted in: {place}" in told


def test_a_file_left_outside_is_seen_and_removed(ground: Ground) -> None:
    left = Path("/tmp/redteam-left-on-purpose")
    left.touch()
    ground.canary.write_text("changed")
    assert len(ground.leftovers()) == 2
    assert ground.leftovers() == [] and not left.exists()


def test_a_sandbox_without_its_walls_fails_the_suite(offer: tiers.Offer, ground: Ground) -> None:
    """The hole the suite exists for: no namespaces and no Landlock, so that files can be read."""
    chosen = tiers.choose(offer)
    kept = tuple(name for name in ("seccomp", "rlimits", "uid") if name in chosen.layers)
    with Zygote(tiers.Tier("open", kept, "a hole"), PRELOAD_NUMPY) as opened:
        told = judge(attempt(named("secret-file"), ground.assignment, opened, ground), ground)
    assert "it learned the secret planted in: file" in told


def test_a_worker_whose_reasons_are_repeated_fails_the_suite(
    ground: Ground, zygote: Zygote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "_known_reason", lambda name, told: told)
    attack = named("inputs-in-a-message-of-the-worker")
    told = judge(attempt(attack, ground.assignment, zygote, ground), ground)
    assert any("a hidden input is shown" in one for one in told)


def test_a_wire_that_lets_any_type_through_fails_the_suite(
    ground: Ground, zygote: Zygote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "_check", lambda value: None)
    told = judge(attempt(named("a-point-in-time"), ground.assignment, zygote, ground), ground)
    assert any("needs_person" in one for one in told)


def test_a_reason_is_ours_or_says_nothing() -> None:
    reason = session._known_reason
    assert reason("Adam", "`Adam` cannot be called") == "`Adam` cannot be called"
    assert "saw" not in reason("Adam", "`saw 1.5` cannot be called")
    assert isinstance(Unusable("x", reason("", "y")), Exception)
