"""What `run_autograder` calls, on Gradescope and in the containers of `otter grade`.

Exit code: 0 when there is a grade; 1 when no fair score can be given, and then nothing is written,
so that the platform says loudly that the grader failed and staff run it again.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from autograder.platforms.handover import METADATA, put_back, set_aside
from autograder.platforms.run_plain import FAILURES, RESULTS, grade_plainly

PLAIN = "--plain"


def main(arguments: Sequence[str]) -> int:
    """Grade the submission in a platform's folder.

    Args:
        arguments: the folder (Gradescope's unless given); ``--plain`` for without Otter.
    """
    folders = [argument for argument in arguments if argument != PLAIN]
    root = Path(folders[0] if folders else "/autograder").resolve()
    (root / RESULTS).unlink(missing_ok=True)
    try:
        if PLAIN in arguments:
            grade_plainly(root)
        else:
            _grade_in_otter(root)
    except BaseException as problem:
        (root / RESULTS).unlink(missing_ok=True)  # Otter writes a 0 for errors of its own
        if not isinstance(problem, FAILURES):
            raise
        print(f"autograder: no score: {problem}", file=sys.stderr)
        return 1
    finally:
        put_back(root)
    return 0


def _grade_in_otter(root: Path) -> None:
    """Let Otter run; its plugin, which is ours, grades what is out of its sight by then."""
    from otter.run.run_autograder import main as otter

    set_aside(root)
    metadata = root / METADATA
    # Otter reads it for its plugins, and `otter grade` makes an empty one.
    if not metadata.exists() or not metadata.read_bytes().strip():
        metadata.write_text("{}", encoding="utf-8")
    (root / RESULTS).parent.mkdir(exist_ok=True)
    otter(str(root))
