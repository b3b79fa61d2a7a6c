"""The demo class of T6, made and graded once for all tests here."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autograder.assignment.load import load_assignment
from autograder.grading.diagnosis import Diagnoser
from autograder.grading.grade import grade
from autograder.grading.preload import preload_for
from autograder.intake.exports import find_entries
from autograder.intake.submissions import read
from autograder.isolation import tiers
from autograder.proof.sample_class import sample_class
from autograder.sandbox.zygote import Zygote

ROOT = Path(__file__).parent.parent.parent
SEED = 20


@pytest.fixture(scope="session")
def t6():
    """The assignment."""
    return load_assignment(ROOT / "solutions" / "t6")


@pytest.fixture(scope="session")
def zygote(t6):
    """A zygote with TensorFlow."""
    offer = tiers.probe()
    with Zygote(tiers.choose(offer), preload_for(t6)) as made:
        yield made


@pytest.fixture(scope="session")
def class_folder(t6, tmp_path_factory):
    """The submissions of the demo class."""
    folder = tmp_path_factory.mktemp("class")
    for sample in sample_class(t6):
        sample.write(folder)
    return folder


@pytest.fixture(scope="session")
def grade_class(t6, zygote):
    """Grade entries with some slots, all forked from the one zygote."""

    def run(chosen, jobs):
        diagnoser = Diagnoser(t6, zygote, SEED)
        with ThreadPoolExecutor(jobs) as slots:
            grading = (slots.submit(_grade, entry, diagnoser) for entry in chosen)
            return [one.result() for one in list(grading)]

    def _grade(entry, diagnoser):
        return grade(t6, read(entry), zygote, SEED, diagnoser=diagnoser)

    return run


@pytest.fixture(scope="session")
def results(grade_class, class_folder):
    """The class graded with two slots, by name."""
    return {made.submission: made for made in grade_class(find_entries(class_folder), jobs=2)}
