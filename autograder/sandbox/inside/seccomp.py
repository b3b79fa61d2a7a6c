"""Which system calls a worker is refused: a deny-list as classic BPF, built here from a table.

Raw BPF and not libseccomp: the only binding, pyseccomp, needs that shared library on every grading
machine and has not been released since 2021, while the whole filter is the table below and some
forty lines that tests run through an interpreter of BPF, for both machines. A deny-list and not an
allow-list, because TensorFlow's calls differ by version and machine; calls newer than the table
are answered "not implemented", which every C library is prepared for.

Reference: https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

import ctypes
import errno
import platform
import struct

from . import kernel

# Name: number on x86_64, on aarch64 (None: does not exist there).
DENIED: dict[str, tuple[int | None, int | None]] = {
    # new programs and processes (clone is judged by its flags)
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, None),
    "vfork": (58, None),
    # other processes: look into, stop, hurry or starve them
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "kcmp": (312, 272),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "move_pages": (279, 239),
    "migrate_pages": (256, 238),
    "perf_event_open": (298, 241),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
    # namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "open_tree_attr": (467, 467),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "statmount": (457, 457),
    "listmount": (458, 458),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    # sockets: the one channel is open already
    "socket": (41, 198),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "connect": (42, 203),
    # memory, messages and keys that outlive a process or escape its limits
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "semop": (65, 193),
    "semtimedop": (220, 192),
    "semctl": (66, 191),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # watching files that others use
    "fanotify_init": (300, 262),
    "fanotify_mark": (301, 263),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    # large, young or privileged parts of the kernel
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "bpf": (321, 280),
    "seccomp": (317, 277),
    "userfaultfd": (323, 282),
    "lsm_set_self_attr": (460, 460),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "personality": (135, 92),
    "modify_ldt": (154, None),
    "iopl": (172, None),
    "ioperm": (173, None),
    "uselib": (134, None),
    "_sysctl": (156, None),
    "ustat": (136, None),
    "lookup_dcookie": (212, 18),
    "nfsservctl": (180, 42),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "syslog": (103, 116),
    "vhangup": (153, 58),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
}
# Answered "not implemented": the C library falls back from clone3 to clone, whose flags a filter
# can read, and HDF5 (Keras's `.h5`) writes without a lock where there are none.
ABSENT: dict[str, tuple[int | None, int | None]] = {"clone3": (435, 435), "flock": (73, 32)}
# Denied where files that are not the worker's own belong to its user: Landlock cannot keep it from
# changing their mode, owner, times and attributes, nor before ABI 3 from emptying them.
DENIED_AMONG_SHARED_FILES: dict[str, tuple[int | None, int | None]] = {
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
    "truncate": (76, 45),
    "openat2": (437, 437),  # its flags are out of a filter's sight
}
# Allowed or refused by an argument.
JUDGED: dict[str, tuple[int | None, int | None]] = {
    "clone": (56, 220),
    "socketpair": (53, 199),
    "prctl": (157, 167),
    "fcntl": (72, 25),
    "ioctl": (16, 29),
    "prlimit64": (302, 261),
    "sched_setaffinity": (203, 122),
    "kill": (62, 129),
    "tkill": (200, 130),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "open": (2, None),
    "openat": (257, 56),
}
NEWEST_KNOWN = 469

_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

_CLONE_THREAD = 0x00010000
_CLONE_NEW = 0x7E020000  # mount, cgroup, uts, ipc, user, pid, net
_AF_UNIX = 1
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
        "socketpair": _only(0, (_AF_UNIX,)),
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
