"""Every outcome, each costing only its own exercise: the other one keeps its full marks."""

import pytest

from autograder.grading.result_records import to_json

TALLY = """
class Tally:
    def __init__(self):
        self.count = 0

    def add(self, n):
        self.count += n
        return self.count
"""


def outcomes(result, exercise="double"):
    found = next(made for made in result.exercises if made.name == exercise)
    return [check.outcome for check in found.checks]


def score(result, exercise):
    return next(made.score for made in result.exercises if made.name == exercise)


def test_right_work_gets_full_marks(graded):
    result = graded("def double(x):\n    return x * 2\n" + TALLY)
    assert (result.status, result.score, result.max_score) == ("graded", 10.0, 10.0)
    assert result.isolation
    assert result.notes == ()


# What `double` does, and how its two checks then end.
ENDINGS = {
    "wrong value": ("return x * 3", "failed"),
    "wrong shape": ("return x[:1]", "failed"),
    "none": ("return None", "failed"),
    "a list for an array": ("return [2.0 * v for v in x]", "failed"),
    "object array": ("import numpy as np\n    return np.array([object()])", "failed"),
    "equal to everything": (
        "class L:\n        def __eq__(s, o): return True\n        def __array__(s): exit()\n"
        "    return L()",
        "failed",
    ),
    "array subclass": (
        "import numpy as np\n    class L(np.ndarray):\n"
        "        def __eq__(s, o): return True\n    return (x * 3).view(L)",
        "failed",
    ),
    "endless nesting": ("r = []\n    r.append(r)\n    return r", "failed"),
    "a generator": ("return (v for v in x)", "failed"),
    "raises": ("return 1 / 0", "raised"),
    "exits": ("raise SystemExit(0)", "raised"),
    "interrupts": ("raise KeyboardInterrupt", "raised"),
    "an exception that cannot be printed": (
        "class E(Exception):\n        def __str__(s): raise SystemExit\n    raise E",
        "raised",
    ),
    "recursion": ("return double(x)", "raised"),
    "asks for input": ("return float(input())", "raised"),
    "not written": ("raise NotImplementedError('double: double x')", "raised"),
    "endless loop": ("while True: pass", "timeout"),
    "sleeps": ("import time\n    time.sleep(999)", "timeout"),
    "hangs in C": ("return len(str(7 ** (10 ** 8)))", "timeout"),
    "ignores signals": (
        "import signal\n    for s in range(1, 65):\n        try: signal.signal(s, signal.SIG_IGN)\n"
        "        except (OSError, ValueError): pass\n    while True: pass",
        "timeout",
    ),
    "memory in Python": ("h = []\n    while True: h.append(bytearray(20 << 20))", "memory"),
    "memory in NumPy": (
        "import numpy as np\n    h = []\n    while True: h.append(np.ones(1 << 22))",
        "memory",
    ),
    "exits at once": ("import os\n    os._exit(0)", "died"),
    "aborts": ("import os\n    os.abort()", "died"),
    "segmentation fault": ("import ctypes\n    ctypes.string_at(0)", "died"),
    "closes everything": ("import os\n    os.closerange(0, 1024)\n    return x * 2", "died"),
    "floods output": ("while True: print('x' * 100000)", "died"),
    "not callable": ("", "unusable"),
    "forbidden": ("import numpy as np\n    return np.multiply(x, 2)", "forbidden"),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_an_ending_costs_only_its_own_exercise(graded, name):
    body, outcome = ENDINGS[name]
    source = f"def double(x):\n    {body}\n" if body else "double = 3\n"
    result = graded(source + TALLY)
    assert outcomes(result) == [outcome, outcome]
    assert score(result, "double") == 0
    assert score(result, "Tally") == 4
    assert result.status == "graded"


def test_a_fork_fails_inside_and_nothing_is_left(graded):
    source = "import os\ndef double(x):\n    os.fork()\n    return x * 2\n" + TALLY
    result = graded(source)
    assert outcomes(result) == ["raised", "raised"]
    assert score(result, "Tally") == 4


def test_a_missing_exercise_is_unusable_and_the_rest_counts(graded):
    result = graded(TALLY)
    assert outcomes(result) == ["unusable", "unusable"]
    assert result.score == 4


def test_a_syntax_error_names_line_and_reason(graded):
    result = graded({"work.py": "def double(x:\n    return 1\n", "more.py": TALLY})
    assert outcomes(result) == ["unusable", "unusable"]
    double = result.exercises[0].checks[0]
    assert "work.py" in double.message and "line 1" in double.message
    assert score(result, "Tally") == 4


def test_a_package_that_is_not_installed_is_said_and_the_rest_counts(graded):
    result = graded("import torchaudio\ndef double(x):\n    return x * 2\n" + TALLY)
    assert result.score == 10
    assert any("torchaudio" in note and "line 1" in note for note in result.notes)


def test_a_file_that_never_finishes_loading_costs_its_exercises_only(graded):
    hang = "def double(x):\n    return x * 2\nwhile True: pass\n"
    result = graded({"work.py": hang, "more.py": TALLY})
    assert set(outcomes(result)) == {"timeout"}
    assert score(result, "Tally") == 4


def test_another_convention_gets_its_share_and_a_note(graded):
    result = graded("def double(x):\n    return x * 4 if len(x) == 4 else x * 2\n" + TALLY)
    random = result.exercises[0].checks[1]
    assert (random.outcome, random.score) == ("passed", 2.0)
    assert random.diagnosis is not None and random.diagnosis.kind == "convention"
    assert result.score == 8


def test_hidden_checks_show_no_value_and_no_text_of_an_exception(graded):
    source = "def double(x):\n    text = f'seen {x}'\n    raise ValueError(text)\n"
    public, hidden = graded(source + TALLY).exercises[0].checks
    assert "seen [1. 2.]" in public.message
    assert "seen" not in hidden.message
    assert "ValueError" in hidden.message and "work.py, line 3" in hidden.message
    assert "seen" in hidden.staff


def test_an_exception_named_after_the_input_is_not_repeated(graded):
    source = (
        "def double(x):\n"
        "    if len(x) == 2: return x * 2\n"
        "    raise type('E' + str(x[0]), (Exception,), {})()\n"
    )
    hidden = graded(source + TALLY).exercises[0].checks[1]
    assert "code raised Exception" in hidden.message


def test_a_forged_source_line_does_not_reach_the_feedback(graded):
    source = (
        "import linecache\n"
        "def double(x):\n"
        "    linecache.getline = lambda *a: 'stolen ' + str(x)\n"
        "    linecache.cache.clear()\n"
        "    raise ValueError\n"
    )
    for check in graded(source + TALLY).exercises[0].checks:
        assert "stolen" not in check.message
        assert "`raise ValueError`" in check.message


def test_the_same_seed_gives_the_same_bytes(graded):
    source = "def double(x):\n    print(object())\n    return x * 3\n" + TALLY

    def told():
        line = to_json(graded(source))
        return line.replace(b'"seconds":', b"").split(b',"seed"')[1]

    assert told() == told()


def test_only_some_exercises(graded):
    result = graded(TALLY, only=("Tally",))
    assert [made.name for made in result.exercises] == ["Tally"]


def test_public_checks_only(graded):
    result = graded("def double(x):\n    return x * 2\n" + TALLY, public_only=True)
    assert [check.name for made in result.exercises for check in made.checks] == ["double_fixed"]


def test_a_hidden_input_cannot_be_kept_for_something_that_is_shown(graded):
    source = (
        "import builtins\n"
        "def double(x):\n"
        "    builtins.kept = getattr(builtins, 'kept', '') + f'stolen {x} '\n"
        "    print(builtins.kept)\n"
        "    return x * 2\n"
        "class Tally:\n"
        "    def __init__(self):\n"
        "        raise ValueError(getattr(__import__('builtins'), 'kept', 'nothing'))\n"
    )
    more = "import builtins\nraise RuntimeError(getattr(builtins, 'kept', 'nothing'))\n"
    result = graded({"work.py": source, "late.py": more})
    assert result.log.count("stolen") == 1  # the public check's own input
    assert result.staff_log.count("stolen") > 1
    assert not any("stolen" in note for note in result.notes)
