"""The kernel's resource limits for one worker, on top of what the zygote handed down."""

import os
import re
import resource
from contextlib import suppress

from .limits import Limits

_STACK_BYTES = 8 << 20
_ADDRESSES_BEYOND_MEMORY = 4 << 30
_NEIGHBOURS = 16
# Where no mount of the worker's own bounds its files, those that it holds open without a name can
# only be bounded by their number; TensorFlow and Matplotlib are at work with fewer than these.
_OPEN_ON_A_SHARED_DISK = 32


def impose(limits: Limits, own_namespace: bool, own_user: bool) -> None:
    """Set this process's resource limits, for good.

    Args:
        limits: what it may use from here on.
        own_namespace: whether it is in a user namespace of its own.
        own_user: whether no other process has its user.

    Raises:
        OSError: the kernel refuses.
    """
    state = _status("self")
    kib = 1024
    open_files = (
        limits.open_files if own_namespace else min(limits.open_files, _OPEN_ON_A_SHARED_DISK)
    )
    data = int(state["VmData"].split()[0]) * kib + limits.memory_bytes
    addresses = int(state["VmSize"].split()[0]) * kib + 2 * limits.memory_bytes
    wanted = {
        # Data counts private memory as it is promised; shared memory is the watch's business.
        resource.RLIMIT_DATA: (data, data),
        resource.RLIMIT_AS: (addresses + _ADDRESSES_BEYOND_MEMORY,) * 2,
        # Process 1 of a namespace ignores the soft limit's signal: only the hard one kills.
        resource.RLIMIT_CPU: (limits.cpu_seconds, limits.cpu_seconds + 1),
        resource.RLIMIT_FSIZE: (limits.file_bytes,) * 2,
        resource.RLIMIT_NOFILE: (open_files,) * 2,
        resource.RLIMIT_STACK: (_STACK_BYTES,) * 2,
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_MEMLOCK: (0, 0),
        resource.RLIMIT_MSGQUEUE: (0, 0),
    }
    if own_user or (own_namespace and _counts_threads_by_namespace()):
        wanted[resource.RLIMIT_NPROC] = (limits.processes,) * 2
    else:
        # The kernel counts all of a user's threads: what runs beside must not use up this limit.
        shared = _threads_of_user() + _NEIGHBOURS * limits.processes
        wanted[resource.RLIMIT_NPROC] = (shared, shared)
    for kind, pair in wanted.items():
        ceiling = resource.getrlimit(kind)[1]
        if ceiling == resource.RLIM_INFINITY:
            resource.setrlimit(kind, pair)
        else:
            resource.setrlimit(kind, (min(pair[0], ceiling), min(pair[1], ceiling)))


def _counts_threads_by_namespace() -> bool:
    # Since Linux 5.14 RLIMIT_NPROC counts within a user namespace; before, a user's whole machine.
    return tuple(int(part) for part in re.findall(r"\d+", os.uname().release)[:2]) >= (5, 14)


def _threads_of_user() -> int:
    user, threads = str(os.getuid()), 0
    for name in os.listdir("/proc"):
        if name.isdigit():
            with suppress(OSError, KeyError):
                state = _status(name)
                threads += int(state["Threads"]) if state["Uid"].split()[0] == user else 0
    return threads


def _status(process: str) -> dict[str, str]:
    with open(f"/proc/{process}/status") as file:
        return dict(line.split(":", 1) for line in file if ":" in line)
