"""How a forked worker locks itself in, step by step, before it sees a line of student code.

The order matters: what needs a right comes before the right is given up. Namespaces, a second fork
(by the caller), private mounts, the scratch folder, descriptors, limits, user, capabilities,
no-new-privileges, Landlock, seccomp.
"""

import ctypes
import os
import struct
import tempfile
from collections.abc import Collection, Sequence
from contextlib import suppress

from . import kernel, landlock, rlimits, seccomp
from .limits import Limits
from .scratch import remove_scratch, scratch_folder

__all__ = [
    "LAYERS",
    "Limits",
    "confine",
    "die_with_parent",
    "drop_user",
    "enter_namespaces",
    "mount_privately",
    "refuse_dumps",
    "remove_scratch",
    "scratch_folder",
]

LAYERS = ("bubblewrap", "namespaces", "landlock", "seccomp", "rlimits", "uid", "own-pid")

# All that a confined process keeps of its environment; nothing else passes.
KEPT_VARIABLES = (
    "PATH",
    "LANG",
    "TZ",
    "PYTHONHASHSEED",
    "MPLBACKEND",
    "KERAS_BACKEND",
    "CUDA_VISIBLE_DEVICES",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "TF_CPP_MIN_LOG_LEVEL",
    "TF_ENABLE_ONEDNN_OPTS",
    "TF_NUM_INTEROP_THREADS",
    "TF_NUM_INTRAOP_THREADS",
)

_NEW_SPACES = 0x00020000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000
_INSIDE_USER = 1000
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REC, _MS_PRIVATE = 2, 4, 8, 0x4000, 0x40000
_CAPABILITY_VERSION_3 = 0x20080522
_DEVICES_READ = ("/dev/urandom", "/dev/random")
_DEVICES_WRITTEN = ("/dev/null", "/dev/zero")
_PROC_WITHOUT_OTHERS = ("cpuinfo", "meminfo", "stat", "sys", "filesystems", "uptime", "version")


