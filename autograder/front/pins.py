"""The versions that grading was tried with here, for pip where submissions are graded."""

from __future__ import annotations

import importlib.metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_PROJECT = "t6-autograder"
_OTTER = "otter-grader"
# Otter starts a kernel and leaves it to others to install one.
_KERNEL = ("ipykernel", "jupyter_client")
# One of them is installed; where submissions are graded it may be the other one.
_TENSORFLOW = {
    "tensorflow-cpu": "platform_machine == 'x86_64'",
    "tensorflow": "platform_machine != 'x86_64'",
}


def requirements(with_otter: bool) -> list[str]:
    """What grading itself needs, a line each, pinned to what is installed here."""
    pinned = {
        name: f"{name}=={version}"
        for name in _named(with_otter)
        if name not in _TENSORFLOW and (version := _installed(name))
    }
    pinned["tomli"] = "tomli>=2; python_version < '3.11'"
    version = next(filter(None, map(_installed, _TENSORFLOW)), "")
    if version:
        pinned |= {name: f"{name}=={version}; {where}" for name, where in _TENSORFLOW.items()}
    return [pinned[name] for name in sorted(pinned)]


def constraints(with_otter: bool) -> list[str]:
    """The version of everything that these need in their turn, if anything there asks for it."""
    waiting = [(name, "") for name in _named(with_otter)]
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


def _named(with_otter: bool) -> list[str]:
    names: list[str] = [canonicalize_name(made.name) for made in _needed(_PROJECT, "")]
    if with_otter:
        return [*names, *(canonicalize_name(name) for name in _KERNEL)]
    return [name for name in names if name != _OTTER]


def _needed(name: str, extra: str) -> list[Requirement]:
    """What an installed package asks for on this machine."""
    asked = [Requirement(line) for line in importlib.metadata.requires(name) or ()]
    return [one for one in asked if one.marker is None or one.marker.evaluate({"extra": extra})]


def _installed(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
