"""Slips of authors, one at a time on the small assignment: each is told with file and line."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from .conftest import Author

TOML = "assignment.toml"
CHECKS = "checks/test_words.py"


class Slip(NamedTuple):
    """One slip and what the author must read.

    Attributes:
        name: what was done, for the test's name.
        file: the file that is changed.
        old: what stands there once; empty to write the whole file.
        new: what the author makes of it.
        at: a piece of the line that must be named; empty for the file as a whole.
        said: a piece of the sentence, as a regular expression.
        named: the file that must be named, if it is another one.
    """

    name: str
    file: str
    old: str
    new: str
    at: str
    said: str
    named: str = ""


POP = '            raise IndexError("pop from an empty stack")\n'
CHECK = '@check("Stack", "two piles do not share their things")\ndef test_stack_apart(sub, rng):\n'
MISTAKE = """[[mistake]]
name = "Forgets"
exercise = "Stack"
explanation = "Nothing is kept."
hint = "Where does it go?"
change = [["self._things.append(thing)", "pass"]]
"""
ALTERNATIVE = '''"""Counting with get."""

EXERCISE = "word_count"


def word_count(text):
    if type(text) is not str:
        raise ValueError("no text")
    found = {}
    for word in "".join(c if c.isalpha() or c == "'" else " " for c in text.lower()).split():
        found[word] = found.get(word, 0) + 1
    return found
'''

SLIPS = [
    # ---- the reference
    Slip(
        *("a package that is not here", "words.py", "import re\n", "import re\nimport no_such\n"),
        *("import no_such", "ModuleNotFoundError: No module named 'no_such'; install"),
    ),
    Slip(
        *("an error on import", "words.py", "import re\n", "import re\n\nCOUNTS = {}['none']\n"),
        *("COUNTS =", "cannot be imported here: KeyError: 'none'"),
    ),
    Slip(
        *("the end on import", "words.py", "import re\n", "import re\n\nraise SystemExit(3)\n"),
        *("raise SystemExit", "cannot be imported here: SystemExit: 3"),
    ),
    # ---- the manifest
    Slip("unknown key", TOML, "minutes = 15", "minuts = 15", "minuts", "did you mean 'minutes'"),
    Slip("unknown table", TOML, "[packages]", "[package]", "[package]", "did you mean 'packages'"),
    Slip("text for a number", TOML, "points = 4", 'points = "4"', 'points = "4"', "a number"),
    Slip("no title", TOML, 'title = "Words and Stacks"\n', "", "[assignment]", "title: expected"),
    Slip("not TOML", TOML, "points = 4", "points = four", "points = four", "valid TOML"),
    Slip(
        *("day as a moment", TOML, 'version = "2.0"', 'version = "2.0"\ndue = 2027-03-01'),
        *("due =", "a date and time with offset"),
    ),
    Slip(
        *("moment without offset", TOML, 'version = "2.0"'),
        *('version = "2.0"\ndue = 2027-03-01T18:00:00', "due =", "with offset"),
    ),
    Slip(
        *("moment for a day", TOML, 'version = "2.0"'),
        *('version = "2.0"\nreleased = 2027-03-01T08:00:00Z', "released =", "a day"),
    ),
    Slip(
        *("no such day", TOML, 'version = "2.0"', 'version = "2.0"\nreleased = 2027-02-30'),
        *("released =", "valid TOML"),
    ),
    Slip(
        *("due before released", TOML, 'version = "2.0"'),
        'version = "2.0"\nreleased = 2027-03-02\ndue = 2027-03-01T18:00:00Z',
        *("due =", "not before 2027-03-02"),
    ),
    Slip(
        *("exercise twice", TOML, 'name = "Stack"', 'name = "word_count"'),
        *("", r"toml:36:1: .*the name a second time \(first at line 27"),
    ),
    Slip(
        *("exercise in no file", TOML, 'file = "words.py"\npoints = 4'),
        *('file = "word.py"\npoints = 4', 'file = "word.py"', 'did you mean "words.py"'),
    ),
    Slip("no points", TOML, "points = 4\n", "", "[[exercise]]", "a number, or the tier given"),
    Slip(
        "wrong tier", TOML, "points = 4", 'points = 4\ntier = "extra"', "tier =", '"bonus", "core"'
    ),
    Slip("keyword", TOML, 'name = "Stack"', 'name = "lambda"', 'name = "lambda"', "a word of the"),
    Slip(
        *("name of a library", TOML, '[[file]]\nname = "words.py"'),
        *('[[file]]\nname = "statistics.py"', "statistics.py", "a module of its own"),
    ),
    Slip(
        "missing file",
        TOML,
        "[[file]]\n",
        '[[file]]\nname = "more.py"\ntitle = "M"\n\n[[file]]\n',
        'name = "more.py"',
        "a file .*more.py, found nothing",
    ),
    Slip(
        *("missing data file", TOML, "[[file]]\n"),
        '[[file]]\nname = "rain.csv"\ntitle = "Rain"\nextra = true\n\n[[file]]\n',
        *('name = "rain.csv"', "a file .*rain.csv, found nothing"),
    ),
    Slip(
        *("nonsense requirement", TOML, '["pytest>=7"]', '["pytest>=7", "numpy at least 1"]'),
        *("requirements =", "a requirement of pip"),
    ),
    Slip("nonsense python", TOML, 'python = ">=3.8"', 'python = "3.8 up"', "python =", "versions"),
    # ---- the reference
    Slip(
        "syntax error", "words.py", "counts = {}", "counts = {", "", r"words.py:\d+:\d+: .*not Py"
    ),
    Slip(
        "Latin-1",
        "words.py",
        "in lower case (given)",
        "in lower case (gegeben f\udcfcr alle)",
        "gegeben",
        "not UTF-8: byte 0xfc",
    ),
    Slip(
        "byte-order mark",
        "words.py",
        '"""Count words,',
        '\ufeff"""Count words,',
        "Count words,",
        "byte-order mark",
    ),
    Slip(
        "tabs",
        "words.py",
        POP,
        '\t\t\traise IndexError("pop from an empty stack")\n',
        "pop from an",
        "tab",
    ),
    Slip(
        "mixed tabs",
        "words.py",
        "        top = self._things[-1]\n",
        "\ttop = self._things[-1]\n",
        "top = self",
        "tab",
    ),
    Slip(
        "no END",
        "words.py",
        "        return top\n        # END SOLUTION",
        "        return top",
        "",
        r"words.py:\d+:\d+: BEGIN SOLUTION without END",
    ),
    Slip(
        "no BEGIN",
        "words.py",
        "        # BEGIN SOLUTION\n        self._things",
        "        self._things",
        "",
        r"words.py:\d+:\d+: END SOLUTION without BEGIN",
    ),
    Slip(
        "misspelt marker",
        "words.py",
        "    # BEGIN SOLUTION\n    if not isinst",
        "    # BEGIN SOLUTON\n    if not isinst",
        "SOLUTON",
        "looks like a marker",
    ),
    Slip(
        "no TODO",
        "words.py",
        "        # TODO: put thing on top of the pile.\n",
        "",
        "",
        r"words.py:61:9: no '# TODO: ...' line",
    ),
    Slip(
        *("region outside", "words.py", "class Stack:"),
        "# TODO: give it a value.\n# BEGIN SOLUTION\nLIMIT = 3\n# END SOLUTION\n\n\nclass Stack:",
        *("", r"words.py:43:1: .*outside every function"),
    ),
    Slip(
        *("region of no exercise", "words.py", '    return re.findall(r"[a-z\']+", text.lower())'),
        "    # TODO: split it.\n    # BEGIN SOLUTION\n"
        '    return re.findall(r"[a-z\']+", text.lower())\n    # END SOLUTION',
        *("", r"words.py:\d+:\d+: the region belongs to 'words_of'"),
    ),
    Slip(
        "region names another",
        "words.py",
        "        # BEGIN SOLUTION\n        self._things",
        "        # BEGIN SOLUTION Stak\n        self._things",
        "Stak",
        'did you mean "Stack"',
    ),
    Slip(
        *("check's hint quotes", CHECKS, "def test_stack_apart"),
        '@check("Stack", "x", hint="counts[word] = counts.get(word, 0) + 1")\ndef test_stack_apart',
        *("counts[word] =", "quotes the solution"),
    ),
    Slip(
        *("explanation quotes", "mistakes/words.toml", ""),
        MISTAKE.replace("Nothing is kept.", "Not: counts[word] = counts.get(word, 0) + 1"),
        *("Not: counts", "quotes the solution"),
    ),
    Slip("definition renamed", "words.py", "class Stack:", "class Stak:", "", "did you mean"),
    Slip(
        "hint quotes",
        "words.py",
        "the top is where push puts things.",
        "counts[word] = counts.get(word, 0) + 1",
        "HINT idea: counts[word]",
        "quotes the solution",
    ),
    Slip(
        "docstring quotes",
        "words.py",
        '"""Put one thing on top."""',
        '"""Put on top; as in counts[word] = counts.get(word, 0) + 1."""',
        "Put on top",
        "quotes",
    ),
    Slip("odd hint", "words.py", "# HINT pseudo-code:", "# HINT steps:", "HINT steps", "neither"),
    # ---- the story
    Slip(
        "unclosed fence",
        "notebook.md",
        'word_count("the cat and the hat")\n```',
        "x = 1",
        "```python",
        "not closed",
    ),
    Slip(
        "syntax error in a cell",
        "notebook.md",
        'word_count("the cat and the hat")',
        'word_count("the cat',
        'word_count("the cat',
        "not Python",
    ),
    Slip(
        "exercise misspelt in the story",
        "notebook.md",
        '<< exercise("Stack") >>',
        '<< exercise("Stak") >>',
        "Stak",
        'did you mean "Stack"',
    ),
    Slip(
        "exercise left out", "notebook.md", '<< exercise("Stack") >>', "", "", "no cell for Stack"
    ),
    Slip(
        "template word misspelt",
        "notebook.md",
        "<< preamble(",
        "<< preambel(",
        "preambel",
        'did you mean "preamble"',
    ),
    Slip(
        "template not closed",
        "notebook.md",
        '<< exercise("Stack") >>',
        '<< exercise("Stack") ',
        'exercise("Stack")',
        "unexpected end of template",
    ),
    Slip(
        "file misspelt in the story",
        "notebook.md",
        'given("words.py"',
        'given("word.py"',
        "word.py",
        'did you mean "words.py"',
    ),
    Slip(
        "story in Latin-1",
        "notebook.md",
        "## A pile of things",
        "## Ein St\udcfcck",
        "Ein St",
        "not UTF-8",
    ),
    # ---- the checks
    Slip(
        "syntax error in a check",
        CHECKS,
        "one, other = sub",
        "one, other == sub = ",
        "one, other",
        "not Python",
    ),
    Slip(
        "test twice",
        CHECKS,
        "def test_stack_again(",
        "def test_stack_apart(",
        "",
        r"test_words.py:\d+:\d+: test_stack_apart is defined a second time",
    ),
    Slip(
        "no decorator",
        CHECKS,
        CHECK,
        "def test_stack_apart(sub, rng):\n",
        "def test_stack_apart",
        "has no @check",
    ),
    Slip(
        "exercise misspelt in a check",
        CHECKS,
        CHECK,
        CHECK.replace('"Stack"', '"Stac"'),
        '"Stac"',
        'did you mean "Stack"',
    ),
    Slip(
        "not called test",
        CHECKS,
        "def test_stack_apart(",
        "def stack_apart(",
        "",
        r"test_words.py:\d+:\d+: .*must start with test_",
    ),
    Slip(
        "odd fixture",
        CHECKS,
        "def test_stack_apart(sub, rng)",
        "def test_stack_apart(sub, seed)",
        "",
        r"test_words.py:\d+:\d+: .*parameters must be among",
    ),
    Slip(
        "weight 0",
        CHECKS,
        CHECK,
        CHECK.replace('things")', 'things", weight=-1)'),
        'their things", weight=-1',
        "weight must be 0 or more",
    ),
    Slip(
        "public with rng",
        CHECKS,
        CHECK,
        CHECK.replace('things")', 'things", public=True)'),
        'things", public=True',
        "a public check takes only sub",
    ),
    Slip(
        "unknown expectation",
        CHECKS,
        'counts = expect.mapping(sub.word_count(" "',
        'counts = expect.maping(sub.word_count(" "',
        "maping",
        'did you mean "mapping"',
    ),
    Slip(
        "expect.equal of a dict",
        CHECKS,
        'expect.equal(list(counts), words, "the words in order")',
        'expect.equal(counts, {"a": 1}, "the counts")',
        'expect.equal(counts, {"a"',
        "not a dict; use expect.close",
    ),
    Slip(
        "expectation without words",
        CHECKS,
        'expect.equal(list(counts), words, "the words in order")',
        "expect.equal(list(counts), words)",
        "expect.equal(list(counts), words)",
        r"write expect.equal\(value, wanted, what\)",
    ),
    Slip(
        "assert",
        CHECKS,
        'expect.equal(list(counts), words, "the words in order")',
        "assert list(counts) == words",
        "assert list",
        "expect.that",
    ),
    Slip(
        "asks what is not there",
        CHECKS,
        "one, other = sub.Stack(), sub.Stack()",
        "one, other = sub.Stack(), sub.Stak()",
        "sub.Stak()",
        'did you mean "Stack"',
    ),
    Slip(
        "reference misspelt",
        CHECKS,
        "ref.word_count(text)",
        "ref.wordcount(text)",
        "ref.wordcount",
        'did you mean "word_count"',
    ),
    Slip(
        "import that fails",
        CHECKS,
        "LETTERS = ",
        "import not_installed_anywhere\n\nLETTERS = ",
        "import not_installed",
        "ModuleNotFoundError",
    ),
    Slip(
        "public leans on the hidden side",
        CHECKS,
        "from autograder.kit import check, expect",
        "from autograder.kit import check, expect\nfrom .oracles import LETTERS as L\n\nAGAIN = L",
        "",
        "",
        "checks/test_words.py",
    ),
    Slip("support in Latin-1", "checks/support.py", "", "# f\udcfcr alle\n", "", "not UTF-8"),
    Slip(
        "support misspelt",
        CHECKS,
        "one, other = sub.Stack(), sub.Stack()",
        "one, other = sub.Stack(), sub.support.stack()",
        "sub.support.stack",
        "defines no stack",
    ),
    # ---- answers with a known verdict
    Slip(
        "mistake not TOML",
        "mistakes/tiny.toml",
        "",
        MISTAKE + "hint: no\n",
        "hint: no",
        "valid TOM",
    ),
    Slip(
        "mistake of no exercise",
        "mistakes/tiny.toml",
        "",
        MISTAKE.replace('"Stack"', '"Stak"'),
        'exercise = "Stak"',
        'did you mean "Stack"',
    ),
    Slip(
        "mistake that fits nowhere",
        "mistakes/tiny.toml",
        "",
        MISTAKE.replace("._things.append", "._thing.append"),
        "change =",
        "0 times, expected once",
    ),
    Slip(
        "mistake that is no Python",
        "mistakes/tiny.toml",
        "",
        MISTAKE.replace('"pass"', '"pass ("'),
        "change =",
        "not Python once it is changed",
    ),
    Slip("mistake twice", "mistakes/tiny.toml", "", MISTAKE + MISTAKE, "", r"toml:8:1: .*is taken"),
    Slip(
        "mistake without words",
        "mistakes/tiny.toml",
        "",
        MISTAKE.replace("hint", "hnt"),
        "[[mistake",
        "hint|hnt",
    ),
    Slip(
        "alternative not Python",
        "alternatives/get.py",
        "",
        ALTERNATIVE.replace("found = {}", "found = {"),
        "",
        r"get.py:\d+:\d+: this is not Python",
    ),
    Slip(
        "alternative of no exercise",
        "alternatives/get.py",
        "",
        ALTERNATIVE.replace('= "word_count"', '= "wordcount"'),
        "EXERCISE",
        'did you mean "word_count"',
    ),
    Slip(
        "alternative without a title",
        "alternatives/get.py",
        "",
        ALTERNATIVE.split("\n", 1)[1],
        "",
        "no docstring",
    ),
    Slip(
        "alternative of another name",
        "alternatives/get.py",
        "",
        ALTERNATIVE.replace("def word_count", "def count_words"),
        "EXERCISE",
        "is called word_count",
    ),
    Slip(
        "alternative of no convention",
        "alternatives/get.py",
        "",
        ALTERNATIVE.replace("\n\n\ndef", '\nCONVENTION = "case_keep"\n\n\ndef'),
        "CONVENTION",
        'did you mean "case_kept"',
    ),
    Slip(
        "alternative with a mark",
        "alternatives/get.py",
        "",
        "\ufeff" + ALTERNATIVE,
        "Counting",
        "byte-order mark",
    ),
]


