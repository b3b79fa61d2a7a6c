"""Read a described Keras model as blocks, one per Dense layer: trusted side only.

Order within a block is free (batch normalization before or after the activation, before or after
dropout), so a check compares what each block holds, not where.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.kit import expect

from .oracles_keras import ACTIVATIONS

READERS: dict[str, dict[str, Any]] = {
    "Dense": {"units": expect.integer, "activation": expect.text, "use_bias": expect.boolean},
    "BatchNormalization": {
        "epsilon": expect.number,
        "scale": expect.boolean,
        "center": expect.boolean,
    },
    "Dropout": {"rate": expect.number},
    "Activation": {"activation": expect.text},
}
KINDS = tuple(READERS)


@dataclass
class Block:
    """A Dense layer and what follows it up to the next one.

    Attributes:
        units: of the Dense layer.
        activation: the one that is not linear, wherever it stands; several joined with "+".
        norms: number of batch normalizations.
        rates: of its dropout layers.
    """

    units: int
    activation: str = "linear"
    norms: int = 0
    rates: list[float] = field(default_factory=list)

    def bend(self, activation: str) -> None:
        """Take in one more activation; linear ones change nothing."""
        if activation != "linear":
            known = [] if self.activation == "linear" else [self.activation]
            self.activation = "+".join([*known, activation])


def layers_of(described: Any) -> list[list[Any]]:
    """The answer of `support.describe`, once it is known to be well formed.

    Raises:
        Mismatch: a layer that no exercise asks for, or no Dense layer at the front.
    """
    layers: list[list[Any]] = []
    for index, entry in enumerate(expect.sequence(described, "the model's layers")):
        what = "layer %d of the model" % index
        kind, settings = expect.sequence(entry, what, 2)
        kind = expect.text(kind, "the kind of %s" % what, KINDS)
        settings = expect.mapping(settings, what, list(READERS[kind]))
        read = {key: reader(settings[key], what) for key, reader in READERS[kind].items()}
        layers.append([kind, read])
    expect.that(layers and layers[0][0] == "Dense", "the first layer", "be Dense")
    return layers


def blocks_of(layers: Sequence[Sequence[Any]]) -> list[Block]:
    """Group layers into blocks that start with a Dense layer."""
    blocks: list[Block] = []
    for kind, settings in layers:
        if kind == "Dense":
            blocks.append(Block(settings["units"]))
        block = blocks[-1]
        if kind in ("Dense", "Activation"):
            block.bend(settings["activation"])
        elif kind == "BatchNormalization":
            block.norms += 1
        else:
            block.rates.append(settings["rate"])
    return blocks


def weights_of(
    layers: Sequence[Sequence[Any]], answered: Any, inputs: int
) -> tuple[list[list[np.ndarray]], list[list[np.ndarray]]]:
    """The answer of `support.model_weights`, checked for its shapes.

    Args:
        layers: of `layers_of`.
        answered: weights of the layers that have any.
        inputs: number of input features.

    Returns:
        The weights one list per layer as the oracle takes them (batch normalization always with
        four arrays), and as they were answered.
    """
    with_weights = [entry for entry in layers if entry[0] in ("Dense", "BatchNormalization")]
    answered = expect.sequence(answered, "the model's layers with weights", len(with_weights))
    remaining = iter(answered)
    full: list[list[np.ndarray]] = []
    plain: list[list[np.ndarray]] = []
    width = inputs
    for index, (kind, settings) in enumerate(layers):
        what = "the weights of layer %d" % index
        if kind == "Dense":
            shapes = [(width, settings["units"]), (settings["units"],)]
            shapes = shapes if settings["use_bias"] else shapes[:1]
            width = settings["units"]
            plain.append(_arrays(next(remaining), what, shapes))
            full.append(plain[-1])
        elif kind == "BatchNormalization":
            count = 2 + settings["scale"] + settings["center"]
            plain.append(_arrays(next(remaining), what, [(width,)] * count))
            own = list(plain[-1])
            if not settings["scale"]:
                own.insert(0, np.ones(width))
            if not settings["center"]:
                own.insert(1, np.zeros(width))
            full.append(own)
        else:
            full.append([])
    return full, plain


def _arrays(answered: Any, what: str, shapes: Sequence[tuple[int, ...]]) -> list[np.ndarray]:
    found = expect.sequence(answered, what, len(shapes))
    return [expect.array(value, what, shape) for value, shape in zip(found, shapes)]


def expect_computable(layers: Sequence[Sequence[Any]]) -> None:
    """The oracle knows every activation, and the last Dense layer has one unit.

    Raises:
        Mismatch: naming what it does not know.
    """
    for block in blocks_of(layers):
        for name in block.activation.split("+"):
            known = ", ".join(ACTIVATIONS)
            expect.that(name in ACTIVATIONS, "an activation", "be one of %s" % known, name)
    expect.equal(blocks_of(layers)[-1].units, 1, "the number of units of the head")


def other_weights(
    rng: np.random.Generator, layers: Sequence[Sequence[Any]], plain: list[list[np.ndarray]]
) -> list[list[np.ndarray]]:
    """Random weights of the same shapes: kernels of both signs, all else (variances!) positive.

    Kernels are drawn first, then biases, then the rest, so that a kernel's values depend neither on
    where batch normalization stands nor on whether there are biases.
    """
    kinds = [kind for kind, _ in layers if kind in ("Dense", "BatchNormalization")]
    dense = [own for kind, own in zip(kinds, plain) if kind == "Dense"]
    kernels = [rng.uniform(-1.7, 1.7, own[0].shape) / np.sqrt(len(own[0])) for own in dense]
    biases = [rng.uniform(0.1, 0.9, size=own[0].shape[1]) for own in dense]
    drawn: list[list[np.ndarray]] = []
    for kind, own in zip(kinds, plain):
        if kind == "Dense":
            made = [kernels.pop(0), biases.pop(0)][: len(own)]
        else:
            made = [rng.uniform(0.1, 0.9, size=w.shape) for w in own]
        drawn.append([np.asarray(values, dtype=np.float32) for values in made])
    return drawn


def summary(layers: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The blocks as plain values, for the transcript."""
    return [
        [block.units, block.activation, block.norms, block.rates] for block in blocks_of(layers)
    ]


def expect_blocks(layers: Sequence[Sequence[Any]], wanted: Sequence[Block]) -> None:
    """The layers are these blocks, each in any order of its own.

    Raises:
        Mismatch: naming the block and what differs.
    """
    found = blocks_of(layers)
    expect.that(len(found) == len(wanted), "the Dense layers", "be %d in all" % len(wanted))
    for index, (block, want) in enumerate(zip(found, wanted)):
        what = "the head" if index == len(wanted) - 1 else "hidden layer %d" % (index + 1)
        expect.equal(block.units, want.units, "the number of units of %s" % what)
        expect.equal(block.activation, want.activation, "the activation of %s" % what)
        expect.equal(block.norms, want.norms, "the number of batch normalizations in %s" % what)
        count = len(want.rates)
        expect.that(len(block.rates) == count, what, "have %d dropout layers" % count)
        expect.close(block.rates, want.rates, "the dropout rate of %s" % what)
