"""Fold a module, so that nobody reads by accident what it is too early to read.

A lab that asks for a prediction has the answer somewhere. It is no secret: who wants it unfolds it
in one line. But it does not stand beside the question.
"""

from __future__ import annotations

import ast
import base64

_FOLDED = '''"""{title}

What follows is folded, so that nobody reads it by accident. It is no secret and costs no point:

    python -c "import {stem}; print({stem}.UNFOLDED)"
"""

import base64

UNFOLDED = base64.b64decode(
    """
{text}
"""
).decode("utf-8")
exec(UNFOLDED)
'''


def folded(stem: str, source: str) -> str:
    """A module that is what `source` is when it is imported, and cannot be read as it stands.

    The same source gives the same bytes. Base64 and no compression: the bytes of that depend on
    the library's version.

    Args:
        stem: the module's name.
        source: its text, whose docstring begins with a sentence that may be read.
    """
    title = (ast.get_docstring(ast.parse(source)) or stem).split("\n")[0]
    text = base64.encodebytes(source.encode()).decode("ascii").strip()
    return _FOLDED.format(title=title, stem=stem, text=text)
