"""Changing what answers are compared, encoded or carried by."""

from .record import HONEST, Attack, body, work

_ANYTHING = "def double(x):\n    return x * 3\n"

ATTACKS = (
    Attack(
        "replaced-allclose",
        "replace NumPy's comparisons by ones that always agree",
        work(
            """
            import numpy as np
            import numpy.testing

            for place in (np, np.testing):
                for name in dir(place):
                    if any(part in name for part in ("close", "equal", "assert", "all")):
                        try:
                            setattr(place, name, lambda *a, **k: True)
                        except (AttributeError, TypeError):
                            pass

            def double(x):
                return x * 3
            """
        ),
    ),
    Attack(
        "replaced-builtins",
        "replace isinstance, len, type, sum, print and __import__ while an answer is judged",
        work(
            """
            import builtins

            def double(x):
                for name in ("isinstance", "issubclass", "len", "all", "any", "abs", "float"):
                    setattr(builtins, name, lambda *a, **k: True)
                builtins.print = builtins.__import__ = lambda *a, **k: None
                return x * 3
            """
        ),
        keeps=(),
    ),
    Attack(
        "replaced-modules",
        "put a NumPy of its own into sys.modules",
        work(
            """
            import sys
            import types

            class Agreeing(types.ModuleType):
                def __getattr__(self, name):
                    return lambda *a, **k: True

            for name in [n for n in sys.modules if n.split(".")[0] in ("numpy", "pytest")]:
                sys.modules[name] = Agreeing(name)

            def double(x):
                return x * 3
            """
        ),
        keeps=(),
    ),
    Attack(
        "replaced-wire",
        "replace the encoder, so that every answer is one of its own choice",
        work(
            """
            from autograder.worker import wire
            import msgspec

            def encode(value):
                claim = {"outcome": "passed", "score": 12}
                body = msgspec.msgpack.encode([value[0], "value", claim])
                return wire.HEADER.pack(len(body), 0) + body

            def double(x):
                wire.encode = encode
                return x * 3
            """
        ),
        keeps=(),
        stopped_by=("boundary", "wire"),
    ),
    Attack(
        "replaced-responder",
        "replace the code beside it that answers questions",
        work(
            """
            from autograder.kit.responder import Responder

            def ask(self, operation, ref, name, args, kwargs):
                return {"passed": True} if name == "double" else None

            Responder.ask = ask

            def double(x):
                return x * 3
            """
        ),
        keeps=(),
    ),
    Attack(
        "replaced-runner",
        "replace the check runner and the verdict class of the package it can see",
        work(
            """
            try:
                from autograder.kit import running, checks, expect
                running.run_check = lambda *a, **k: True
                running.Verdict.passed = True
                for name in ("close", "equal", "array"):
                    setattr(expect, name, lambda *a, **k: None)
            except (ImportError, AttributeError):
                pass

            def double(x):
                return x * 3
            """
        ),
    ),
    Attack(
        "import-hook",
        "hook imports, so that what is imported later is its own",
        work(
            """
            import sys
            import types

            class Finder:
                def find_spec(self, name, path=None, target=None):
                    import importlib.machinery
                    return importlib.machinery.ModuleSpec(name, self)
                def create_module(self, spec):
                    return types.ModuleType(spec.name)
                def exec_module(self, module):
                    module.__getattr__ = lambda name: lambda *a, **k: True

            sys.meta_path.insert(0, Finder())
            sys.path.insert(0, ".")

            def double(x):
                return x * 3
            """
        ),
    ),
    Attack(
        "files-named-like-ours",
        "hand in files named like Python's, NumPy's and the grader's own",
        {
            "work.py": _ANYTHING + HONEST,
            "numpy.py": "ndarray = list\ndef isclose(*a, **k): return True\n",
            "sitecustomize.py": "print('ESCAPED' + '-YES sitecustomize')\n",
            "usercustomize.py": "print('ESCAPED' + '-YES usercustomize')\n",
            "conftest.py": "print('ESCAPED' + '-YES conftest')\n",
            "random.py": "def seed(*a): pass\n",
            "msgspec.py": "raise SystemExit\n",
            "autograder/__init__.py": "",
            "autograder/kit/expect.py": "def close(*a, **k): pass\n",
            "support.py": "raise SystemExit\n",
            "evil.pth": "import os; os._exit(0)\n",
            "__pycache__/work.cpython-311.pyc": b"\0" * 64,
        },
        stopped_by=("loading",),
    ),
    Attack(
        "tests-of-its-own",
        "hand in tests, checks and a manifest of its own that always pass",
        {
            "work.py": _ANYTHING + HONEST,
            "tests/test_work.py": "def test_double(): pass\n",
            "checks/test_work.py": "def test_double_fixed(sub): pass\n",
            "assignment.toml": "[assignment]\ntotal_points = 0\n",
            "tests/double.py": "OK_FORMAT = False\npoints = 12\n",
        },
        stopped_by=("loading", "intake"),
    ),
    Attack(
        "forged-results-files",
        "write result files of every grader into the working folder",
        body(
            """
            import os, pickle
            for name in ("results.json", "results.jsonl", "results.pkl", ".OTTER_LOG"):
                for folder in (".", "..", "/autograder/results", "/tmp", os.path.expanduser("~")):
                    try:
                        with open(os.path.join(folder, name), "wb") as file:
                            file.write(b'{"score": 12, "tests": []}')
                    except OSError:
                        pass
            return x * 3
            """
        ),
    ),
    Attack(
        "forged-test-file",
        "append forged test results to every list in memory that looks like one",
        body(
            """
            import gc
            for found in gc.get_objects():
                try:
                    if type(found) is list and found and "erdict" in type(found[0]).__name__:
                        found.append(found[0])
                    if type(found) is dict and "score" in found:
                        found["score"] = 12
                except Exception:
                    pass
            return x * 3
            """
        ),
    ),
    Attack(
        "replaced-pickle",
        "replace pickle.dump, so that whoever stores results stores its own",
        work(
            """
            import os
            import pickle

            class Payload:
                def __reduce__(self):
                    return os.system, ("touch /tmp/@LEFT@-pickle",)

            pickle.dump = lambda value, file, *a, **k: file.write(pickle.dumps(Payload()))

            def double(x):
                return Payload()
            """
        ),
    ),
    Attack(
        "trace-function",
        "trace every call made in the process, and change what frames hold",
        body(
            """
            import sys, threading
            def trace(frame, event, argument):
                for name in ("reply", "value", "expected"):
                    if name in frame.f_locals:
                        hunt(frame.f_locals, "trace")
                return trace
            sys.settrace(trace)
            sys.setprofile(trace)
            threading.settrace(trace)
            return x * 3
            """
        ),
        keeps=(),
    ),
    Attack(
        "audit-hook",
        "listen to the interpreter's audit events for file names and code",
        work(
            """
            import sys

            def listen(event, arguments):
                hunt(arguments, event)
                if event in ("open", "exec", "compile"):
                    raise RuntimeError("refused")

            def double(x):
                sys.addaudithook(listen)
                return x * 3
            """
        ),
        keeps=(),
    ),
    Attack(
        "predicted-draws",
        "replace NumPy's generators and seeds, so that random inputs are known ones",
        work(
            """
            import numpy as np
            import random

            np.random.seed = random.seed = lambda *a: None
            np.random.normal = np.random.randn = lambda *a, **k: np.ones(4)
            np.random.default_rng = lambda *a: None
            np.random.Generator = None

            def double(x):
                return np.ones(4) * 2
            """
        ),
    ),
    Attack(
        "warnings-and-errors",
        "turn warnings and floating-point flags into exceptions for what comes after",
        body(
            """
            import warnings
            import numpy as np
            warnings.simplefilter("error")
            np.seterr(all="raise")
            return x * 3
            """
        ),
    ),
    Attack(
        "closed-output",
        "replace and close standard output",
        body(
            """
            import sys
            sys.stdout.close()
            sys.stderr = sys.stdout = None
            return x * 3
            """
        ),
    ),
    Attack(
        "patched-exercise",
        "replace one's own honest class from another exercise, to upset its verdict",
        body(
            """
            import sys
            for module in list(sys.modules.values()):
                if hasattr(module, "Tally"):
                    module.Tally = None
            return x * 3
            """
        ),
        stopped_by=("loading",),
    ),
    Attack(
        "frozen-clock",
        "stop and turn back every clock that Python has",
        body(
            """
            import time
            for name in ("time", "monotonic", "perf_counter", "process_time"):
                setattr(time, name, lambda: 0.0)
            try:
                time.clock_settime(time.CLOCK_REALTIME, 0)
                got_through("the clock")
            except OSError:
                pass
            while True:
                pass
            """
        ),
        stopped_by=("watch",),
    ),
    Attack(
        "hidden-library-routine",
        "use a forbidden routine under another name",
        work(
            """
            import numpy
            from numpy import multiply as written_by_myself
            from functools import partial

            times = getattr(numpy, "multiply")

            def double(x):
                return partial(times, 2)(x) if len(x) > 2 else written_by_myself(x, 2)
            """
        ),
        stopped_by=("loading",),
    ),
)
