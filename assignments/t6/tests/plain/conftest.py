"""Run the public checks with plain pytest: ``pytest`` in the handout's folder.

``pytest -k adam`` runs those of one exercise: its name counts as a keyword of its checks.
"""

import os
import sys

import pytest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), os.pardir, os.pardir))
sys.path.insert(0, ROOT)

from checkkit.collecting import collect  # noqa: E402
from checkkit.handout_folder import Handout, told  # noqa: E402
from checkkit.local_attempt import LocalAttempt  # noqa: E402

HANDOUT = Handout(ROOT)


@pytest.fixture(scope="session")
def attempt():
    """Your work, in a process of its own."""
    made = LocalAttempt(HANDOUT, collect(ROOT)[0])
    yield made
    made.close()


@pytest.fixture
def sub(attempt):
    """Your modules, or your notebook, to be asked."""
    return attempt


def pytest_collection_modifyitems(items):
    for item in items:
        check = getattr(getattr(item, "function", None), "check", None)
        if check is not None:
            item.extra_keyword_matches.add(check.exercise)


def pytest_pyfunc_call(pyfuncitem):
    """Run a check so that what it says comes out, not the way it got there."""
    check = getattr(pyfuncitem.function, "check", None)
    if check is None:
        return None
    exercise = HANDOUT.exercise(check.exercise)
    attempt = pyfuncitem.funcargs["sub"]
    verdict = attempt.ask_check(exercise, check, {})
    if not verdict.passed:
        others = HANDOUT.checks(exercise.name)
        verdicts = {one.name: attempt.ask_check(exercise, one, {}) for one in others}
        named = HANDOUT.explain(exercise.name, verdicts).get(check.name)
        pytest.fail("\n".join(told(check, verdict, named)), pytrace=False)
    return True
