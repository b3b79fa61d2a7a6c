"""Read the marking comments of a reference module, and refuse whatever only looks like one."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

from autograder.assignment.manifest_problems import Fault, ManifestError

BEGIN = re.compile(r"# BEGIN SOLUTION(?: (?P<exercise>[A-Za-z_]\w*))?")
END = re.compile(r"# END SOLUTION")
TODO = re.compile(r"# TODO: (?P<text>\S.*)")
HINT = re.compile(r"# HINT (?P<kind>idea|formula|pseudo-code):(?P<text>.*)")
HINT_CONTINUED = re.compile(r"#(?:     ?(?P<text>.*))?")
HINTS_AT_MOST = 3

_BRACKETING = {"begin", "end", "start", "stop", "open", "close", "finish"}


class RegionError(ManifestError):
    """A solution is not marked as it must be; `file` and `line` say where.

    Args:
        file: the module.
        line: the line, from 1.
        problem: what is wrong there, and what to do.
        column: the column, from 1; 0 for the line as a whole.
    """

    def __init__(self, file: str, line: int, problem: str, column: int = 0) -> None:
        self.file = file
        self.line = line
        super().__init__(faults=[Fault(file, line, column, problem)])


class Hint(NamedTuple):
    """One folded hint: its kind (idea, formula, pseudo-code) and its text, lines kept."""

    kind: str
    text: str


@dataclass(frozen=True)
class Comment:
    """One comment token, and whether it has its line to itself."""

    line: int
    column: int
    text: str
    alone: bool


@dataclass(frozen=True)
class Marker:
    """A pair of markers: the lines of BEGIN and END, their column, the exercise BEGIN names."""

    start: int
    end: int
    column: int
    exercise: str | None


@dataclass(frozen=True)
class Notes:
    """What stands above a marker for the student: TODO lines, hints, and the first line of both."""

    start: int
    todo: tuple[str, ...]
    hints: tuple[Hint, ...]


def comments_of(source: str, file: str) -> dict[int, Comment]:
    """Find every comment by tokenizing, so that a marker inside a string is none.

    Raises:
        RegionError: the source cannot be tokenized.
    """
    found: dict[int, Comment] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                row, column = token.start
                alone = not token.line[:column].strip()
                found[row] = Comment(row, column, token.string.rstrip(), alone)
    except (tokenize.TokenError, SyntaxError) as error:
        line = error.lineno if isinstance(error, SyntaxError) else error.args[1][0]
        raise RegionError(file, line or 1, f"this is not Python: {error.args[0]}") from None
    return found


def pair_markers(comments: Iterable[Comment], file: str) -> Iterator[Marker]:
    """Match every BEGIN with its END.

    Raises:
        RegionError: a marker is misspelt, shares its line with code, is nested or has no partner.
    """
    opened: Comment | None = None
    for comment in comments:
        begin, end = BEGIN.fullmatch(comment.text), END.fullmatch(comment.text)
        if not (begin or end):
            if _looks_like_marker(comment.text):
                raise RegionError(
                    file,
                    comment.line,
                    f"{comment.text!r} looks like a marker but is none; write '# BEGIN SOLUTION', "
                    "'# BEGIN SOLUTION ExerciseName' or '# END SOLUTION', or reword the comment",
                )
            continue
        if not comment.alone:
            raise RegionError(file, comment.line, "a marker needs a line of its own")
        if begin:
            if opened:
                raise RegionError(
                    file,
                    comment.line,
                    f"a region begins inside the one of line {opened.line}; regions do not nest",
                )
            opened = comment
        elif opened is None:
            raise RegionError(file, comment.line, "END SOLUTION without BEGIN SOLUTION above it")
        else:
            named = BEGIN.fullmatch(opened.text)
            assert named
            if comment.column != opened.column:
                raise RegionError(
                    file,
                    comment.line,
                    f"END SOLUTION stands in column {comment.column}, its BEGIN SOLUTION of line "
                    f"{opened.line} in column {opened.column}; indent both alike",
                )
            yield Marker(opened.line, comment.line, opened.column, named["exercise"])
            opened = None
    if opened:
        raise RegionError(file, opened.line, "BEGIN SOLUTION without END SOLUTION below it")


def notes_above(marker: Marker, comments: dict[int, Comment], file: str) -> Notes:
    """Read the TODO lines and hints that stand directly above a BEGIN marker.

    Raises:
        RegionError: no TODO, a misspelt TODO or HINT, or more hints than are allowed.
    """
    block = _block_above(marker, comments)
    todo: list[str] = []
    hints: list[tuple[str, list[str]]] = []
    in_hint = False
    for comment in block:
        task, hint = TODO.fullmatch(comment.text), HINT.fullmatch(comment.text)
        if task:
            todo.append(task["text"])
            in_hint = False
        elif hint:
            hints.append((hint["kind"], [hint["text"].strip()] if hint["text"].strip() else []))
            in_hint = True
        elif re.match(r"#\W*(todo|hints?)\b", comment.text, re.IGNORECASE):
            raise RegionError(
                file,
                comment.line,
                f"{comment.text!r} is neither '# TODO: ...' nor '# HINT idea: ...' "
                "(kinds: idea, formula, pseudo-code)",
            )
        elif in_hint:
            hints[-1][1].append(_continued(comment, file))
        else:
            todo.append(comment.text.lstrip("# ").rstrip())
    if not todo:
        raise RegionError(
            file, marker.start, "no '# TODO: ...' line directly above; say what is to be written"
        )
    _refuse_odd_hints(marker, [kind for kind, _ in hints], file)
    return Notes(block[0].line, tuple(todo), tuple(Hint(k, "\n".join(t)) for k, t in hints))


def refuse_stray_hints(comments: Iterable[Comment], notes: Iterable[range], file: str) -> None:
    """Raise `RegionError` for a HINT that belongs to no region and would be handed out unfolded."""
    covered = [line for lines in notes for line in lines]
    for comment in comments:
        if re.match(r"#\s*HINT\b", comment.text) and comment.line not in covered:
            raise RegionError(
                file,
                comment.line,
                "a HINT that belongs to no region; it stands directly above BEGIN SOLUTION, "
                "together with its TODO",
            )


def _block_above(marker: Marker, comments: dict[int, Comment]) -> list[Comment]:
    """The unbroken run of comments above a marker, from its first TODO or HINT on."""
    block: list[Comment] = []
    line = marker.start - 1
    while (comment := comments.get(line)) and comment.alone and comment.column == marker.column:
        block.append(comment)
        line -= 1
    block.reverse()
    while block and not re.match(r"#\W*(todo|hints?)\b", block[0].text, re.IGNORECASE):
        del block[0]
    return block


def _continued(comment: Comment, file: str) -> str:
    match = HINT_CONTINUED.fullmatch(comment.text)
    if not match:
        raise RegionError(
            file,
            comment.line,
            "a hint goes on in lines that start with '#' and five spaces; this one has fewer",
        )
    return match["text"] or ""


def _refuse_odd_hints(marker: Marker, kinds: list[str], file: str) -> None:
    if len(kinds) > HINTS_AT_MOST or len(set(kinds)) < len(kinds):
        raise RegionError(
            file,
            marker.start,
            f"expected at most one hint of each kind, found {', '.join(kinds)}",
        )


def _looks_like_marker(text: str) -> bool:
    """Whether a comment could be meant as a marker: by its words, whatever case and spelling."""
    words = re.findall(r"[a-z]+", text.lower())
    if not words or words[0] in ("todo", "hint"):
        return False
    if re.fullmatch(r"#\W*(BEGIN|END)\W*", text):
        return True
    run_together = len(words[0]) > 9 and words[0][0] in "be"
    if run_together and _close(words[0], "beginsolution", "endsolution"):
        return True
    if len(words) > 1 and _close(words[0], "begin", "end") and _close(words[1], "solution"):
        return True
    solution = [word for word in words if word[0] == "s" and _close(word, "solution")]
    if not solution:
        return False
    starts_with_it = words[0] in solution and len(words) <= 3
    return starts_with_it or (len(words) <= 4 and bool(_BRACKETING & set(words)))


def _close(word: str, *targets: str) -> bool:
    return any(SequenceMatcher(None, word, target).ratio() >= 0.75 for target in targets)