# These show only when the checks are asked.
SLIPS += [
    Slip(
        "the reference fails",
        CHECKS,
        'pile.pop()], ["spoon", "cup"]',
        'pile.pop()], ["cup", "spoon"]',
        "def test_stack_order",
        "test_stack_order: the reference does not pass it",
    ),
    Slip(
        "no expectation",
        CHECKS,
        '        expect.equal(pile.pop(), thing, "what was popped")\n',
        "        pile.pop()\n",
        "def test_stack_again",
        "test_stack_again judges nothing: .*returns None",
    ),
    Slip(
        "asks nobody",
        CHECKS,
        'expect.close(sub.word_count(text), ref.word_count(text), "the counts")',
        'expect.close(ref.word_count(text), ref.word_count(text), "the counts")',
        "def test_count_random",
        "judges nothing: it passes an answer that is not written",
    ),
    Slip(
        "looks only at the kind",
        CHECKS,
        'expect.close(sub.word_count(text), ref.word_count(text), "the counts")',
        'expect.mapping(sub.word_count(text), "the counts")',
        "def test_count_random",
        "judges nothing: it passes an answer that returns any dict",
    ),
    Slip(
        "any exception will do",
        CHECKS,
        'with expect.raises("IndexError", "the pile is',
        'with expect.raises("Exception", "the pile is',
        "def test_stack_empty",
        "judges nothing: .*raises some exception",
    ),
    Slip(
        "expect.equal of a dict that is computed",
        CHECKS,
        'expect.close(sub.word_count(text), ref.word_count(text), "the counts")',
        'expect.equal(sub.word_count(text), ref.word_count(text), "the counts")',
        "expect.equal(sub.word_count(text)",
        "test_count_random itself fails: TypeError: expect.equal compares .*, not dict",
    ),
]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_a_slip_is_told_with_its_place_and_nothing_is_built(author: Author, slip: Slip) -> None:
    author.replace(slip.file, slip.old, slip.new)
    code, printed = author.run("build")
    assert (code, author.built()) == (2, False), printed
    assert "Traceback" not in printed
    file = f"solutions/tiny/{slip.named or slip.file}"
    at = rf":{author.line_of(slip.file, slip.at)}:\d+: " if slip.at else r"(:\d+:\d+)?: "
    told = [line for line in printed.splitlines() if re.match(re.escape(file) + at, line)]
    assert any(re.search(slip.said, line) for line in told), printed


