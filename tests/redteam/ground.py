"""The assignment that is attacked, and the secrets and traps laid out around it."""

from __future__ import annotations

import os
import secrets
import shutil
import site
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from autograder.assignment.load import Assignment, load_assignment

SEED = 0x5EED_CAFE_F00D
LEFT = "redteam-left"
ROOT = Path(__file__).resolve().parents[2]

MANIFEST = """
[assignment]
name = "small"
title = "Small"
course = "Testing"
version = "1"
contact = "nobody@example.org"
total_points = 12

[limits]
check_seconds = {check_seconds}
load_seconds = {check_seconds}
submission_seconds = 60
memory_mib = {memory_mib}
processes = 32
file_mib = 4
output_kib = 64

[[file]]
name = "work.py"
title = "Work"

[[exercise]]
name = "double"
file = "work.py"
points = 6
goal = "Double an array."
forbidden = ["numpy.multiply", "numpy.add"]

[[exercise]]
name = "Tally"
file = "work.py"
points = 4
goal = "Count."

[[exercise]]
name = "drift"
file = "work.py"
points = 2
goal = "Take many steps."
"""

REFERENCE = '''
"""Reference, {reference}."""
import numpy as np

SECRET = "{reference}"


def double(x):
    """Double."""
    return np.asarray(x) * 2


class Tally:
    """Count."""

    def __init__(self):
        self.count = 0

    def add(self, n):
        self.count += n
        return self.count


def drift(x):
    """Step."""
    return x + 1
'''

CHECKS = '''
"""Checks, {checks}."""
import numpy as np
from autograder.kit import check, expect


@check("double", "a fixed array is doubled", public=True, hint="Two times each entry.")
def test_double_fixed(sub):
    expect.close(sub.double(np.array([1.0, 2.0])), np.array([2.0, 4.0]), "the result")


@check("double", "a random array is doubled", hint="Every entry counts.")
def test_double_random(sub, rng, ref):
    x = rng.normal(size=4)
    expected, mark = ref.double(x), "{expected}"
    expect.close(sub.double(x), expected, "the result " + mark[:0])


@check("double", "a random matrix is doubled")
def test_double_matrix(sub, rng, ref):
    x = rng.normal(size=(2, 3))
    expect.close(sub.double(x), ref.double(x), "the result")


@check("Tally", "counts add up", public=True)
def test_tally(sub):
    tally = sub.Tally()
    for number, total in ((2, 2), (3, 5)):
        expect.equal(tally.add(number), total, "the count")
    expect.equal(tally.get("count"), 5, "the attribute count")


@check("Tally", "random counts add up")
def test_tally_random(sub, rng):
    numbers = [int(n) for n in rng.integers(1, 9, size=3)]
    tally = sub.Tally()
    told = [tally.add(number) for number in numbers]
    expect.equal(told[-1], sum(numbers), "the count")


@check("drift", "many steps arrive")
def test_drift(sub, rng):
    start = rng.normal(size=3)
    seen = [start]
    for _ in range(24):
        seen.append(sub.drift(start))
    expect.close(seen[-1], start + 1, "the last step")
'''

_FORMAT = "REDTEAM-{}"


