"""Make what only works for a person at a screen harmless: input, figures, displays, Colab, Otter.

`install` runs once, before any student code. Only `otter` and `google.colab` are replaced as a
whole; of installed packages single functions are, at the moment the package is imported, so that
nothing is imported that the submission does not use.
"""

from __future__ import annotations

import builtins
import contextlib
import functools
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, NoReturn

_REPLACED = ("otter", "google.colab")


class InputRefused(RuntimeError):
    """Student code asked for input while nobody is there to answer."""


class Harmless:
    """Answers everything with itself: any attribute, any call, any item; empty and false."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *args: object, **kwargs: object) -> Any:
        return self

    def __getitem__(self, key: object) -> Any:
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def __repr__(self) -> str:
        return ""


class InertImage(Harmless):
    """Stands for `IPython.display.Image` and its like, whose file may not exist here."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        pass


class ColabFiles(Harmless):
    """Stands for `google.colab.files`, whose upload gives a dict of contents by name."""

    def upload(self, *args: object, **kwargs: object) -> dict[str, bytes]:
        return {}


HARMLESS = Harmless()
# What puts back, last first, what stand-ins took the place of.
_undo: list[Callable[[], None]] = []


def install() -> None:
    """Put all stand-ins in place; doing it again changes nothing."""
    if any(isinstance(finder, _StandInFinder) for finder in sys.meta_path):
        return
    os.environ["MPLBACKEND"] = "Agg"
    _put(builtins, "input", _refuse_input)
    _put(builtins, "get_ipython", _shell)
    for name in list(sys.modules):
        if _is_replaced(name):
            del sys.modules[name]
    sys.meta_path.insert(0, _StandInFinder())
    for name, patch in _PATCHES.items():
        module = sys.modules.get(name)
        if module is not None:
            patch(module)


def remove() -> None:
    """Put back what stand-ins took the place of, in a process that goes on with other work."""
    while _undo:
        _undo.pop()()
    sys.meta_path[:] = [found for found in sys.meta_path if not isinstance(found, _StandInFinder)]
    for name, module in list(sys.modules.items()):
        if isinstance(getattr(getattr(module, "__spec__", None), "loader", None), _StandInLoader):
            del sys.modules[name]


def _put(module: Any, name: str, value: Any) -> None:
    if hasattr(module, name):
        _undo.append(functools.partial(setattr, module, name, getattr(module, name)))
    else:
        _undo.append(functools.partial(delattr, module, name))
    setattr(module, name, value)


def close_figures() -> None:
    """Close the figures that loading has left open; they hold memory and nobody looks at them."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        with contextlib.suppress(Exception):  # student code may have replaced it
            pyplot.close("all")


def _refuse_input(prompt: object = "") -> NoReturn:
    raise InputRefused(
        "input() cannot be used: nobody is there to answer while the code is checked. "
        "Pass the value as an argument, or set it in a variable."
    )


def _shell() -> Harmless:
    return HARMLESS


def _nothing(*args: object, **kwargs: object) -> None:
    return None


def _refuse_browser(*args: object, **kwargs: object) -> bool:
    return False


def _patch_matplotlib(module: ModuleType) -> None:
    module.use("Agg")
    _put(module, "use", _nothing)


def _patch_pyplot(module: ModuleType) -> None:
    def show(*args: object, **kwargs: object) -> None:
        """Close all figures, as a notebook does after it has shown them."""
        module.close("all")

    switch = module.switch_backend

    def switch_backend(newbackend: str) -> None:
        """Keep Agg, whatever is asked for: there is no screen."""
        switch("Agg")

    _put(module, "show", show)
    _put(module, "pause", _nothing)
    _put(module, "switch_backend", switch_backend)


def _patch_display(module: ModuleType) -> None:
    for name in ("display", "clear_output", "update_display"):
        _put(module, name, _nothing)
    for name in ("Image", "Audio", "Video", "SVG", "FileLink", "FileLinks"):
        _put(module, name, InertImage)


def _patch_ipython(module: ModuleType) -> None:
    _put(module, "get_ipython", _shell)
    _put(module, "display", _nothing)


def _patch_browser(module: ModuleType) -> None:
    for name in ("open", "open_new", "open_new_tab"):
        _put(module, name, _refuse_browser)


_PATCHES: dict[str, Callable[[ModuleType], None]] = {
    "matplotlib": _patch_matplotlib,
    "matplotlib.pyplot": _patch_pyplot,
    "IPython": _patch_ipython,
    "IPython.display": _patch_display,
    "webbrowser": _patch_browser,
}


def _is_replaced(name: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in _REPLACED)


class _StandInFinder(MetaPathFinder):
    """Serves the replaced packages, and patches the others as they are imported."""

    def __init__(self) -> None:
        self._busy: set[str] = set()
        self._serves_google = importlib.util.find_spec("google") is None

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Answer Python's question for a module (the meta path protocol)."""
        if _is_replaced(name) or (name == "google" and self._serves_google):
            return ModuleSpec(name, _StandInLoader(), is_package=True)
        if name not in _PATCHES or name in self._busy:
            return None
        self._busy.add(name)
        try:
            for finder in sys.meta_path:
                spec = None if finder is self else finder.find_spec(name, path, target)
                if spec is not None and spec.loader is not None:
                    spec.loader = _PatchingLoader(spec.loader, _PATCHES[name])
                    return spec
        finally:
            self._busy.discard(name)
        return None


class _StandInLoader(Loader):
    """Makes a module in which every name is harmless."""

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        def fallback(name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return HARMLESS

        module.__getattr__ = fallback  # type: ignore[method-assign]
        if module.__name__ == "google.colab":
            module.files = ColabFiles()  # type: ignore[attr-defined]
        if module.__name__ == "google.colab.files":
            module.upload = ColabFiles().upload  # type: ignore[attr-defined]


class _PatchingLoader(Loader):
    """Runs a module's own loader, then the patch, and leaves no other trace."""

    def __init__(self, loader: Any, patch: Callable[[ModuleType], None]) -> None:
        self._loader = loader
        self._patch = patch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> Any:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._patch(module)