def test_all_slips_of_a_folder_are_told_at_once(author: Author) -> None:
    author.replace(TOML, "minutes = 15", "minutes = -1")
    author.replace("words.py", "        # TODO: put thing on top of the pile.\n", "")
    author.replace(CHECKS, "ref.word_count(text)", "ref.wordcount(text)")
    author.replace("notebook.md", 'word_count("the cat and the hat")', "word_count(")
    author.replace("alternatives/get.py", "", "def f(:\n")
    code, printed = author.run("build")
    assert code == 2
    told = [line.split(": ")[0] for line in printed.splitlines() if line.startswith("solutions/")]
    files = {place.split(":")[0].removeprefix("solutions/tiny/") for place in told}
    assert {TOML, "notebook.md", "alternatives/get.py"} <= files
    author.replace(TOML, "minutes = -1", "minutes = 15")
    code, printed = author.run("build")
    assert {"words.py:", "test_words.py:", "notebook.md:", "get.py:"} == {
        f"{line.split(':')[0].rpartition('/')[2]}:"
        for line in printed.splitlines()
        if line.startswith("solutions/")
    }
    assert "5 faults" in printed or "4 faults" in printed


def test_the_small_assignment_as_it_is_builds(author: Author) -> None:
    code, printed = author.run("build")
    assert (code, author.built()) == (0, True), printed


