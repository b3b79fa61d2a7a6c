"""Show what a check says in a notebook: as HTML that nothing of a student's is markup in."""

from __future__ import annotations

import html
import itertools
import sys
from typing import Any, Dict, List, Sequence, Tuple

from checkkit.handout_folder import TABLE

# A check's title, and its lines as `told` gives them.
Failure = Tuple[str, List[str]]


def show(headline: str, failures: Sequence[Failure]) -> None:
    """Print it, or display it where there is a notebook to display it in.

    Args:
        headline: how many checks pass.
        failures: of the others, title and lines.
    """
    if not in_notebook():
        print(as_text(headline, failures))
        return
    from IPython import display

    shown: Dict[str, Any] = {
        "text/plain": as_text(headline, failures),
        "text/html": as_html(headline, failures),
    }
    publish: Any = display.display
    publish(shown, raw=True)


def in_notebook() -> bool:
    """Whether a kernel runs this, whose front end shows HTML."""
    if "IPython" not in sys.modules:
        return False
    shell = sys.modules["IPython"].get_ipython()
    return getattr(shell, "kernel", None) is not None


def as_text(headline: str, failures: Sequence[Failure]) -> str:
    """The whole as plain text."""
    lines = [headline]
    for title, told in failures:
        lines += ["", *("  " + line for line in (title, *told))]
    return "\n".join([*lines, ""] if failures else lines)


def as_html(headline: str, failures: Sequence[Failure]) -> str:
    """The whole as HTML; tables keep their columns."""
    made = ["<p><strong>%s</strong></p>" % html.escape(headline)]
    for title, told in failures:
        made.append("<p><strong>%s</strong></p>" % html.escape(title))
        for is_table, group in itertools.groupby(told, lambda line: line.startswith(TABLE)):
            escaped = [html.escape(line) for line in group]
            if is_table:
                made.append("<pre>%s</pre>" % "\n".join(escaped))
            else:
                made += ["<p>%s</p>" % line.replace("\n", "<br>") for line in escaped]
    return "\n".join(made)
