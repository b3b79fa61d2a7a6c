"""A regrade asks what has changed and nothing else, and never less than what has changed."""

import numpy as np
import pytest

from autograder.assignment.load import load_assignment
from autograder.batch.store import FILE, Store
from autograder.batch.verdict_memory import VerdictMemory
from autograder.grading.check_digests import CheckDigests
from autograder.grading.counterexamples import Counterexamples
from autograder.grading.diagnosis import Diagnoser
from autograder.grading.grade import grade, recalled
from autograder.grading.graded_attempt import Recollection
from autograder.grading.remembered import Remembered, head_of
from autograder.grading.result_records import timeless
from autograder.intake.submissions import Bundle
from autograder.kit.attempt import Attempt
from autograder.kit.plain import Ref
from autograder.kit.running import unasked
from autograder.sandbox.zygote import Zygote
from tests.batch.conftest import TINY
from tests.conftest import CHECKS, MANIFEST, NOTEBOOK, REFERENCE

DOUBLE, TALLY = REFERENCE.split("class Tally")
TALLY = f"class Tally{TALLY}"
TWO_FILES = {
    "assignment.toml": MANIFEST.replace(
        '[[exercise]]\nname = "double"',
        '[[file]]\nname = "other.py"\ntitle = "Other"\n\n[[exercise]]\nname = "double"',
    ).replace('name = "Tally"\nfile = "work.py"', 'name = "Tally"\nfile = "other.py"'),
    "work.py": DOUBLE,
    "other.py": f'"""Other."""\n\n\n{TALLY}',
    "notebook.md": NOTEBOOK.replace(
        '<< exercise("Tally") >>', '<< preamble("other.py") >>\n\n<< exercise("Tally") >>'
    ),
}
WRONG = DOUBLE.replace("* 2", "* 3")


@pytest.fixture
def written(small_folder):
    """Writes an assignment of two files with some texts changed, and reads it."""

    def write(checks=CHECKS, **more):
        return load_assignment(small_folder(checks, **{**TWO_FILES, **more}))

    return write


@pytest.fixture
def memory(tmp_path):
    with Store(tmp_path / "results"):
        made = VerdictMemory(tmp_path / "results" / FILE)
        yield made
        made.close()


@pytest.fixture
def asked(monkeypatch):
    """Names of the checks that were really put to a submission."""
    names = []
    put = Attempt._put

    def counted(self, exercise, check):
        if getattr(self, "recalling", None) is False:  # neither mistakes nor what is shown
            names.append(check.name)
        return put(self, exercise, check)

    monkeypatch.setattr(Attempt, "_put", counted)
    return names


@pytest.fixture
def graded_again(memory, zygote):
    """Grades files under an assignment, with the same memory each time."""

    def run(assignment, seed=7, environment="here", counting=(), files=None, **texts):
        content = {"work.py": DOUBLE, "other.py": TWO_FILES["other.py"]}
        content |= {f"{name}.py": text for name, text in texts.items()}
        bundle = Bundle("anna", {name: text.encode() for name, text in content.items()})
        known = Recollection(memory, CheckDigests(assignment), environment, zygote.tier.layers)
        recall = recalled(assignment, bundle, seed, known)
        again = grade(
            assignment,
            bundle,
            zygote,
            seed,
            diagnoser=Diagnoser(assignment, zygote, seed),
            counterexamples=Counterexamples(assignment, zygote),
            recollection=known,
            counting=counting,
        )
        return recall, again

    return run


def without(zygote, assignment, **texts):
    content = {"work.py": DOUBLE, "other.py": TWO_FILES["other.py"]}
    content |= {f"{name}.py": text for name, text in texts.items()}
    bundle = Bundle("anna", {name: text.encode() for name, text in content.items()})
    return grade(
        assignment,
        bundle,
        zygote,
        7,
        diagnoser=Diagnoser(assignment, zygote, 7),
        counterexamples=Counterexamples(assignment, zygote),
    )


def test_one_line_of_one_check_asks_that_check_alone(written, graded_again, asked):
    graded_again(written(), work=WRONG)
    assert len(asked) == 3
    asked.clear()
    changed = CHECKS.replace("rng.normal(size=4)", "rng.normal(size=5)")
    recall, made = graded_again(written(changed), work=WRONG)
    assert recall is None and asked == ["double_random"]
    assert [check.outcome for check in made.exercises[0].checks] == ["failed", "failed"]


def test_what_was_found_while_the_zygote_died_is_asked_again(
    written, graded_again, asked, monkeypatch
):
    with monkeypatch.context() as dying:
        dying.setattr(Zygote, "alive", False)
        graded_again(written(), work=WRONG)
    first = list(asked)
    asked.clear()
    recall, _ = graded_again(written(), work=WRONG)
    assert recall is None and asked == first


