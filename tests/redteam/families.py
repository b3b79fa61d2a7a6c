"""All attacks, by family, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Iterator

from . import (
    archives,
    content,
    escape,
    learning,
    looking,
    notebooks,
    patching,
    processes,
    resources,
    tensorflow,
    values,
    wire,
)
from .record import Attack

FAMILIES = {
    module.__name__.rpartition(".")[2]: module
    for module in (
        processes,
        patching,
        values,
        wire,
        looking,
        resources,
        escape,
        archives,
        learning,
        content,
        notebooks,
        tensorflow,
    )
}


def attacks() -> Iterator[tuple[str, Attack]]:
    """Each attack with its family's name."""
    for family, module in FAMILIES.items():
        for attack in module.ATTACKS:
            yield family, attack
