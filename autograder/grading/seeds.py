"""Where hidden inputs come from: one seed a grading run, one stream a check."""

from __future__ import annotations

import functools
import hashlib
import secrets

import numpy as np

_ROUNDS = 100_000  # some 50 ms once a run; a guess at the seed costs as much each time


def fresh_seed() -> int:
    """A seed nobody can guess, for a new grading run."""
    return secrets.randbits(48)


def check_generator(seed: int, check_name: str) -> np.random.Generator:
    """The generator a check draws from: the same for a seed, whatever other checks run."""
    digest = hashlib.sha256(_stretched(seed, b"inputs") + check_name.encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "little"))


def worker_salt(seed: int) -> str:
    """What a worker seeds the student's generators with; tells nothing about the inputs' seed."""
    return _stretched(seed, b"workers").hex()


@functools.lru_cache(maxsize=4096)
def _stretched(seed: int, purpose: bytes) -> bytes:
    """A key from the seed that is slow to compute, so that nobody finds the seed by trying."""
    return hashlib.pbkdf2_hmac("sha256", str(seed).encode(), purpose, _ROUNDS)
