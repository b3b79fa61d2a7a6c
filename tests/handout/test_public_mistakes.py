"""What the handout knows of mistakes: answers and words, and nothing of a solution."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from autograder.assignment.load import load_assignment
from autograder.handout.build import render_handout
from autograder.handout.handout_proof import handout_problems
from autograder.handout.public_mistakes import known_mistakes_json

TINY = Path(__file__).parents[1] / "tiny"
MISTAKE = """
[[mistake]]
name = "Counts by two"
exercise = "word_count"
explanation = '''{explanation}'''
hint = "What does one more word add?"
change = [["counts.get(word, 0) + 1", "counts.get(word, 0) + 2"]]

[[mistake]]
name = "Keeps the last thing"
exercise = "Stack"
explanation = "What is popped stays on the pile."
hint = "How long is the pile after a pop?"
change = [["del self._things[-1]", "pass"]]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "tiny"
    shutil.copytree(TINY, made)
    (made / "mistakes").mkdir()
    return made


def test_answers_and_words_are_written(folder: Path) -> None:
    (folder / "mistakes" / "words.toml").write_text(MISTAKE.format(explanation="Too many."))
    content = json.loads(known_mistakes_json(load_assignment(folder)))
    assert [words[0] for words in content["words"]] == ["Counts by two", "Keeps the last thing"]
    (known,) = content["exercises"]["word_count"]["known"]
    assert list(known["answers"]) == ["count_case"]
    assert "get(word" not in json.dumps(content)


def test_an_explanation_that_gives_the_solution_away_is_a_leak(folder: Path) -> None:
    source = (folder / "words.py").read_text(encoding="utf-8")
    line = next(line.strip() for line in source.split("\n") if "counts.get(word, 0) + 1" in line)
    (folder / "mistakes" / "words.toml").write_text(MISTAKE.format(explanation=f"Write {line} !"))
    assignment = load_assignment(folder)
    problems = handout_problems(assignment, render_handout(assignment))
    assert any("known_mistakes.json" in problem for problem in problems), problems
