"""What a worker uses, read from outside, and the one way to end it.

Reading /proc/PID/status takes some 25 microseconds; a proportional figure would take milliseconds.
"""

import os
import signal
import stat


def memory_of(pid: int) -> int:
    """Private and shared memory a process holds, in bytes; 0 once it has ended.

    Pages that the zygote handed down count as well: compare with the figure right after the fork.
    Files mapped from disk do not count.
    """
    amount = 0
    for line in _lines(pid, "status"):
        if line.startswith((b"RssAnon:", b"RssShmem:")):
            amount += int(line.split()[1]) * 1024
    return amount


def threads_of(pid: int) -> int:
    """How many threads a process has; 0 once it has ended."""
    for line in _lines(pid, "status"):
        if line.startswith(b"Threads:"):
            return int(line.split()[1])
    return 0


def cpu_of(pid: int) -> float:
    """Processor time a process has used, in seconds; 0 once it is gone."""
    for line in _lines(pid, "stat"):
        # The name in brackets may hold anything, brackets and spaces too.
        after_name = line.rpartition(b")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def starved_of(pid: int) -> float | None:
    """Seconds that a process's threads were ready and had no processor; None where none counts."""
    waited, counted = 0, False
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            for line in _lines(pid, f"task/{task}/schedstat"):
                waited += int(line.split()[1])
                counted = True
    except (FileNotFoundError, ProcessLookupError):
        pass
    return waited / 1e9 if counted else None


def unlinked_of(pid: int) -> int:
    """Bytes on disk that a process holds in files without a name, which no folder shows.

    Files that are only mapped, or on their way in a message, are not among them.
    """
    size = 0
    try:
        with os.scandir(f"/proc/{pid}/fd") as held:
            for entry in held:
                found = entry.stat()
                if stat.S_ISREG(found.st_mode) and found.st_nlink == 0:
                    size += found.st_blocks * 512
    except OSError:
        pass  # ended, or a descriptor that was closed meanwhile: the next look sees the others
    return size


def room_of(folder: str, stop_at: int) -> tuple[int, int]:
    """Bytes on disk and number of entries below a folder; for tiers without a private mount.

    Args:
        folder: the scratch folder; one that is gone counts nothing.
        stop_at: entries after which counting ends, so that a flood of files costs no more.
    """
    size = entries = 0
    waiting = [folder]
    while waiting and entries < stop_at:
        try:
            with os.scandir(waiting.pop()) as found:
                for entry in found:
                    entries += 1
                    size += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    if entries >= stop_at:
                        break
        except OSError:
            continue  # removed meanwhile, or locked
    return size, entries


def kill(pidfd: int) -> None:
    """Kill the process behind a pidfd, which cannot by now be another one; ended is fine too."""
    try:
        signal.pidfd_send_signal(pidfd, signal.SIGKILL)
    except ProcessLookupError:
        return


def _lines(pid: int, name: str) -> list[bytes]:
    try:
        with open(f"/proc/{pid}/{name}", "rb") as file:
            return file.read().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return []
