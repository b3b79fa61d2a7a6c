"""Open the notebook of a source: one file, or the only notebook of a folder."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import nbformat

from autograder.importing.import_problems import BringError


def notebook_in(source: Path) -> Path:
    """The notebook that a source names.

    Raises:
        BringError: a folder that holds none, or several.
    """
    if not source.is_dir():
        return source
    found = sorted(path for path in source.glob("*.ipynb") if path.is_file())
    if len(found) != 1:
        names = ", ".join(path.name for path in found) or "none"
        raise BringError(f"{source}: expected one notebook in this folder, found {names}; name one")
    return found[0]


def open_notebook(path: Path) -> Any:
    """A notebook in Python, in the newest format.

    Raises:
        BringError: it is no notebook, or in another language.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook = nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise BringError(f"{path}: there is no such file") from None
    except OSError as problem:
        raise BringError(f"{path}: cannot be read: {problem.strerror or problem}") from None
    except Exception as problem:  # nbformat raises a dozen kinds for what is no notebook
        told = str(problem).split("\n")[0][:200]
        raise BringError(f"{path}: not a Jupyter notebook: {told}") from None
    kernel = notebook.metadata.setdefault("kernelspec", {})
    named = notebook.metadata.get("language_info", {}).get("name", "python")
    language = str(kernel.setdefault("language", named)).lower()
    if language != "python":
        raise BringError(
            f"{path}: a notebook in {language}; expected Python, which alone can be graded here"
        )
    return notebook