def refuse_dumps() -> None:
    """Close this process's memory and descriptors in /proc to others of the same user.

    Holds across `fork`; ends with the next change of user, which is why `confine` does it last.
    """
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0, what="dumpable")


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent ends."""
    kernel.prctl(kernel.PR_SET_PDEATHSIG, 9, what="parent-death signal")


def drop_user(uid: int) -> None:
    """Stop being root: become user and group `uid`, without further groups and rights.

    Raises:
        OSError: not root, or a container that knows no such user.
    """
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def enter_namespaces(uid: int | None = None) -> None:
    """Enter user, mount, process, IPC, host-name and network namespaces of one's own.

    The caller then forks; only that child is inside the process namespace, as number 1.

    Args:
        uid: as root, the user to become first: kernel user 0 is under no limit on processes.

    Raises:
        OSError: the machine or its container refuses.
    """
    if uid is not None:
        drop_user(uid)
    die_with_parent()
    user, group = os.getuid(), os.getgid()
    # After a change of user /proc/self belongs to root, and the maps below could not be written.
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1, what="dumpable")
    kernel.checked(kernel.LIBC.unshare(_NEW_SPACES), "unshare")
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{_INSIDE_USER} {user} 1")
    _write("/proc/self/gid_map", f"{_INSIDE_USER} {group} 1")


def confine(
    limits: Limits,
    layers: frozenset[str],
    keep_fds: Collection[int],
    readable: Sequence[str],
    scratch_parent: str,
    uid: int | None = None,
    listable: Sequence[str] = (),
) -> str:
    """Lock the calling process in, for good.

    Args:
        limits: what it may use.
        layers: which of `LAYERS` to apply; "bubblewrap" is the launcher's and ignored here.
        keep_fds: descriptors to keep besides 0, 1 and 2.
        readable: files and folders that stay readable under Landlock, with all below them.
        scratch_parent: an existing folder. With "namespaces" a private, limited file system is
            mounted over it; without, the scratch folder is made in it and the caller removes it
            with `remove_scratch` after the worker's end.
        uid: with the layer "uid" and without "namespaces" (where `enter_namespaces` did it), the
            user to become.
        listable: folders of which Landlock leaves only the file names visible.

    Returns:
        The scratch folder: working directory, HOME and temporary folder.

    Raises:
        ValueError: an unknown layer, or "uid" without a user.
        OSError: a step is refused; the process must then end.
    """
    if unknown := sorted(layers - set(LAYERS)):
        raise ValueError(f"isolation layers: found {', '.join(unknown)}, expected some of {LAYERS}")
    die_with_parent()
    with suppress(PermissionError):  # leads a session already
        os.setsid()
    os.umask(0o077)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1, what="dumpable")  # or /proc/self is root's for now
    if "namespaces" in layers:
        mount_privately(limits, scratch_parent)
    scratch = scratch_folder(scratch_parent, layers)
    os.mkdir(scratch, 0o700)
    os.chdir(scratch)
    _close_all_but(keep_fds)
    with suppress(OSError):  # advice to the kernel: take this one first when memory runs out
        _write("/proc/self/oom_score_adj", "1000")
    if "rlimits" in layers:
        rlimits.impose(limits, "namespaces" in layers, "uid" in layers)
    proc = _pin_own_proc()
    if "uid" in layers and "namespaces" not in layers:
        if uid is None:
            raise ValueError('isolation layer "uid": found no user, expected its number')
        os.chown(scratch, uid, uid)
        drop_user(uid)
        die_with_parent()  # the change of user took it back
    _drop_capabilities()
    kernel.refuse_new_privileges()
    refuse_dumps()
    tempfile.tempdir = scratch  # AutoGraph writes there; a stale value breaks `tf.function`
    _scrub_environment(scratch)
    if "landlock" in layers:
        written = [scratch, *_existing(_DEVICES_WRITTEN)]
        if "namespaces" in layers:  # or it would be shared with others
            written += _existing(["/dev/shm"])
        landlock.restrict([*readable, *_DEVICES_READ, *proc], written, listable)
    if "seccomp" in layers:
        own_pid = os.getpid() if "own-pid" in layers else None
        alone_with_its_files = "uid" in layers or {"bubblewrap", "namespaces"} <= layers
        seccomp.install(seccomp.program(own_pid, shared_files=not alone_with_its_files))
    return scratch


def mount_privately(limits: Limits, scratch_parent: str) -> None:
    """Cover shared folders by small ones of this mount namespace's own, and /proc where it goes.

    Raises:
        OSError: the calling process is not in such a namespace, or may not mount in it.
    """
    _mount("none", "/", _MS_REC | _MS_PRIVATE)
    room = f"mode=700,size={limits.scratch_bytes},nr_inodes={limits.scratch_entries}"
    for place in (scratch_parent, "/dev/shm"):
        if os.path.isdir(place):
            _mount("tmpfs", place, _MS_NOSUID | _MS_NODEV, room)
    # Where parts of the outer /proc are covered (bubblewrap as root, Docker) the kernel refuses a
    # new one; the outer one then stays, and Landlock leaves of it only the worker's own folder.
    with suppress(PermissionError):
        _mount("proc", "/proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    kernel.checked(kernel.LIBC.sethostname(b"sandbox", 7), "sethostname")


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def _mount(kind: str, place: str, flags: int, options: str = "") -> None:
    source, kind_bytes, data = kind.encode(), kind.encode(), options.encode() or None
    result = kernel.LIBC.mount(source, place.encode(), kind_bytes, ctypes.c_ulong(flags), data)
    kernel.checked(result, f"mount {kind} on {place}")


def _close_all_but(keep_fds: Collection[int]) -> None:
    for name in os.listdir("/proc/self/fd"):
        if int(name) not in {0, 1, 2, *keep_fds}:
            with suppress(OSError):  # the descriptor that listed the folder is gone by now
                os.close(int(name))


def _pin_own_proc() -> list[str]:
    # Of /proc only the worker's own folder and a few harmless files stay readable. Landlock holds
    # on to the folder's inode, which lives as long as this descriptor does.
    os.open("/proc/self", os.O_PATH | os.O_CLOEXEC)
    return ["/proc/self", *(f"/proc/{name}" for name in _PROC_WITHOUT_OTHERS)]


def _drop_capabilities() -> None:
    # Without the right to shrink the bounding set (an ordinary user), no-new-privileges does.
    for capability in range(64):
        try:
            kernel.prctl(kernel.PR_CAPBSET_DROP, capability, what="bounding set")
        except OSError:
            break
    clear_all = 4
    kernel.prctl(kernel.PR_CAP_AMBIENT, clear_all, what="ambient set")
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    kernel.checked(kernel.LIBC.capset(header, bytes(24)), "capset")


def _scrub_environment(scratch: str) -> None:
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    os.environ.clear()
    os.environ.update(kept, HOME=scratch, TMPDIR=scratch)


def _existing(paths: Sequence[str]) -> list[str]:
    return [path for path in paths if os.path.exists(path)]
