"""Which clusters work is given to: one that is reached by TLS, with certificates on both sides.

Whoever reaches a Dask scheduler can run code on it, on its workers and, through what is unpickled
there, on the machine of whoever uses it. Dask's own encryption keeps everybody else out.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from autograder.refusal import Refusal

AUTHORITY, SCHEDULER, WORKER, GRADER = "ca.pem", "scheduler.pem", "worker.pem", "grader.pem"


class ClusterError(Refusal):
    """The cluster cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Cluster:
    """A cluster as it was named on the command line.

    Attributes:
        address: of its scheduler, such as ``tls://10.0.0.5:8786``.
        certificates: folder with `AUTHORITY` and `GRADER`, as ``autograder certificates`` makes it.
        insecure: whether one without TLS on another machine is taken all the same.
    """

    address: str
    certificates: Path | None = None
    insecure: bool = False

    def security(self) -> Any:
        """What `distributed.Client` is given to prove who we are; None where nothing is proved.

        Raises:
            ClusterError: anybody could be at that address, or certificates are missing.
        """
        scheme = self.address.partition("://")[0] if "://" in self.address else "tcp"
        if scheme == "tls":
            return self._proofs()
        if scheme != "tcp":
            raise ClusterError(f"--cluster {self.address}: expected tls://HOST:PORT")
        if not (self.insecure or _on_this_machine(self.address)):
            raise ClusterError(
                f"--cluster {self.address}: without TLS anybody in that network can read the "
                "submissions, forge grades and run programs on every machine of the cluster and on "
                "this one. Make certificates (autograder certificates FOLDER), start scheduler and "
                "workers with them, and name tls://HOST:PORT; --insecure-cluster does without, in "
                "a network in which you trust everybody"
            )
        return None

    def _proofs(self) -> Any:
        from distributed.security import Security

        if self.certificates is None:
            raise ClusterError(
                f"--cluster {self.address}: name the folder with {AUTHORITY} and {GRADER} with "
                "--cluster-certificates (autograder certificates FOLDER makes it)"
            )
        for name in (AUTHORITY, GRADER):
            if not (self.certificates / name).is_file():
                raise ClusterError(f"--cluster-certificates {self.certificates}: no {name} in it")
        own = str(self.certificates / GRADER)
        return Security(  # type: ignore[no-untyped-call]
            tls_ca_file=str(self.certificates / AUTHORITY),
            tls_client_cert=own,
            tls_client_key=own,
            require_encryption=True,
        )


def _on_this_machine(address: str) -> bool:
    """Whether an address is one of this machine alone; a name is not, but for ``localhost``."""
    host = urlsplit(address if "://" in address else f"tcp://{address}").hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
