"""A worker with all its layers: what it may no longer do, may still do, and leaves behind."""

import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.isolation import tiers
from autograder.isolation.layers.limits import Limits

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")

IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
OFFER = tiers.probe()
COMMON = ("seccomp", "rlimits", *(["landlock"] if OFFER.landlock else []))
SHARED = (*COMMON, "own-pid", *(["uid"] if IS_ROOT else []))
APART = (*COMMON, "namespaces", *(["uid"] if IS_ROOT else []))

# The supervisor's part, as the zygote plays it.
WORKER = """
import signal, socket, tempfile, threading, time

READABLE = ["/usr", "/lib", "/lib64", sys.prefix, sys.base_prefix, sys.path[0]]
USER = 60556 if os.getuid() == 0 else None

def supervise(layers, deed, limits=None, parent=None, keep=(), before=lambda: None):
    parent = parent or sys.argv[1]
    os.chmod(parent, 0o711) if os.stat(parent).st_uid == os.getuid() else None
    uid = USER if "uid" in layers else None
    reader, writer = os.pipe()
    supervisor = os.fork()
    if supervisor == 0:
        os.close(reader)
        if "namespaces" in layers:
            confinement.enter_namespaces(uid)
        before()
        worker = os.fork()
        if worker == 0:
            chosen = confinement.Limits(**(limits or {}))
            scratch = confinement.confine(
                chosen, frozenset(layers), {writer, *keep}, READABLE, parent, uid
            )
            os.write(writer, json.dumps(deed(scratch)).encode())
            os._exit(0)
        os.close(writer)
        _, status = os.waitpid(worker, 0)
        if "namespaces" not in layers:
            confinement.remove_scratch(confinement.scratch_folder(parent, layers, worker))
        os._exit(os.WTERMSIG(status) + 100 if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
    os.close(writer)
    with os.fdopen(reader) as file:
        answer = file.read()
    code = os.waitstatus_to_exitcode(os.waitpid(supervisor, 0)[1])
    return json.loads(answer) if answer else None, code

LAYERS = sys.argv[2].split()
"""


@pytest.fixture
def parent() -> Iterator[Path]:
    # Other users must get at the folder: pytest's own are closed to them.
    place = Path(tempfile.mkdtemp(prefix="autograder-test-"))
    place.chmod(0o1777)
    yield place
    place.rmdir()


needs_namespaces = pytest.mark.skipif(
    not OFFER.namespaces.works, reason=f"namespaces: {OFFER.namespaces.why_not}"
)
needs_landlock = pytest.mark.skipif(not OFFER.landlock, reason="this kernel has no Landlock")


@pytest.fixture(params=[pytest.param("apart", marks=needs_namespaces), "shared"])
def worker(
    request: pytest.FixtureRequest, alone: Callable[..., Any], parent: Path
) -> Callable[..., Any]:
    """Run code that calls `supervise(LAYERS, ...)`, with and without namespaces."""
    layers = APART if request.param == "apart" else SHARED

    def run(code: str, **options: Any) -> Any:
        return alone(WORKER + _dedent(code), str(parent), " ".join(layers), **options)

    run.apart = request.param == "apart"  # type: ignore[attr-defined]
    return run


def _dedent(code: str) -> str:
    lines = code.strip("\n").splitlines()
    margin = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    return "\n".join(line[margin:] for line in lines)


