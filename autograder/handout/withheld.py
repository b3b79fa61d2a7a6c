"""Know what may not be handed out: the solution's lines and runs of tokens, the hidden vectors."""

from __future__ import annotations

import ast
import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from autograder.handout.lexing import CodeToken, code_tokens, number_runs, words
from autograder.handout.regions import Region
from autograder.handout.sources import MarkedModule

RUN = 12
"""So many tokens of a solution in a row are a leak."""

LINE = 8
"""A line of fewer tokens is trivial: `total = 0`, `return updated`, `t = self.iterations`."""

VECTOR = 3
"""So many numbers in a row are a vector."""

_PREFIX = 6
_HEADERS = {"for", "with", "async", "def", "class"}
_RETURNING = {"return", "yield"}
_SIGNS = set("+-*/%@<>=&|^~")


@dataclass(frozen=True)
class Secret:
    """One thing that may not be handed out: a whole line of a solution, or a run of its tokens."""

    words: tuple[str, ...]
    kind: str
    exercise: str


class Solutions:
    """Everything secret in the solution regions of some modules, ready to be looked for."""

    def __init__(
        self,
        modules: Sequence[MarkedModule],
        *,
        allowed: Iterable[str] = (),
        worked: Collection[str] = (),
    ) -> None:
        self._by_prefix: dict[tuple[str, ...], list[Secret]] = defaultdict(list)
        known: set[tuple[str, ...]] = set()
        public: list[list[str]] = [_code_words(text) for text in allowed]
        for module in modules:
            withheld = [region for region in module.regions if region.exercise not in worked]
            tokens = code_tokens(module.source)
            public += _outside(tokens, withheld)
            for region in withheld:
                inside = [t for t in tokens if region.start < t.line < region.end]
                for secret in (*_lines(inside, region), *_runs(inside, region)):
                    if len(secret.words) >= _PREFIX and secret.words not in known:
                        known.add(secret.words)
                        self._by_prefix[secret.words[:_PREFIX]].append(secret)
        for text in public:
            for _, secret in list(self.find(text)):
                self._discard(secret)

    def find(self, text: Sequence[str]) -> Iterator[tuple[int, Secret]]:
        """Where secrets stand in a list of words: the position of the first word, and which."""
        for position in range(len(text) - _PREFIX + 1):
            for secret in self._by_prefix.get(tuple(text[position : position + _PREFIX]), ()):
                if tuple(text[position : position + len(secret.words)]) == secret.words:
                    yield position, secret

    def _discard(self, secret: Secret) -> None:
        rest = self._by_prefix[secret.words[:_PREFIX]]
        if secret in rest:
            rest.remove(secret)


class Vectors:
    """The vectors that stand in hidden checks and nowhere in public, ready to be looked for."""

    def __init__(self, hidden_texts: Iterable[str], public_texts: Iterable[str]) -> None:
        self._by_prefix: dict[tuple[float, ...], list[tuple[float, ...]]] = defaultdict(list)
        vectors = {vector for text in hidden_texts for vector in _vectors(text)}
        for vector in vectors:
            self._by_prefix[vector[:VECTOR]].append(vector)
        for text in public_texts:
            for vector in list(self.find(text)):
                self._by_prefix[vector[:VECTOR]].remove(vector)

    def find(self, text: str) -> set[tuple[float, ...]]:
        """The hidden vectors that a text shows, in whatever way numbers are written."""
        if not self._by_prefix:
            return set()
        found = set()
        for run in number_runs(text):
            for position in range(len(run) - VECTOR + 1):
                for vector in self._by_prefix.get(tuple(run[position : position + VECTOR]), ()):
                    if tuple(run[position : position + len(vector)]) == vector:
                        found.add(vector)
        return found


def without_regions(module: MarkedModule, worked: Collection[str] = ()) -> str:
    """A module's text with the lines of its regions left out."""
    lines = module.source.split("\n")
    for region in module.regions:
        if region.exercise not in worked:
            lines[region.start - 1 : region.end] = [""] * (region.end - region.start + 1)
    return "\n".join(lines)


