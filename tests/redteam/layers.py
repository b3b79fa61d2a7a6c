"""Take the layers of isolation away in turn, and see which attacks then get through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from autograder.isolation.tiers import Offer, Tier, choose
from autograder.sandbox.zygote import PRELOAD_NUMPY, Zygote, ZygoteError

from .families import attacks
from .ground import Ground
from .judging import attempt, judge
from .record import KERNEL, Attack

ALL = "none"
# What an attack may lose when its sandbox has another shape, which is no success of it.
_NO_SUCCESS = ("honest ", "right answers got")


def removable() -> list[Attack]:
    """The attacks on layers of the kernel."""
    return [attack for _, attack in attacks() if attack.escapes]


def without(tier: Tier, layer: str) -> Tier:
    """A tier that lacks one layer (`ALL`: none), and is otherwise as it was."""
    kept = tuple(name for name in tier.layers if name != layer)
    return replace(tier, layers=kept, reason=f"{tier.reason}; without {layer}")


def measure(offer: Offer, ground: Ground) -> Iterator[tuple[str, str, list[str]]]:
    """Try each such attack with each layer missing.

    Yields:
        The missing layer, the attack, and in what it succeeded.
    """
    tier = choose(offer)
    for missing in (ALL, *(layer for layer in KERNEL if layer in tier.layers)):
        zygote = None
        for attack in removable():
            try:
                if zygote is None or not zygote.alive:
                    zygote = Zygote(without(tier, missing), PRELOAD_NUMPY)
                told = judge(attempt(attack, ground.assignment, zygote, ground), ground)
            except ZygoteError as error:
                told = [f"it ended the zygote: {error}"]
            yield missing, attack.name, [one for one in told if not one.startswith(_NO_SUCCESS)]
        if zygote is not None:
            zygote.close()
