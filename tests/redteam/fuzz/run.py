"""Fuzz one target with atheris: ``python -m tests.redteam.fuzz.run TARGET -max_total_time=600``.

Needs ``pip install atheris`` (Linux). The corpus grows in a temporary folder; what makes a target
fail is written there and belongs into `test_fuzz.CRASHES`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris


def main() -> None:
    """Fuzz the target named first; the rest is for libFuzzer."""
    with atheris.instrument_imports(include=["autograder", "zipfile", "tomllib", "json"]):
        from .targets import TARGETS, seeds
    name, *options = sys.argv[1:]
    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-"))
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(seeds()[name]):
        (corpus / str(number)).write_bytes(seed)
    print(f"corpus and findings: {folder}", flush=True)
    arguments = [sys.argv[0], str(corpus), f"-artifact_prefix={folder}/", "-rss_limit_mb=2048"]
    atheris.Setup([*arguments, *options], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
