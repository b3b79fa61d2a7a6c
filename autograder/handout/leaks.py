"""Prove that nothing rendered gives the solution away, or a hidden vector, wherever it may hide."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograder.handout.lexing import code_tokens, string_constants, words
from autograder.handout.rendered_texts import Piece, open_pieces
from autograder.handout.sources import MarkedModule
from autograder.handout.withheld import Secret, Solutions, Vectors, without_regions

LONGEST_SHOWN = 160


@dataclass(frozen=True, order=True)
class Leak:
    """One thing that was rendered and may not be handed out.

    Attributes:
        path: where it stands: `t6.zip!t6.ipynb#cells[3].source`.
        kind: `line`, `tokens`, `vector` or `byte code`.
        exercise: whose solution it is from; empty for a vector and for byte code.
        text: what was found, word by word.
    """

    path: str
    kind: str
    exercise: str
    text: str

    def __str__(self) -> str:
        whose = f" of {self.exercise}" if self.exercise else ""
        what = {
            "line": f"a line{whose}'s solution" if whose else "a line of a solution",
            "tokens": f"a run of tokens{whose}'s solution",
            "vector": "a vector of a hidden check",
            "byte code": "compiled Python, which may hold anything",
        }[self.kind]
        return f"{self.path}: {what}: {self.text}" if self.text else f"{self.path}: {what}"


def find_leaks(
    modules: Sequence[MarkedModule],
    rendered: Mapping[str, bytes],
    *,
    hidden_texts: Sequence[str] = (),
    allowed: Sequence[str] = (),
    worked: Collection[str] = (),
) -> list[Leak]:
    """Look for every solution and every hidden vector in everything that was rendered.

    A line or a run of tokens is no leak if the same code stands outside every region. A docstring,
    a comment or a hint does not excuse it, for these are what is looked at.

    Args:
        modules: the reference modules with their regions.
        rendered: bytes by path in the handout. Archives and notebooks are opened.
        hidden_texts: sources of hidden checks; literal vectors in them may not be rendered.
        allowed: code that is public anyway, such as the support library.
        worked: exercises whose solution is handed out on purpose.

    Returns:
        The leaks, sorted; none if the handout is safe.
    """
    solutions = Solutions(modules, allowed=allowed, worked=worked)
    public = [without_regions(module, worked) for module in modules]
    vectors = Vectors(hidden_texts, [*public, *allowed])
    seen: dict[str, list[tuple[str, str, str]]] = {}
    leaks: set[Leak] = set()
    for path, data in rendered.items():
        for piece in open_pieces(path, data):
            if piece.byte_code:
                leaks.add(Leak(piece.path, "byte code", "", ""))
                continue
            if piece.text not in seen:
                seen[piece.text] = [*_solutions_in(piece, solutions), *_vectors_in(piece, vectors)]
            leaks.update(Leak(piece.path, *found) for found in seen[piece.text])
    return sorted(leaks)


def _solutions_in(piece: Piece, solutions: Solutions) -> Iterator[tuple[str, str, str]]:
    for text in _readings(piece.text):
        end = 0
        run: list[tuple[int, Secret]] = []
        for position, secret in solutions.find(text):
            if run and position > end:
                yield _told(text, run, end)
                run = []
            run.append((position, secret))
            end = max(end, position + len(secret.words))
        if run:
            yield _told(text, run, end)


def _readings(text: str) -> Iterator[list[str]]:
    """The words of a text; if it is Python also those of its code alone and of its strings."""
    yield words(text)
    try:
        tokens = code_tokens(text)
    except (SyntaxError, ValueError):
        return
    if "#" in text:
        yield [word for token in tokens for word in words(token.text)]
    if "\\" in text:
        for constant in string_constants(text):
            yield words(constant)


def _told(text: Sequence[str], run: Sequence[tuple[int, Secret]], end: int) -> tuple[str, str, str]:
    """One leak out of secrets that overlap: the largest stretch, of the first exercise in it."""
    kinds = {secret.kind for _, secret in run}
    shown = " ".join(text[run[0][0] : end])
    if len(shown) > LONGEST_SHOWN:
        shown = shown[:LONGEST_SHOWN] + " ..."
    return ("line" if "line" in kinds else "tokens"), run[0][1].exercise, shown


def _vectors_in(piece: Piece, vectors: Vectors) -> Iterator[tuple[str, str, str]]:
    for vector in sorted(vectors.find(piece.text)):
        yield "vector", "", ", ".join(f"{number:g}" for number in vector)
