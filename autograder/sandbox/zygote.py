"""Start this machine's zygote in the isolation chosen, and ask it for workers."""

from __future__ import annotations

import json
import os
import select
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import autograder
from autograder.isolation import bubblewrap
from autograder.isolation.layers import scratch
from autograder.isolation.tiers import Tier
from autograder.reading.worker_environment import ENVIRONMENT
from autograder.refusal import Refusal
from autograder.sandbox.folders import OwnFolder

PRELOAD_NUMPY = (
    "numpy",
    "numpy.random",
    "msgspec",
    "autograder.kit",
    "autograder.worker.worker_process",
)
PRELOAD_TENSORFLOW = (
    *PRELOAD_NUMPY,
    "tensorflow",
    "keras",
    "keras.callbacks",
    "keras.datasets",
    "keras.layers",
    "keras.optimizers",
    "keras.regularizers",
    "matplotlib",
    "matplotlib.pyplot",
    "sklearn.datasets",
    "sklearn.metrics",
    "sklearn.model_selection",
    "sklearn.preprocessing",
    "tensorflow.python.eager.context",
)


class ZygoteError(Refusal):
    """The zygote did not start, or is gone; an infrastructure fault, never a student's."""


class Zygote:
    """The process that forks workers; one a machine serves any number of slots.

    Args:
        tier: the isolation to apply, from `tiers.choose`.
        preload: modules to import once, before the first fork.
        secrets: files and folders that no worker may read, besides the grader itself: the
            assignment, the submissions, the results.

    Raises:
        ZygoteError: it did not come up; the message holds what it printed.
    """

    def __init__(
        self,
        tier: Tier,
        preload: tuple[str, ...] = PRELOAD_TENSORFLOW,
        secrets: Sequence[Path] = (),
    ) -> None:
        self.tier = tier
        self._masked = bubblewrap.masked_paths(secrets)
        self._folders = [OwnFolder("autograder-runtime-"), OwnFolder("autograder-scratch-")]
        self._runtime, self._scratch = (folder.path for folder in self._folders)
        # Each may enter and none may list it; a worker's own folder in it is closed to others.
        self._scratch.chmod(0o711 if os.geteuid() == 0 else 0o700)
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the zygote)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            from autograder.isolation.layers import confinement  # needs a Unix, rendering does not

            # Expected values are in this process: nobody may look into it, not even the same user.
            confinement.refuse_dumps()
            _copy_runtime(self._runtime)
            self._process = subprocess.Popen(
                self._command(theirs.fileno(), preload),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=self._output,
                start_new_session=True,  # Ctrl-C is for the grader; a student must not see it
            )
        except BaseException:
            ours.close()
            self._discard()
            raise
        finally:
            theirs.close()
        self._control = ours
        if ours.recv(16) != b"ready":
            said = self.said()
            self.close()
            raise ZygoteError(f"the zygote did not start: {said or 'it printed nothing'}")

    def fork(self, channel: int, output: int, status: int) -> None:
        """Ask for one worker that talks on these descriptors (safe from several threads)."""
        try:
            socket.send_fds(self._control, [b"fork"], [channel, output, status])
        except OSError as error:
            raise ZygoteError(f"the zygote is gone: {error}; it printed: {self.said()}") from error

    def scratch_of(self, pid: int) -> Path | None:
        """Where a worker's files lie on this machine's own disk, if they do."""
        layers = frozenset(self.tier.layers)
        if "namespaces" in layers or "bubblewrap" in layers:
            return None
        return Path(scratch.scratch_folder(str(self._scratch), layers, pid))

    @property
    def alive(self) -> bool:
        """Whether it can still be asked for workers; what died with it says nothing of anybody."""
        if self._control.fileno() < 0:
            return False
        hung_up = select.poll()
        hung_up.register(self._control, select.POLLHUP)
        return self._process.poll() is None and not hung_up.poll(0)

    def said(self) -> str:
        """What the zygote itself has printed so far, for error messages."""
        try:
            self._output.seek(0)
            return self._output.read()[-2000:].decode(errors="replace").strip()
        except ValueError:  # closed, by another slot that found it dead first
            return ""

    def close(self) -> None:
        """End the zygote and what it still runs."""
        self._control.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._discard()

    def _discard(self) -> None:
        self._output.close()
        for folder in self._folders:
            folder.remove()

    def _command(self, control: int, preload: tuple[str, ...]) -> list[str]:
        wrapped = "bubblewrap" in self.tier.layers
        if wrapped and self.tier.bwrap is None:
            raise ZygoteError("bubblewrap is one of the layers, and which one is not said")
        environment = bubblewrap.environment_paths()
        if wrapped:
            root, scratch_parent = bubblewrap.RUNTIME, bubblewrap.SCRATCH
            readable, listable = [str(path) for path in environment], list[str]()
        else:
            root, scratch_parent = str(self._runtime), str(self._scratch)
            readable, listable = bubblewrap.without(self._masked, environment)
        config = {
            "layers": list(self.tier.layers),
            "preload": list(preload),
            "readable": [root, *readable],
            "listable": listable,
            "scratch": scratch_parent,
        }
        arguments = [str(control), json.dumps(config)]
        if not wrapped or self.tier.bwrap is None:
            return bubblewrap.bare_command(
                runtime=self._runtime, arguments=arguments, environment=ENVIRONMENT
            )
        return bubblewrap.command(
            self.tier.bwrap,
            runtime=self._runtime,
            arguments=arguments,
            readable=environment,
            masked=self._masked,
            environment=ENVIRONMENT,
        )

    def __enter__(self) -> Zygote:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _copy_runtime(root: Path) -> None:
    """Copy what runs inside, and nothing else of this package, so that nothing else is readable."""
    source = Path(autograder.__file__).parent
    package = root / "autograder"
    for folder in ("kit", "reading", "isolation/layers", "worker"):
        shutil.copytree(
            source / folder, package / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    (package / "__init__.py").touch()
    (package / "isolation" / "__init__.py").touch()
    os.chmod(root, 0o755)
