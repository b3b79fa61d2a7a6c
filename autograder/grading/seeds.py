"""Where hidden inputs come from: one seed a grading run, one stream a check."""

from __future__ import annotations

import hashlib
import secrets

import numpy as np


def fresh_seed() -> int:
    """A seed nobody can guess, for a new grading run."""
    return secrets.randbits(48)


def check_generator(seed: int, check_name: str) -> np.random.Generator:
    """The generator a check draws from: the same for a seed, whatever other checks run."""
    return np.random.default_rng(_derived(seed, "inputs", check_name))


def worker_salt(seed: int) -> str:
    """What a worker seeds the student's generators with; tells nothing about the inputs' seed."""
    return hashlib.sha256(f"worker {seed}".encode()).hexdigest()


def _derived(seed: int, *purpose: str) -> int:
    digest = hashlib.sha256(" ".join([str(seed), *purpose]).encode()).digest()
    return int.from_bytes(digest[:16], "little")