@needs_landlock
def test_what_is_refused(worker: Callable[..., Any]) -> None:
    told = worker(
        """
        elsewhere = tempfile.mkdtemp()
        grader = os.getpid()
        number = 220 if os.uname().machine == "aarch64" else 56
        def clone(flags):
            made = kernel.LIBC.syscall(number, flags, 0, 0, 0, 0)
            if made == 0:
                os._exit(0)  # a process where none may be
            return made
        def deed(scratch):
            return dict(
                fork=refusal(os.fork),
                passwd=refusal(lambda: open("/etc/passwd")),
                processes=refusal(lambda: os.listdir("/proc")),
                elsewhere=refusal(lambda: open(elsewhere + "/x", "w")),
                library=refusal(lambda: open(os.__file__, "a")),
                root=refusal(lambda: os.mkdir("/x")),
                unshare=refusal(lambda: kernel.checked(kernel.LIBC.unshare(0x10000000), "x")),
                unshare_folder=refusal(lambda: kernel.checked(kernel.LIBC.unshare(0x200), "x")),
                clone_sharing_folder=refusal(lambda: kernel.checked(clone(0x200 | 17), "x")),
                network=refusal(lambda: socket.socket()),
                kill=refusal(lambda: os.kill(grader, 0)),
            )
        answer, code = supervise(LAYERS, deed)
        os.rmdir(elsewhere)
        tell(answer=answer, code=code)
        """
    )
    answer = told["answer"]
    assert answer.pop("kill") in (["ESRCH"] if worker.apart else ["EPERM"])
    files = {"passwd", "processes", "elsewhere", "library", "root"}
    assert {name for name, refusal in answer.items() if refusal == "EACCES"} == files
    rest = {"fork", "unshare", "unshare_folder", "clone_sharing_folder", "network"}
    assert {name for name, refusal in answer.items() if refusal == "EPERM"} == rest
    assert told["code"] == 0


def test_what_stays_possible(worker: Callable[..., Any], parent: Path) -> None:
    told = worker(
        """
        def deed(scratch):
            with open("note.txt", "w") as file:
                file.write("kept")
            os.mkdir("folder")
            os.rename("note.txt", "folder/note.txt")
            with tempfile.NamedTemporaryFile() as temporary:
                inside = os.path.dirname(temporary.name) == scratch
            with open("/dev/null", "w") as null, open("/dev/urandom", "rb") as random:
                null.write("x")
                random.read(4)
            names = []
            threads = [threading.Thread(target=names.append, args=(n,)) for n in range(20)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            return dict(
                scratch=scratch, here=os.getcwd(), home=os.path.expanduser("~"), inside=inside,
                text=open("folder/note.txt").read(), threads=len(names),
                mine=os.readlink("/proc/self/exe") != "", maps=open("/proc/self/maps").readline(),
                cpus=os.cpu_count(), memory="MemTotal" in open("/proc/meminfo").read(),
                mode=os.stat(scratch).st_mode & 0o777,
            )
        answer, code = supervise(LAYERS, deed)
        tell(answer=answer, code=code, left=os.listdir(sys.argv[1]))
        """
    )
    answer = told["answer"]
    assert answer["scratch"] == answer["here"] == answer["home"]
    assert answer["scratch"].startswith(str(parent))
    assert answer["inside"] and answer["mine"] and answer["maps"] and answer["memory"]
    assert (answer["text"], answer["threads"], answer["mode"]) == ("kept", 20, 0o700)
    assert (told["code"], told["left"]) == (0, [])


def test_the_state_of_a_worker(worker: Callable[..., Any]) -> None:
    told = worker(
        """
        secret = os.open("/etc/hostname", os.O_RDONLY)
        def target(number):
            try: return os.readlink(f"/proc/self/fd/{number}")
            except OSError: return ""
        os.environ.update(SECRET="x", TF_TOKEN_app="x", TF_NUM_INTEROP_THREADS="1")
        def deed(scratch):
            keys = ("NoNewPrivs", "CapEff", "CapPrm", "CapInh", "CapAmb", "Seccomp", "Groups")
            status = dict(line.rstrip().split(":", 1) for line in open("/proc/self/status"))
            return dict(
                status={key: status[key].strip() for key in keys}, user=os.getuid(),
                files=[target(number) for number in os.listdir("/proc/self/fd")],
                environment=sorted(os.environ), limit=open("/proc/self/limits").read(),
                session=os.getsid(0) == os.getpid(), pid=os.getpid(),
                host=os.uname().nodename, victim=open("/proc/self/oom_score_adj").read().strip(),
            )
        tell(answer=supervise(LAYERS, deed)[0])
        """
    )["answer"]
    groups = told["status"].pop("Groups")
    assert groups == "" or not IS_ROOT
    none = "0" * 16
    capabilities = dict.fromkeys(("CapEff", "CapPrm", "CapInh", "CapAmb"), none)
    assert told["status"] == {"NoNewPrivs": "1", "Seccomp": "2", **capabilities}
    assert told["user"] == (1000 if worker.apart else 60556 if IS_ROOT else os.getuid())
    assert "/etc/hostname" not in told["files"]
    assert 4 <= len(told["files"]) <= 6  # 0, 1, 2, the pipe; /proc/self pinned and listed
    assert {"SECRET", "TF_TOKEN_app"}.isdisjoint(told["environment"])
    assert {"HOME", "PATH", "TMPDIR", "TF_NUM_INTEROP_THREADS"} <= set(told["environment"])
    assert re.search(r"Max core file size +0 +0", told["limit"])
    assert told["session"]
    assert told["victim"] == "1000"
    if worker.apart:
        assert (told["pid"], told["host"]) == (1, "sandbox")