def test_an_exercise_without_public_checks_says_so(author: Author) -> None:
    for words in ("push and pop work at the same end.", "Look whether anything is there before"):
        text = (author.folder / CHECKS).read_text(encoding="utf-8")
        before, _, after = text.partition(words)
        head, _, tail = before.rpartition("    public=True,\n")
        (author.folder / CHECKS).write_text(head + tail + words + after, encoding="utf-8")
    code, printed = author.run("build")
    line = author.line_of(TOML, 'name = "Stack"')
    assert code == 2
    assert f'solutions/tiny/{TOML}:{line}:1: exercise "Stack": none of its checks is' in printed
    author.replace(TOML, "points = 6", "points = 6\npublic = false")
    code, printed = author.run("build")
    assert (code, author.built()) == (0, True), printed


def test_a_hidden_check_that_asks_what_a_public_one_asks_is_named(author: Author) -> None:
    twin = """

@check("Stack", "the last one comes first, again")
def test_stack_twin(sub):
    pile = sub.Stack()
    for thing in ("plate", "cup", "spoon"):
        pile.push(thing)
    expect.equal([pile.pop(), pile.pop()], ["spoon", "cup"], "the things popped")
"""
    with open(author.folder / CHECKS, "a", encoding="utf-8") as file:
        file.write(twin)
    code, printed = author.run("build")
    place = f"solutions/tiny/{CHECKS}:{author.line_of(CHECKS, 'def test_stack_twin')}:1"
    assert (code, author.built()) == (2, False)
    assert f"{place}: test_stack_twin asks the very same as the public test_stack_order" in printed


def test_a_check_that_never_ends_is_named(author: Author) -> None:
    author.replace(TOML, "check_seconds = 5", "check_seconds = 5\njudge_seconds = 1")
    author.replace(
        CHECKS, "    pile, wanted = sub.Stack(), []\n", "    while True:\n        pass\n"
    )
    code, printed = author.run("build")
    assert (code, author.built()) == (2, False)
    assert "test_stack_random did not end within 1 s of CPU" in printed
