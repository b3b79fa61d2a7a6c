"""Say whether a library's dotted name is one that an exercise forbids, by whatever path.

`tf.keras.X`, `keras.X`, `keras.src.X` and `tensorflow.python.keras.X` are one thing to a reader, so
they are one thing here.
"""

from __future__ import annotations

from collections.abc import Iterable

_KERAS = ("keras",)
_SAME_AS_KERAS = (
    ("tensorflow", "keras"),
    ("tensorflow", "python", "keras"),
    ("tensorflow", "compat", "v1", "keras"),
    ("tensorflow", "compat", "v2", "keras"),
    ("tf_keras",),
    ("keras", "api"),
    ("keras", "src"),
    ("keras", "_tf_keras", "keras"),
    ("keras", "_tf_keras"),
)
_ALIASES_OF_KERAS = frozenset({"optimizers", "losses", "metrics", "initializers"})
_DETOURS = frozenset({"compat", "v1", "v2", "legacy", "experimental", "contrib"})


def canonical(name: str) -> tuple[str, ...]:
    """Return a dotted name in the one spelling that stands for all its paths.

    Example:
        >>> canonical("tensorflow.keras.optimizers.Adam")
        ('keras', 'optimizers', 'Adam')
    """
    parts = tuple(part for part in name.split(".") if part)
    if parts[:2] == ("tensorflow", "compat") and parts[2:3] == ("v2",):
        parts = ("tensorflow", *parts[3:])
    changed = True
    while changed:
        changed = False
        for prefix in _SAME_AS_KERAS:
            if parts[: len(prefix)] == prefix:
                parts = _KERAS + parts[len(prefix) :]
                changed = True
    if parts[:1] == ("tensorflow",) and parts[1:2] and parts[1] in _ALIASES_OF_KERAS:
        parts = _KERAS + parts[1:]
    return parts


def forbidden_by(name: str, entries: Iterable[str]) -> str | None:
    """Return the entry that forbids a dotted name, None if none does.

    An entry forbids itself and all below it; also the module that implements it
    (`keras.optimizers.adam.Adam` for `keras.optimizers.Adam`) and its older paths
    (`tf.compat.v1`, `legacy`, `experimental`).
    """
    used = canonical(name)
    direct = tuple(part for part in used if part not in _DETOURS)
    private = ".src." in f"{name}." or name.startswith("tensorflow.python.")
    for entry in entries:
        wanted = canonical(entry)
        if any(_covers(wanted, form) for form in (used, direct)):
            return entry
        if private and used[:1] == wanted[:1] and used[-1:] == wanted[-1:]:
            return entry
    return None


def _covers(wanted: tuple[str, ...], used: tuple[str, ...]) -> bool:
    above = len(wanted) - 1
    if not wanted or used[:above] != wanted[:above]:
        return False
    inside = used[above:]
    return wanted[-1] in (inside if above > 1 else inside[:1])