def test_memory_runs_out_cleanly(worker: Callable[..., Any]) -> None:
    told = worker(
        """
        def deed(scratch):
            blocks = []
            try:
                while True: blocks.append(bytearray(16 << 20))
            except MemoryError:
                return len(blocks)
        tell(answer=supervise(LAYERS, deed, dict(memory_bytes=256 << 20)))
        """
    )["answer"]
    assert 10 <= told[0] <= 16
    assert told[1] == 0


def test_processor_time_kills(worker: Callable[..., Any]) -> None:
    told = worker(
        """
        def deed(scratch):
            for number in range(1, 65):
                try: signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError): pass
            while True: pass
        tell(answer=supervise(LAYERS, deed, dict(cpu_seconds=1)))
        """
    )["answer"]
    assert told == [None, 109]


def test_files_and_descriptors_are_limited(worker: Callable[..., Any]) -> None:
    told = worker(
        """
        def deed(scratch):
            def long():
                with open("long", "wb", buffering=0) as file:
                    while file.write(bytes(1 << 16)): pass
            def many(kept=[]):
                while True: kept.append(open("/dev/null"))
            length = refusal(long)
            return length, os.path.getsize("long"), refusal(many)
        tell(answer=supervise(LAYERS, deed, dict(file_bytes=1 << 20, open_files=64)))
        """
    )["answer"]
    assert told == [["EFBIG", 1 << 20, "EMFILE"], 0]


def test_what_files_without_a_name_can_hold_on_a_shared_disk_is_bounded(
    alone: Callable[..., Any],
) -> None:
    """Twelve files of a mebibyte fit beside what a process has open, 256 do not."""
    told = alone(
        """
        import resource
        from autograder.isolation.layers.limits import Limits
        rlimits.impose(Limits(file_bytes=1 << 20), False, True)
        held = []
        def hold():
            file = os.open("/tmp", os.O_TMPFILE | os.O_RDWR)
            os.posix_fallocate(file, 0, 1 << 20)
            held.append(file)
        for _ in range(12): hold()
        def many():
            while True: hold()
        tell(answer=refusal(many), held=len(held))
        """
    )
    assert told["answer"] == "EMFILE"
    assert 12 <= told["held"] < 32


def test_threads_are_limited(worker: Callable[..., Any]) -> None:
    told = worker(
        """
        def deed(scratch):
            threading.stack_size(64 << 10)
            stop = threading.Event()
            count = 0
            try:
                while count < 20_000:
                    threading.Thread(target=stop.wait, daemon=True).start()
                    count += 1
            except RuntimeError:
                return count
        tell(answer=supervise(LAYERS, deed, dict(processes=32)), root=os.getuid() == 0)
        """
    )["answer"]
    # A user shared with other processes leaves room for theirs.
    assert 25 <= told[0] <= (32 if worker.apart or IS_ROOT else 20_000)


