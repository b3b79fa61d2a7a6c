"""Import the heavy libraries once, then fork one confined worker for each submission.

The zygote holds no secret: it sees neither assignments nor submissions. It must have run no
TensorFlow operation and have a single thread when it forks, or `tf.function` hangs in the workers.

Its arguments are the control socket's descriptor and a configuration in JSON: ``layers``,
``preload`` (modules), ``readable`` (paths that workers may read), ``listable`` (folders of which
they may see the file names), ``scratch`` (parent of scratch folders).
"""

from __future__ import annotations

import functools
import gc
import importlib
import inspect
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from autograder.isolation.layers import confinement
from autograder.isolation.layers.scratch import remove_scratch, scratch_folder

_FIRST_USER, _USERS = 61000, 4000


def main() -> None:
    """Serve until the control socket closes."""
    confinement.die_with_parent()
    control = socket.socket(fileno=int(sys.argv[1]))
    config = json.loads(sys.argv[2])
    sys.dont_write_bytecode = True
    make_ready(config["preload"])
    _assert_fork_is_safe()
    confinement.refuse_dumps()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    control.send(b"ready")
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 64, 3)
        if not message:
            return
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            control.close()
            _supervise(descriptors, config)
        for descriptor in descriptors:
            os.close(descriptor)


def make_ready(preload: Sequence[str]) -> None:
    """Import what workers need, and set the interpreter up for many small models."""
    for name in preload:
        importlib.import_module(name)
    _share_variable_kernels()
    gc.collect()
    gc.freeze()
    # Models are made of many small objects, few of them garbage: look for it less often.
    gc.set_threshold(20_000, 20, 50)


def _share_variable_kernels() -> None:
    """Let variables of one shape and type share a kernel, as they did before TensorFlow 2.15.

    Since then each variable's name is an attribute of the operation that makes it, for error
    messages alone, and Keras gives every variable another name: each costs a kernel, 0.4 ms, or a
    tenth of what a submission with some dozens of small models takes.
    """
    operations = sys.modules.get("tensorflow.python.ops.gen_resource_variable_ops")
    make = getattr(operations, "var_handle_op", None)
    if make is None or "debug_name" not in inspect.signature(make).parameters:
        return

    def var_handle_op(*arguments: Any, debug_name: str = "", **more: Any) -> Any:
        return make(*arguments, **more)

    setattr(operations, "var_handle_op", functools.wraps(make)(var_handle_op))  # noqa: B010


def _assert_fork_is_safe() -> None:
    if "tensorflow" in sys.modules:
        from tensorflow.python.eager import context

        if context.context()._initialized:
            raise SystemExit("zygote: TensorFlow has run an operation before the first fork")
    tasks = "/proc/self/task"
    if os.path.isdir(tasks) and len(os.listdir(tasks)) != 1:
        raise SystemExit("zygote: more than one thread before the first fork")


def _supervise(descriptors: list[int], config: dict[str, Any]) -> None:
    """Fork the worker into namespaces of its own, hand its pidfd over, report how it ended."""
    confinement.die_with_parent()

    channel_fd, output_fd, status_fd = descriptors
    layers = frozenset(config["layers"])
    uid = _FIRST_USER + os.getpid() % _USERS if "uid" in layers else None
    try:
        if "namespaces" in layers:
            confinement.enter_namespaces(uid)
        gate_read, gate_write = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(gate_write)
            os.close(status_fd)
            os.read(gate_read, 1)
            os.close(gate_read)
            _run_worker(channel_fd, output_fd, layers, config, uid)
        os.close(gate_read)
        with socket.socket(fileno=channel_fd) as channel:
            pidfd = os.pidfd_open(pid)
            socket.send_fds(channel, [b"p"], [pidfd])
            os.close(pidfd)
        os.close(output_fd)
        os.write(gate_write, b"g")
        os.close(gate_write)
        _, status = os.waitpid(pid, 0)
        os.write(status_fd, str(os.waitstatus_to_exitcode(status)).encode())
        if "namespaces" not in layers:
            with suppress(OSError):  # what is left goes with the zygote
                remove_scratch(scratch_folder(config["scratch"], layers, pid))
    except BaseException as error:
        os.write(status_fd, f"setup: {type(error).__name__}: {error}"[:400].encode())
    os._exit(0)


def _run_worker(*arguments: Any) -> None:
    """Be the worker, and never come back."""
    from autograder.worker import worker_process as worker

    try:
        worker.run(*arguments)
    except BaseException:
        traceback.print_exc()
    os._exit(1)


if __name__ == "__main__":
    main()