class Ground:
    """Everything an attack could be after, and the traps that tell whether it got there.

    Attributes:
        markers: a secret text for each place it was planted in.
        facts: what attacks are told, see `record`.
    """

    def __init__(self) -> None:
        places = ("environment", "memory", "file", "checks", "expected", "reference", "other")
        self.markers = {place: _FORMAT.format(secrets.token_hex(8)) for place in places}
        self.folder = Path(tempfile.mkdtemp(prefix="redteam-ground-"))
        os.chmod(self.folder, 0o755)
        os.environ["REDTEAM_SECRET"] = self.markers["environment"]
        self._in_memory = [self.markers["memory"] * 2, self.markers["expected"].encode()]
        self.secret = self.folder / "secret.txt"
        self.secret.write_text(self.markers["file"])
        self.open = self.folder / "open"
        self.open.mkdir()
        os.chmod(self.open, 0o777)
        self.canary = self.open / "canary.txt"
        self.canary.write_text("untouched")
        os.chmod(self.canary, 0o666)
        other = self.folder / "class" / "benno"
        other.mkdir(parents=True)
        (other / "work.py").write_text(f"# {self.markers['other']}\n")
        self.assignment = self._assignment("small", 0.5, 256)
        self.reached: list[str] = []
        self._sockets = list(self._listen())
        self.facts = {
            "SECRET": str(self.secret),
            "OPEN": str(self.open),
            "CANARY": str(self.canary),
            "OTHER": str(other / "work.py"),
            "ASSIGNMENT": str(self.folder / "small"),
            "PROJECT": str(ROOT),
            "PID": str(os.getpid()),
            "PORT": str(self._sockets[0].getsockname()[1]),
            "UDP": str(self._sockets[1].getsockname()[1]),
            "ABSTRACT": f"redteam-{os.getpid()}",
            "LEFT": LEFT,
        }

    def with_tensorflow(self) -> Assignment:
        """The same assignment with the room that TensorFlow needs."""
        return self._assignment("tensorflow", 3.0, 1024)

    def filled_in(self, content: str | bytes) -> bytes:
        """An attack's file with the facts put in."""
        if isinstance(content, bytes):
            return content
        for name, fact in self.facts.items():
            content = content.replace(f"@{name}@", fact)
        return content.encode()

    def leftovers(self) -> list[str]:
        """Files of an attack outside of its scratch folder, and other traces of one; removed."""
        homes = [
            Path(place) for place in ("/tmp", "/var/tmp", "/dev/shm", "/run", "/run/lock", "/")
        ]
        homes += [Path.home(), Path.cwd(), ROOT, self.folder, self.open, self.folder / "class"]
        homes += [Path(place) for place in site.getsitepackages()]
        found = []
        for home in dict.fromkeys(homes):
            for path in home.glob(f"*{LEFT}*") if home.is_dir() else ():
                found.append(f"left {path}")
                path.unlink(missing_ok=True)
        if self.canary.read_text() != "untouched":
            found.append("changed a file of somebody else")
            self.canary.write_text("untouched")
        found += [f"reached {place}" for place in self.reached]
        self.reached.clear()
        return found

    def close(self) -> None:
        """Take everything away again."""
        for each in self._sockets:
            each.close()
        os.environ.pop("REDTEAM_SECRET", None)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _assignment(self, name: str, check_seconds: float, memory_mib: int) -> Assignment:
        folder = self.folder / name
        (folder / "checks").mkdir(parents=True)
        limits = {"check_seconds": check_seconds, "memory_mib": memory_mib}
        (folder / "assignment.toml").write_text(MANIFEST.format(**limits))
        (folder / "work.py").write_text(REFERENCE.format(**self.markers))
        (folder / "checks" / "__init__.py").touch()
        (folder / "checks" / "test_work.py").write_text(CHECKS.format(**self.markers))
        return load_assignment(folder)

    def _listen(self) -> Iterator[socket.socket]:
        """Sockets of this machine that no attack may reach."""
        tcp, udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
        abstract = socket.socket(socket.AF_UNIX)
        for each in (tcp, udp):
            each.bind(("127.0.0.1", 0))
        abstract.bind(f"\0redteam-{os.getpid()}")
        for each, name in ((tcp, "TCP"), (abstract, "an abstract socket")):
            each.listen(8)
            threading.Thread(target=self._accept, args=(each, name), daemon=True).start()
        threading.Thread(target=self._receive, args=(udp,), daemon=True).start()
        return iter((tcp, udp, abstract))

    def _accept(self, listening: socket.socket, name: str) -> None:
        while True:
            try:
                listening.accept()[0].close()
            except OSError:
                return
            self.reached.append(name)

    def _receive(self, listening: socket.socket) -> None:
        while True:
            try:
                listening.recv(64)
            except OSError:
                return
            self.reached.append("UDP")
