"""``python check.py --doctor``: whether this machine can do the lab, and what to do if not."""

import importlib
import os
import platform
import re
import struct
import sys
from typing import Any, Dict, List, Tuple

_IMPORT_NAMES = {"scikit-learn": "sklearn", "otter-grader": "otter"}


def report(about: Dict[str, Any]) -> int:
    """Print what was found; 0 when everything needed is there, 1 when not.

    Args:
        about: the assignment: ``python`` (such as ``">=3.8"``), ``packages`` (requirement lines).
    """
    rows = [_python(about["python"]), _memory()]
    rows += [_package(line) for line in about["packages"]]
    for fine, name, found in rows:
        print("%s %-14s %s" % ("ok     " if fine else "problem", name, found))
    if all(fine for fine, _, _ in rows):
        print("\nThis machine is ready.")
        return 0
    print("\nTo repair: %s -m pip install -r requirements.txt" % os.path.basename(sys.executable))
    return 1


def _python(wanted: str) -> Tuple[bool, str, str]:
    version = platform.python_version()
    bits = 8 * struct.calcsize("P")
    fine = _satisfies(version, wanted) and bits == 64
    told = "%s, %d bit, %s %s" % (version, bits, platform.system(), platform.machine())
    return fine, "Python", told if fine else "%s; needed: %s, 64 bit" % (told, wanted)


def _memory() -> Tuple[bool, str, str]:
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / float(1 << 30)
    except (AttributeError, ValueError, OSError):
        return True, "memory", "unknown on this system"
    if size < 3:
        return False, "memory", "%.1f GiB; TensorFlow wants 4 or more, or use Colab" % size
    return True, "memory", "%.1f GiB" % size


def _package(line: str) -> Tuple[bool, str, str]:
    match = re.match(r"([A-Za-z0-9_.-]+)(.*)", line)
    assert match is not None
    name, wanted = match.group(1), match.group(2).strip()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        module = importlib.import_module(_IMPORT_NAMES.get(name, name))
    except Exception as error:
        return False, name, "cannot be imported (%s: %s)" % (type(error).__name__, error)
    version = str(getattr(module, "__version__", "unknown"))
    if version != "unknown" and not _satisfies(version, wanted):
        return False, name, "%s; needed: %s" % (version, wanted)
    return True, name, version


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
