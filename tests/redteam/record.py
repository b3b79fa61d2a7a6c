"""What an attack is: a submission, what it tries, and what must hold when it is graded.

Texts in capitals between two @ are facts about the grading machine. An attack is given them, so
that none fails only because it had to guess a path or a number.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

# The layers that a tier may lack, and what holds on every machine.
KERNEL = ("bubblewrap", "namespaces", "landlock", "seccomp", "rlimits")
ALWAYS = {
    "boundary": "expected values, checks and scores are in another process",
    "wire": "answers are decoded as plain values and questions are numbered",
    "watch": "time, memory and output are bounded from outside",
    "loading": "files are read before any code runs, and never replace ours",
    "order": "public checks come first, so nothing shown can hold a hidden input",
    "feedback": "a hidden check repeats no text and no value",
    "page": "what students chose is escaped on every page, table and terminal",
    "intake": "archives and folders are read under caps, without following links",
}

HONEST = """
class Tally:
    def __init__(self):
        self.count = 0

    def add(self, n):
        self.count += n
        return self.count


def drift(x):
    return x + 1
"""

RIGHT = "def double(x):\n    return x * 2\n" + HONEST

# Said by an attack that got through; joined at run time, so that its source does not say it.
ESCAPED = "ESCAPED-YES"
_GOT_THROUGH = 'def got_through(*what):\n    print("-".join(["ESCAPED", "YES"]), *what)\n\n\n'

# Looks for planted secrets in text or bytes and prints what it finds.
_HUNT = """
def hunt(data, where):
    import re
    data = data if isinstance(data, bytes) else str(data).encode("utf-8", "replace")
    for found in set(re.findall("-".join(["REDTEAM", "[0-9a-f]{16}"]).encode(), data)):
        print(where, found.decode())


def hunt_file(path):
    try:
        with open(path, "rb") as file:
            hunt(file.read(1 << 22), path)
    except (OSError, ValueError):
        pass


"""

# Finds the channel to the trusted side, and takes the conversation over.
_TAKE_OVER = """
import sys
from autograder.worker import frames, wire


def serving():
    frame = sys._getframe()
    while frame is not None and frame.f_code.co_name != "_serve":
        frame = frame.f_back
    return frame.f_locals


def forge(*reply):
    frames.send(serving()["channel"], [serving()["nonce"], *reply])


def send_raw(data):
    serving()["channel"].sendall(data)


def take_over(first, policy):
    channel = serving()["channel"]
    frames.send(channel, [serving()["nonce"], *first])
    while True:
        nonce, operation, ref, name, args, kwargs = frames.receive(channel)
        frames.send(channel, [nonce, *policy(operation, name, args)])


"""


@dataclass(frozen=True)
class Attack:
    """One attack.

    Attributes:
        name: unique, in lower case with hyphens.
        tries: what it is after, one sentence without a full stop.
        files: what is handed in, by path; or, as `archive`, the bytes of a zip.
        stopped_by: parts of the grader that stop it, each of which would do: of `KERNEL`, `ALWAYS`.
        earns: the points of the attacked exercise `double` that it may get: "nothing", "part" (the
            public check's), or "all" (its answers are right, and the attack is beside them).
        keeps: exercises written honestly beside the attack, which keep their points.
        unreadable: whether the submission as a whole must be refused, with a reason.
        student: the name it is handed in under.
        archive: makes the bytes of a zip to hand in instead of `files`.
        prepare: makes the entry in a folder itself, given the folder; for what is no file.
        seconds: by when it must be graded, on two busy cores.
        escapes: whether it belongs to the table of layers removed in turn.
        tensorflow: whether it needs TensorFlow in the worker.
    """

    name: str
    tries: str
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    stopped_by: tuple[str, ...] = ("boundary",)
    earns: Literal["nothing", "part", "all"] = "nothing"
    keeps: tuple[str, ...] = ("Tally", "drift")
    unreadable: bool = False
    student: str = "mallory"
    archive: Callable[[], bytes] | None = None
    prepare: Callable[..., None] | None = None
    seconds: float = 30.0
    escapes: bool = False
    tensorflow: bool = False

    def __post_init__(self) -> None:
        unknown = set(self.stopped_by) - {*KERNEL, *ALWAYS}
        assert self.stopped_by and not unknown, f"{self.name}: unknown {unknown or 'nothing'}"


def work(source: str, **more: str | bytes) -> dict[str, str | bytes]:
    """A submission whose `double` attacks, with honest answers to the other exercises.

    Args:
        source: what comes before them; may use `got_through`, `hunt`, `take_over` and so on.
        more: further files, by stem.
    """
    source = textwrap.dedent(source).strip() + "\n\n"
    if "take_over(" in source or "forge(" in source or "serving(" in source or "send_raw" in source:
        source = _TAKE_OVER + source
    if "hunt" in source:
        source = _HUNT + source
    if "got_through(" in source:
        source = _GOT_THROUGH + source
    files: dict[str, str | bytes] = {"work.py": source + HONEST}
    return {**files, **{f"{name}.py": text for name, text in more.items()}}


def body(source: str, top: str = "") -> dict[str, str | bytes]:
    """The same, from what `double(x)` does."""
    inner = textwrap.indent(textwrap.dedent(source).strip(), "    ")
    return work(f"{textwrap.dedent(top).strip()}\n\n\ndef double(x):\n{inner}\n")