WORDS = {
    "title": CHECKS.replace("a fixed array is doubled", "two numbers are doubled"),
    "hint": CHECKS.replace("Two times each entry.", "Twice."),
    "weight": CHECKS.replace("weight=2", "weight=5"),
    "comment": CHECKS.replace("    tally = sub.Tally()", "    # a tally\n    tally = sub.Tally()"),
    "a check less": CHECKS[: CHECKS.index('@check("double", "a random')]
    + CHECKS[CHECKS.index('@check("Tally"') :],
}


@pytest.mark.parametrize("checks", WORDS.values(), ids=WORDS)
def test_words_and_weights_ask_nothing_and_come_out_as_if_asked(
    written, graded_again, asked, zygote, checks
):
    graded_again(written(), work=WRONG)
    asked.clear()
    changed = written(checks)
    recall, made = graded_again(changed, work=WRONG)
    assert asked == []
    fresh = timeless(without(zygote, changed, work=WRONG))
    assert timeless(made) == fresh
    if "double_random" in checks:
        assert timeless(recall) == fresh
    else:  # fewer checks show a mistake in another way, which is looked into anew, without asking
        assert recall is None


MANIFESTS = {
    "points": ("points = 6", "points = 60"),
    "total": ("total_points = 10", "total_points = 20"),
    "title": ('title = "Small"', 'title = "Smaller"'),
    "convention": ("share = 0.5", "share = 0.25"),
    "late": ("[limits]", "[late]\npercent_per_day = 10\n\n[limits]"),
    "goal": ("Double an array.", "Twice an array."),
}


def test_how_one_submission_is_read_counts_for_the_same_files_alone(written, graded_again, zygote):
    assignment = written()
    graded_again(assignment)
    unwritten = DOUBLE.replace("return np.asarray(x) * 2", "raise NotImplementedError")
    forbidden = DOUBLE.replace("np.asarray(x) * 2", "np.multiply(x, 2)")
    for work in (unwritten, forbidden, WRONG, "x = 1"):
        _, made = graded_again(assignment, work=work)
        assert timeless(made) == timeless(without(zygote, assignment, work=work))


@pytest.mark.parametrize("change", MANIFESTS.values(), ids=MANIFESTS)
def test_points_late_policy_and_names_ask_nothing(written, graded_again, asked, zygote, change):
    twice = DOUBLE.replace("* 2", "* 4")
    graded_again(written(), work=twice)
    asked.clear()
    changed = written(**{"assignment.toml": TWO_FILES["assignment.toml"].replace(*change)})
    recall, _ = graded_again(changed, work=twice)
    assert asked == [] and recall is not None
    assert timeless(recall) == timeless(without(zygote, changed, work=twice))


def test_what_everything_rests_on_asks_everything(written, graded_again, asked):
    support = {"checks/support.py": "def unit():\n    return 1\n"}
    graded_again(written(**support))
    before = written(**support)
    for number, (assignment, more) in enumerate(
        [
            (before, {"seed": 8}),
            (before, {"environment": "another engine"}),
            (written(**{"checks/support.py": "def unit():\n    return 2\n"}), {}),
            (written(**support, **{"work.py": DOUBLE.replace("* 2", "* 2.0")}), {}),
            (
                written(
                    **support,
                    **{
                        "assignment.toml": TWO_FILES["assignment.toml"].replace(
                            "check_seconds = 1", "check_seconds = 2"
                        )
                    },
                ),
                {},
            ),
        ]
    ):
        asked.clear()
        recall, _ = graded_again(assignment, **more)
        assert recall is None and len(asked) == 3, number
    asked.clear()
    graded_again(before)
    assert asked == []


def test_what_a_check_leans_on_in_its_folder_asks_it_again(written, graded_again, asked):
    text = CHECKS.replace(
        "from autograder.kit import check, expect",
        "from autograder.kit import check, expect\nfrom .sizes import SIZE\n\nTWO = 2.0\n",
    ).replace("np.array([2.0, 4.0])", "np.array([TWO, 4.0])")
    graded_again(written(text, **{"checks/sizes.py": "SIZE = 4\n"}))
    asked.clear()
    graded_again(written(text, **{"checks/sizes.py": "SIZE = 4  # rows\n"}))
    assert asked == []
    graded_again(written(text, **{"checks/sizes.py": "SIZE = 5\n"}))
    assert len(asked) == 3
    asked.clear()
    rest = text.replace("TWO = 2.0", "TWO = 4.0 / 2")
    graded_again(written(rest, **{"checks/sizes.py": "SIZE = 5\n"}))
    assert len(asked) == 3


def test_getattr_in_a_helper_asks_no_more_than_names_it(written, graded_again, asked):
    text = CHECKS.replace(
        "import numpy as np\n", "import numpy as np\nfrom .sizes import size\n", 1
    )
    helper = {"checks/sizes.py": "def size(x):\n    return getattr(x, 'size', 0)\n"}
    other = "from autograder.kit import check\n\nLIMIT = 1\n"
    graded_again(written(text, **helper, **{"checks/test_more.py": other}))
    asked.clear()
    graded_again(written(text, **helper, **{"checks/test_more.py": other.replace("1", "2")}))
    assert asked == []


