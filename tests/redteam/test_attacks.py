"""No attack succeeds, and whoever is graded after it gets the grade they get alone."""

from __future__ import annotations

import pytest

from autograder.assignment.load import Assignment
from autograder.sandbox.zygote import Zygote

from .families import attacks
from .ground import Ground
from .judging import attempt, honest, judge
from .record import ALWAYS, Attack


def _cases(tensorflow: bool) -> list[object]:
    return [
        pytest.param(attack, id=f"{family}-{attack.name}")
        for family, attack in attacks()
        if attack.tensorflow is tensorflow
    ]


def unprotected(attack: Attack, zygote: Zygote) -> bool:
    """Whether only layers would stop an attack that this machine's tier does not have."""
    return not set(attack.stopped_by) & {*ALWAYS, *zygote.tier.layers}


@pytest.mark.parametrize("attack", _cases(tensorflow=False))
def test_an_attack_gains_nothing_and_harms_nobody(
    attack: Attack,
    ground: Ground,
    zygote: Zygote,
    alone: bytes,
    record_property: object,
) -> None:
    _try(attack, ground, ground.assignment, zygote, alone, record_property)


@pytest.mark.slow
@pytest.mark.xdist_group("redteam-tensorflow")
@pytest.mark.parametrize("attack", _cases(tensorflow=True))
def test_nor_does_one_through_tensorflow(
    attack: Attack,
    ground: Ground,
    with_tensorflow: tuple[Zygote, Assignment, bytes],
    record_property: object,
) -> None:
    zygote, assignment, alone = with_tensorflow
    _try(attack, ground, assignment, zygote, alone, record_property)


def _try(
    attack: Attack,
    ground: Ground,
    assignment: Assignment,
    zygote: Zygote,
    alone: bytes,
    record_property: object,
) -> None:
    record_property("attack", attack.name)  # type: ignore[operator]
    told = judge(attempt(attack, assignment, zygote, ground), ground)
    if honest(assignment, zygote) != alone:
        told.append("the next, honest submission got another grade than alone")
    if told and unprotected(attack, zygote):
        pytest.xfail(f"needs one of {', '.join(attack.stopped_by)}: {'; '.join(told)}")
    assert told == []


def test_there_are_enough_attacks_and_their_names_are_unique() -> None:
    names = [attack.name for _, attack in attacks()]
    assert len(names) == len(set(names)) >= 60
