"""Run one submission: confine this process, load the code when told, answer questions.

Everything this process says from the moment student code has run is only a claim.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from typing import Any

from autograder.isolation.layers import confinement
from autograder.isolation.layers.limits import Limits
from autograder.kit.answering import Answers
from autograder.worker import frames, wire
from autograder.worker.sibling_stubs import SiblingStubs


def run(
    channel_fd: int, output_fd: int, layers: frozenset[str], config: dict[str, Any], uid: int | None
) -> None:
    """Take the set-up message, confine this process, and answer until the channel closes.

    The set-up is a dict: ``limits``, ``stubs`` (names, see `SiblingStubs`) and what `Answers`
    takes. `config` is the zygote's.
    """
    channel = socket.socket(fileno=channel_fd)
    setup = frames.receive(channel)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(output_fd, 1)
    os.dup2(output_fd, 2)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    limits = Limits.from_plain(setup["limits"])
    folder = confinement.confine(
        limits, layers, {channel_fd}, config["readable"], config["scratch"], uid, config["listable"]
    )
    _serve(channel, setup, folder)


def _serve(channel: socket.socket, setup: dict[str, Any], folder: str) -> None:
    number = 0

    def exchange(name: str, args: list[Any], kwargs: dict[str, Any]) -> list[Any]:
        """Put a call of a sibling exercise to the trusted side, in the middle of a question."""
        frames.send(channel, [number, "sibling", name, args, kwargs])
        answer: list[Any] = frames.receive(channel)
        return answer

    answers = Answers(folder, setup, SiblingStubs(setup["stubs"], exchange))
    while True:
        nonce, *question = frames.receive(channel)
        number = nonce
        _send(channel, [nonce, *answers.reply(*question)])


def _send(channel: socket.socket, reply: list[Any]) -> None:
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except Exception:
        pass  # student code may have replaced or closed them
    try:
        frames.send(channel, reply)
    except wire.WireError as error:
        frames.send(channel, [reply[0], "unusable", str(error), "what came back cannot be sent"])
