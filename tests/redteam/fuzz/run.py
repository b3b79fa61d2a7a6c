"""Fuzz one target with atheris: ``python -m tests.redteam.fuzz.run TARGET -max_total_time=600``.

Needs ``pip install atheris`` (Linux). The corpus grows in a temporary folder; what makes a target
fail is written there and belongs into `test_fuzz.CRASHES`. ``corpora/`` keeps what long runs found.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris


def main() -> None:
    """Fuzz the target named first; the rest is for libFuzzer."""
    with atheris.instrument_imports(include=["autograder", "zipfile", "tomllib", "json"]):
        from .targets import TARGETS, corpus, seeds
    name, *options = sys.argv[1:]
    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-"))
    grown = folder / "corpus"
    grown.mkdir()
    for number, seed in enumerate([*seeds()[name], *corpus(name)]):
        (grown / str(number)).write_bytes(seed)
    print(f"corpus and findings: {folder}", flush=True)
    arguments = [sys.argv[0], str(grown), f"-artifact_prefix={folder}/", "-rss_limit_mb=2048"]
    atheris.Setup([*arguments, *options], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
