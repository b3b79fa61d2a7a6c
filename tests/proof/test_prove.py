"""The proof of a small assignment: sound as it is, and what it says when a check is spoilt."""

import json

import pytest
from typer.testing import CliRunner

from autograder.assignment.load import load_assignment
from autograder.assignment.manifest_problems import ManifestError
from autograder.assignment.right_answers import read_callers
from autograder.cli.app import app
from autograder.proof.judgement import judge
from autograder.proof.trial_cache import Cache
from autograder.proof.trial_records import CheckTrial, Trial
from autograder.proof.trial_submissions import variants
from autograder.proof.trials import Plan, try_all

PLAN = Plan(seed=1, stability=(3, 1), mistakes=(2, 1), survivors=1)

MISTAKES = """
[[mistake]]
name = "squared"
exercise = "double"
explanation = "Two times is not to the power of two."
hint = "What is two times 3?"
change = [["np.asarray(x) * 2", "np.asarray(x) ** 2"]]

[[mistake]]
name = "count starts anew"
exercise = "Tally"
explanation = "The sum of all numbers is asked for, not the last one."
hint = "What was there before?"
change = [["self.count += n", "self.count = n"]]
"""
ALTERNATIVE = '"""By adding."""\n\nEXERCISE = "double"\n\n\ndef double(x):\n    return x + x\n'
TWICE = (
    '"""Twice."""\n\nEXERCISE = "double"\nCONVENTION = "twice"\n\n\n'
    "def double(x):\n    return x * (4 if len(x) == 4 else 2)\n"
)
MORE = {
    "mistakes/work.toml": MISTAKES,
    "alternatives/adding.py": ALTERNATIVE,
    "alternatives/twice.py": TWICE,
}


def proved(small_folder, zygote, tmp_path, **changes):
    assignment = load_assignment(small_folder(**{**MORE, **changes}))
    tmp_path.mkdir(exist_ok=True)
    cache = Cache(tmp_path / "trials.jsonl")
    trials = list(try_all(assignment, variants(assignment), zygote, PLAN, 2, cache))
    return judge(assignment, trials), trials


@pytest.fixture(scope="module")
def checks(small):
    return (small.folder / "checks" / "test_work.py").read_text()


def test_a_sound_assignment_is_sound(small_folder, zygote, tmp_path):
    judgement, trials = proved(small_folder, zygote, tmp_path)
    assert judgement.sound, judgement.shortfalls
    assert judgement.named == judgement.mistakes == 2
    assert judgement.killed == judgement.counts["mutant"] > 5
    assert judgement.confusions == []
    assert {t.kind for t in trials} == {
        *("reference", "skeleton", "alone", "alternative", "lifeless", "mistake", "mutant")
    }
    assert all(not made.narrow for made in judgement.margins)
    assert any(made.above is not None for made in judgement.margins)


def test_a_weakened_check_names_what_slips_through(small_folder, zygote, tmp_path, checks):
    weak = checks.replace(
        'expect.equal(tally.add(number), total, "the count")', "tally.add(number)"
    )
    weak = weak.replace('expect.equal(tally.get("count"), 5, "the attribute count")', "pass")
    judgement, _ = proved(small_folder, zygote, tmp_path, **{"checks/test_work.py": weak})
    assert not judgement.sound
    assert judgement.shortfalls["mistakes that lose nothing"] == ["Tally: count starts anew"]
    assert any("self.count -= n" in line for line in judgement.shortfalls["mutants that survive"])
    assert "Tally: tally" in judgement.idle or judgement.survivors


def test_a_wrong_check_names_the_right_answer_it_rejects(small_folder, zygote, tmp_path, checks):
    wrong = checks.replace('{"twice": x * 4}', "{}")
    judgement, _ = proved(small_folder, zygote, tmp_path, **{"checks/test_work.py": wrong})
    rejected = judgement.shortfalls["right answers rejected"]
    assert any(line.startswith("alternative twice: double_random in 3 of 3") for line in rejected)


def test_a_written_reason_excuses_a_mutant(small_folder, zygote, tmp_path, checks):
    weak = checks.replace('expect.equal(tally.get("count"), 5, "the attribute count")', "pass")
    source = {
        "checks/test_work.py": weak,
        "work.py": (small_folder() / "work.py")
        .read_text()
        .replace("        self.count += n\n", "        n = float(n)\n        self.count += n\n"),
    }
    before, _ = proved(small_folder, zygote, tmp_path, **source)
    assert any("n = (n)" in line for line in before.survivors)
    reason = (
        '[[equivalent]]\nfile = "work.py"\nbefore = "n = float(n)"\n'
        'reason = "A count of ints is a count of floats."\n'
    )
    after, _ = proved(small_folder, zygote, tmp_path, **source, **{"equivalents.toml": reason})
    assert not any("n = (n)" in line for line in after.survivors)
    assert any("n = (n)" in name for name, _ in after.excused)


