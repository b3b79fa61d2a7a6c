"""``python check.py --doctor``: whether this machine can do the lab, and what to do if not."""

import ctypes
import os
import platform
import re
import shutil
import struct
import subprocess
import sys
import time
from importlib import metadata
from typing import Any, Dict, List, NamedTuple, Optional

from checkkit.terminal import Terminal

_GIB = float(1 << 30)
_ROOM_TO_WORK = 0.5
_ROOM_TO_INSTALL = 4.0
_SLOWEST_START = 180
# The same package under the names it has been given for some machines.
_ALSO = {"tensorflow": ("tensorflow-cpu", "tensorflow-macos", "tensorflow-intel", "tf-nightly")}


class Finding(NamedTuple):
    """One line of the report; `advice` says what to do, empty when all is well."""

    name: str
    found: str
    advice: str = ""


def report(about: Dict[str, Any], root: str, terminal: Terminal) -> int:
    """Print what was found; 0 when everything needed is there, 1 when not.

    Args:
        about: the assignment: ``python`` (such as ``">=3.8"``), ``packages`` (requirement lines),
            ``memory_mib``.
        root: the handout's folder, which is where the disk must have room.
        terminal: where to print.
    """
    packages = [_package(line) for line in about["packages"]]
    complete = not any(finding.advice for finding in packages)
    findings = [
        _python(about["python"], about["graded_with"]),
        _memory(about["memory_mib"]),
        _disk(root, complete),
    ]
    findings += packages
    for finding in findings:
        _print(finding, terminal)
    if complete and any(finding.name == "tensorflow" for finding in packages):
        started = _starts("tensorflow")
        _print(started, terminal)
        findings.append(started)
    problems = [finding for finding in findings if finding.advice]
    terminal.say()
    if not problems:
        terminal.say("This machine is ready.", "good")
        return 0
    terminal.say("What to do:", "bold")
    for advice in dict.fromkeys(finding.advice for finding in problems):
        terminal.paragraph(advice, "  - ", "    ")
    return 1


def _print(finding: Finding, terminal: Terminal) -> None:
    mark = ("look at", "open") if finding.advice else ("ok     ", "good")
    terminal.say("%s  %-16s %s" % (terminal.styled(*mark), finding.name, finding.found))


def _python(wanted: str, graded_with: str) -> Finding:
    """This Python; `graded_with` is the version that grades, empty when nobody said."""
    version, bits = platform.python_version(), 8 * struct.calcsize("P")
    found = "%s, %d bit, %s %s" % (version, bits, platform.system(), platform.machine())
    if graded_with:
        found += "; grading runs %s" % graded_with
        if _numbers(version)[:2] > _numbers(graded_with):
            found += ", whose syntax is older: what is new since then is not read there"
    advice = ""
    if not _satisfies(version, wanted):
        advice = "Install Python %s; this is %s (%s)." % (wanted, version, sys.executable)
    elif bits != 64:
        advice = "Install a 64-bit Python: TensorFlow does not exist for 32 bits."
    return Finding("Python", found, advice)


def _memory(needed_mib: int) -> Finding:
    size = _memory_bytes()
    if size is None:
        return Finding("memory", "unknown on this system")
    found = "%.1f GiB" % (size / _GIB)
    if size < needed_mib << 20:
        return Finding(
            "memory",
            found,
            "The lab takes up to %.0f GiB of memory: close other programs, or work in Colab."
            % (needed_mib / 1024.0),
        )
    return Finding("memory", found)


def _memory_bytes() -> Optional[int]:
    """Memory of the machine, or of the container when that is less."""
    if sys.platform == "win32":
        status = (ctypes.c_ulonglong * 8)()
        ctypes.cast(status, ctypes.POINTER(ctypes.c_ulong))[0] = ctypes.sizeof(status)
        if not ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
            return None
        return int(status[1])
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
    try:
        with open("/sys/fs/cgroup/memory.max", encoding="ascii") as limit:
            return min(size, int(limit.read()))
    except (OSError, ValueError):
        return size


def _disk(root: str, complete: bool) -> Finding:
    free = shutil.disk_usage(root).free / _GIB
    found = "%.1f GiB free" % free
    needed = _ROOM_TO_WORK if complete else _ROOM_TO_INSTALL
    if free < needed:
        return Finding("disk", found, "Make room on the disk: %.1f GiB are needed." % needed)
    if not os.access(root, os.W_OK):
        return Finding("disk", "%s cannot be written to" % root, "Copy the handout elsewhere.")
    return Finding("disk", found)


def _package(line: str) -> Finding:
    match = re.match(r"([A-Za-z0-9_.-]+)\s*(.*)", line)
    assert match is not None
    name, wanted = match.groups()
    version = _installed(name)
    install = "Install what is missing: %s -m pip install -r requirements.txt" % _python_command()
    if version is None:
        return Finding(name, "not installed", install)
    if not _satisfies(version, wanted):
        return Finding(name, "%s; needed: %s" % (version, wanted), install)
    return Finding(name, version)


def _installed(name: str) -> Optional[str]:
    for known in (name, *_ALSO.get(name, ())):
        try:
            return metadata.version(known)
        except metadata.PackageNotFoundError:
            continue
    return None


def _starts(package: str) -> Finding:
    """Import it in a process of its own: a broken installation can take the whole process down."""
    started = time.time()
    name = "%s runs" % package
    try:
        run = subprocess.run(
            [sys.executable, "-c", "import " + package],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=_SLOWEST_START,
        )
    except subprocess.TimeoutExpired:
        advice = "Importing %s takes more than %d s: try again, or Colab." % (
            package,
            _SLOWEST_START,
        )
        return Finding(name, "not within %d s" % _SLOWEST_START, advice)
    if run.returncode:
        last = run.stderr.decode("utf-8", "replace").strip().split("\n")[-1][:200]
        found = "no: %s" % (last or "the process ended with code %d" % run.returncode)
        advice = "Install it anew: %s -m pip install --force-reinstall %s" % (
            _python_command(),
            package,
        )
        return Finding(name, found, advice)
    return Finding(name, "yes, starts in %.0f s" % (time.time() - started))


def _python_command() -> str:
    return os.path.splitext(os.path.basename(sys.executable))[0] or "python"


def _satisfies(version: str, wanted: str) -> bool:
    """Whether a version is within bounds such as ``">=2.13,<3"``."""
    operators = {
        ">=": lambda a, b: a >= b,
        "<=": lambda a, b: a <= b,
        "==": lambda a, b: a == b,
        "!=": lambda a, b: a != b,
        ">": lambda a, b: a > b,
        "<": lambda a, b: a < b,
    }
    for part in filter(None, (piece.strip() for piece in wanted.split(","))):
        match = re.match(r"(>=|<=|==|!=|>|<)\s*([0-9.]+)", part)
        if match is None:
            continue
        ours, theirs = _numbers(version), _numbers(match.group(2))
        width = max(len(ours), len(theirs))
        ours += [0] * (width - len(ours))
        theirs += [0] * (width - len(theirs))
        if not operators[match.group(1)](ours, theirs):
            return False
    return True


def _numbers(version: str) -> List[int]:
    match = re.match(r"\d+(\.\d+)*", version)
    return [int(part) for part in match.group(0).split(".")] if match else [0]
