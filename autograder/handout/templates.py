"""Open the folder of Jinja templates that everything handed out is rendered through."""

from __future__ import annotations

from pathlib import Path

import jinja2


def open_templates(folder: Path) -> jinja2.Environment:
    """Return an environment in which a missing value is an error and no white space is invented.

    Args:
        folder: the folder `templates/`.
    """
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