@needs_namespaces
def test_a_private_mount_limits_all_files_together(alone: Callable[..., Any], parent: Path) -> None:
    told = alone(
        WORKER
        + """
def deed(scratch):
    def fill():
        for number in range(100):
            with open(f"part{number}", "wb") as file: file.write(bytes(1 << 20))
    def crowd():
        for number in range(1000): open(f"name{number}", "w").close()
    full = refusal(fill)
    for name in os.listdir("."): os.unlink(name)
    crowded = refusal(crowd)
    for name in os.listdir("."): os.unlink(name)
    def shared():
        with open("/dev/shm/x", "wb") as file:
            while True: file.write(bytes(1 << 20))
    return full, crowded, refusal(shared)
limits = dict(scratch_bytes=8 << 20, scratch_entries=100)
tell(answer=supervise(LAYERS, deed, limits), left=os.listdir(sys.argv[1]))
""",
        str(parent),
        " ".join(APART),
    )
    assert told == {"answer": [["ENOSPC", "ENOSPC", "ENOSPC"], 0], "left": []}


@needs_landlock
def test_peers_of_one_user_cannot_look_at_each_other(
    alone: Callable[..., Any], parent: Path
) -> None:
    layers = [layer for layer in SHARED if layer != "uid"]
    told = alone(
        WORKER
        + """
import select
ready, start = os.pipe()
first = os.fork()
if first == 0:
    def sit(scratch):
        open("answer.txt", "w").write("42")
        os.write(start, f"{os.getpid()} {scratch}".encode())
        signal.pause()
    supervise(LAYERS, sit, keep={start})
    os._exit(0)
peer, place = os.read(ready, 500).decode().split()
def spy(scratch):
    tries = {n: refusal(lambda: open(f"/proc/{peer}/{n}", "rb").read(1)) for n in
             ("mem", "environ", "maps", "status", "cmdline")}
    tries["fd"] = refusal(lambda: os.listdir(f"/proc/{peer}/fd"))
    tries["scratch"] = refusal(lambda: open(f"{place}/answer.txt"))
    tries["kill"] = refusal(lambda: os.kill(int(peer), 9))
    tries["grader"] = refusal(lambda: open(f"/proc/{grader}/environ", "rb").read(1))
    return tries
grader = os.getpid()
answer = supervise(LAYERS, spy)
os.kill(int(peer), 9)
os.waitpid(first, 0)
tell(answer=answer, left=os.listdir(sys.argv[1]))
""",
        str(parent),
        " ".join(layers),
    )
    assert told["answer"][0].pop("kill") == "EPERM"
    assert set(told["answer"][0].values()) == {"EACCES"}
    assert told["left"] == []


def test_files_of_the_same_user_stay_as_they_are(alone: Callable[..., Any], parent: Path) -> None:
    """What Landlock alone would let through where the grader's own user runs submissions."""
    layers = [layer for layer in SHARED if layer != "uid"]
    told = alone(
        WORKER
        + """
mine = tempfile.mkstemp()[1]
library = os.path.join(tempfile.mkdtemp(), "library.py")
open(library, "w").write("x = 1")
READABLE.append(library)
def deed(scratch):
    open("x", "w").close()
    return dict(
        mode=refusal(lambda: os.chmod(mine, 0)), owner=refusal(lambda: os.chown(mine, 1, 1)),
        times=refusal(lambda: os.utime(mine, (0, 0))), cut=refusal(lambda: os.truncate(mine, 0)),
        attribute=refusal(lambda: os.setxattr(mine, "user.x", b"x")),
        library=refusal(lambda: os.fchmod(os.open(library, os.O_RDONLY), 0)),
        emptied=refusal(lambda: os.open(library, os.O_RDONLY | os.O_TRUNC)),
    )
answer = supervise(LAYERS, deed)
text = open(library).read()
os.unlink(library), os.rmdir(os.path.dirname(library)), os.unlink(mine)
tell(answer=answer, text=text)
""",
        str(parent),
        " ".join(layers),
    )
    assert set(told["answer"][0].values()) == {"EPERM"}
    assert told["text"] == "x = 1"


