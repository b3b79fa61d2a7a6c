"""Run one submission: confine this process, load the code when told, answer questions.

Everything this process says from the moment student code has run is only a claim.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import socket
import sys
from typing import Any

from autograder.kit.problems import StudentError, Unusable
from autograder.kit.responder import Responder
from autograder.reading import loading, loading_plan, standins
from autograder.sandbox.inside import confinement, frames, wire
from autograder.sandbox.inside.limits import Limits


def run(
    channel_fd: int, output_fd: int, layers: frozenset[str], config: dict[str, Any], uid: int | None
) -> None:
    """Take the set-up message, confine this process, and answer until the channel closes.

    The set-up is a dict: ``limits``, ``files`` (path -> bytes), ``rules`` (see `plan`),
    ``support`` (source), ``salt`` (str) and ``plan`` (of an earlier worker, or None). `config` is
    the zygote's.
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
    plan = setup["plan"] or loading_plan.plan(setup["files"], setup["rules"])
    standins.install()
    code = loading.StudentCode(folder, setup["files"], plan)
    support: dict[str, Any] = {"__name__": "support"}
    exec(compile(setup["support"], "support.py", "exec"), support)
    current = {"exercise": ""}

    def lookup(name: str) -> Any:
        """The object of a name: as the exercise that is asked has it, else as any has it."""
        homes = [made for made in plan["exercises"].values() if made["provides"] == name]
        asked = plan["exercises"].get(current["exercise"])
        if asked is not None and asked["provides"] == name:
            homes.insert(0, asked)
        if not homes or homes[0]["unit"] is None:
            raise KeyError(name)
        return code.lookup(name, homes[0]["unit"])

    def begin(check: str, keras_used: bool, exercise: str) -> None:
        responder.forget()
        if keras_used and current["exercise"] != exercise:
            # Once an exercise: it makes TensorFlow forget its compiled kernels, a second of work.
            _start_keras_afresh(_number(f"{setup['salt']} {exercise}"))
        current["exercise"] = exercise
        _start_afresh(_number(f"{setup['salt']} {check}"))

    responder = Responder(lookup, support, code.owns)
    answers: dict[str, Any] = {
        "plan": lambda args: plan,
        "load": lambda args: code.load(args[0]),
        "begin": lambda args: begin(*args),
    }
    while True:
        nonce, operation, ref, name, args, kwargs = frames.receive(channel)
        try:
            if operation in answers:
                reply: list[Any] = ["value", answers[operation](args)]
            else:
                reply = ["value", responder.ask(operation, ref, name, args, kwargs)]
        except StudentError as error:
            reply = ["raised", error.bases, error.message, error.label, error.line]
        except Unusable as error:
            reply = ["unusable", error.public, error.hidden]
        _send(channel, [nonce, *reply])


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


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "little")


def _start_afresh(seed: int) -> None:
    """Make the start of a check independent of what ran before it."""
    random.seed(seed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed)
        numpy.seterr(all="warn")


def _start_keras_afresh(seed: int) -> None:
    """Undo what an exercise may have changed for all of Keras."""
    import keras
    import tensorflow

    tensorflow.config.run_functions_eagerly(True)
    keras.backend.set_floatx("float32")
    keras.backend.clear_session(free_memory=False)  # collecting garbage costs 0.2 s
    keras.utils.set_random_seed(seed)
