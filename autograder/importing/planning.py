"""Decide what of a master notebook becomes which exercise, and what stays given or is left out.

A function or class with a solution in it becomes an exercise of its name. Statements that assign
variables become an exercise that is a function of the question's name and returns them: only
functions can be asked across the boundary.
"""

from __future__ import annotations

import ast
import keyword
from collections.abc import Collection
from pathlib import Path

from autograder.importing.bound_names import bound_by, needed_by
from autograder.importing.import_problems import Remarks
from autograder.importing.master import Cell, Master, Question
from autograder.importing.plan import Meaning, Part, Passage, Plan, Scope, in_ascii, names_of
from autograder.importing.solution_marks import (
    Piece,
    Unmarkable,
    read_code,
    student_version,
    with_regions,
)
from autograder.importing.statements import (
    as_definition,
    does_something,
    goal_of,
    is_for_otter,
    own_goal,
    stored_by,
)
from autograder.importing.tests_by_exercise import share_out, warn_of_siblings
from autograder.importing.written_answers import where_to_write, written_answer


def make_plan(master: Master, remarks: Remarks) -> Plan:
    """Sort everything in a notebook."""
    planning = _Planning(master.path.parent, remarks)
    for item in master.items:
        if isinstance(item, Question):
            planning.question(item)
        else:
            planning.outside(item)
    return planning.plan