def test_the_same_code_is_asked_once_a_class(written, graded_again, asked):
    assignment = written()
    graded_again(assignment, work=WRONG)
    asked.clear()
    _, made = graded_again(assignment)
    assert asked == ["double_fixed", "double_random"] and made.score == 10
    asked.clear()
    recall, _ = graded_again(assignment, work=WRONG)
    assert asked == [] and recall is not None


def test_a_sibling_that_is_leaned_on_counts_and_another_does_not(written, graded_again, asked):
    leaning = "from factor import FACTOR\n" + DOUBLE.replace("* 2", "* FACTOR")
    assignment = written()
    assert graded_again(assignment, work=leaning, factor="FACTOR = 2\n")[1].score == 10
    asked.clear()
    _, made = graded_again(assignment, work=leaning, factor="FACTOR = 3\n")
    assert asked == ["double_fixed", "double_random"] and made.score == 4
    asked.clear()
    graded_again(assignment, work=leaning, factor="FACTOR = 3\n", beside="x = 1\n")
    assert asked == []


@pytest.mark.parametrize(
    "reach",
    [
        "FACTOR = float(open('fac' + 'tor.txt').read())",
        "FACTOR = __import__('fac' + 'tor').FACTOR",
        "import importlib\nFACTOR = importlib.import_module('fac' + 'tor').FACTOR",
        "import os\nFACTOR = 2 if os.sep else 3",
        "import pathlib as p\nFACTOR = 2",
        "FACTOR = 2 if [].__class__.__base__.__subclasses__() else 3",
        "import numpy\nFACTOR = numpy.loadtxt",
    ],
)
def test_code_that_could_read_any_file_leans_on_all(written, graded_again, asked, reach):
    leaning = f"{reach}\n{DOUBLE}"
    assignment = written()
    graded_again(assignment, work=leaning, factor="FACTOR = 2\n")
    asked.clear()
    graded_again(assignment, work=leaning, factor="FACTOR = 3\n")
    assert asked == ["double_fixed", "double_random"]


def test_what_one_file_leaves_behind_changes_nothing_for_another(written, graded_again):
    """Else the same file would pass or fail by what others have in their hand-in beside it."""
    spoiling = "import numpy as np\nnp.asarray = lambda x: np.zeros(1)\n"
    assignment = written()
    _, made = graded_again(assignment, other=spoiling + TWO_FILES["other.py"])
    assert made.score == 10
    helping = "import numpy as np\nnp.asarray = lambda x, keep=np.asarray: keep(x) * 2\n"
    _, made = graded_again(
        assignment, work=DOUBLE.replace("* 2", "* 1"), other=helping + TWO_FILES["other.py"]
    )
    assert made.exercises[0].score == 0


def test_what_ran_out_of_time_beside_others_is_asked_again_until_it_counts(
    written, graded_again, asked, monkeypatch
):
    put = Attempt._put

    def starved(self, exercise, check):
        verdict = put(self, exercise, check)
        if check.name == "double_fixed":
            verdict.outcome, verdict.retry = "timeout", "if shared"
        return verdict

    monkeypatch.setattr(Attempt, "_put", starved)
    assignment = written()
    graded_again(assignment)
    asked.clear()
    recall, _ = graded_again(assignment)
    assert recall is None and asked == ["double_fixed"]
    _, made = graded_again(assignment, counting=("", "if shared"))
    asked.clear()
    recall, _ = graded_again(assignment)
    assert asked == [] and timeless(recall).exercises == timeless(made).exercises


def test_prints_and_notes_on_loading_come_back(written, graded_again):
    loud = "print('hello')\nprint('x' * 3)\n1 / 0\n" + DOUBLE
    _, first = graded_again(written(), work=loud)
    recall, again = graded_again(written(), work=loud)
    assert "hello" in first.log and "ZeroDivisionError" in " ".join(first.notes)
    assert timeless(first) == timeless(recall) == timeless(again)


def test_a_transcript_comes_back_as_it_was():
    check = load_assignment(TINY).checks[0]
    verdict = unasked("failed", "public", "hidden")
    verdict.transcript = [("seen", (1, [2.5])), ("did not answer", "TypeError"), {1: "a"}, None]
    verdict.transcript += [np.arange(4.0).reshape(2, 2), Ref(3, "SGD"), [np.float32(2)], b"x"]
    found = Remembered(head_of(verdict, check, "", ()), check).transcript
    assert found[:4] == verdict.transcript[:4]
    assert (found[4] == verdict.transcript[4]).all() and found[5].type_name == "SGD"
    assert found[6] == [np.float32(2)] and found[7] == b"x"
    verdict.transcript = [object()]
    assert head_of(verdict, check, "", ()) is None
