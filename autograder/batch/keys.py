"""What a result depends on, as one hash: under the same key stands the same result."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import autograder
from autograder.intake.submissions import Bundle

_PACKAGES = ("numpy", "tensorflow", "tensorflow-cpu", "keras", "scikit-learn")
# What a grade rests on. Who handed in what (`intake`) is in the key by the files themselves.
_ENGINE = ("assignment", "grading", "isolation", "kit", "reading", "sandbox", "worker")


@dataclass(frozen=True)
class Conditions:
    """Under which a run grades.

    Attributes:
        assignment: content hash of the assignment.
        seed: of the hidden inputs.
        environment: from `environment`.
        only: names of the exercises that are asked, all when empty.
        public_only: whether only public checks are asked.
    """

    assignment: str
    seed: int
    environment: str
    only: tuple[str, ...] = ()
    public_only: bool = False


def environment(layers: Iterable[str]) -> str:
    """One line for everything about this machine that can change a grade.

    Args:
        layers: of the isolation that holds.
    """
    parts = [f"autograder {autograder.__version__} {_engine()}", f"python {_python()}"]
    for package in _PACKAGES:
        try:
            parts.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    return "; ".join([*parts, "isolation " + "+".join(layers)])


def bundle_digest(bundle: Bundle) -> str:
    """Content hash of what was handed in, without the name: equal work is one result."""
    total = hashlib.sha256()
    for path, content in bundle.files.items():
        total.update(path.encode("utf-8", "surrogateescape") + b"\0")
        total.update(hashlib.sha256(content).digest())
    for text in (bundle.problem, *bundle.notes):
        total.update(b"\1" + text.encode("utf-8", "surrogateescape"))
    return total.hexdigest()


def file_digests(bundle: Bundle) -> dict[str, str]:
    """SHA-256 of each file by its path, for whoever has to show what was graded."""
    return {path: hashlib.sha256(content).hexdigest() for path, content in bundle.files.items()}


def result_key(bundle: str, conditions: Conditions) -> str:
    """The key of a result.

    Args:
        bundle: from `bundle_digest`.
        conditions: of the run.
    """
    parts = [
        bundle,
        conditions.assignment,
        str(conditions.seed),
        conditions.environment,
        ",".join(conditions.only),
        "public" if conditions.public_only else "all",
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _python() -> str:
    return f"{platform.python_version()} on {platform.system()} {platform.machine()}"


@lru_cache(maxsize=1)
def _engine() -> str:
    return engine_digest(Path(autograder.__file__).parent)


def engine_digest(root: Path) -> str:
    """Hash of the engine's code that takes part in a grade: a fix in it is a reason to regrade.

    Args:
        root: folder of the engine.
    """
    total = hashlib.sha256()
    for package in _ENGINE:
        for path in sorted((root / package).rglob("*.py")):
            total.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:16]
