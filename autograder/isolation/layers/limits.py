"""What a worker may use, as a record that both sides know."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields


@dataclass(frozen=True)
class Limits:
    """What a worker may use; going over ends a call, a check or the worker, never the run.

    Attributes:
        memory_bytes: private memory on top of what the zygote handed down. TensorFlow aborts
            below 256 MiB and reports running out cleanly from 512 MiB on.
        cpu_seconds: processor time of the whole worker.
        file_bytes: length of one file.
        scratch_bytes: all files together (where the scratch folder is the worker's own mount).
        scratch_entries: number of files and folders (likewise).
        processes: threads, for there are no processes to be made.
        open_files: descriptors.
        output_bytes: standard output and error together; the trusted side stops reading there.
    """

    memory_bytes: int = 2 << 30
    cpu_seconds: int = 120
    file_bytes: int = 64 << 20
    scratch_bytes: int = 64 << 20
    scratch_entries: int = 4096
    processes: int = 128
    open_files: int = 256
    output_bytes: int = 1 << 20

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if type(value) is not int or value < 1:
                raise ValueError(f"limit {name}: found {value!r}, expected a whole number >= 1")

    def to_plain(self) -> dict[str, int]:
        """The limits as a dict that crosses the wire."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: Mapping[str, int]) -> "Limits":
        """The limits from such a dict; missing entries take their defaults.

        Raises:
            ValueError: an unknown name, or a value that is no whole number of 1 or more.
        """
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(plain) - known):
            raise ValueError(f"limits: found {', '.join(unknown)}, expected {', '.join(known)}")
        return cls(**plain)
