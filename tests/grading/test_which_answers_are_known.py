"""Which implementations with mistakes in them are put to the checks of an exercise."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import cast

import msgspec
import pytest

from autograder.assignment.load import Assignment, load_assignment
from autograder.assignment.manifest import Exercise
from autograder.grading import mistake_answers
from autograder.grading.mistake_answers import Known, MistakeAnswers
from autograder.grading.sandboxed import SandboxedAttempt
from autograder.sandbox.zygote import Zygote, ZygoteError

TINY = Path(__file__).parents[1] / "tiny"
FIRST, SECOND = "counts.get(word, 0) + 1", "for word in"
MISTAKES = f"""
[[mistake]]
name = "One"
exercise = "word_count"
explanation = "One."
hint = "One."
change = [["{FIRST}", "1"]]
forms = [[["{FIRST}", "counts.get(word, 1)"]]]

[[mistake]]
name = "Two"
exercise = "word_count"
explanation = "Two."
hint = "Two."
change = [["{SECOND}", "for word in 2 *"]]

[[mistake]]
name = "Alone"
exercise = "word_count"
explanation = "Alone."
hint = "Alone."
alone = true
change = [["{SECOND}", "for word in 3 *"]]
also = ["Stack"]

[[style]]
name = "written otherwise"
exercise = "word_count"
change = [["{FIRST}", "1 + counts.get(word, 0)"]]
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    folder = tmp_path_factory.mktemp("known") / "tiny"
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("__py*"))
    (folder / "mistakes").mkdir()
    (folder / "mistakes" / "words.toml").write_text(MISTAKES)
    return load_assignment(folder)


@pytest.fixture
def answers(tiny: Assignment) -> MistakeAnswers:
    return MistakeAnswers(tiny, cast(Zygote, None), 7)


def told(group: list[Known]) -> list[tuple[str, str]]:
    return [("+".join(one.name for one in made.mistakes), made.style) for made in group]


def exercise(tiny: Assignment, name: str) -> Exercise:
    return tiny.manifest.exercise(name)


def test_each_form_of_each_mistake_is_asked_also_where_another_exercise_shares_it(
    tiny: Assignment, answers: MistakeAnswers
) -> None:
    found = told(answers.singles(exercise(tiny, "word_count")))
    assert found == [("One", ""), ("One", ""), ("Two", ""), ("Alone", "")]
    assert told(answers.singles(exercise(tiny, "Stack"))) == [("Alone", "")]


def test_mistakes_are_combined_with_styles_and_two_by_two_but_not_with_themselves(
    tiny: Assignment, answers: MistakeAnswers
) -> None:
    found = told(answers.combined(exercise(tiny, "word_count")))
    # What touches the same text as the style cannot be combined with it.
    styled = [("Two", "written otherwise"), ("Alone", "written otherwise")]
    assert found == [*styled, ("One+Two", ""), ("One+Two", "")]
    assert told(answers.combined(exercise(tiny, "Stack"))) == []


@pytest.mark.parametrize("changed", [{"uses": "tensorflow"}, {"kind": "data"}], ids=str)
def test_where_asking_takes_seconds_nothing_is_combined(
    tiny: Assignment, answers: MistakeAnswers, changed: dict[str, str]
) -> None:
    slow = msgspec.structs.replace(exercise(tiny, "word_count"), **changed)
    assert told(answers.combined(slow)) == []


def test_the_reference_passes_and_a_mistake_fails_and_each_is_asked_once(
    tiny: Assignment, answers: MistakeAnswers
) -> None:
    made = exercise(tiny, "word_count")
    checks = tiny.checks_of(made)
    right = answers.right(made)
    verdicts = [right.of(check) for check in checks]
    assert all(verdict is not None and verdict.passed for verdict in verdicts)
    wrong = answers.singles(made)[0]
    assert not all(verdict.passed for check in checks if (verdict := wrong.of(check)))
    assert right.of(checks[0]) is verdicts[0]
    assert answers.right(made) is right and answers.singles(made)[0] is wrong


@pytest.fixture
def there(tiny: Assignment, zygote: Zygote, monkeypatch: pytest.MonkeyPatch) -> MistakeAnswers:
    """Known answers that are asked in workers, as where an exercise needs TensorFlow."""
    monkeypatch.setattr(mistake_answers, "can_be_asked_here", lambda exercise: False)
    return MistakeAnswers(tiny, zygote, 7)


def test_what_is_asked_in_a_worker_answers_as_here(
    tiny: Assignment, there: MistakeAnswers, zygote: Zygote, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = exercise(tiny, "word_count")
    checks = tiny.checks_of(made)
    assert {check.public for check in checks} == {True, False}
    asked = [there.right(made), *there.singles(made)]
    monkeypatch.undo()
    answers = MistakeAnswers(tiny, zygote, 7)
    for mine, theirs in zip([answers.right(made), *answers.singles(made)], asked, strict=True):
        for check in checks:
            here, elsewhere = mine.of(check), theirs.of(check)
            assert here is not None and elsewhere is not None
            assert (elsewhere.outcome, elsewhere.transcript) == (here.outcome, here.transcript)
            assert theirs.of(check) is elsewhere, "it is asked once"


def test_a_mistake_that_cannot_be_asked_explains_nobody(
    tiny: Assignment, there: MistakeAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = exercise(tiny, "word_count")

    def lost(self: SandboxedAttempt) -> None:
        raise ZygoteError("no worker starts")

    monkeypatch.setattr(SandboxedAttempt, "prepare", lost)
    assert {there.right(made).of(check) for check in tiny.checks_of(made)} == {None}
