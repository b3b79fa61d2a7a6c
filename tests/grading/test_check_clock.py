"""A check that does not end by itself is ended, and costs nobody anything."""

import subprocess
import sys
import threading
import time

import pytest

from autograder.assignment.load import load_assignment
from autograder.grading.check_clock import Overrun, limited
from autograder.grading.grade import grade
from autograder.intake.submissions import Bundle
from tests.conftest import MANIFEST, REFERENCE

LOOPING = '''
"""Checks."""
import numpy as np
from autograder.kit import check, expect


@check("double", "it goes on until it fits", seconds=0.3)
def test_double_endless(sub, rng):
    while True:
        try:
            sub.double(rng.normal(size=2))
            expect.that(False, "the result", "fit")
        except Exception:
            continue


@check("double", "it asks nobody and never ends")
def test_double_alone(sub):
    while True:
        pass


@check("double", "a fixed array is doubled", public=True)
def test_double_fixed(sub):
    expect.close(sub.double(np.array([1.0, 2.0])), np.array([2.0, 4.0]), "the result")


@check("Tally", "counts add up")
def test_tally(sub):
    expect.equal(sub.Tally().add(2), 2, "the count")
'''


def burn(seconds):
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def test_a_block_within_its_time_is_left_alone():
    with limited(5, "test_x"):
        burn(0.05)
    burn(0.05)


def test_a_block_beyond_its_time_is_ended_whatever_it_catches():
    told = r"test_x did not end within 0.2 s of CPU"
    with pytest.raises(Overrun, match=told), limited(0.2, "test_x"):
        while True:
            try:
                burn(0.01)
            except Exception:
                continue
    burn(0.05)


def test_waiting_costs_nothing():
    with limited(0.2, "test_x"):
        threading.Event().wait(0.5)


TRACED = """
import sys
from autograder.grading.check_clock import Overrun, limited

for seconds in (5, 0.05):
    try:
        with limited(seconds, "test_x"):
            while seconds < 1:
                pass
    except Overrun:
        pass

def traced():
    return "traced"

sys.settrace(lambda frame, event, arg: None)
print(traced())
"""


def test_what_is_traced_afterwards_runs_on():
    # A flag for asynchronous exceptions that nobody takes down hangs it for good, before 3.12.
    ended = subprocess.run(
        [sys.executable, "-c", TRACED], capture_output=True, text=True, timeout=60, check=True
    )
    assert ended.stdout == "traced\n"


def test_each_thread_has_its_own_time():
    ended = []

    def run(seconds):
        try:
            with limited(seconds, "test_x"):
                burn(0.4)
            ended.append((seconds, "through"))
        except Overrun:
            ended.append((seconds, "ended"))

    threads = [threading.Thread(target=run, args=(seconds,)) for seconds in (0.1, 30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == [(0.1, "ended"), (30, "through")]


def test_grading_ends_such_a_check_and_goes_on(small_folder, zygote):
    manifest = MANIFEST.replace("check_seconds = 1", "check_seconds = 5\njudge_seconds = 0.5")
    folder = small_folder(LOOPING, **{"assignment.toml": manifest})
    bundle = Bundle("anna", {"work.py": REFERENCE.encode()})
    result = grade(load_assignment(folder), bundle, zygote, 7)
    double, tally = result.exercises
    told = {check.name: (check.outcome, check.staff) for check in double.checks}
    assert result.status == "needs_person"
    assert told["double_endless"][0] == told["double_alone"][0] == "infrastructure"
    assert "test_double_endless did not end within 0.3 s of CPU" in told["double_endless"][1]
    assert "test_double_alone did not end within 0.5 s of CPU" in told["double_alone"][1]
    assert told["double_fixed"][0] == "passed"
    assert tally.score == tally.max_score
