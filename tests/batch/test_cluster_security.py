"""A cluster lets nobody in without a certificate, and none of its machines is believed."""

import shutil
import stat

import msgspec
import pytest

from autograder.assignment.load import load_assignment
from autograder.batch.certificates import make_certificates
from autograder.batch.cluster_security import Cluster, ClusterError
from autograder.batch.foreign_result import NotAResult, differs, read_result
from autograder.batch.keys import Conditions
from autograder.grading.grade import grade
from autograder.grading.result_records import to_json
from autograder.intake.submissions import Bundle

from .conftest import TINY
from .machines import TOLD
from .test_commands import run, scores

distributed = pytest.importorskip("distributed")

RIGHT = (TINY / "words.py").read_text()
WRONG = RIGHT.replace("counts.get(word, 0) + 1", "1")


@pytest.mark.parametrize(
    "address",
    [
        "tcp://10.0.0.5:8786",
        "10.0.0.5:8786",
        "tcp://grader.example.org:8786",
        "tcp://[2001:db8::1]:1",
    ],
)
def test_another_machine_without_tls_is_refused_unless_told_so(address):
    with pytest.raises(ClusterError, match="without TLS anybody in that network can"):
        Cluster(address).security()
    assert Cluster(address, insecure=True).security() is None


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "localhost:1", "tcp://[::1]:8786"])
def test_this_machine_alone_needs_no_certificate(address):
    assert Cluster(address).security() is None


def test_tls_needs_certificates_and_says_which(tmp_path):
    with pytest.raises(ClusterError, match="--cluster-certificates"):
        Cluster("tls://10.0.0.5:1").security()
    with pytest.raises(ClusterError, match=r"no ca\.pem in it"):
        Cluster("tls://10.0.0.5:1", tmp_path).security()
    with pytest.raises(ClusterError, match="expected tls://"):
        Cluster("ws://10.0.0.5:1", insecure=True).security()


def test_a_set_of_certificates_is_for_its_owner_and_never_written_over(tmp_path):
    folder = tmp_path / "set"
    make_certificates(folder, 30)
    assert {path.name for path in folder.iterdir()} == {
        *("ca.pem", "scheduler.pem", "worker.pem", "grader.pem"),
    }
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert b"PRIVATE KEY" not in (folder / "ca.pem").read_bytes()
    before = (folder / "grader.pem").read_bytes()
    with pytest.raises(ClusterError, match="is there already"):
        make_certificates(folder, 30)
    assert (folder / "grader.pem").read_bytes() == before


@pytest.mark.slow
def test_a_cluster_with_certificates_grades_and_lets_nobody_else_in(
    machines, class_folder, tmp_path
):
    make_certificates(tmp_path / "ours", 30)
    make_certificates(tmp_path / "theirs", 30)
    there = machines(tmp_path / "ours")
    there.worker()
    there.worker()
    there.wait_for_workers(2)
    assert there.address.startswith("tls://")
    folder = class_folder(**{f"s{n}": f"{[RIGHT, WRONG][n % 2]}# {n}" for n in range(8)})
    made = there.grade(folder, tmp_path / "out", "--cluster-certificates", tmp_path / "ours")
    assert made.returncode == 0, made.stderr
    run("grade", folder, "-a", TINY, "-o", tmp_path / "here", "--seed", 9)
    assert scores(tmp_path / "out") == scores(tmp_path / "here")

    plain = there.address.replace("tls://", "tcp://")
    for address, security in ((plain, None), (there.address, tmp_path / "theirs")):
        told = Cluster(address, security).security()
        with pytest.raises(OSError):
            distributed.Client(address, timeout="5s", security=told)


