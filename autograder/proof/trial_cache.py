"""Keep trials in a file, so that a proof that was stopped goes on where it was."""

from __future__ import annotations

from pathlib import Path

import msgspec

from autograder.proof.trial_records import Trial


class Cache:
    """Trials already made, in one file; so that a stopped proof goes on where it was.

    Args:
        path: of the file, one trial a line; None to keep nothing.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known: dict[str, Trial] = {}
        if path is not None and path.exists():
            for line in path.read_bytes().splitlines():
                try:
                    trial = msgspec.json.decode(line, type=Trial)
                except msgspec.DecodeError:
                    continue  # the last line of a proof that was killed
                self._known[trial.key] = trial

    def get(self, key: str) -> Trial | None:
        """The trial of a key, if it was made."""
        return self._known.get(key)

    def add(self, trial: Trial) -> None:
        """Keep a trial."""
        self._known[trial.key] = trial
        if self._path is not None:
            with self._path.open("ab") as file:
                file.write(msgspec.json.encode(trial) + b"\n")
