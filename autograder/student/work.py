"""Find a student's answer to each exercise, in the modules or in the notebook, and load it."""

import ast
import glob
import importlib
import linecache
import os
import sys
import time
import traceback
from typing import Any, Dict, List, Mapping, Optional

from autograder.kit.responder import Responder
from autograder.kit.submission import Submission
from autograder.reading.unwritten import definition, parts_left, same_code
from autograder.student.cells import Notebook, Unreadable, told_syntax


class Place:
    """Where the answer to one exercise stands.

    Attributes:
        kind: ``"module"``, ``"notebook"``, ``"data"`` or ``"nowhere"``.
        label: what the student calls it: a file, or a file and a cell.
        untouched: True when it is as it was handed out, or not there at all.
        broken: why it cannot be read, empty when it can.
        beside: where a second, finished and different answer stands, which does not count; empty
            when there is none.
    """

    def __init__(self, kind: str, label: str, untouched: bool, broken: str = "") -> None:
        self.kind = kind
        self.label = label
        self.untouched = untouched
        self.broken = broken
        self.beside = ""


class Work:
    """What a student has written in one folder.

    Args:
        folder: the folder.
        exercises: as in `Handout.exercises`; ``parts`` says how many pieces of a skeleton raise
            ``NotImplementedError``.
        name: the assignment's, which is also the notebook's.
        support: the assignment's public support functions by name.

    Attributes:
        remarks: sentences about files that cannot be read.
    """

    def __init__(
        self,
        folder: str,
        exercises: List[Dict[str, Any]],
        name: str,
        support: Mapping[str, Any],
    ) -> None:
        self.folder = os.path.abspath(folder)
        self.remarks: List[str] = []
        self._exercises = exercises
        self._support = support
        self._trees: Dict[str, Any] = {}
        self._modules: Dict[str, Any] = {}
        self._saved = ""
        self.notebook = self._open_notebook(name)
        self._places = {made["name"]: self._place(made) for made in exercises}

    def place(self, exercise: str) -> Place:
        """Where the answer to an exercise stands."""
        return self._places[exercise]

    def form(self) -> str:
        """One sentence: in which form the work is, as far as it is begun."""
        begun = {place.kind for place in self._places.values() if not place.untouched} - {"data"}
        modules = "your modules (.py)"
        if self.notebook is None:
            return "Looking at %s." % modules
        saved = time.strftime("%H:%M on %d %b", time.localtime(os.path.getmtime(self._saved)))
        notebook = "your notebook %s, saved at %s" % (self.notebook.label, saved)
        if begun == {"notebook"}:
            return "Looking at %s." % notebook
        if begun == {"module"} or not begun:
            untouched = "" if begun else "; nothing is written yet, there or in the notebook"
            return "Looking at %s%s." % (modules, untouched)
        return "Looking at %s and at %s: what is further along counts." % (modules, notebook)

    def submission(self, exercise: str) -> Submission:
        """A fresh submission object for one check of an exercise."""
        home = {made["provides"]: made for made in reversed(self._exercises)}
        home.update(
            {made["provides"]: made for made in self._exercises if made["name"] == exercise}
        )

        def lookup(name: str) -> Any:
            return self._load(home[name])

        return Submission(Responder(lookup, self._support, self._locate, self._read).ask)

    def problem(self, exercise: str) -> str:
        """Load an answer, and say in one sentence why it cannot be loaded; empty when it can."""
        place = self._places[exercise]
        if place.broken or place.kind in ("data", "nowhere"):
            return place.broken
        made = next(made for made in self._exercises if made["name"] == exercise)
        try:
            self._load(made)
        except KeyError:
            return "there is no `%s` in %s" % (made["provides"], place.label)
        except (Exception, SystemExit) as error:
            return self._told(place, error)
        return ""

    # ---- where things stand

    def _open_notebook(self, name: str) -> Optional[Notebook]:
        path = os.path.join(self.folder, name + ".ipynb")
        if not os.path.exists(path):
            others = glob.glob(os.path.join(glob.escape(self.folder), "*.ipynb"))
            if len(others) != 1:
                return None
            path = others[0]
        label, self._saved = os.path.basename(path), path
        try:
            notebook = Notebook(path, label)
        except Unreadable as reason:
            self.remarks.append("%s: %s." % (label, reason))
            return None
        self.remarks += notebook.broken
        return notebook

    def _place(self, made: Dict[str, Any]) -> Place:
        if made["kind"] == "data":
            there = os.path.isfile(os.path.join(self.folder, made["file"]))
            return Place("data", made["file"], not there)
        module = self._in_module(made)
        if self.notebook is None:
            return module
        node = self.notebook.definition(made["provides"])
        if node is None:
            return module
        left = parts_left(node, made["name"])
        notebook = Place("notebook", self.notebook.place(made["provides"]), _untouched(node, made))
        if module.kind == "nowhere" or (module.broken and not left):
            return notebook
        if module.broken:
            return module
        other = definition(self._tree(made["file"]).body, made["provides"])
        assert other is not None
        left_in_module = parts_left(other, made["name"])
        counts, rival = (notebook, module) if left < left_in_module else (module, notebook)
        if not left and not left_in_module and not same_code(node, other):
            counts.beside = rival.label
        return counts

    def _in_module(self, made: Dict[str, Any]) -> Place:
        file = made["file"]
        if not os.path.isfile(os.path.join(self.folder, file)):
            return Place("nowhere", file, True)
        tree = self._tree(file)
        if isinstance(tree, str):
            return Place("module", file, False, tree)
        node = definition(tree.body, made["provides"])
        if node is None:
            return Place("nowhere", file, True)
        return Place("module", file, _untouched(node, made))

    def _tree(self, file: str) -> Any:
        """The module's syntax tree, or a sentence that says why there is none."""
        if file not in self._trees:
            try:
                with open(os.path.join(self.folder, file), "rb") as source:
                    self._trees[file] = ast.parse(source.read(), file)
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                self._trees[file] = "%s is not Python: %s" % (file, told_syntax(error))
        return self._trees[file]

    # ---- loading

    def _load(self, made: Dict[str, Any]) -> Any:
        place = self._places[made["name"]]
        if place.kind == "notebook":
            assert self.notebook is not None
            return self.notebook.get(made["provides"])
        if place.kind == "nowhere":
            raise KeyError(made["provides"])
        try:
            return getattr(self._module(made["file"]), made["provides"])
        except AttributeError:
            raise KeyError(made["provides"]) from None

    def _module(self, file: str) -> Any:
        """The imported module; one that fails is run once, and fails the same way each time."""
        if file not in self._modules:
            stem = os.path.splitext(file)[0]
            if self.folder in sys.path:
                sys.path.remove(self.folder)
            sys.path.insert(0, self.folder)
            loaded = sys.modules.get(stem)
            if loaded is not None and not self._holds(getattr(loaded, "__file__", None)):
                del sys.modules[stem]
            try:
                self._modules[file] = importlib.import_module(stem)
            except (Exception, SystemExit) as error:
                self._modules[file] = error
        found = self._modules[file]
        if isinstance(found, BaseException):
            raise found
        return found

    def _holds(self, path: Optional[str]) -> bool:
        return path is not None and os.path.dirname(os.path.abspath(path)) == self.folder

    def _locate(self, path: str) -> Optional[str]:
        if self.notebook is not None and self.notebook.holds(path):
            return path
        return os.path.basename(path) if self._holds(path) else None

    def _read(self, name: str) -> bytes:
        path = os.path.join(self.folder, name)
        if not os.path.isfile(path):
            raise KeyError(name)
        with open(path, "rb") as file:
            return file.read()

    def _told(self, place: Place, error: BaseException) -> str:
        at = ""
        for frame, line in traceback.walk_tb(error.__traceback__):
            found = self._locate(frame.f_code.co_filename)
            if found is not None:
                source = linecache.getline(frame.f_code.co_filename, line).strip()
                at = " (%s, line %d: `%s`)" % (found, line, source[:100])
        if isinstance(error, SyntaxError):
            return "%s is not Python: %s" % (error.filename, told_syntax(error))
        if isinstance(error, SystemExit):
            return "%s leaves Python while it is loaded%s; take that out" % (place.label, at)
        name = type(error).__name__
        text = str(error).split("\n")[0][:300]
        return "%s stops while it is loaded: %s%s%s" % (place.label, name, text and ": " + text, at)


def _untouched(node: ast.stmt, made: Dict[str, Any]) -> bool:
    """Whether as much of the exercise is left to write as in the skeleton."""
    left = parts_left(node, made["name"])
    if "parts" in made:
        return bool(left >= made["parts"])
    # Without that number a class with a part left may be half written.
    return left > 0 and not isinstance(node, ast.ClassDef)
