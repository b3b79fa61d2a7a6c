"""Which system calls a worker is refused: a deny-list as classic BPF, built here from a table.

Raw BPF and not libseccomp: the only binding, pyseccomp, needs that shared library on every grading
machine and is old, while the whole filter is the table in `calls` and some eighty lines, which
tests run through an interpreter of BPF for both machines. A deny-list and not an allow-list,
because TensorFlow's calls differ by version and machine; calls younger than the table are answered
"not implemented", which every C library is prepared for.

Reference: https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

import ctypes
import errno
import platform
import struct

from . import kernel
from .refused_calls import ABSENT, DENIED, DENIED_AMONG_SHARED_FILES, JUDGED, NEWEST_KNOWN

_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

_CLONE_THREAD = 0x00010000
_CLONE_NEW = 0x7E020000  # mount, cgroup, uts, ipc, user, pid, net
_AF_UNIX = 1
_STREAMS = (0x1, 0x801, 0x80001, 0x80801)  # with or without CLOEXEC and NONBLOCK
# parent-death signal, dumpable, seccomp, memory map, subreaper, core scheduling
_PRCTL_DENIED = (1, 4, 22, 35, 36, 62)
# locks, leases and notices on shared files; signals to whoever is named the owner (F_SETOWN with
# F_SETSIG sends SIGKILL to any process of the same user)
_FCNTL_DENIED = (6, 7, 37, 38, 1024, 1026, 8, 10, 15)
# typing into a terminal (TIOCSTI, TIOCLINUX); naming an owner again (FIOSETOWN, SIOCSPGRP);
# changing a file that is open for reading only (FS_IOC_SETFLAGS, FSSETXATTR, ENABLE_VERITY)
_IOCTL_DENIED = (0x5412, 0x541C, 0x8901, 0x8902, 0x40086602, 0x401C5820, 0x40806685)
_WRITABLE, _TRUNCATE = 0b11, 0x200

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _MACHINE_AT, _ARGUMENTS_AT = 0, 4, 16
_ALLOW = 0x7FFF0000
_KILL_PROCESS = 0x80000000
_Instruction = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def program(own_pid: int | None, machine: str | None = None, shared_files: bool = False) -> bytes:
    """The filter, as the array of `struct sock_filter` the kernel takes.

    Args:
        own_pid: where there is no process namespace, the only process that may be signalled (as
            the worker itself sees its number); None where the namespace sees to it.
        machine: "x86_64" or "aarch64"; the running one unless given.
        shared_files: whether the worker's user owns files beyond its scratch folder.

    Returns:
        The instructions, 8 bytes each.

    Raises:
        NotImplementedError: there is no table for this machine.
    """
    machine = machine or platform.machine()
    if machine not in _MACHINES:
        known = " and ".join(_MACHINES)
        raise NotImplementedError(f"seccomp: no table for {machine!r}, there are {known}")
    column, audit_name = _MACHINES[machine]
    code = [
        _load(_MACHINE_AT),
        *_unless(_EQUAL, audit_name, _KILL_PROCESS),
        _load(_NUMBER_AT),
        *_when(_AT_LEAST, NEWEST_KNOWN + 1, _refuse(errno.ENOSYS)),
    ]
    denied = DENIED | (DENIED_AMONG_SHARED_FILES if shared_files else {})
    for table, answer in ((denied, errno.EPERM), (ABSENT, errno.ENOSYS)):
        for numbers in table.values():
            code += _when(_EQUAL, numbers[column], _refuse(answer))
    for name, body in _judgements(own_pid, shared_files).items():
        number = JUDGED[name][column]
        if number is not None:
            code += [(_EQUAL, 0, len(body), number), *body]
    code.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)


def install(program: bytes) -> None:
    """Put this thread, and every thread it starts, under the filter for good.

    Args:
        program: what `program` returned.

    Raises:
        OSError: the kernel refuses filters.
    """
    kernel.refuse_new_privileges()
    code = ctypes.create_string_buffer(program, len(program))
    record = _Program(len(program) // 8, ctypes.cast(code, ctypes.c_void_p))
    mode_filter = ctypes.c_ulong(2)
    kernel.checked(
        kernel.LIBC.prctl(kernel.PR_SET_SECCOMP, mode_filter, ctypes.byref(record)),
        "prctl(seccomp)",
    )


def _judgements(own_pid: int | None, shared_files: bool) -> dict[str, list[_Instruction]]:
    itself = (0,) if own_pid is None else (0, own_pid)
    bodies = {
        "clone": [
            _load(_ARGUMENTS_AT),
            *_unless(_ANY_BIT, _CLONE_THREAD, _refuse(errno.EPERM)),
            *_when(_ANY_BIT, _CLONE_NEW, _refuse(errno.EPERM)),
            (_RETURN, 0, 0, _ALLOW),
        ],
        # A datagram socket sends to any path that its user may write to, without connecting.
        "socketpair": [
            _load(_ARGUMENTS_AT),
            *_unless(_EQUAL, _AF_UNIX, _refuse(errno.EPERM)),
            *_only(1, _STREAMS),
        ],
        "prctl": _never(0, _PRCTL_DENIED),
        "fcntl": _never(1, _FCNTL_DENIED),
        "ioctl": _never(1, _IOCTL_DENIED),
        "prlimit64": _only(0, itself),
        "sched_setaffinity": _only(0, itself),
    }
    if own_pid is not None:
        for name in ("kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"):
            bodies[name] = _only(0, (own_pid,))
        bodies["tkill"] = _only(0, ())
    if shared_files:
        bodies["open"], bodies["openat"] = _no_emptying(1), _no_emptying(2)
    return bodies


def _no_emptying(flags: int) -> list[_Instruction]:
    # Before ABI 3, Landlock lets a file be emptied (O_TRUNC) by opening it for reading only.
    return [
        _load(_ARGUMENTS_AT + 8 * flags),
        *_unless(_ANY_BIT, _TRUNCATE, _ALLOW),
        *_when(_ANY_BIT, _WRITABLE, _ALLOW),
        (_RETURN, 0, 0, _refuse(errno.EPERM)),
    ]


def _load(offset: int) -> _Instruction:
    return (_LOAD, 0, 0, offset)


def _refuse(number: int) -> int:
    return 0x00050000 | number


def _when(test: int, value: int | None, verdict: int) -> list[_Instruction]:
    return [] if value is None else [(test, 0, 1, value), (_RETURN, 0, 0, verdict)]


def _unless(test: int, value: int, verdict: int) -> list[_Instruction]:
    return [(test, 1, 0, value), (_RETURN, 0, 0, verdict)]


# The kernel reads all judged arguments as 32-bit numbers, and so does the filter: the low half.
def _only(argument: int, values: tuple[int, ...]) -> list[_Instruction]:
    code = [_load(_ARGUMENTS_AT + 8 * argument)]
    for value in values:
        code += _when(_EQUAL, value, _ALLOW)
    return [*code, (_RETURN, 0, 0, _refuse(errno.EPERM))]


def _never(argument: int, values: tuple[int, ...]) -> list[_Instruction]:
    code = [_load(_ARGUMENTS_AT + 8 * argument)]
    for value in values:
        code += _when(_EQUAL, value, _refuse(errno.EPERM))
    return [*code, (_RETURN, 0, 0, _ALLOW)]
