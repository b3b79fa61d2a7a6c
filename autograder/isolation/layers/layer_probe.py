"""Find out, by doing it, which layers a process in this place could put around itself.

Run as a throw-away process of its own, once bare and once inside bubblewrap; see
`isolation.probing`. Each step is tried in a fork, because none of them can be undone.
"""

import json
import os
import sys
from collections.abc import Callable

from . import confinement, kernel, landlock, seccomp


def main() -> None:
    """Print one JSON object: for each layer an empty text, or why it cannot be had.

    Arguments: a folder to mount over, the user to become ("" for none), and paths that this user
    must be able to read.
    """
    mount_point, user, *needed = sys.argv[1:]
    uid = int(user) if user else None
    version = landlock.abi()
    answers = {
        "namespaces": _why_not(lambda: _try_namespaces(mount_point, uid)),
        "landlock": _why_not(_try_landlock),
        "seccomp": _why_not(_try_seccomp),
        "uid": _why_not(lambda: _try_user(uid, needed)),
    }
    print(json.dumps({**answers, "landlock_abi": version}))


def _why_not(step: Callable[[], None]) -> str:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            step()
        except BaseException as error:
            os.write(writer, (str(error) or type(error).__name__).encode()[:4000])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, errors="replace") as answer:
        reason = answer.read()
    _, status = os.waitpid(child, 0)
    return reason or ("" if status == 0 else f"the attempt ended with status {status}")


def _try_namespaces(mount_point: str, uid: int | None) -> None:
    confinement.enter_namespaces(uid)
    child = os.fork()  # process namespaces hold from the next child on
    if child:
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status))
    if os.getpid() != 1:
        raise OSError(f"process namespace: found process {os.getpid()}, expected 1")
    confinement.mount_privately(confinement.Limits(), mount_point)


def _try_landlock() -> None:
    landlock.restrict([], [])
    _expect_refusal("Landlock", lambda: open(os.__file__).close())


def _try_seccomp() -> None:
    seccomp.install(seccomp.program(None))
    _expect_refusal("seccomp", lambda: kernel.checked(kernel.LIBC.unshare(0), "unshare"))


def _try_user(uid: int | None, needed: list[str]) -> None:
    if uid is None:
        raise PermissionError("only root can give submissions a user of their own")
    confinement.drop_user(uid)
    for path in needed:
        os.stat(os.path.join(path, "."))
        if not os.access(path, os.R_OK | os.X_OK):
            raise PermissionError(f"user {uid} cannot read {path}")


def _expect_refusal(layer: str, deed: Callable[[], object]) -> None:
    try:
        deed()
    except PermissionError:
        return
    raise OSError(f"{layer}: accepted by the kernel, but refuses nothing")
