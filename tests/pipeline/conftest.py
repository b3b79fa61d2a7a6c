"""The demo class of T6, made and graded once for all tests here."""

from pathlib import Path

import pytest

from autograder.assignment.load import load_assignment
from autograder.batch.run import grade_all, preload_for
from autograder.intake.submissions import entries
from autograder.proof.sample_class import sample_class
from autograder.sandbox import tiers
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
    with Zygote(tiers.choose(offer), offer.bubblewrap, preload_for(t6)) as made:
        yield made


@pytest.fixture(scope="session")
def class_folder(t6, tmp_path_factory):
    """The submissions of the demo class."""
    folder = tmp_path_factory.mktemp("class")
    for sample in sample_class(t6):
        sample.write(folder)
    return folder


@pytest.fixture(scope="session")
def results(t6, zygote, class_folder):
    """The class graded with two slots, by name."""
    made = grade_all(t6, entries(class_folder), zygote, SEED, jobs=2)
    return {result.submission: result for result in made}
