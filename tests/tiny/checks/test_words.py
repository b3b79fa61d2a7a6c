"""Checks of `words.py`."""

from autograder.kit import check, expect

LETTERS = "bcdfghjklm"


@check(
    "word_count",
    "each word is counted, whatever its case",
    public=True,
    hint="words_of gives the words in lower case; count those.",
)
def test_count_case(sub):
    counts = expect.mapping(sub.word_count("Tea, tea and more TEA"), "the counts", ["and", "more"])
    accepted = {"case_kept": [1, 1, 1, 1, 1]}
    found = [expect.integer(counts[word], f"the count of {word!r}") for word in sorted(counts)]
    sub.follows(expect.close_to_one(found, [1, 1, 3], accepted, "the counts, words sorted"))


@check(
    "word_count",
    "what is not a text is refused",
    public=True,
    weight=0.5,
    hint="Raise ValueError when text is not a str.",
)
def test_count_refuses(sub):
    with expect.raises("ValueError", "the text is a number"):
        sub.word_count(5)


@check("word_count", "a text drawn at random is counted right", hint="Add one for every word.")
def test_count_random(sub, rng, ref):
    words = ["".join(rng.choice(list(LETTERS), size=3)) for _ in range(5)]
    text = " ".join(rng.choice(words, size=30))
    expect.close(sub.word_count(text), ref.word_count(text), "the counts")


@check("word_count", "words come in the order in which they first appear")
def test_count_order(sub, rng):
    words = list(dict.fromkeys("".join(rng.choice(list(LETTERS), size=4)) for _ in range(6)))
    counts = expect.mapping(sub.word_count(" ".join(words + words[::-1])), "the counts")
    expect.equal(list(counts), words, "the words in order")


@check("word_count", "a text without words gives an empty dict")
def test_count_empty(sub):
    expect.equal(
        len(expect.mapping(sub.word_count(" ... "), "the counts")), 0, "the number of words"
    )


@check(
    "Stack",
    "what was pushed last is popped first",
    public=True,
    hint="push and pop work at the same end.",
)
def test_stack_order(sub):
    pile = sub.Stack()
    for thing in ("plate", "cup", "spoon"):
        pile.push(thing)
    expect.equal([pile.pop(), pile.pop()], ["spoon", "cup"], "the things popped")


@check(
    "Stack",
    "an empty pile refuses to pop",
    public=True,
    weight=0.5,
    hint="Look whether anything is there before you take it.",
)
def test_stack_empty(sub):
    with expect.raises("IndexError", "the pile is empty"):
        sub.Stack().pop()


@check("Stack", "pushing and popping in any order keeps the pile right")
def test_stack_random(sub, rng):
    pile, wanted = sub.Stack(), []
    for _ in range(20):
        if wanted and rng.random() < 0.4:
            expect.equal(pile.pop(), wanted.pop(), "what was popped")
        else:
            wanted.append(int(rng.integers(1000, 9999)))
            pile.push(wanted[-1])


@check("Stack", "two piles do not share their things")
def test_stack_apart(sub, rng):
    one, other = sub.Stack(), sub.Stack()
    one.push(int(rng.integers(100)))
    with expect.raises("IndexError", "only the other pile holds something"):
        other.pop()


@check("Stack", "a pile that was emptied can be used again")
def test_stack_again(sub, rng):
    pile = sub.Stack()
    for thing in rng.integers(1000, 9999, size=3).tolist():
        pile.push(thing)
        expect.equal(pile.pop(), thing, "what was popped")
