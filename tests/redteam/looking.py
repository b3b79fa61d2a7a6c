"""Looking for expected values, checks, the seed and other people's work, wherever they could be."""

from .record import Attack, body, work

ATTACKS = (
    Attack(
        "stack-frames",
        "walk the stack and every frame's variables for expected values",
        body(
            """
            import inspect, sys
            frame = sys._getframe()
            while frame:
                for values in (frame.f_locals, frame.f_globals):
                    hunt(values, "frame " + frame.f_code.co_name)
                frame = frame.f_back
            for found in inspect.stack(20):
                hunt(found.code_context, "source")
            return x * 3
            """
        ),
    ),
    Attack(
        "every-object",
        "search every object that the garbage collector knows",
        body(
            """
            import gc
            for found in gc.get_objects():
                if type(found) in (dict, list, tuple, str, bytes):
                    try:
                        hunt(found if len(found) < 500 else "", "gc")
                    except Exception:
                        pass
                if type(found).__name__ in ("Assignment", "Reference", "Verdict", "Check"):
                    print("ESCAPED" + "-YES", type(found))
            return x * 3
            """
        ),
        keeps=(),
    ),
    Attack(
        "own-memory",
        "search all memory of its own process, what was handed down from the zygote included",
        body(
            """
            memory = open("/proc/self/mem", "rb", 0)
            for line in open("/proc/self/maps"):
                first, last = (int(part, 16) for part in line.split()[0].split("-"))
                if "r" in line.split()[1] and last - first < 1 << 27:
                    try:
                        memory.seek(first)
                        hunt(memory.read(last - first), "memory")
                    except (OSError, ValueError, OverflowError):
                        pass
            return x * 3
            """
        ),
        keeps=(),
    ),
    Attack(
        "memory-of-others",
        "read memory, variables, files and folders of the grader and of every other process",
        body(
            """
            import os
            others = {"@PID@", "1", "2", str(os.getppid())} - {str(os.getpid())}
            try:
                others |= {name for name in os.listdir("/proc") if name.isdigit()}
            except OSError:
                others |= {str(number) for number in range(1, 400)}
            others -= {str(os.getpid()), os.readlink("/proc/self")}
            for other in sorted(others):
                for name in ("environ", "maps", "mem", "auxv", "stack", "syscall"):
                    try:
                        with open("/proc/%s/%s" % (other, name), "rb") as file:
                            data = file.read(1 << 16)
                            hunt(data, name)
                            got_through(other, name)
                    except OSError:
                        pass
                for name in ("fd", "root", "cwd", "map_files", "task"):
                    try:
                        os.listdir("/proc/%s/%s" % (other, name))
                        got_through(other, name)
                    except OSError:
                        pass
            return x * 2
            """
        ),
        earns="all",
        stopped_by=("landlock",),
        escapes=True,
    ),
    Attack(
        "environment",
        "read secrets from environment variables, one's own and the grader's",
        body(
            """
            import os
            hunt(dict(os.environ), "environ")
            hunt_file("/proc/self/environ")
            hunt_file("/proc/@PID@/environ")
            for name in os.environ:
                if any(word in name for word in ("SECRET", "TOKEN", "KEY", "AUTOGRADER", "PASS")):
                    got_through(name)
            return x * 2
            """
        ),
        earns="all",
    ),
    Attack(
        "secret-file",
        "read a file that every user of the machine may read, by its full path",
        body(
            """
            import os
            for place in ("@SECRET@", "/proc/@PID@/root@SECRET@", "/proc/1/root@SECRET@"):
                hunt_file(place)
            for folder, _, names in os.walk(os.path.dirname("@SECRET@")):
                for name in names:
                    hunt_file(os.path.join(folder, name))
            return x * 2
            """
        ),
        earns="all",
        stopped_by=("bubblewrap", "landlock"),
        escapes=True,
    ),
    Attack(
        "checks-on-disk",
        "read the checks and the reference where assignments lie, as ./tests and by full path",
        body(
            """
            import glob, os
            for place in ("@ASSIGNMENT@", "@PROJECT@/solutions", "@PROJECT@/tests", "."):
                for name in glob.glob(place + "/**/*.py", recursive=True):
                    hunt_file(name)
                    if name.startswith("@PROJECT@"):
                        got_through(name)
            return x * 2
            """
        ),
        earns="all",
        stopped_by=("bubblewrap", "landlock"),
        escapes=True,
    ),
    Attack(
        "grader-in-site-packages",
        "read the grader's own package where Python finds packages, or import it",
        body(
            """
            import importlib, os, sys
            for place in [*sys.path, sys.prefix, sys.base_prefix]:
                for name in ("grading", "proof", "batch", "assignment", "intake"):
                    try:
                        open(os.path.join(place, "autograder", name, "__init__.py")).close()
                        got_through(place, name)
                    except OSError:
                        pass
            for name in ("grading.grade", "grading.seeds", "assignment.load", "batch.run"):
                try:
                    importlib.import_module("autograder." + name)
                    got_through(name)
                except ImportError:
                    pass
            return x * 2
            """
        ),
        earns="all",
        stopped_by=("bubblewrap", "landlock"),
        escapes=True,
    ),
    Attack(
        "another-submission",
        "read what another student handed in",
        body(
            """
            import os
            hunt_file("@OTHER@")
            here = os.getcwd()
            for folder in (here, os.path.dirname(here), os.path.dirname(os.path.dirname(here))):
                for place, _, names in os.walk(folder):
                    for name in names[:200]:
                        hunt_file(os.path.join(place, name))
            return x * 2
            """
        ),
        earns="all",
        stopped_by=("bubblewrap", "landlock"),
        escapes=True,
    ),
    Attack(
        "earlier-workers",
        "find what earlier workers left in temporary folders and shared memory, and leave letters",
        work(
            """
            import os

            PLACES = ["/tmp", "/var/tmp", "/dev/shm", "/run", "/run/lock", ".", "..", "/sandbox"]
            for place in PLACES:
                for folder, _, names in os.walk(place):
                    for name in names:
                        if "letter" in name:
                            got_through(folder, name)
                        hunt_file(os.path.join(folder, name))

            def double(x):
                for place in PLACES:
                    try:
                        with open(os.path.join(place, "letter"), "w") as file:
                            file.write("from me")
                    except OSError:
                        pass
                os._exit(0)  # so that the next worker looks again
            """
        ),
        stopped_by=("namespaces", "landlock"),
        seconds=60.0,
    ),
    Attack(
        "inherited-descriptors",
        "read from descriptors it inherited, and list what they are",
        body(
            """
            import os
            odd = []
            for name in os.listdir("/proc/self/fd"):
                try:
                    target = os.readlink("/proc/self/fd/" + name)
                except OSError:
                    continue
                hunt(target, "descriptor")
                known = ("pipe:", "socket:", "/dev/null", "/proc/")
                if not target.startswith(known):
                    odd.append(target)
                if target.startswith("socket:"):
                    odd.append("socket")
            if len(odd) > 1:
                got_through(odd)
            return x * 2
            """
        ),
        earns="all",
    ),
    Attack(
        "command-lines",
        "read command lines and mounts for paths that tell about the machine",
        body(
            """
            import glob
            for name in [*glob.glob("/proc/*/cmdline"), *glob.glob("/proc/*/mountinfo")]:
                hunt_file(name)
            for name in glob.glob("/proc/[0-9]*/cmdline"):
                try:
                    if b"redteam" in open(name, "rb").read():
                        got_through(name)
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
        "machine-secrets",
        "read password files, keys and settings of the machine and its users",
        body(
            """
            import glob, os
            names = ["/etc/shadow", "/etc/passwd", "/etc/hostname", "/var/log/syslog"]
            for place in ("/root", "/home/*", "/etc/ssh", "/srv", "/var/lib", "/root*/.ssh"):
                names += [name for name in glob.glob(place + "/*") if os.path.isfile(name)]
            for name in names:
                try:
                    open(name, "rb").read(1)
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
        "seed-in-the-conversation",
        "search everything that was sent to it for the seed",
        body(
            """
            import gc
            local = serving()
            print({name: str(value)[:2000] for name, value in local.items()})
            print({name: str(value)[:2000] for name, value in local["setup"].items()})
            import sys
            frame = sys._getframe()
            while frame:
                print(frame.f_code.co_name, sorted(frame.f_locals))
                frame = frame.f_back
            return x * 3
            """
        ),
    ),
    Attack(
        "loader-and-line-cache",
        "read the harness's source through its loaders, line cache and tracebacks",
        body(
            """
            import linecache, sys
            for name, module in list(sys.modules.items()):
                loader = getattr(module, "__loader__", None)
                if name.startswith("autograder") and hasattr(loader, "get_source"):
                    try:
                        hunt(loader.get_source(name), name)
                    except ImportError:
                        pass
            for path, entry in linecache.cache.items():
                hunt(entry, path)
            return x * 3
            """
        ),
    ),
)
