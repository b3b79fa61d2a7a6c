"""What people hand in besides code: what it is, and what to ask the student for instead."""

from __future__ import annotations

from pathlib import PurePosixPath

_CODE = "wanted: the notebook (.ipynb) or the .py files"
_RENAMED = "wanted: a name that ends in .py"
_ZIP = "wanted: a .zip"
_KINDS: dict[tuple[str, ...], tuple[str, str]] = {
    (".py.txt", ".py.doc", ".py.docx"): ("Python under another ending", _RENAMED),
    (".ipynb.txt", ".ipynb.json"): (
        "a notebook under another ending",
        "wanted: a name that ends in .ipynb",
    ),
    (".pdf",): ("a PDF", _CODE),
    (".html", ".htm", ".mhtml"): ("a web page", _CODE),
    (".docx", ".doc", ".odt", ".rtf", ".pages"): ("a text document", _CODE),
    (".txt", ".md"): ("plain text", _CODE),
    (".rar",): ("a RAR archive, which is not opened here", _ZIP),
    (".url", ".webloc", ".desktop", ".lnk"): ("a link", _CODE),
    (".png", ".jpg", ".jpeg", ".heic", ".gif", ".webp"): ("a picture", _CODE),
    (".pyc",): ("byte code", "wanted: the .py file"),
    (".json",): ("a file of figures without code", _CODE),
}


def kind_of(path: str) -> tuple[str, str]:
    """What a file is, and what to ask for instead of it."""
    name = path.lower()
    if PurePosixPath(name).name.startswith("."):
        return "a hidden file", "wanted: a name that does not begin with a dot"
    for endings, told in _KINDS.items():
        if name.endswith(endings):
            return told
    ending = PurePosixPath(name).suffix
    return f"a file of a kind that is not read ({ending or 'its name has no ending'})", _CODE


def why_unreadable(met: list[str]) -> str:
    """One sentence for a hand-in in which nothing can be graded.

    Args:
        met: paths of everything in it; none if it is empty.
    """
    if not met:
        return f"it is empty; {_CODE}"
    names = ", ".join(met[:3]) + (f" and {len(met) - 3} more" if len(met) > 3 else "")
    what, ask = kind_of(met[0])
    if len({kind_of(path)[0] for path in met}) > 1:
        return f"there is no .py or .ipynb file in it, only {names}; {_CODE}"
    return f"{names}: {what}; {ask}"
