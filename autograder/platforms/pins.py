"""The versions that grading was tried with here, for pip where submissions are graded."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograder.extras import PROJECT

_OTTER = "otter-grader"
# Otter starts a kernel and leaves it to others to install one.
_KERNEL = ("ipykernel", "jupyter_client")
# One of them is installed; where submissions are graded it may be the other one.
_TENSORFLOW = {
    "tensorflow-cpu": "platform_machine == 'x86_64'",
    "tensorflow": "platform_machine != 'x86_64'",
}


def requirements(packages: Sequence[str], with_otter: bool) -> list[str]:
    """What grading itself needs, a line each, pinned to what is installed here.

    Args:
        packages: what the assignment needs, as its manifest has it.
        with_otter: whether Otter is in front.
    """
    pinned = {
        name: f"{name}=={version}"
        for name in _named(packages, with_otter)
        if name not in _TENSORFLOW and (version := _installed(name))
    }
    pinned["tomli"] = "tomli>=2; python_version < '3.11'"
    version = next(filter(None, map(_installed, _TENSORFLOW)), "")
    if version and _TENSORFLOW.keys() & set(_named(packages, with_otter)):
        pinned |= {name: f"{name}=={version}; {where}" for name, where in _TENSORFLOW.items()}
    return [pinned[name] for name in sorted(pinned)]


def constraints(packages: Sequence[str], with_otter: bool) -> list[str]:
    """The version of everything that these need in their turn, if anything there asks for it."""
    waiting = [(name, "") for name in _named(packages, with_otter)]
    known: set[tuple[str, str]] = set()
    versions: dict[str, str] = {}
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in known or not _installed(name):
            continue
        known.add((name, extra))
        versions[name] = _installed(name)
        for wanted in _needed(name, extra):
            waiting += [(canonicalize_name(wanted.name), one) for one in {"", *wanted.extras}]
    return [f"{name}=={version}" for name, version in sorted(versions.items())]


def _named(packages: Sequence[str], with_otter: bool) -> list[str]:
    asked = [*_needed(PROJECT, ""), *map(Requirement, packages)]
    names: list[str] = [canonicalize_name(one.name) for one in asked]
    if "tensorflow" in names:
        names += [name for name in _TENSORFLOW if _installed(name)]
    if with_otter:
        names += map(canonicalize_name, (_OTTER, *_KERNEL))
    return list(dict.fromkeys(names))


def _needed(name: str, extra: str) -> list[Requirement]:
    """What an installed package asks for on this machine."""
    asked = [Requirement(line) for line in importlib.metadata.requires(name) or ()]
    return [one for one in asked if one.marker is None or one.marker.evaluate({"extra": extra})]


def _installed(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
