"""The mutation gate: it makes the changes it names, and what it lists stands in the code."""

import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GATE = ROOT / ".ci" / "mutations"


@pytest.fixture(scope="module")
def gate():
    """The gate's modules, as it imports them."""
    sys.path.insert(0, str(GATE))
    try:
        import changes
        import nearest
        import scope

        yield changes, scope, nearest
    finally:
        sys.path.remove(str(GATE))
        for name in ("changes", "nearest", "scope"):
            sys.modules.pop(name, None)


SOURCE = '''"""Text."""
LIMIT = 200


class Book:
    """Text."""

    def put(self, rows, late=False):
        """Text."""
        assert rows is not None and not late
        best = max(row.get("points") for row in rows if row and not late)
        for row in rows:
            if row["late"]:
                continue
            self.add(row, kind="a", ratio=3)
        return best + 1
'''


def test_the_stated_changes_are_made_each_in_its_function(gate):
    made = list(gate[0].changes("book.py", SOURCE))
    told = {change.after for change in made}
    for change in (
        'best = min(row.get("points") for row in rows if row and not late)',
        "best = max(row.get('points_') for row in rows if row and not late)",
        'best = max(row.get("points") for row in rows if row or not late)',
        'best = max(row.get("points") for row in rows if (row))',
        'best = max(row.get("points") for row in rows if True)',
        'best = max(row.get("points") for row in list(rows)[:1] if row and not late)',
        "for row in ():",
        "for row in list(rows)[:1]:",
        "if True:",
        'if not (row["late"]):',
        "if row['late_']:",
        "pass",
        "self.add(row, ratio=3)",
        "return best - 1",
        "return best + 2",
        "return best + 0",
        "def put(self, rows, late=True):",
    ):
        assert change in told, change
    assert {change.function for change in made} == {"Book.put"}
    assert not any("ratio=3" not in change.after for change in made if "kind=" in change.after)
    assert not any("assert" in change.before for change in made), "it decides nothing"
    assert not any("LIMIT" in change.before or "Text" in change.before for change in made)
    assert all(SOURCE.split("\n")[7 + c.offset].strip() in c.before for c in made)


@pytest.mark.parametrize(
    ("function", "others", "asked"),
    [
        ({8: ["t::line"], 0: ["t::function"]}, {}, ["t::line"]),
        ({0: ["t::function"]}, {0: ["t::module"]}, ["t::function"]),
        ({8: ["t::gone"]}, {0: ["t::module"]}, ["t::module"]),
        ({}, {0: ["t::module"]}, ["t::module"]),
        ({}, {0: ["t::gone"]}, ["t::function", "t::line", "t::module"]),
        ({}, {}, ["t::function", "t::line", "t::module"]),
    ],
)
def test_where_no_test_is_known_of_a_line_the_closest_are_asked(gate, function, others, asked):
    """A change that nothing is asked about would count as one that no test notices."""
    changes, _, nearest = gate
    change = next(
        one for one in changes.changes("book.py", SOURCE) if one.after == "return best + 2"
    )
    digest = nearest._digest_in(SOURCE, change.function)
    known = {
        "Book.put": nearest.Known(digest, function),
        "Book.other": nearest.Known("", others),
    }
    seconds = dict.fromkeys(("t::line", "t::function", "t::module"), 1.0)
    notes = nearest.Nearest(seconds, {"book.py": known})
    assert sorted(notes.tests(change, SOURCE, 9.0)) == asked


def test_a_reason_for_an_equivalent_change_stands_for_one(gate):
    """A reason whose line was changed since is to be looked at again, and removed."""
    changes, scope, _ = gate
    from autograder.proof.equivalents import read_equivalents

    made = {
        name: list(changes.changes(name, (ROOT / name).read_text(encoding="utf-8")))
        for name in scope.modules(ROOT)
    }
    stale = [
        f"{reason.file}: {reason.before} -> {reason.after}"
        for reason in read_equivalents(GATE)
        if not any(
            change.before == reason.before and reason.after in ("", change.after)
            for name, found in made.items()
            if fnmatch(name, reason.file)
            for change in found
        )
    ]
    assert stale == []


def test_the_modules_where_people_pass_are_found_by_what_they_name(gate):
    found = list(gate[1].modules(ROOT))
    for package in ("intake", "batch", "grading", "publish", "marking", "platforms", "cli"):
        assert any(f"/{package}/" in name for name in found)
    assert not any(fnmatch(name, "*/sandbox/*") for name in found)


@pytest.mark.slow
def test_changes_that_tests_notice_are_killed_in_a_copy():
    module = ROOT / "autograder" / "grading" / "settling.py"
    before = module.read_bytes()
    words = ["--only", "*/settling.py", "--sample", "4", "--budget", "5"]
    done = subprocess.run([sys.executable, GATE, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert done.stdout.endswith(" of 4\n") and "killed 0 of" not in done.stdout
    assert module.read_bytes() == before


_UNFIT = """
import sys
from pathlib import Path
from rounds import endings_of
from trial import Task, copies

root, home = map(Path, sys.argv[1:])
file = "autograder/intake/name_likeness.py"
changed = (root / file).read_text(encoding="utf-8").replace("return 0.0", "return 0.5")
broken = "raise ImportError"
with copies(root, home, 2) as places:
    for place in places:
        (place / "tests/test_a.py").write_text("def test_lame(): assert False")
        (place / "tests/test_b.py").write_text("import no_such_module\\ndef test_lost(): ...")
        (place / "tests/test_c.py").write_text(
            "def test_it():\\n"
            "    from autograder.intake.name_likeness import alike\\n"
            "    assert alike('', '') == 0.0\\n"
            "def test_other():\\n"
            "    assert True"
        )
    lame = ["tests/test_a.py::test_lame", "tests/test_b.py::test_lost"]
    it, other = "tests/test_c.py::test_it", "tests/test_c.py::test_other"
    tasks = [
        Task(0, [*lame, it], 1.0, file, changed),
        Task(1, [*lame, other], 1.0, file, changed),
        Task(2, lame, 1.0, file, changed),
        Task(3, [lame[1], other, it], 1.0, file, broken),
    ]
    endings, unfit = endings_of(tasks, places, lambda ending: None)
print({one.number: one.noticed for one in sorted(endings, key=lambda one: one.number)})
print(sorted(unfit))
"""


@pytest.mark.slow
def test_tests_that_fail_without_any_change_are_left_out_and_end_nothing(tmp_path):
    command = [sys.executable, "-c", _UNFIT, str(ROOT), str(tmp_path)]
    done = subprocess.run(command, cwd=GATE, capture_output=True, text=True)
    told = done.stdout.splitlines()
    it = "tests/test_c.py::test_it"
    assert told, done.stderr[-2000:]
    assert told[0] == str({0: it, 1: "", 2: "", 3: it})
    assert told[1] == str(["tests/test_a.py::test_lame", "tests/test_b.py"])
