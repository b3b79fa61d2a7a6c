"""Note which of a submission's functions are entered: whoever is wrong first is repaired first."""

from __future__ import annotations

import functools
from typing import Any, Collection, List


class CallNotes:
    """Stands in for functions, calls them, and remembers that it did; see `loading.Stubs`.

    Args:
        names: of the functions.
    """

    def __init__(self, names: Collection[str]) -> None:
        self.names = frozenset(names)
        self._entered: List[str] = []

    def stand_in(self, name: str, own: Any) -> Any:
        """What takes the place of a function; a class, or whatever is no function, stays."""
        if name not in self.names or isinstance(own, type) or not callable(own):
            return own

        @functools.wraps(own)
        def noted(*args: Any, **kwargs: Any) -> Any:
            self._entered.append(name)
            return own(*args, **kwargs)

        return noted

    def missing(self, name: str) -> Any:
        """What a name means that nothing defines: the error that it is without a stand-in."""

        def absent(*args: Any, **kwargs: Any) -> Any:
            raise NameError("name %r is not defined" % name)

        return self.stand_in(name, absent)

    def take(self) -> List[str]:
        """The names that were entered since this was asked last."""
        entered, self._entered = sorted(set(self._entered)), []
        return entered
