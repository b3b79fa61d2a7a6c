"""Other machines grade the same: a cluster of two workers, one of which is killed in between."""

import subprocess
import time
import zipfile
from io import BytesIO

import pytest

from autograder.batch.cluster import cluster_environment, connect, pack
from autograder.batch.cluster_messages import Description, encode
from autograder.batch.cluster_security import Cluster, ClusterError

from .conftest import TINY, children
from .test_commands import run, scores
from .test_faults import wait_for_results

distributed = pytest.importorskip("distributed")

RIGHT = (TINY / "words.py").read_text()
WRONG = RIGHT.replace("counts.get(word, 0) + 1", "1")
SLOW = "\nimport time\ntime.sleep(0.3)\n"


def test_the_same_files_travel_as_the_same_bytes(tmp_path):
    assert pack(TINY) == pack(TINY)
    with zipfile.ZipFile(BytesIO(pack(TINY))) as archive:
        names = set(archive.namelist())
    assert {"assignment.toml", "words.py", "checks/__init__.py", "checks/test_words.py"} <= names
    assert not any("__pycache__" in name for name in names)


def test_nobody_at_an_address_is_said(monkeypatch):
    from autograder.batch import cluster

    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", "1s")
    with pytest.raises(ClusterError, match=r"no scheduler answers .* dask scheduler"):
        connect(Cluster("tcp://127.0.0.1:9"))


def said(environment, refused=""):
    return encode(Description(environment=environment, refused=refused))


class Pretended:
    """A client whose workers say what a test wants."""

    def __init__(self, told):
        self.told = told

    def run(self, function, *arguments):
        return self.told


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({}, "no worker yet"),
        (
            {"a": said("x"), "b": said("y")},
            "not alike, so grades could differ:\n  a: x\n  b: y",
        ),
        ({"a": said("x"), "b": said("x", "no seccomp")}, "b: no seccomp"),
        ({"a": said("x"), "b": b"\x81"}, "b: does not say what it is: not what was asked for"),
        ({"a": ["x"]}, "a: does not say what it is: expected bytes, got list"),
    ],
)
def test_workers_that_cannot_grade_alike_are_refused(told, problem):
    with pytest.raises(ClusterError) as raised:
        cluster_environment(Pretended(told), "required")
    assert problem in str(raised.value)


@pytest.mark.slow
def test_a_class_on_a_cluster_of_which_half_dies(machines, tmp_path):
    texts = [RIGHT, WRONG]
    for number in range(24):
        home = tmp_path / "class" / f"s{number:02}"
        home.mkdir(parents=True)
        (home / "words.py").write_text(f"{texts[number % 2]}{SLOW}# {number}\n")
    cluster = machines()
    for _ in range(2):
        cluster.worker("--no-nanny")
    cluster.wait_for_workers(2)
    there = tmp_path / "there"
    grading = subprocess.Popen(
        cluster.command(tmp_path / "class", there),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    at_work = []
    while not at_work and grading.poll() is None:
        at_work = [worker for worker in cluster.processes[1:] if children(worker.pid)]
        time.sleep(0.02)
    wait_for_results(there, 1, grading)
    at_work[0].kill()
    _, errors = grading.communicate(timeout=300)
    assert grading.returncode == 0, errors
    assert "4 slots on 2 workers" in errors
    here = tmp_path / "here"
    assert run("grade", tmp_path / "class", "-a", TINY, "-o", here, "--seed", 9)[0] == 0
    assert scores(there) == scores(here)
    assert set(scores(here).values()) == {"10", "8.222"}
