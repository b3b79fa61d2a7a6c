"""A scheduler and workers of a cluster, each a process of its own as `dask` starts it."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from autograder.batch.cluster_security import Cluster

TINY = Path(__file__).parent.parent / "tiny"
TOLD = "from autograder.cli import main; main()"


def wait_for(happened, process):
    while not happened():
        assert process.poll() is None, "it ended before"
        time.sleep(0.05)


class Machines:
    """A scheduler and workers, as `dask` starts them."""

    def __init__(self, place, certificates=None):
        self.place, self.certificates = place, certificates
        self.processes = []
        self._dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        wait_for((place / "scheduler.json").exists, self.processes[0])
        self.address = json.loads((place / "scheduler.json").read_text())["address"]

    def worker(self, *more, **variables):
        fixed = ["--host", "127.0.0.1", "--nthreads", "2", "--no-dashboard"]
        self._dask("worker", *fixed, *more, **variables)

    def _dask(self, kind, *options, **variables):
        proofs = []
        if self.certificates:
            own = str(self.certificates / f"{kind}.pem")
            authority = str(self.certificates / "ca.pem")
            proofs = ["--tls-ca-file", authority, "--tls-cert", own, "--tls-key", own]
            proofs += ["--protocol", "tls"]
        dask = str(Path(sys.executable).parent / "dask")
        file = ["--scheduler-file", str(self.place / "scheduler.json")]
        self.processes.append(
            subprocess.Popen(
                [dask, kind, *file, *options, *proofs],
                cwd=self.place,
                env={**os.environ, **variables},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )

    def grade(self, folder, results, *more, told=TOLD):
        return subprocess.run(
            self.command(folder, results, *more, told=told),
            capture_output=True,
            text=True,
            timeout=90,
        )

    def command(self, folder, results, *more, told=TOLD):
        """What grades a class on these machines, as a process of its own."""
        arguments = ["grade", folder, "-a", TINY, "-o", results, "--seed", "9"]
        line = [*map(str, arguments), "--cluster", self.address, "--no-similarity", *map(str, more)]
        return [sys.executable, "-c", told, *line]

    def wait_for_workers(self, count):
        import distributed

        security = Cluster(self.address, self.certificates).security()
        with distributed.Client(self.address, security=security) as client:
            client.wait_for_workers(count, timeout=60)

    def end(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait()