def test_a_worker_ends_with_its_supervisor(worker: Callable[..., Any], parent: Path) -> None:
    told = worker(
        """
        import select
        ready, start = os.pipe()
        supervisor_pid = []
        first = os.fork()
        if first == 0:
            os.setsid()
            def sit(scratch):
                os.write(start, scratch.encode())
                while True: pass
            supervise(LAYERS, sit, keep={start},
                      before=lambda: os.write(start, f"{os.getpid()} ".encode()))
            os._exit(0)
        os.close(start)
        said = os.read(ready, 500)
        while b"/" not in said: said += os.read(ready, 500)
        supervisor, scratch = said.decode().split()
        os.kill(int(supervisor), 9)
        # The pipe ends when its last holder, the worker, is gone.
        while os.read(ready, 500): pass
        os.waitpid(first, 0)
        if os.path.exists(scratch): confinement.remove_scratch(scratch)
        tell(ended=True)
        """,
    )
    assert told == {"ended": True}


@pytest.mark.parametrize("kind", ["deep", "locked", "link", "many", "nothing"])
def test_whatever_was_left_is_removed(alone: Callable[..., Any], parent: Path, kind: str) -> None:
    told = alone(
        WORKER
        + f"""
kind = {kind!r}
"""
        + """
outside = os.path.join(sys.argv[1], "outside")
os.mkdir(outside)
open(outside + "/file", "w").close()
scratch = os.path.join(sys.argv[1], "work-1")
if os.getuid() == 0:
    os.setresuid(60557, 60557, 60557)  # root could do everything
if kind != "nothing":
    os.mkdir(scratch)
    os.chdir(scratch)
if kind == "deep":
    for _ in range(3000):
        os.mkdir("d" * 100)
        os.chdir("d" * 100)
    open("file", "w").close()
elif kind == "locked":
    os.makedirs("a/b/c")
    open("a/b/c/file", "w").close()
    for name in ("a/b/c/file", "a/b/c", "a/b", "a"): os.chmod(name, 0)
elif kind == "link":
    os.symlink(outside, "door")
    os.mkdir("folder")
    os.symlink(outside, "folder/door")
elif kind == "many":
    for number in range(2000): open(str(number), "w").close()
os.chdir("/")
confinement.remove_scratch(scratch)
tell(left=sorted(os.listdir(sys.argv[1])), kept=os.listdir(outside))
""",
        str(parent),
        "",
    )
    (parent / "outside" / "file").unlink()
    (parent / "outside").rmdir()
    assert told == {"left": ["outside"], "kept": ["file"]}


@needs_landlock
def test_every_step_works_for_an_ordinary_user_and_python(
    worker: Callable[..., Any], system_python: str, ordinary_user: tuple[str, ...]
) -> None:
    told = worker(
        """
        def deed(scratch):
            open("x", "w").close()
            return dict(fork=refusal(os.fork), passwd=refusal(lambda: open("/etc/passwd")))
        layers = [layer for layer in LAYERS if layer != "uid"]
        tell(answer=supervise(layers, deed))
        """,
        prefix=ordinary_user,
        python=system_python,
    )
    assert told == {"answer": [{"fork": "EPERM", "passwd": "EACCES"}, 0]}


def test_an_unknown_layer_is_an_error(alone: Callable[..., Any]) -> None:
    told = alone(
        """
        try:
            confinement.confine(confinement.Limits(), frozenset({"moat"}), [], [], "/")
        except ValueError as error:
            tell(error=str(error))
        """
    )
    assert "found moat, expected some of" in told["error"]


def test_limits_cross_the_wire() -> None:
    limits = Limits(memory_bytes=1 << 30, processes=12)
    assert Limits.from_plain(limits.to_plain()) == limits
    assert Limits.from_plain({}) == Limits()


@pytest.mark.parametrize(
    ("plain", "message"),
    [
        ({"memory": 1}, "found memory, expected"),
        ({"memory_bytes": 0}, "limit memory_bytes: found 0, expected"),
        ({"cpu_seconds": 1.5}, "limit cpu_seconds: found 1.5, expected"),
        ({"processes": True}, "limit processes: found True, expected"),
    ],
)
def test_wrong_limits_are_named(plain: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        Limits.from_plain(plain)