class _Planning:
    def __init__(self, folder: Path, remarks: Remarks) -> None:
        self.plan = Plan()
        self._folder = folder
        self._remarks = remarks
        self._scope: Scope = {}
        self._answer = ""
        self._text_above = ""
        # Code that only the notebook runs, of the cell or solution that is being read.
        self._shown: list[str] | None = None

    def outside(self, cell: Cell, where: str = "outside of questions") -> None:
        """A cell that belongs to no question, or to one without being its solution."""
        if cell.kind == "text":
            self._text(cell.source, where)
            return
        before, outer = dict(self._scope), self._shown
        self._shown = shown = [] if outer is None else outer
        for piece in self._read(cell, where, cell.block == "solution"):
            if piece.marked:
                self._unasked(piece, where)
            else:
                self._given(piece, where)
        self._shown = outer
        if shown and outer is None:
            self.plan.story.append(Passage("code", "\n".join(shown), before))

    def question(self, question: Question) -> None:
        """A question with its solution and tests."""
        if question.manual:
            self._manual(question)
            return
        goal = goal_of(question, self._text_above)
        before = len(self.plan.parts)
        self._answer, shown = "", list[str]()
        statements: list[Piece] = []
        solved = [index for index, cell in enumerate(question.cells) if cell.block == "solution"]
        upto = solved[-1] + 1 if solved else 0
        for cell in question.cells[:upto]:
            if cell.block == "solution" and cell.kind == "text" and not cell.included:
                self._remarks.lose(
                    question.name,
                    "a written solution (text), which has no place in the handout",
                    "keep it for those who mark, if they need it",
                    cell.source,
                )
            elif cell.block == "solution" and cell.kind == "code":
                self._shown = shown
                statements += self._solution(question, cell, goal)
                self._shown = None
            else:
                self._beside(question, cell)
        self._variables(question, goal, statements)
        made = self.plan.parts[before:]
        for part in made:
            if len(made) > 1:
                part.goal = own_goal(goal, part.name, part.pieces[0].node)
            part.scope = dict(self._scope)
            warn_of_siblings(part, self._remarks)
            self.plan.story.append(Passage("exercise", part.name))
        if shown:
            self.plan.story.append(Passage("code", "\n".join(shown), dict(self._scope)))
        for cell in question.cells[upto:]:
            self._beside(question, cell)
        self._text_above = ""
        share_out(question, made, self.plan.parts, self._scope, self._remarks)

    def _beside(self, question: Question, cell: Cell) -> None:
        """A cell of a question that is not its solution."""
        if cell.block == "prompt" and cell.kind == "code":
            self.plan.story.append(Passage("code", cell.source, dict(self._scope)))
        elif cell.kind != "raw":
            self.outside(cell, question.name)

    def _read(self, cell: Cell, where: str, solution: bool = False) -> tuple[Piece, ...]:
        if cell.source.lstrip().startswith("%%"):
            self._remarks.lose(
                where, "a cell with a cell magic", "write it in plain Python", cell.source
            )
            return ()
        try:
            code = read_code(cell.source, solution)
        except SyntaxError as problem:
            self._remarks.lose(
                where,
                f"a code cell is not Python: {problem.msg} (line {problem.lineno})",
                "mend it and bring it over by hand",
                cell.source,
            )
            return ()
        for magic in code.magics:
            self._remarks.change(where, f"`{magic}` is left out: a module has no notebook commands")
        if code.seeds:
            self._remarks.change(
                where, "a line marked # SEED stays as it is; every check seeds the worker anyway"
            )
        return code.pieces

    def _text(self, source: str, where: str) -> None:
        if "attachment:" in source:
            self._remarks.lose(
                where, "a picture attached to a cell", "put it beside the handout as a file"
            )
        if source.strip():
            self._text_above = source
            self.plan.story.append(Passage("text", source))

    def _given(self, piece: Piece, where: str) -> None:
        """A statement that is handed out as it is."""
        names = bound_by(piece.node)
        meanings = [self._scope.get(name) for name in needed_by([piece.node])]
        kinds = {meaning.kind for meaning in meanings if meaning}
        if is_for_otter(piece.node):
            return
        file = self._file_read_by(piece.node)
        if file:
            self._remarks.lose(
                where,
                f"`{piece.lines[-1].strip()}` reads {file}; it stays in the notebook only",
                "put it into the module by hand: the file is there where submissions run",
                piece.source,
            )
            self._only_shown(piece)
            self._scope.update({name: Meaning("lost") for name in names})
            return
        if piece.is_definition:
            self._module(piece)
            return
        if not names or isinstance(piece.node, ast.Expr):
            self._only_shown(piece)
            return
        if kinds & {"part", "variable", "derived", "lost"}:
            self._only_shown(piece)
            kind = "lost" if "lost" in kinds else "derived"
            meaning = Meaning(kind, piece=piece, scope=dict(self._scope))
            self._scope.update({name: meaning for name in names})
            return
        self._module(piece)

    def _unasked(self, piece: Piece, where: str) -> None:
        """A solution that no question asks for."""
        self._remarks.lose(
            where, "a solution outside of every question", "make it a question", piece.source
        )
        self._scope.update({name: Meaning("lost") for name in bound_by(piece.node)})

    def _file_read_by(self, node: ast.stmt) -> str:
        """The file beside the notebook that a statement names, if it names one."""
        for inner in ast.walk(node):
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                name = inner.value
                if 0 < len(name) < 200 and "\0" not in name and (self._folder / name).is_file():
                    return name
        return ""

    def _only_shown(self, piece: Piece) -> None:
        assert self._shown is not None
        self._shown.append(piece.source)

    def _module(self, piece: Piece) -> None:
        meaning = Meaning("module", piece=piece, scope=dict(self._scope))
        self.plan.module.append(piece)
        self._scope.update({name: meaning for name in bound_by(piece.node)})
        # A function may use what is defined after it.
        self.plan.scopes[id(piece)] = self._scope
        if piece.is_definition:
            self.plan.story.append(Passage("given", next(iter(bound_by(piece.node)))))

    def _solution(self, question: Question, cell: Cell, goal: str) -> list[Piece]:
        """Definitions become parts; returns the other statements that make the solution."""
        pieces = [as_definition(piece) for piece in self._read(cell, question.name, True)]
        own = [piece for piece in pieces if piece.marked and not piece.is_definition]
        bound = {name for piece in own for name in bound_by(piece.node)}
        # What only the solution's statements use belongs to them: a generator starts afresh.
        inner = set(needed_by([piece.node for piece in own])) - set(
            needed_by([piece.node for piece in pieces if piece.is_definition])
        )
        seen_own = False
        statements: list[Piece] = []
        for piece in pieces:
            if piece.is_definition and piece.marked:
                self._definition(question, piece, goal)
            elif piece.is_definition or isinstance(piece.node, (ast.Import, ast.ImportFrom)):
                if piece.marked:
                    self._remarks.change(question.name, f"`{piece.source}` is handed out")
                self._given(piece, question.name)
            elif piece in own:
                seen_own = True
                statements.append(piece)
                self._answer = self._answer or self._free_name(question.name, bound)
                meaning = Meaning("variable", self._answer)
                self._scope.update({name: meaning for name in stored_by(piece.node)})
            elif own and piece is not pieces[-1] and does_something(piece.node):
                # Such as a seed, which the solution needs where it runs.
                statements.append(piece)
            elif (
                own
                and not isinstance(piece.node, ast.Expr)
                and (seen_own or bound_by(piece.node) & (bound | inner))
            ):
                statements.append(piece)
            else:
                self._given(piece, question.name)
        return statements

    def _definition(self, question: Question, piece: Piece, goal: str) -> None:
        name = next(iter(bound_by(piece.node)))
        if any(name == part.name for part in self.plan.parts):
            self._remarks.lose(
                question.name,
                f"`{name}` is the answer to an earlier question, too",
                "rename one of both",
                piece.source,
            )
            return
        try:
            with_regions(piece, goal)
        except Unmarkable as problem:
            self._remarks.lose(
                question.name,
                f"{problem}; a skeleton without it could not be imported",
                "move it into a method, or hand it out",
                piece.source,
            )
            self._scope[name] = Meaning("lost")
            return
        part = Part(name, question, goal, [piece])
        self.plan.exercises.append(part)
        self.plan.module.append(part)
        self._scope[name] = Meaning("part", name)

    def _variables(self, question: Question, goal: str, statements: list[Piece]) -> None:
        """The statements of a question as one function that returns what they bind."""
        if not any(piece.marked for piece in statements):
            return
        used = {name for test in question.tests for name in names_of(test)}
        bound, seen_own = list[str](), False
        for piece in statements:
            seen_own = seen_own or bool(piece.marked)
            bound += [n for n in sorted(stored_by(piece.node)) if seen_own or n in used]
        bound = list(dict.fromkeys(bound))
        if not bound:
            self._remarks.lose(
                question.name,
                "its solution neither defines nor assigns anything, so nothing can be asked of it",
                "make it a function that returns what it shows, or mark it by hand",
                "\n".join(piece.source for piece in statements),
            )
            return
        name = self._answer
        part = Part(name, question, goal, statements, bound)
        self.plan.exercises.append(part)
        self.plan.module.append(part)
        self._scope.update({variable: Meaning("variable", name) for variable in bound})
        self._remarks.change(
            question.name,
            f"`{'`, `'.join(bound)}`: students now write them in the function `{name}()`, which "
            "returns them by name",
        )

    def _free_name(self, question: str, bound: Collection[str] = ()) -> str:
        """A name for an exercise, which is none of those that its own answer binds."""
        name = in_ascii(question) or "question"
        name = name if name[0].isalpha() else f"question_{name}"
        taken = {*self._scope, *bound, *(made.name for made in self.plan.exercises)}
        while name in taken or keyword.iskeyword(name):
            name = f"answer_{name}"
        return name

    def _manual(self, question: Question) -> None:
        for cell in question.cells:
            if cell.block == "solution" and cell.kind == "code":
                self._manual_code(cell)
            elif cell.block != "solution" and cell.kind == "text":
                self._text(cell.source, question.name)
            elif cell.block != "solution":
                self.plan.story.append(Passage("code", cell.source, dict(self._scope)))
        goal = goal_of(question, self._text_above)
        name = self._free_name(question.name)
        written = written_answer(question, name, goal, self._folder, self._remarks)
        if written is not None:
            self.plan.exercises.append(written)
            self.plan.story.append(Passage("text", where_to_write(written)))
        self._text_above = ""

    def _manual_code(self, cell: Cell) -> None:
        shown = student_version(cell.source).strip()
        shown = "# Write your code here." if shown in ("", "...") else shown
        self.plan.story.append(Passage("code", shown, dict(self._scope)))
        try:
            pieces = read_code(cell.source, True).pieces
        except SyntaxError:
            return
        for piece in pieces:
            self._scope.update({name: Meaning("lost") for name in bound_by(piece.node)})
