"""The sample master notebook, brought over once."""

import pytest

from autograder.importing.bring import bring
from autograder.reading import standins

from . import masters


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """The sample with every construct."""
    place = tmp_path_factory.mktemp("otter")
    (place / "words.txt").write_text("one two\n")
    notebook = masters.write(place / "sample-master.ipynb", masters.SAMPLE)
    return bring(notebook, place / "solutions" / "sample", tell=lambda said: None, allow=True)


@pytest.fixture(scope="session")
def thrown(tmp_path_factory):
    """The sample with exception-based tests."""
    place = tmp_path_factory.mktemp("otter")
    notebook = masters.write(place / "thrown.ipynb", masters.THROWN)
    return bring(notebook, place / "solutions" / "thrown", tell=lambda said: None)


@pytest.fixture(scope="module", autouse=True)
def real_modules():
    """Otter, IPython and the like as they are, whatever was loaded in this process before."""
    standins.remove()