ROGUE = """
import os, pickle
from autograder.batch import cluster_worker
from autograder.batch.cluster_messages import Answer, encode

MARK, KIND = os.environ["MARK"], os.environ["KIND"]
honest = cluster_worker.grade_here


RUN = f"import os; open(f'{MARK}-{{os.getpid()}}', 'w').close()"


class Evil:
    def __reduce__(self):
        return exec, (RUN,)


class EvilError(Exception):
    def __reduce__(self):
        return exec, (RUN,)


def rogue(packed, work):
    if KIND == "pickle":
        return Evil()
    if KIND == "exception":
        raise EvilError
    if KIND == "warning":
        from distributed import get_worker
        evil = pickle.dumps(Evil())
        get_worker().log_event("warn", {"category": evil, "message": evil})
        return b""
    if KIND == "garbage":
        return os.urandom(1000)
    return encode(Answer(result=b'{"submission": "anna"}'))


cluster_worker.grade_here = rogue
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["pickle", "exception", "warning", "garbage", "half"])
def test_what_a_rogue_machine_sends_runs_nothing_here_and_gives_nobody_points(
    machines, class_folder, tmp_path, kind
):
    (tmp_path / "rogue.py").write_text(ROGUE)
    there = machines()
    rogue = ["--preload", str(tmp_path / "rogue.py"), "--no-nanny"]
    there.worker(*rogue, MARK=str(tmp_path / "ran"), KIND=kind)
    there.wait_for_workers(1)
    made = there.grade(class_folder(anna=RIGHT), tmp_path / "out")
    # The rogue's own process reads its own pickles; no other must.
    assert {path.name for path in tmp_path.glob("ran-*")} <= {f"ran-{there.processes[1].pid}"}
    assert made.returncode == 1 and "Traceback" not in made.stderr, made.stderr
    assert scores(tmp_path / "out") == {"anna": ""}
    assert "needs a person" in made.stderr


@pytest.fixture(scope="module")
def graded(zygote):
    """A result as an honest machine makes it, and what it is the result of."""
    assignment = load_assignment(TINY)
    bundle = Bundle("anna", {"words.py": WRONG.encode()})
    conditions = Conditions(assignment.digest, 9, "any")
    return grade(assignment, bundle, zygote, 9), assignment, conditions, bundle


def test_an_honest_result_is_taken(graded):
    result, *known = graded
    assert read_result(to_json(result), *known) == result


@pytest.mark.parametrize(("work", "opened"), [(WRONG, 2.0), ("", 0.0)])
def test_an_honest_result_is_taken_where_a_person_marks_what_is_there(
    tmp_path, zygote, work, opened
):
    shutil.copytree(TINY, tmp_path / "tiny", ignore=shutil.ignore_patterns("__py*"))
    manifest = tmp_path / "tiny" / "assignment.toml"
    manifest.write_text(manifest.read_text().replace("points = 6", "points = 6\nmanual_points = 2"))
    assignment = load_assignment(tmp_path / "tiny")
    bundle = Bundle("anna", {"words.py" if work else "other.py": work.encode()})
    result = grade(assignment, bundle, zygote, 9)
    assert result.open_points == opened
    conditions = Conditions(assignment.digest, 9, "any")
    assert read_result(to_json(result), assignment, conditions, bundle) == result
    made_up = [msgspec.structs.replace(one, open_points=1.0) for one in result.exercises]
    forged = msgspec.structs.replace(result, exercises=tuple(made_up), open_points=2.0)
    with pytest.raises(NotAResult):
        read_result(to_json(forged), assignment, conditions, bundle)


def changed(result, **more):
    """The result with its first exercise's first check changed."""
    first, *rest = result.exercises
    check, *checks = first.checks
    made = msgspec.structs.replace(check, **more)
    first = msgspec.structs.replace(first, checks=(made, *checks))
    return msgspec.structs.replace(result, exercises=(first, *rest))


FORGED = {
    "another's name": lambda made: msgspec.structs.replace(made, submission="mallory"),
    "more points": lambda made: msgspec.structs.replace(made, score=10.0, final_score=10.0),
    "a higher cap": lambda made: msgspec.structs.replace(made, max_score=1000.0),
    "another seed": lambda made: msgspec.structs.replace(made, seed=1),
    "another assignment": lambda made: msgspec.structs.replace(made, assignment="0" * 64),
    "unreadable": lambda made: msgspec.structs.replace(made, status="unreadable"),
    "no exercises": lambda made: msgspec.structs.replace(made, exercises=()),
    "an exercise less": lambda made: msgspec.structs.replace(made, exercises=made.exercises[1:]),
    "a check worth more": lambda made: changed(made, points=100.0, score=100.0),
    "a share beyond all": lambda made: changed(made, outcome="passed", share=2.0),
    "points for a failure": lambda made: changed(made, outcome="failed", share=1.0),
    "a renamed check": lambda made: changed(made, name="other"),
    "a secret made public": lambda made: changed(
        made, public=not made.exercises[0].checks[0].public
    ),
    "control characters": lambda made: changed(made, staff="\x1b[2J"),
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_result_that_says_what_it_cannot_know_is_none(graded, forged):
    result, *known = graded
    with pytest.raises(NotAResult):
        read_result(to_json(FORGED[forged](result)), *known)


@pytest.mark.parametrize("line", [b"", b"{}", b"[" * 100_000, b"\xff\xfe", b'{"submission": 1}'])
def test_what_is_no_result_is_refused(graded, line):
    with pytest.raises(NotAResult):
        read_result(line, *graded[1:])


GENEROUS = """
import dataclasses
import msgspec
from autograder.batch import cluster_worker
from autograder.batch.cluster_messages import encode, work_from

# Dask loads this more than once.
honest = vars(cluster_worker).setdefault("honest", cluster_worker.grade_here)


def generous(packed, work):
    made = work_from(work)
    bundle = dataclasses.replace(made.bundle, files={{"words.py": {right!r}.encode()}})
    return honest(packed, encode(msgspec.structs.replace(made, bundle=bundle)))


cluster_worker.grade_here = generous
"""


@pytest.mark.slow
def test_a_machine_that_makes_outcomes_up_is_met_by_asking_another(
    machines, class_folder, tmp_path
):
    """Half of all machines pass everything; every submission is asked twice."""
    (tmp_path / "generous.py").write_text(GENEROUS.format(right=RIGHT))
    there = machines()
    there.worker("--no-nanny")
    there.worker("--no-nanny", "--preload", str(tmp_path / "generous.py"))
    folder = class_folder(**{f"s{n}": f"{WRONG}# {n}" for n in range(4)}, right=RIGHT)
    there.wait_for_workers(2)
    told = f"from autograder.batch import cluster; cluster._SECOND_OPINIONS = 1.0; {TOLD}"
    made = there.grade(folder, tmp_path / "out", told=told)
    assert made.returncode == 1, made.stderr
    made = scores(tmp_path / "out")
    assert made.pop("right") == "10"
    assert set(made.values()) == {""}
    assert (
        "two machines of the cluster judge it differently"
        in (tmp_path / "out" / "results.jsonl").read_text()
    )


def test_only_what_no_machine_decides_is_compared(graded):
    result = graded[0]
    other = changed(result, outcome="passed", score=1.0)
    assert differs(result, other) == [result.exercises[0].checks[0].name]
    assert differs(result, changed(result, outcome="timeout", score=0.0)) == []
    assert differs(result, result) == []
