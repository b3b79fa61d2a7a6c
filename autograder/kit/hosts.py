"""A submission that nothing stands between and the check: the names of a notebook's kernel."""

import os
from typing import Any, Mapping, Optional

from .responder import Responder
from .submission import Submission


def namespace_submission(names: Mapping[str, Any], support: Mapping[str, Any]) -> Submission:
    """A submission that asks names in this process, such as those of a notebook (Otter's ``env``).

    Args:
        names: the student's objects by name.
        support: the assignment's public support functions by name.
    """

    def locate(path: str) -> Optional[str]:
        return "a cell of yours" if "ipykernel" in path or path.startswith("<ipython") else None

    def read(name: str) -> bytes:
        if not os.path.isfile(name):
            raise KeyError(name)
        with open(name, "rb") as file:
            return file.read()

    return Submission(Responder(names.__getitem__, support, locate, read).ask)
