"""Open the folder of Jinja templates, wherever this installation keeps it."""

from __future__ import annotations

from pathlib import Path

import jinja2

_PACKAGE = Path(__file__).parent


def environment() -> jinja2.Environment:
    """Return an environment in which a missing value is an error and HTML escapes what it shows.

    Templates whose name ends in ``.html.j2`` escape by themselves; others render plain text.

    Raises:
        FileNotFoundError: the templates were not installed.
    """
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates_folder()),
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(["html", "html.j2"], default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def templates_folder() -> Path:
    """The folder of templates: inside the package when installed, else beside it."""
    for folder in (_PACKAGE / "templates", _PACKAGE.parent / "templates"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(
        f"no folder templates in {_PACKAGE} or beside it; reinstall, or run from a clone"
    )
