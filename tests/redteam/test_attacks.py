"""No attack succeeds, and whoever is graded after it gets the grade they get alone."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder.assignment.load import Assignment
from autograder.grading import seeds
from autograder.grading.grade import grade
from autograder.grading.result_records import Result
from autograder.intake.submissions import Bundle
from autograder.sandbox.zygote import Zygote

from .families import attacks
from .ground import SEED, Ground
from .judging import attempt, honest, judge
from .record import ALWAYS, Attack, body


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


GREEDY = (
    "fork-bomb",
    "thread-bomb",
    "memory-in-python",
    "output-flood",
    "full-disk",
    "all-descriptors",
    "full-pipes",
    "watches-and-timers",
    "descriptors-in-letters",
    "just-in-time",
)


def test_who_is_graded_at_the_same_time_as_the_greedy_gets_the_grade_of_being_alone(
    ground: Ground, zygote: Zygote, alone: bytes
) -> None:
    greedy = [attack for _, attack in attacks() if attack.name in GREEDY]
    assert len(greedy) == len(GREEDY)

    def grade_greedy() -> list[Result]:
        bundles = [
            Bundle(
                attack.name, {name: ground.filled_in(text) for name, text in attack.files.items()}
            )
            for attack in greedy
        ]
        return [grade(ground.assignment, bundle, zygote, SEED) for bundle in bundles]

    with ThreadPoolExecutor(1) as slot:
        running = slot.submit(grade_greedy)
        beside = [honest(ground.assignment, zygote)]
        while not running.done():
            beside.append(honest(ground.assignment, zygote))
        assert {result.status for result in running.result()} == {"graded"}
    assert set(beside) == {alone}


def test_nobody_can_try_out_all_seeds_with_what_a_worker_is_told() -> None:
    """A worker can print the salt; each guess at the seed behind it must cost something."""
    started = time.process_time()
    assert seeds.worker_salt(SEED + 12345) != seeds.worker_salt(SEED + 12346)
    assert time.process_time() - started > 0.02


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


def test_how_long_an_answer_took_is_told_to_nobody_who_handed_it_in(
    ground: Ground, zygote: Zygote
) -> None:
    slow, quick = (
        attempt(
            Attack("time", "take long", body(f"import time\ntime.sleep({seconds})\nreturn x * 3")),
            ground.assignment,
            zygote,
            ground,
        )
        for seconds in (0.4, 0.0)
    )
    assert slow.result is not None and quick.result is not None
    assert slow.result.seconds > quick.result.seconds + 0.4
    assert slow.shown == quick.shown
