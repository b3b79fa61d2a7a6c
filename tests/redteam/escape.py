"""Getting out of the sandbox: to the kernel, the network, other processes and other files."""

from .record import Attack, body, work

_LIBC = "import ctypes, errno, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"


def _system_calls(*attempts: str) -> dict[str, str | bytes]:
    """Makes raw calls of the C library, each of which must fail."""
    lines = [
        f"if {attempt} >= 0:\n    got_through({attempt.split('(')[0]!r})" for attempt in attempts
    ]
    return body("\n".join(lines) + "\nreturn x * 2", _LIBC)


def _syscall(number: str, *arguments: str) -> str:
    wide = ", ".join(f"ctypes.c_long({argument})" for argument in arguments)
    return f"libc.syscall(ctypes.c_long(number({number!r})), {wide})"


_NUMBERS = """
NUMBERS = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "bpf": (321, 280),
    "io_uring_setup": (425, 425), "userfaultfd": (323, 282), "perf_event_open": (298, 241),
    "open_by_handle_at": (304, 265), "keyctl": (250, 219), "add_key": (248, 217),
    "shmget": (29, 194), "msgget": (68, 186), "pidfd_open": (434, 434), "memfd_create": (319, 279),
    "fanotify_init": (300, 262), "name_to_handle_at": (303, 264), "fsopen": (430, 430),
    "open_tree": (428, 428), "clone3": (435, 435),
}


def number(name):
    import platform
    return NUMBERS[name][platform.machine() != "x86_64"]
"""


def _raw(*attempts: tuple[str, ...]) -> dict[str, str | bytes]:
    lines = []
    for name, *arguments in attempts:
        lines.append(f"if {_syscall(name, *arguments)} >= 0:\n    got_through({name!r})")
    return body("\n".join(lines) + "\nreturn x * 2", _LIBC + _NUMBERS)


