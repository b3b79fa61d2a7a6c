"""Using up time, memory, disk, descriptors and patience."""

from .record import Attack, body, work

ATTACKS = (
    Attack("endless-loop", "loop for ever", body("while True:\n    pass"), stopped_by=("watch",)),
    Attack(
        "sleep", "sleep for ever", body("import time\ntime.sleep(10**6)"), stopped_by=("watch",)
    ),
    Attack(
        "busy-in-c",
        "compute an enormous power, which no signal handler interrupts",
        body("return len(str(7 ** (10 ** 8)))"),
        stopped_by=("watch",),
    ),
    Attack(
        "backtracking",
        "match a regular expression that takes for ever",
        body('import re\nreturn re.match("(a+)+$", "a" * 60 + "b")'),
        stopped_by=("watch",),
    ),
    Attack(
        "swallowed-interrupts",
        "catch every exception and go on",
        body(
            """
            while True:
                try:
                    while True:
                        pass
                except BaseException:
                    continue
                finally:
                    continue
            """
        ),
        stopped_by=("watch",),
    ),
    Attack(
        "endless-import",
        "never finish loading",
        {"work.py": work("")["work.py"], "slow.py": "def double(x):\n    pass\nwhile True: pass\n"},
        stopped_by=("watch",),
    ),
    Attack(
        "slow-end",
        "sleep when objects are deleted and when the process ends",
        work(
            """
            import atexit
            import time

            class Slow:
                def __del__(self):
                    time.sleep(10**6)

            atexit.register(time.sleep, 10**6)
            kept = [Slow()]

            def double(x):
                kept.clear()
                return x * 2
            """
        ),
        stopped_by=("watch",),
    ),
    Attack(
        "just-in-time",
        "take almost the whole time of every question",
        body(
            """
            import time
            until = time.process_time() + 0.25
            while time.process_time() < until:
                pass
            return x * 2
            """
        ),
        earns="all",
        stopped_by=("watch",),
    ),
    Attack(
        "memory-in-python",
        "allocate until the machine swaps",
        body("held = []\nwhile True:\n    held.append(bytearray(20 << 20))"),
        stopped_by=("rlimits", "watch"),
    ),
    Attack(
        "memory-in-numpy",
        "fill arrays until the machine swaps",
        body("import numpy as np\nheld = []\nwhile True:\n    held.append(np.ones(1 << 21))"),
        stopped_by=("rlimits", "watch"),
    ),
    Attack(
        "shared-memory",
        "fill shared anonymous memory, which the kernel's limit on data does not count",
        body(
            """
            import mmap
            held = []
            while True:
                held.append(mmap.mmap(-1, 32 << 20))
                held[-1].write(b"x" * (32 << 20))
            """
        ),
        stopped_by=("watch",),
        seconds=60.0,
    ),
    Attack(
        "memory-file",
        "fill a file that exists only in memory",
        body(
            """
            import os
            descriptor = os.memfd_create("x")
            while True:
                os.write(descriptor, b"x" * (4 << 20))
            """
        ),
        stopped_by=("seccomp", "rlimits"),
        escapes=True,
    ),
    Attack(
        "shared-memory-folder",
        "fill /dev/shm",
        body(
            """
            number = 0
            while number < 2000:
                number += 1
                with open("/dev/shm/@LEFT@-%d" % number, "wb") as file:
                    file.write(b"x" * (1 << 20))
            return x * 3
            """
        ),
        stopped_by=("namespaces", "landlock", "watch"),
        escapes=True,
    ),
    Attack(
        "full-disk",
        "fill the disk with files",
        body(
            """
            for number in range(2000):
                with open("x%d" % number, "wb") as file:
                    file.write(b"x" * (1 << 20))
            got_through("two gigabytes")
            """
        ),
        stopped_by=("namespaces",),
    ),
    Attack(
        "sparse-file",
        "make a file of terabytes",
        body(
            """
            with open("sparse", "wb") as file:
                file.truncate(1 << 42)
            got_through("a sparse file")
            """
        ),
        stopped_by=("rlimits",),
        escapes=True,
    ),
    Attack(
        "a-million-files",
        "use up all file names",
        body(
            """
            for number in range(100000):
                open("x%d" % number, "w").close()
            got_through("a hundred thousand files")
            """
        ),
        stopped_by=("namespaces",),
        escapes=True,
    ),
    Attack(
        "deep-folders",
        "make folders so deep that nobody can remove them",
        body(
            """
            import os
            try:
                os.getcwd()  # too long a path once this has been done
                for _ in range(2100):
                    os.mkdir("d")
                    os.chdir("d")
                os.chmod(".", 0)
            except OSError:
                pass
            return x * 2
            """
        ),
        earns="all",
        stopped_by=("namespaces",),
    ),
    Attack(
        "output-flood",
        "print without end, to both outputs",
        body(
            """
            import sys
            while True:
                sys.stdout.write("x" * 100000)
                sys.stderr.write("y" * 100000)
            """
        ),
        stopped_by=("watch",),
    ),
    Attack(
        "all-descriptors",
        "open files until no descriptor is left",
        body(
            """
            held = []
            while True:
                held.append(open("/dev/null"))
            """
        ),
        stopped_by=("rlimits",),
        escapes=True,
    ),
    Attack(
        "full-pipes",
        "hold the kernel's memory in pipes and socket pairs that nobody empties",
        body(
            """
            import fcntl, os, socket
            held = []
            try:
                while len(held) < 4000:
                    pair = os.pipe()
                    held.append(pair)
                    os.set_blocking(pair[1], False)
                    try:
                        fcntl.fcntl(pair[1], 1031, 1 << 20)
                    except OSError:
                        pass
                    try:
                        while os.write(pair[1], b"x" * 65536):
                            pass
                    except BlockingIOError:
                        pass
                got_through(len(held))
            except OSError:
                held.pop()
            try:
                while True:
                    pair = socket.socketpair()
                    held.append(pair)
                    pair[0].setblocking(False)
                    while pair[0].send(b"x" * 65536):
                        pass
            except OSError:
                pass
            return x * 3
            """
        ),
        stopped_by=("rlimits",),
    ),
    Attack(
        "watches-and-timers",
        "use up what the kernel counts for a user: file watches, event queues, timers, signals",
        body(
            """
            import ctypes, os, signal, threading
            libc = ctypes.CDLL(None, use_errno=True)
            made = {}
            for name, *how in (
                ("inotify_init1", 0), ("epoll_create1", 0), ("eventfd", 0, 0),
                ("timerfd_create", 0, 0), ("fanotify_init", 0, 0), ("userfaultfd", 0),
            ):
                made[name] = 0
                while made[name] < 2000 and getattr(libc, name)(*how) >= 0:
                    made[name] += 1
            timer = ctypes.c_void_p()
            for number in range(100000):
                if libc.timer_create(0, None, ctypes.byref(timer)) != 0:
                    break
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN])
            for number in range(100000):
                if libc.pthread_sigqueue(
                    ctypes.c_ulong(threading.get_ident()), signal.SIGRTMIN, ctypes.c_void_p(0)
                ) != 0:
                    break
            if max(made.values()) >= 2000:
                got_through(made)
            return x * 3
            """
        ),
        stopped_by=("rlimits",),
    ),
    Attack(
        "descriptors-in-letters",
        "send open files to itself, so that the limit on open files does not count them",
        body(
            """
            import array, os, socket
            sent = 0
            held = []
            try:
                for number in range(20):
                    a, b = socket.socketpair()
                    held += [a, b]
                    a.setblocking(False)
                    for _ in range(200):
                        opened = os.open("/dev/null", os.O_RDONLY)
                        try:
                            letter = array.array("i", [opened] * 250)
                            a.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, letter)])
                            sent += 250
                        finally:
                            os.close(opened)
            except OSError:
                pass
            if sent > 5000:
                got_through(sent)
            return x * 3
            """
        ),
        stopped_by=("rlimits",),
    ),
    Attack(
        "locked-files",
        "lock shared files, so that others wait",
        body(
            """
            import fcntl, glob, os
            for name in ["@CANARY@", "/dev/null", os.__file__, *glob.glob("/dev/shm/*")]:
                for how in (fcntl.flock, fcntl.lockf):
                    try:
                        how(open(name), fcntl.LOCK_EX | fcntl.LOCK_NB)
                        got_through(how.__name__, name)
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
        "raised-limits",
        "raise its own resource limits and its priority",
        body(
            """
            import os, resource
            for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA, resource.RLIMIT_NPROC,
                         resource.RLIMIT_CPU, resource.RLIMIT_FSIZE):
                try:
                    resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
                    if resource.getrlimit(kind)[1] == resource.RLIM_INFINITY:
                        got_through(kind)
                except (ValueError, OSError):
                    pass
            try:
                os.nice(-5)
                got_through("nice")
            except OSError:
                pass
            return x * 2
            """
        ),
        earns="all",
        stopped_by=("rlimits",),
        escapes=True,
    ),
    Attack(
        "source-without-end",
        "hand in a line of a megabyte, brackets nested ten thousand times, and a huge constant",
        {
            "work.py": work("def double(x):\n    return x * 3")["work.py"],
            "line.py": "x = '" + "a" * 900_000 + "'\n",
            "brackets.py": "x = " + "(" * 10_000 + ")" * 10_000 + "\n",
            "power.py": "x = 9**9**9\n",
            "names.py": "\n".join(f"a{n} = a{n + 1} or a{n + 2}" for n in range(3000)) + "\n",
        },
        stopped_by=("loading", "watch"),
        seconds=60.0,
    ),
    Attack(
        "brackets-in-the-answer",
        "nest brackets in the file itself until the parser gives up",
        {
            "work.py": "x = " + "[" * 50_000 + "\n",
            "more.py": work("def double(x): pass")["work.py"],
        },
        stopped_by=("loading",),
    ),
)