def test_a_stopped_proof_goes_on_where_it_was(small_folder, zygote, tmp_path):
    assignment = load_assignment(small_folder(**MORE))
    path = tmp_path / "trials.jsonl"
    everything = list(variants(assignment))
    first = list(try_all(assignment, everything[:5], zygote, PLAN, 1, Cache(path)))
    with path.open("ab") as file:
        file.write(b'{"key": "half a li')
    seen = []

    class Counting(Cache):
        def add(self, trial):
            seen.append(trial.key)
            super().add(trial)

    trials = list(try_all(assignment, everything, zygote, PLAN, 2, Counting(path)))
    assert len(trials) == len(everything)
    assert len(seen) == len(everything) - len(first)


def test_the_command_writes_page_and_json_and_says_sound(small_folder, tmp_path):
    folder = small_folder(**MORE)
    run = CliRunner().invoke(app, ["prove", str(folder), "-o", str(tmp_path), "--quick"])
    assert run.exit_code == 0, run.output
    told = json.loads((tmp_path / "proof.json").read_text())
    assert told["sound"] is True
    assert "Sound: every right answer passes" in (tmp_path / "proof.html").read_text()


def test_idle_checks_are_those_of_the_exercises_tried(small_folder, zygote, tmp_path):
    assignment = load_assignment(small_folder())
    right = [v for v in variants(assignment) if v.kind == "reference" and v.exercise == "double"]
    trials = list(try_all(assignment, right, zygote, PLAN, 1, Cache(None)))
    idle = judge(assignment, trials).idle
    assert idle and all(line.startswith("double: ") for line in idle)


def test_a_mistake_must_lose_points_whatever_the_seed(small_folder):
    fell = CheckTrial(exercise="double", passed=1, outcomes=("failed", "failed"))
    trial = Trial(
        **{"key": "k", "kind": "mistake", "name": "squared", "exercise": "double"},
        **{"seeds": 3, "caught": 2, "checks": {"double_random": fell}},
        diagnosis={"double": "squared"},
    )
    judgement = judge(load_assignment(small_folder(**MORE)), [trial])
    lost = judgement.shortfalls["mistakes that lose nothing"]
    assert lost == ["double: squared, in 1 of 3 seeds"]
    assert not judgement.sound


def test_a_failed_attempt_is_no_noise_of_a_check_that_goes_on(small_folder, zygote, tmp_path):
    attempt = """
from autograder.kit import check, expect


@check("double", "twice or as before", hint="Twice.")
def test_attempts(sub):
    if not expect.holds(lambda: expect.close(sub.double(2.0), 3.0, "double of 2")):
        expect.close(sub.double(2.0), 4.0, "double of 2")
"""
    assignment = load_assignment(small_folder(**{"checks/test_attempt.py": attempt}))
    right = [v for v in variants(assignment) if v.kind == "reference" and v.exercise == "double"]
    trials = list(try_all(assignment, right, zygote, PLAN, 1, Cache(None)))
    margin = next(m for m in judge(assignment, trials).margins if m.check == "attempts")
    assert margin.noise == 0


CALLER = '''"""Counting by doubling."""

EXERCISE = "Tally"
CALLS = "double"


class Tally:
    def __init__(self):
        self.count = 0

    def add(self, n):
        self.count += int(double(n)) // 2
        return self.count
'''


def test_a_mistake_costs_nothing_where_it_is_called(small_folder, zygote, tmp_path, monkeypatch):
    callers = {"callers/doubling.py": CALLER}
    judgement, _ = proved(small_folder, zygote, tmp_path, **callers)
    assert judgement.sound, judgement.shortfalls
    (one,) = judgement.surcharges
    assert (one.exercise, one.answer, one.home, one.there, one.failing) == (
        *("Tally", "doubling on squared"),
        *(100.0, 0.0, ()),
    )
    # A proof that carries nothing forward sees what it costs.
    monkeypatch.setattr("autograder.proof.trials.carry_forward", lambda attempt, verdicts: {})
    judgement, _ = proved(small_folder, zygote, tmp_path / "again", **callers)
    (line,) = judgement.shortfalls["mistakes that cost whoever calls"]
    assert line == "Tally: doubling on squared: tally, 100 percent"


def test_a_caller_says_what_it_calls(small_folder):
    folder = small_folder(**{"callers/doubling.py": CALLER.replace('"double"', '"triple"')})
    with pytest.raises(ManifestError, match="CALLS is 'triple', expected names of exercises"):
        read_callers(folder, load_assignment(folder).manifest)
