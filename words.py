"""Count words, and keep them on a stack."""

import re


def words_of(text: str) -> list:
    """Split a text into its words, in lower case (given)."""
    return re.findall(r"[a-z']+", text.lower())


def word_count(text: str) -> dict:
    """Count how often each word stands in a text.

    Args:
        text: any text; upper and lower case count as the same word.

    Returns:
        dict from word to count, in the order in which the words first appear.

    Raises:
        ValueError: `text` is not a `str`.

    Example:
        >>> word_count("Row, row, row your boat")
        {'row': 3, 'your': 1, 'boat': 1}
    """
    # TODO: refuse what is not a text, then count the words that words_of gives.
    # HINT idea: walk through the words once and remember how often you met each.
    # HINT pseudo-code:
    #     start with nothing counted
    #     for every word: one more than before, where before is zero for a new word
    # BEGIN SOLUTION
    if not isinstance(text, str):
        raise ValueError(f"text must be a str, got {type(text).__name__}")
    counts = {}
    for word in words_of(text):
        counts[word] = counts.get(word, 0) + 1
    return counts
    # END SOLUTION


class Stack:
    """A pile of things: the last one on is the first one off.

    Example:
        >>> pile = Stack()
        >>> pile.push("a"); pile.push("b")
        >>> pile.pop()
        'b'
    """

    def __init__(self):
        self._things = []

    def __len__(self) -> int:
        """Return how many things are on the pile (given)."""
        return len(self._things)

    def push(self, thing: object) -> None:
        """Put one thing on top."""
        # TODO: put thing on top of the pile.
        # BEGIN SOLUTION
        self._things.append(thing)
        # END SOLUTION

    def pop(self) -> object:
        """Take the top thing off and return it.

        Raises:
            IndexError: the pile is empty; the message says so.
        """
        # TODO: refuse an empty pile, otherwise take off the top.
        # HINT idea: the top is where push puts things.
        # BEGIN SOLUTION
        if not self._things:
            raise IndexError("pop from an empty stack")
        top = self._things[-1]
        del self._things[-1]
        return top
        # END SOLUTION


if __name__ == "__main__":
    print(word_count("the cat and the hat"))
