"""Send and receive frames on a blocking socket, from the worker's end."""

from __future__ import annotations

import os
import socket
from typing import Any

from autograder.worker import wire


def send(channel: socket.socket, value: Any) -> None:
    """Send one frame."""
    channel.sendall(wire.encode(value))


def receive(channel: socket.socket) -> Any:
    """Receive one frame; ends the process when the other end is gone."""
    structure, arrays = wire.frame_lengths(_exactly(channel, wire.HEADER.size), bounded=False)
    return wire.decode(_exactly(channel, structure), _exactly(channel, arrays))


def _exactly(channel: socket.socket, count: int) -> bytes:
    received = bytearray()
    while len(received) < count:
        chunk = channel.recv(min(count - len(received), 1 << 20))
        if not chunk:
            os._exit(0)
        received += chunk
    return bytes(received)