def _lines(tokens: Sequence[CodeToken], region: Region) -> Iterator[Secret]:
    by_line: dict[int, list[CodeToken]] = defaultdict(list)
    for token in tokens:
        by_line[token.line].append(token)
    for line in by_line.values():
        # What is returned gives as much away without its `return`.
        bare = line[1:] if line[0].text in _RETURNING else line
        for whole in (line, bare) if bare is not line else (line,):
            if not _is_trivial(whole):
                yield Secret(_words_of(whole), "line", region.exercise)


def _is_trivial(line: Sequence[CodeToken]) -> bool:
    """Whether a line says nothing of the solution: short, or a loop's or block's plain header."""
    if len(line) < LINE:
        return True
    return line[0].text in _HEADERS and not any(_SIGNS & set(token.text) for token in line)


def _runs(tokens: Sequence[CodeToken], region: Region) -> Iterator[Secret]:
    for start in range(len(tokens) - RUN + 1):
        yield Secret(_words_of(tokens[start : start + RUN]), "tokens", region.exercise)


def _words_of(tokens: Iterable[CodeToken]) -> tuple[str, ...]:
    return tuple(word for token in tokens for word in words(token.text))


def _outside(tokens: Sequence[CodeToken], regions: Sequence[Region]) -> list[list[str]]:
    """The words of the code before, between and after regions.

    Docstrings and comments do not count: a hint that gives the solution away would excuse itself.
    """
    pieces: list[list[str]] = [[] for _ in range(len(regions) + 1)]
    ends = sorted(region.end for region in regions)
    for token in tokens:
        within = any(region.start < token.line < region.end for region in regions)
        if not within and not token.docstring:
            piece = sum(1 for end in ends if end < token.line)
            pieces[piece].extend(words(token.text))
    return pieces


def _code_words(text: str) -> list[str]:
    try:
        tokens = code_tokens(text)
    except SyntaxError:
        return words(text)
    return [word for token in tokens if not token.docstring for word in words(token.text)]


def _vectors(text: str) -> Iterator[tuple[float, ...]]:
    """Literal lists of numbers in Python; in any other text, runs of numbers."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        candidates: Iterable[list[float]] = number_runs(text)
    else:
        candidates = literal_vectors(tree)
    for numbers in candidates:
        if is_vector(numbers):
            yield tuple(numbers)


def is_vector(numbers: Sequence[float]) -> bool:
    """Whether numbers are so many, and so little plain, that they give something away."""
    return len(numbers) >= VECTOR and not _is_plain(numbers)


def literal_vectors(node: ast.AST) -> Iterator[list[float]]:
    """Lists and tuples of numbers that stand in code, nested ones as one."""
    if isinstance(node, (ast.List, ast.Tuple)) and not _is_shape(node):
        rows = [_numbers(element) for element in node.elts]
        flat = _numbers(node)
        if flat and any(row is not None and len(row) < VECTOR for row in rows):
            yield flat
            return
    for child in ast.iter_child_nodes(node):
        yield from literal_vectors(child)


def _is_shape(node: ast.List | ast.Tuple) -> bool:
    """A tuple of whole numbers is a shape or the sizes of layers, not data."""
    return isinstance(node, ast.Tuple) and all(
        isinstance(element, ast.Constant) and isinstance(element.value, int)
        for element in node.elts
    )


def _numbers(node: ast.AST) -> list[float] | None:
    """The numbers of a literal, nested or not, in order; None if it holds anything else."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return [float(value)]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return [-float(value)]
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            rows = [_numbers(element) for element in elements]
            if all(row is not None for row in rows):
                return [number for row in rows for number in row or ()]
    return None


def _is_plain(numbers: Sequence[float]) -> bool:
    """Zeros and ones, or 1, 2, 3, ...: what stands everywhere and gives nothing away."""
    if set(numbers) <= {-1.0, 0.0, 1.0}:
        return True
    whole = all(number.is_integer() for number in numbers)
    steps = {after - before for before, after in itertools.pairwise(numbers)}
    return whole and len(steps) == 1
