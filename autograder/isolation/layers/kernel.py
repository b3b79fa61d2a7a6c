"""Kernel calls that Python has no name for; each failure is an `OSError` that says what failed.

Numbers are the kernel's own and the same on x86_64 and aarch64.
"""

import ctypes
import os

LIBC = ctypes.CDLL(None, use_errno=True)

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47


def checked(result: int, what: str) -> int:
    """The result of a C call, or the `OSError` it stands for.

    Args:
        result: what the C library returned; below 0 means that `errno` was set.
        what: the call and its object, for the message.

    Returns:
        ``result``.

    Raises:
        OSError: the call failed.
    """
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def system_call(number: int, *arguments: object, what: str) -> int:
    """A system call without a wrapper in the C library; Python ints go as 64-bit numbers."""
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return checked(LIBC.syscall(ctypes.c_long(number), *wide), what)


def prctl(option: int, argument: int = 0, more: int = 0, *, what: str) -> int:
    """One `prctl` with up to two numbers."""
    wide = (ctypes.c_ulong(argument), ctypes.c_ulong(more), ctypes.c_ulong(0), ctypes.c_ulong(0))
    return checked(LIBC.prctl(ctypes.c_int(option), *wide), f"prctl({what})")


def refuse_new_privileges() -> None:
    """No program run from here on gains a right; Landlock and seccomp demand it first."""
    prctl(PR_SET_NO_NEW_PRIVS, 1, what="no_new_privs")
