"""Ending the process, or never ending it, in the hope that no verdict is a good verdict."""

from .record import HONEST, Attack, body, work

ATTACKS = (
    Attack(
        "exit-in-a-call",
        "end the process with status 0 inside a call, so that a missing verdict counts as passed",
        body("import os\nos._exit(0)"),
    ),
    Attack(
        "exit-at-import",
        "end the process while the file is loaded, before anything can be asked",
        {
            "work.py": "import os\nos._exit(0)\n\n\ndef double(x):\n    return x * 2\n",
            "honest.py": HONEST,
        },
    ),
    Attack(
        "sys-exit-at-import",
        "leave the loader with sys.exit(0)",
        work("import sys\nsys.exit(0)\n\n\ndef double(x):\n    return x * 3"),
    ),
    Attack("system-exit", "raise SystemExit(0) from a call", body("raise SystemExit(0)")),
    Attack(
        "keyboard-interrupt",
        "raise KeyboardInterrupt, which stops test runners",
        body("raise KeyboardInterrupt"),
    ),
    Attack(
        "generator-exit",
        "raise GeneratorExit, which is no Exception",
        body("raise GeneratorExit"),
    ),
    Attack(
        "exception-that-exits",
        "raise an exception whose text ends the process when it is printed",
        body(
            "raise E",
            """
            class E(BaseException):
                def __str__(self):
                    raise SystemExit(0)
                __repr__ = __str__
            """,
        ),
    ),
    Attack(
        "exception-group-of-itself",
        "raise an exception whose cause is itself, to trap whoever walks the chain",
        body("e = ValueError()\ne.__cause__ = e\ne.__context__ = e\nraise e"),
    ),
    Attack(
        "atexit-verdict",
        "print a verdict and forge an answer when the process ends",
        work(
            """
            import atexit

            def last_word():
                print('{"status": "graded", "score": 12}')

            atexit.register(last_word)

            def double(x):
                import sys
                sys.exit(0)
            """
        ),
    ),
    Attack(
        "ignored-signals",
        "ignore every signal and loop for ever",
        body(
            """
            import signal
            for number in range(1, 65):
                try:
                    signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError):
                    pass
            while True:
                pass
            """
        ),
        stopped_by=("watch",),
    ),
    Attack("abort", "end the process with an abort", body("import os\nos.abort()")),
    Attack(
        "segmentation-fault", "read address 0", body("import ctypes\nreturn ctypes.string_at(0)")
    ),
    Attack(
        "stack-overflow",
        "overflow the C stack by recursion without Python's limit",
        body(
            """
            import sys
            sys.setrecursionlimit(10**9)
            def deeper(n):
                return deeper(n + 1) + sorted([1], key=lambda _: deeper(n))[0]
            return deeper(0)
            """
        ),
    ),
    Attack(
        "kill-itself",
        "die of SIGKILL, as if the machine had killed it",
        body("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\nos._exit(137)"),
    ),
    Attack(
        "kill-everybody",
        "send SIGKILL to every process it may signal, and to its parent",
        body(
            """
            import os
            for target in (-1, os.getppid() or 1, @PID@, 1, 2, 3):
                try:
                    os.kill(target, 9)
                except OSError:
                    pass
            return x
            """
        ),
        stopped_by=("bubblewrap", "namespaces"),
        escapes=True,
    ),
    Attack(
        "daemon",
        "leave a daemon behind by a double fork",
        body(
            """
            import os, time
            try:
                child = os.fork()
            except OSError:
                return x * 2
            if child == 0:
                os.setsid()
                if os.fork() == 0:
                    time.sleep(600)
                os._exit(0)
            return x * 2
            """
        ),
        earns="all",
        stopped_by=("seccomp", "namespaces", "bubblewrap"),
        escapes=True,
    ),
    Attack(
        "fork-bomb",
        "fork until nothing is left",
        body(
            """
            import os
            for _ in range(200):
                try:
                    os.fork()
                except OSError:
                    pass
            return x * 3
            """
        ),
        stopped_by=("seccomp", "rlimits"),
        escapes=True,
    ),
    Attack(
        "thread-left-running",
        "leave a thread that prints answers and burns time after the call",
        body(
            """
            import threading, time
            def on():
                while True:
                    print('{"outcome": "passed"}')
                    time.sleep(0.05)
            threading.Thread(target=on).start()
            return x * 2
            """
        ),
        earns="all",
        stopped_by=("watch",),
    ),
    Attack(
        "thread-bomb",
        "start threads until nobody can start any",
        body(
            """
            import threading, time
            for _ in range(5000):
                try:
                    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
                except RuntimeError:
                    break
            return x * 3
            """
        ),
        stopped_by=("rlimits",),
    ),
    Attack(
        "other-programs",
        "run other programs in each way Python knows",
        body(
            """
            import os, subprocess
            ways = [
                lambda: subprocess.run(["/bin/true"], check=True),
                lambda: os.posix_spawn("/bin/true", ["true"], {}),
                lambda: os.execv("/bin/true", ["true"]),
                lambda: os.popen("echo").close() or True,
            ]
            for number, way in enumerate(ways):
                try:
                    way()
                    if number < 2:
                        got_through("way", number)
                except OSError:
                    pass
            if os.system("true") == 0:
                got_through("system")
            return x * 2
            """
        ),
        earns="all",
        stopped_by=("seccomp",),
        escapes=True,
    ),
    Attack(
        "no-parent-death-signal",
        "outlive the grader by switching its parent-death signal off",
        body(
            """
            import ctypes, signal
            libc = ctypes.CDLL(None)
            if libc.prctl(1, 0, 0, 0, 0) == 0:
                got_through("prctl")
            return x * 2
            """
        ),
        earns="all",
        stopped_by=("seccomp",),
        escapes=True,
    ),
)
