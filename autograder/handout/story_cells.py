"""Look over the story as it is written: are its fences closed, is the code in its cells Python?"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager

from autograder.assignment.manifest_problems import Fault, ManifestError, attempt
from autograder.assignment.module_text import parse_python, read_source

_FENCE = re.compile(r"^(?P<indent> {0,3})(?P<marks>`{3,}|~{3,})(?P<info>.*)$")
_OURS = re.compile(r"<<.*?>>|<%.*?%>|<#.*?#>", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block of a text in Markdown.

    Attributes:
        line: of the fence that opens it, from 1.
        info: what stands behind the fence, such as ``python tags=["given"]``.
        code: what stands inside.
    """

    line: int
    info: str
    code: str


def story_problems(path: Path) -> list[ManifestError]:
    """What is wrong with a story before anything is put into it; nothing if it is sound.

    Args:
        path: the text in Markdown, with words of the template in it.
    """
    errors: list[ManifestError] = []
    text = attempt(errors, read_source, path)
    for block in () if text is None else _blocks(path, text, errors):
        if block.info.split(" ")[0] == "python" and not _OURS.search(block.code):
            attempt(errors, _parse_cell, path, block)
    return errors


def _parse_cell(path: Path, block: Block) -> None:
    transformed = TransformerManager().transform_cell(block.code)  # type: ignore[no-untyped-call]
    parse_python(path, transformed, block.line + 1)


def _blocks(path: Path, text: str, errors: list[ManifestError]) -> Iterator[Block]:
    """The fenced blocks; one that does not end, or in which another begins, is kept as an error."""
    opened: tuple[int, str, str] | None = None
    inside: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        found = _FENCE.match(line)
        if opened is None:
            if found:
                opened, inside = (number, found["marks"], found["info"].strip()), []
            continue
        start, marks, info = opened
        closes = found and not found["info"].strip() and found["marks"].startswith(marks)
        begins = found and found["info"].strip() and found["marks"][0] == marks[0]
        if closes:
            yield Block(start, info, textwrap.dedent("\n".join(inside)))
            opened = None
        elif begins and found:
            errors.append(_unclosed(path, text, start, f"another one begins in line {number}"))
            opened, inside = (number, found["marks"], found["info"].strip()), []
        else:
            inside.append(line)
    if opened:
        errors.append(_unclosed(path, text, opened[0], "the file ends"))


def _unclosed(path: Path, text: str, line: int, until: str) -> ManifestError:
    marks = text.split("\n")[line - 1].lstrip()[:3]
    told = f"the block that begins here is not closed before {until}"
    advice = f"end it with a line {marks}"
    return ManifestError(faults=[Fault(str(path), line, 1, told, advice)])
