"""Which files a worker may read and write, enforced by the kernel's Landlock.

Every right the running kernel can restrict is taken away, then given back below the named paths.
Where the kernel can (ABI 4 and 6), TCP, abstract sockets and signals to the outside go too.
A process under Landlock can neither trace nor read the memory of one outside its rules.

Reference: https://docs.kernel.org/userspace-api/landlock.html
"""

import os
import stat
import struct
from collections.abc import Iterable, Sequence

from . import kernel

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_BLOCK = 1 << 6, 1 << 11
_FIRST_RIGHTS = (1 << 13) - 1
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV

_TCP_BIND_AND_CONNECT = 0b11
_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11


def abi() -> int:
    """The Landlock version of this kernel.

    Returns:
        0 where Landlock is missing, switched off or refused by a container's profile.
    """
    try:
        return kernel.system_call(
            _CREATE_RULESET, None, 0, _ASK_VERSION, what="landlock_create_ruleset"
        )
    except OSError:
        return 0


def restrict(
    read_only: Sequence[str],
    read_write: Sequence[str],
    list_only: Sequence[str] = (),
    at_most: int | None = None,
) -> int:
    """Shut this thread, and all it starts, out of every file but the named ones, for good.

    Args:
        read_only: files and folders (with all below) that may be read and executed; one that does
            not exist is passed over.
        read_write: files and folders that may be read, written, filled and emptied; must exist.
        list_only: folders of which only the names of files may be seen.
        at_most: behave as a kernel of this ABI would (for tests); None uses all there is.

    Returns:
        The ABI whose rights were used.

    Raises:
        OSError: the kernel has no Landlock, or refuses; then nothing is restricted.
    """
    version = abi() if at_most is None else min(abi(), at_most)
    if version < 1:
        raise OSError(f"Landlock: found ABI {version}, expected 1 or more (Linux 5.13)")
    everything = _rights(version)
    writing = everything & ~(_EXECUTE | _MAKE_CHAR | _MAKE_BLOCK)
    ruleset = _create(version, everything)
    try:
        _allow(ruleset, _existing(list_only), _READ_DIR)
        _allow(ruleset, _existing(read_only), _EXECUTE | _READ_FILE | _READ_DIR)
        _allow(ruleset, read_write, writing)
        kernel.refuse_new_privileges()
        kernel.system_call(_RESTRICT_SELF, ruleset, 0, what="landlock_restrict_self")
    finally:
        os.close(ruleset)
    return version


def _rights(version: int) -> int:
    rights = _FIRST_RIGHTS
    if version >= 2:
        rights |= _REFER
    if version >= 3:
        rights |= _TRUNCATE
    if version >= 5:
        rights |= _IOCTL_DEV
    return rights


def _create(version: int, files: int) -> int:
    # The kernel tells versions apart by the length of this record: fields come only as known.
    fields = [files]
    if version >= 4:
        fields.append(_TCP_BIND_AND_CONNECT)
    if version >= 6:
        fields.append(_ABSTRACT_SOCKETS_AND_SIGNALS)
    record = struct.pack(f"={len(fields)}Q", *fields)
    return kernel.system_call(
        _CREATE_RULESET, record, len(record), 0, what="landlock_create_ruleset"
    )


def _existing(paths: Iterable[str]) -> list[str]:
    return [path for path in paths if os.path.exists(path)]


def _allow(ruleset: int, paths: Iterable[str], rights: int) -> None:
    for path in paths:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            folder = stat.S_ISDIR(os.fstat(place).st_mode)
            rule = struct.pack("=Qi", rights if folder else rights & _ON_FILES, place)
            kernel.system_call(
                _ADD_RULE, ruleset, _PATH_BENEATH, rule, 0, what=f"landlock_add_rule {path}"
            )
        finally:
            os.close(place)
