"""Answers that lie about what they are."""

from .record import Attack, body, work

ATTACKS = (
    Attack(
        "equal-to-everything",
        "return an object that is equal to whatever it is compared with",
        work(
            """
            class Equal:
                def __eq__(self, other):
                    return True
                __ne__ = lambda self, other: False
                __le__ = __ge__ = __lt__ = __gt__ = __eq__
                __hash__ = None
                shape = (4,)
                dtype = float

                def __sub__(self, other):
                    return 0.0
                __rsub__ = __abs__ = __sub__

            def double(x):
                return Equal()
            """
        ),
    ),
    Attack(
        "array-that-looks-around",
        "return an object whose __array__ walks the stack to the expected value",
        work(
            """
            import sys

            class Looking:
                def __array__(self, *a, **k):
                    frame = sys._getframe()
                    while frame:
                        hunt(frame.f_locals, "frame")
                        for name in ("expected", "wanted", "want", "desired"):
                            if name in frame.f_locals:
                                return frame.f_locals[name]
                        frame = frame.f_back
                    raise ValueError
                __len__ = __float__ = __iter__ = __eq__ = __array__

            def double(x):
                return Looking()
            """
        ),
    ),
    Attack(
        "array-subclass",
        "return a subclass of ndarray that agrees in every operation",
        work(
            """
            import numpy as np

            class Agreeing(np.ndarray):
                def __eq__(self, other):
                    return True
                def __array_ufunc__(self, *a, **k):
                    return True
                def __array_function__(self, *a, **k):
                    return True

            def double(x):
                return np.zeros(x.shape).view(Agreeing)
            """
        ),
    ),
    Attack(
        "masked-array",
        "return an array in which every entry is masked, so that nothing is compared",
        body("import numpy as np\nreturn np.ma.masked_all(x.shape)"),
    ),
    Attack(
        "array-interface",
        "return an object whose __array_interface__ points anywhere in memory",
        work(
            """
            class Anywhere:
                __array_interface__ = {
                    "shape": (4,), "typestr": "<f8", "version": 3, "data": (4096, False)
                }

            def double(x):
                return Anywhere()
            """
        ),
    ),
    Attack(
        "object-array",
        "return an array of objects that are equal to everything",
        work(
            """
            import numpy as np

            class Equal:
                def __eq__(self, other):
                    return True
                __float__ = lambda self: 1.0

            def double(x):
                answer = np.empty(x.shape, object)
                answer[...] = Equal()
                return answer
            """
        ),
    ),
    Attack(
        "number-subclasses",
        "return subclasses of float, int, str, list and dict that agree with everything",
        work(
            """
            class F(float):
                __eq__ = lambda *a: True
                __hash__ = float.__hash__

            class L(list):
                __eq__ = lambda *a: True
                __len__ = lambda self: 4
                def __iter__(self):
                    while True:
                        yield F(1)

            class D(dict):
                __eq__ = __contains__ = lambda *a: True
                __getitem__ = lambda self, key: L()

            def double(x):
                return L([F(1), D(), L()])
            """
        ),
    ),
    Attack(
        "not-a-number",
        "return NaN and infinity, in the hope that no comparison of them fails",
        body(
            "import numpy as np\n"
            "return np.full(x.shape, np.nan) if x.sum() > 0 else np.full(x.shape, np.inf)"
        ),
    ),
    Attack(
        "odd-dtypes",
        "return structured, text, time, big-endian and half-precision arrays",
        work(
            """
            import numpy as np

            kinds = [
                np.zeros(4, [("a", "f8"), ("b", object)]), np.array(["4.0"] * 4),
                np.zeros(4, "M8[s]"), np.zeros(4, ">f8"), np.zeros(4, "f2"), np.zeros(4, "V8"),
                np.zeros(4, complex), np.zeros(4, "longdouble"), np.array(3.0), np.matrix([[1.0]]),
            ]

            def double(x):
                return [kinds.pop() for _ in range(3)] if len(kinds) > 3 else kinds
            """
        ),
    ),
    Attack(
        "a-gigabyte",
        "return an array of a gigabyte",
        body("import numpy as np\nreturn np.zeros(1 << 27)"),
        stopped_by=("wire", "rlimits"),
    ),
    Attack(
        "empty-but-huge",
        "return an empty array whose shape would need terabytes",
        body("import numpy as np\nreturn np.zeros((0, 1 << 39))"),
        stopped_by=("wire",),
    ),
    Attack(
        "forty-dimensions",
        "return an array with more dimensions than anybody expects",
        body("import numpy as np\nreturn np.zeros((1,) * 60)"),
        stopped_by=("wire",),
    ),
    Attack(
        "view-that-changes",
        "return an array that a thread goes on changing",
        body(
            """
            import threading
            import numpy as np
            answer = x * 3
            def on():
                while True:
                    answer[...] = np.random.normal(size=answer.shape)
            threading.Thread(target=on, daemon=True).start()
            return answer
            """
        ),
    ),
    Attack(
        "argument-as-answer",
        "double the argument in place and return it, hoping the question changes too",
        body("x *= 2\nreturn x * 1.5"),
    ),
    Attack(
        "endless-generator",
        "return a generator, an iterator and a range without end",
        body("import itertools\nreturn [itertools.count(), (v for v in x), iter(int, 1)]"),
    ),
    Attack(
        "contains-itself",
        "return containers that contain themselves",
        body("a, b = [], {}\na.append(b)\nb['a'] = a\nreturn [a, b]"),
    ),
    Attack(
        "a-hundred-thousand-deep",
        "return a list that is nested a hundred thousand times",
        body("a = []\nfor _ in range(100000):\n    a = [a]\nreturn a"),
    ),
    Attack(
        "pickle-payload",
        "return objects that run code where they are unpickled",
        work(
            """
            import os

            class Payload(dict):
                def __reduce__(self):
                    return os.system, ("touch /tmp/@LEFT@-reduce",)
                __reduce_ex__ = lambda self, version: self.__reduce__()
                __getstate__ = __reduce__

            def double(x):
                return Payload(a=1) if len(x) > 2 else {"a": Payload()}
            """
        ),
    ),
    Attack(
        "made-up-class",
        "return an object whose __class__ says that it is an array or a dict",
        work(
            """
            import numpy as np

            class Liar:
                def __init__(self, kind):
                    self.kind = kind
                __class__ = property(lambda self: self.kind)
                shape, dtype = (4,), np.dtype(float)

            kinds = [np.ndarray, dict, list, float, np.float64]

            def double(x):
                return Liar(kinds.pop())
            """
        ),
    ),
    Attack(
        "enormous-integer",
        "return an integer of a million digits, and keys that collide",
        body(
            """
            if len(x) > 2:
                return 10 ** 100000
            return {key << 44: 0 for key in range(9000)}
            """
        ),
        stopped_by=("wire", "boundary"),
    ),
    Attack(
        "odd-text",
        "return lone surrogates, NUL characters and control sequences",
        body('return ["\\ud800", "\\0", "\\x1b[2J", b"\\xff", {"\\udfff": 1}, "\\0pairs"]'),
        stopped_by=("wire",),
    ),
    Attack(
        "lying-pairs",
        "return a dict that looks like the wire's own form of one",
        body('return {"\\0pairs": [[[1], 2], [3]]}'),
        stopped_by=("wire",),
    ),
    Attack(
        "answers-by-turns",
        "answer differently each time, to meet a check that asks twice",
        work(
            """
            import itertools

            turn = itertools.cycle([0.0, 1.0, 2.5, 3.0])

            def double(x):
                return x * next(turn)
            """
        ),
    ),
)
