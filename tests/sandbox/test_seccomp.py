"""The filter's table, its verdicts on both machines through an interpreter, and the real kernel."""

import errno
import os
import platform
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.isolation.layers import refused_calls as calls
from autograder.isolation.layers import seccomp

X86, ARM = "x86_64", "aarch64"
AUDIT_NAME = {X86: 0xC000003E, ARM: 0xC00000B7}
COLUMN = {X86: 0, ARM: 1}
SHARED = calls.DENIED_AMONG_SHARED_FILES
TABLES = {**calls.DENIED, **calls.ABSENT, **SHARED, **calls.JUDGED}
ONLY_X86 = {
    *("fork", "vfork", "inotify_init", "modify_ldt", "iopl", "ioperm", "uselib", "_sysctl"),
    *("ustat", "open", "chmod", "chown", "lchown", "utime", "utimes", "futimesat"),
}
HEADERS = {
    X86: Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    ARM: Path("/usr/include/asm-generic/unistd.h"),
}
KILLED = "killed"


def verdict(code: bytes, machine: str, number: int, *arguments: int) -> str:
    """What a classic-BPF filter answers: "allowed", `KILLED` or the name of an errno."""
    words = [number, AUDIT_NAME[machine], 0, 0]
    for argument in (*arguments, *[0] * (6 - len(arguments))):
        words += [argument & 0xFFFFFFFF, (argument >> 32) & 0xFFFFFFFF]
    steps = list(struct.iter_unpack("=HBBI", code))
    at, held = 0, 0
    while True:
        operation, if_true, if_false, value = steps[at]
        at += 1
        if operation == 0x20:
            held = words[value // 4]
        elif operation == 0x06:
            if value == 0x7FFF0000:
                return "allowed"
            return KILLED if value == 0x80000000 else errno.errorcode[value & 0xFFFF]
        else:
            holds = {0x15: held == value, 0x35: held >= value, 0x45: bool(held & value)}[operation]
            at += if_true if holds else if_false


@pytest.fixture(params=[X86, ARM])
def judge(request: pytest.FixtureRequest) -> Callable[..., str]:
    """The verdict on a call by name, on one machine."""
    machine = request.param

    def ask(name: str, *arguments: int, **options: Any) -> str:
        number = TABLES[name][COLUMN[machine]]
        if number is None:
            pytest.skip(f"{name} does not exist on {machine}")
        code = seccomp.program(options.pop("own_pid", None), machine, **options)
        return verdict(code, machine, number, *arguments)

    return ask


@pytest.mark.parametrize("machine", [X86, ARM])
def test_numbers_are_the_kernels_own(machine: str) -> None:
    if not HEADERS[machine].exists():
        pytest.skip(f"no {HEADERS[machine]} (package linux-libc-dev)")
    text = HEADERS[machine].read_text()
    found = re.findall(r"^#define __NR(?:3264)?_(\w+)\s+(\d+)\s*$", text, re.MULTILINE)
    real = {name: int(number) for name, number in reversed(found)}
    for name, numbers in TABLES.items():
        if name in real:
            assert numbers[COLUMN[machine]] == real[name], name
    named_here = {name for name, numbers in TABLES.items() if numbers[COLUMN[machine]] is not None}
    # Calls younger than the installed headers have one number for all machines.
    assert all(TABLES[name][0] == TABLES[name][1] > 424 for name in named_here - set(real))


def test_both_machines_refuse_the_same_calls() -> None:
    assert {name for name, numbers in TABLES.items() if numbers[1] is None} == ONLY_X86
    assert all(numbers[0] is not None for numbers in TABLES.values())


@pytest.mark.parametrize("column", [0, 1])
def test_no_number_stands_twice(column: int) -> None:
    numbers = [both[column] for both in TABLES.values() if both[column] is not None]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("machine", [X86, ARM])
def test_each_denied_call_is_refused(machine: str) -> None:
    code = seccomp.program(None, machine)
    for table, answer in ((calls.DENIED, "EPERM"), (calls.ABSENT, "ENOSYS")):
        for name, numbers in table.items():
            number = numbers[COLUMN[machine]]
            if number is not None:
                assert verdict(code, machine, number) == answer, name


@pytest.mark.parametrize("machine", [X86, ARM])
def test_what_is_not_named_is_allowed_unless_too_young(machine: str) -> None:
    code = seccomp.program(None, machine)
    named = {numbers[COLUMN[machine]] for numbers in TABLES.values()}
    for number in set(range(calls.NEWEST_KNOWN + 1)) - named:
        assert verdict(code, machine, number) == "allowed", number
    assert verdict(code, machine, calls.NEWEST_KNOWN + 1) == "ENOSYS"
    assert verdict(code, machine, 0x40000000 + 59) == "ENOSYS"  # the x32 doors to the same calls


@pytest.mark.parametrize("machine", [X86, ARM])
def test_files_of_the_same_user_stay_as_they_are(machine: str) -> None:
    alone, shared = (seccomp.program(None, machine, shared_files=flag) for flag in (False, True))
    for name, numbers in SHARED.items():
        number = numbers[COLUMN[machine]]
        if number is not None:
            assert verdict(alone, machine, number) == "allowed", name
            assert verdict(shared, machine, number) == "EPERM", name


@pytest.mark.parametrize(("call", "before"), [("open", [0]), ("openat", [0, 0])])
def test_no_file_is_emptied_by_reading(judge: Callable[..., str], call: str, before: Any) -> None:
    for flags, answer in {
        os.O_RDONLY: "allowed",
        os.O_RDONLY | os.O_TRUNC: "EPERM",
        os.O_WRONLY | os.O_TRUNC: "allowed",
        os.O_RDWR | os.O_CREAT | os.O_TRUNC: "allowed",
    }.items():
        assert judge(call, *before, flags, shared_files=True) == answer
        assert judge(call, *before, flags) == "allowed"


def test_calls_of_another_machine_kill() -> None:
    assert verdict(seccomp.program(None, X86), ARM, 0) == KILLED
    assert verdict(seccomp.program(None, ARM), X86, 0) == KILLED


def test_threads_are_allowed_and_processes_are_not(judge: Callable[..., str]) -> None:
    as_glibc_starts_threads = 0x3D0F00
    assert judge("clone", as_glibc_starts_threads) == "allowed"
    assert judge("clone", 17) == "EPERM"
    assert judge("clone", as_glibc_starts_threads | 0x10000000) == "EPERM"
    sharing_the_folder = 0x200
    assert judge("clone", sharing_the_folder) == judge("clone", sharing_the_folder | 17) == "EPERM"
    assert judge("clone", as_glibc_starts_threads & ~0x10000) == "EPERM"  # a process of its own
    assert judge("clone3") == "ENOSYS"


def test_only_local_socket_pairs(judge: Callable[..., str]) -> None:
    assert judge("socketpair", 1, 1) == "allowed"
    assert judge("socketpair", 1, 0x80801) == "allowed"
    assert judge("socketpair", 40, 1) == "EPERM"


@pytest.mark.parametrize("kind", [2, 3, 5, 0x80002, 0x80005])
def test_no_socket_that_sends_to_a_path_without_connecting(
    judge: Callable[..., str], kind: int
) -> None:
    assert judge("socketpair", 1, kind) == "EPERM"


@pytest.mark.parametrize("command", [6, 7, 37, 38, 8, 10, 15, 1024, 1026])
def test_locks_leases_and_owners_are_refused(judge: Callable[..., str], command: int) -> None:
    assert judge("fcntl", 3, command) == "EPERM"
    assert judge("fcntl", 3, 1) == "allowed"


@pytest.mark.parametrize("request_number", [0x5412, 0x541C, 0x8901, 0x8902, 0x40086602])
def test_terminals_and_owners_are_out_of_reach(
    judge: Callable[..., str], request_number: int
) -> None:
    assert judge("ioctl", 0, request_number) == "EPERM"
    assert judge("ioctl", 0, 0x5413) == "allowed"


@pytest.mark.parametrize("option", [1, 4, 22, 35, 36, 62])
def test_a_worker_cannot_loosen_itself(judge: Callable[..., str], option: int) -> None:
    assert judge("prctl", option) == "EPERM"
    assert judge("prctl", 15) == "allowed"  # naming a thread


@pytest.mark.parametrize("call", ["prlimit64", "sched_setaffinity"])
def test_limits_of_others_are_out_of_reach(judge: Callable[..., str], call: str) -> None:
    assert judge(call, 0) == "allowed"
    assert judge(call, 7) == "EPERM"
    assert judge(call, 7, own_pid=7) == "allowed"
    assert judge(call, 8, own_pid=7) == "EPERM"


@pytest.mark.parametrize("call", ["kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"])
def test_signals_go_only_to_oneself(judge: Callable[..., str], call: str) -> None:
    assert judge(call, 7, own_pid=7) == "allowed"
    for other in (8, 1, 0, -1, -7):
        assert judge(call, other, own_pid=7) == "EPERM"
        assert judge(call, other) == "allowed"  # then a process namespace sees to it


def test_thread_numbers_may_be_anybodys(judge: Callable[..., str]) -> None:
    assert judge("tkill", 7, own_pid=7) == "EPERM"


def test_an_unknown_machine_is_named() -> None:
    with pytest.raises(NotImplementedError, match=r"'riscv64', there are x86_64 and aarch64"):
        seccomp.program(None, "riscv64")


@pytest.mark.skipif(
    platform.system() != "Linux" or platform.machine() not in AUDIT_NAME, reason="needs the kernel"
)
class TestInTheKernel:
    def test_each_denied_call_by_number(self, alone: Callable[..., Any]) -> None:
        told = alone(
            """
            column = 0 if os.uname().machine == "x86_64" else 1
            seccomp.install(seccomp.program(os.getpid()))
            answers = {}
            for name, numbers in {**calls.DENIED, **calls.ABSENT}.items():
                if numbers[column] is not None:
                    call = lambda: kernel.system_call(numbers[column], 0, 0, 0, 0, 0, 0, what=name)
                    answers[name] = refusal(call)
            tell(**answers)
            """
        )
        assert {name for name, answer in told.items() if answer == "ENOSYS"} == {"clone3", "flock"}
        assert {answer for answer in told.values()} == {"EPERM", "ENOSYS"}
        assert len(told) > 90

    def test_what_python_offers(self, alone: Callable[..., Any]) -> None:
        told = alone(
            """
            import ctypes, fcntl, resource, signal, socket, subprocess, threading
            file = open(__import__("tempfile").mkstemp()[1], "w")
            os.unlink(file.name)
            parent = os.getppid()
            seccomp.install(seccomp.program(os.getpid()))
            tell(
                fork=refusal(os.fork),
                execute=refusal(lambda: os.execv("/bin/true", ["true"])),
                subprocess=refusal(lambda: subprocess.run(["/bin/true"])),
                spawn=refusal(lambda: os.posix_spawn("/bin/true", ["true"], {})),
                system=os.system("true") != 0,
                tcp=refusal(lambda: socket.socket(socket.AF_INET)),
                unix=refusal(lambda: socket.socket(socket.AF_UNIX)),
                netlink=refusal(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)),
                vsock=refusal(lambda: socket.socket(40, socket.SOCK_STREAM)),
                memfd=refusal(lambda: os.memfd_create("x")),
                kill_parent=refusal(lambda: os.kill(parent, 0)),
                kill_all=refusal(lambda: os.kill(-1, 0)),
                kill_group=refusal(lambda: os.killpg(0, 0)),
                owner=refusal(lambda: fcntl.fcntl(0, fcntl.F_SETOWN, parent)),
                lock=refusal(lambda: fcntl.lockf(file, fcntl.LOCK_EX)),
                flock=refusal(lambda: fcntl.flock(file, fcntl.LOCK_EX)),
                limit=refusal(lambda: resource.prlimit(parent, resource.RLIMIT_CPU)),
                dumpable=refusal(lambda: kernel.prctl(4, 1, what="dumpable")),
                pidfd=refusal(lambda: os.pidfd_open(parent)),
                nice=refusal(lambda: os.setpriority(os.PRIO_PROCESS, parent, 19)),
            )
            """
        )
        expected = dict.fromkeys(told, "EPERM")
        assert told == {**expected, "system": True, "flock": "ENOSYS"}

    def test_what_stays_possible(self, alone: Callable[..., Any]) -> None:
        told = alone(
            """
            import mmap, random, signal, socket, threading, time
            seccomp.install(seccomp.program(os.getpid()))
            names = []
            threads = [threading.Thread(target=names.append, args=(n,)) for n in range(8)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            heard = []
            signal.signal(signal.SIGUSR1, lambda *_: heard.append("signal"))
            os.kill(os.getpid(), signal.SIGUSR1)
            signal.raise_signal(signal.SIGUSR1)
            one, two = socket.socketpair()
            one.send(b"x")
            time.sleep(0)
            shared = mmap.mmap(-1, 4096)
            tell(threads=sorted(names), heard=len(heard), pair=two.recv(1) == b"x")
            """
        )
        assert told == {"threads": list(range(8)), "heard": 2, "pair": True}

    def test_threads_started_later_are_under_it_too(self, alone: Callable[..., Any]) -> None:
        told = alone(
            """
            import threading
            seccomp.install(seccomp.program(None))
            answers = []
            thread = threading.Thread(target=lambda: answers.append(refusal(os.fork)))
            thread.start()
            thread.join()
            tell(answers=answers)
            """
        )
        assert told == {"answers": ["EPERM"]}