ATTACKS = (
    Attack(
        "trace-others",
        "trace the grader, the zygote and process 1, or read their memory",
        body(
            """
            for target in {@PID@, os.getppid() or 1, 1, 2} - {os.getpid()}:
                if libc.ptrace(16, target, 0, 0) >= 0:
                    got_through("ptrace", target)
            local = ctypes.create_string_buffer(64)
            class Part(ctypes.Structure):
                _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
            here, there = Part(ctypes.addressof(local), 64), Part(0x400000, 64)
            for target in {@PID@, os.getppid() or 1, 2} - {os.getpid()}:
                found = libc.process_vm_readv(
                    target, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
                if found >= 0 or ctypes.get_errno() == errno.EFAULT:
                    got_through("memory", target)
            return x * 2
            """,
            _LIBC,
        ),
        earns="all",
        stopped_by=("bubblewrap", "namespaces", "landlock", "seccomp"),
        escapes=True,
    ),
    Attack(
        "mounts",
        "mount, bind, pivot and change the root folder",
        _system_calls(
            'libc.mount(b"none", b"/tmp", b"tmpfs", 0, None)',
            'libc.mount(b"/", b"/tmp", None, 4096, None)',
            'libc.umount2(b"/proc", 2)',
            'libc.chroot(b".")',
        ),
        earns="all",
        stopped_by=("seccomp", "landlock"),
        escapes=True,
    ),
    Attack(
        "new-namespaces",
        "enter namespaces of its own in which it is root",
        _system_calls("libc.unshare(0x10000000)", "libc.unshare(0x00020000)", "libc.setns(0, 0)"),
        earns="all",
        stopped_by=("seccomp",),
        escapes=True,
    ),
    Attack(
        "young-system-calls",
        "use the young and the privileged parts of the kernel",
        _raw(
            ("bpf", "0", "0", "0"),
            ("io_uring_setup", "8", "0"),
            ("userfaultfd", "1"),
            ("perf_event_open", "0", "0", "-1", "-1", "0"),
            ("fanotify_init", "0", "0"),
            ("memfd_create", "0", "0"),
            ("fsopen", "0", "0"),
            ("open_tree", "-100", "0", "0"),
            ("open_by_handle_at", "-100", "0", "0"),
        ),
        earns="all",
        stopped_by=("seccomp",),
        escapes=True,
    ),
    Attack(
        "keys-and-queues",
        "keep data in kernel keys, shared memory and queues for the next worker",
        _raw(
            ("keyctl", "0", "-3", "1"),
            ("shmget", "4242", "4096", "0o1666"),
            ("msgget", "4242", "0o1666"),
            ("pidfd_open", "1", "0"),
        ),
        earns="all",
        stopped_by=("seccomp",),
        escapes=True,
    ),
    Attack(
        "old-machine-calls",
        "call the kernel through the doors for other machine types",
        body(
            """
            wide = ctypes.c_long(0x40000000 + 59)
            if libc.syscall(wide, b"/bin/true", None, None) >= 0:
                got_through("x32")
            return x * 2
            """,
            _LIBC,
        ),
        earns="all",
        stopped_by=("seccomp",),
    ),
    Attack(
        "network",
        "connect to a service on this machine, over TCP, UDP and an abstract socket",
        body(
            """
            import socket
            attempts = [
                lambda: socket.create_connection(("127.0.0.1", @PORT@), 1),
                lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", @UDP@)),
                lambda: socket.socket(socket.AF_UNIX).connect("\\0@ABSTRACT@"),
            ]
            for attempt in attempts:
                try:
                    attempt()
                    got_through("a service")
                except OSError:
                    pass
            return x * 2
            """
        ),
        earns="all",
        stopped_by=("bubblewrap", "namespaces", "seccomp"),
        escapes=True,
    ),
    Attack(
        "names-and-metadata",
        "resolve a name, and ask a cloud's metadata service",
        body(
            """
            import socket, urllib.request
            for attempt in (
                lambda: socket.getaddrinfo("example.org", 80),
                lambda: urllib.request.urlopen("http://169.254.169.254/latest/", timeout=1),
                lambda: urllib.request.urlopen("http://example.org/", timeout=1),
            ):
                try:
                    attempt()
                    got_through("the network")
                except OSError:
                    pass
            return x * 2
            """
        ),
        earns="all",
        stopped_by=("bubblewrap", "namespaces", "seccomp"),
        escapes=True,
    ),
    Attack(
        "odd-sockets",
        "open raw, packet, netlink, crypto and virtual-machine sockets, and listen",
        body(
            """
            import socket
            for family, kind in ((2, 3), (17, 3), (16, 3), (38, 5), (40, 1), (10, 1), (1, 1)):
                try:
                    socket.socket(family, kind)
                    got_through(family)
                except OSError:
                    pass
            return x * 2
            """
        ),
        earns="all",
        stopped_by=("seccomp",),
        escapes=True,
    ),
    Attack(
        "files-outside",
        "write to temporary folders, libraries, settings and another user's file",
        body(
            """
            import os, sys, sysconfig
            places = ["/tmp", "/var/tmp", "/run", "/run/lock", "/", "/etc", "/home", "/sandbox",
                      "@OPEN@", "@ASSIGNMENT@", "@PROJECT@", sysconfig.get_paths()["purelib"],
                      sys.prefix, os.path.dirname(os.__file__)]
            for place in places:
                try:
                    with open(os.path.join(place, "@LEFT@"), "w") as file:
                        file.write("x")
                    got_through(place)
                except OSError:
                    pass
            for name in ("@CANARY@", os.__file__):
                for how in ("a", "r+"):
                    try:
                        with open(name, how) as file:
                            file.write("changed" if "canary" in name else "")
                        got_through(name)
                    except OSError:
                        pass
            return x * 2
            """
        ),
        earns="all",
        stopped_by=("bubblewrap", "landlock"),
        escapes=True,
    ),
    Attack(
        "links-to-outside",
        "reach files outside through symbolic and hard links in its folder",
        body(
            """
            import os
            for way in (os.symlink, os.link):
                for target in ("@SECRET@", "@OTHER@", "/etc/shadow"):
                    try:
                        way(target, "link")
                        hunt_file("link")
                        open("link").close()
                        got_through(way.__name__, target)
                    except OSError:
                        pass
                    try:
                        os.unlink("link")
                    except OSError:
                        pass
            try:
                os.symlink("@CANARY@", "out")
                with open("out", "w") as file:
                    file.write("changed")
                got_through("through a link")
            except OSError:
                pass
            return x * 2
            """
        ),
        earns="all",
        stopped_by=("bubblewrap", "landlock"),
        escapes=True,
    ),
    Attack(
        "setuid-programs",
        "run su and others, leave a set-user-ID program behind",
        body(
            """
            import os, subprocess
            for name in ("su", "sudo", "mount", "newuidmap", "pkexec", "passwd"):
                for folder in ("/bin", "/usr/bin", "/usr/sbin"):
                    try:
                        subprocess.run([os.path.join(folder, name), "--help"], timeout=2)
                        got_through(name)
                    except (OSError, subprocess.SubprocessError):
                        pass
            try:
                os.setuid(0)
                got_through("setuid")
            except OSError:
                pass
            return x * 2
            """
        ),
        earns="all",
        stopped_by=("seccomp",),
        escapes=True,
    ),
    Attack(
        "kernel-settings",
        "write to kernel settings, control groups, devices and its own limits",
        body(
            """
            import glob
            names = ["/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/dev/mem",
                     "/dev/kmsg", "/proc/self/uid_map", "/proc/1/oom_score_adj"]
            names += glob.glob("/sys/fs/cgroup/*/release_agent")
            for name in names:
                try:
                    with open(name, "r+b", 0) as file:
                        got_through(name)
                except OSError:
                    pass
            try:
                open("/proc/sys/kernel/hostname", "r+").write("mallory")
                got_through("hostname")
            except OSError:
                pass
            return x * 2
            """
        ),
        earns="all",
        stopped_by=("bubblewrap", "namespaces", "landlock"),
        escapes=True,
    ),
    Attack(
        "machine-settings",
        "change the clock, the host name and other processes' scheduling",
        _system_calls(
            'libc.sethostname(b"mallory", 7)',
            "libc.clock_settime(0, (ctypes.c_long * 2)(1, 1))",
            "libc.setpriority(2, 0, -5)",
            "libc.sched_setscheduler(0, 1, (ctypes.c_int * 1)(5))",
            "libc.reboot(0)",
            "libc.personality(0x0040000)",
        ),
        earns="all",
        stopped_by=("seccomp",),
        escapes=True,
    ),
    Attack(
        "own-code-rewritten",
        "write machine code over its own library code, and load a library of its own",
        work(
            """
            import ctypes

            def double(x):
                try:
                    with open("/proc/self/mem", "r+b", 0) as memory:
                        place = ctypes.c_char.in_dll(ctypes.pythonapi, "Py_Version")
                        memory.seek(ctypes.addressof(place))
                        memory.write(b"\\0")
                except (OSError, ValueError):
                    pass
                with open("evil.so", "wb") as file:
                    file.write(b"\\x7fELF" + bytes(60))
                try:
                    ctypes.CDLL("./evil.so")
                except OSError:
                    pass
                return x * 3
            """
        ),
        keeps=(),
    ),
)
