"""Decide what of a master notebook becomes which exercise, and what stays given or is left out.

A function or class with a solution in it becomes an exercise of its name. Statements that assign
variables become an exercise that is a function of the question's name and returns them: only
functions can be asked across the boundary.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from autograder.bringing.marks import Piece, Unmarkable, read_code, student_version, with_regions
from autograder.bringing.master import Cell, Master, Question, Test
from autograder.bringing.names import bound_by, needed_by
from autograder.bringing.problems import Remarks


@dataclass
class Part:
    """One exercise: a definition of the notebook, or a function that returns its variables.

    Attributes:
        name: of the exercise, and of what it provides.
        question: that it comes from.
        goal: one sentence.
        pieces: the definition, or the statements of the function.
        variables: what the function returns; empty for a definition.
        tests: that ask it, each with its question and what names mean there.
        scope: what names mean after its question.
    """

    name: str
    question: Question
    goal: str
    pieces: list[Piece]
    variables: list[str] = field(default_factory=list)
    tests: list[Posed] = field(default_factory=list)
    scope: Scope = field(default_factory=dict)

    @property
    def points(self) -> float:
        """What its tests are worth together."""
        return sum(posed.test.points for posed in self.tests)


@dataclass(frozen=True)
class Posed:
    """A test with the question it was written for, and what names mean there."""

    test: Test
    question: Question
    scope: Scope


@dataclass(frozen=True)
class Meaning:
    """What a name stands for.

    Attributes:
        kind: ``module`` (given), ``part`` (a definition to be written), ``variable`` (returned by
            a part), ``derived`` (given, but computed from answers) or ``lost``.
        part: name of the part, if it is one.
        piece: the given statement, if it is one.
        scope: what names meant where it stands.
    """

    kind: str
    part: str = ""
    piece: Piece | None = None
    scope: Scope = field(default_factory=dict, hash=False, compare=False)


Scope = dict[str, Meaning]


@dataclass(frozen=True)
class Passage:
    """One passage of the notebook's story: ``text``, ``code``, ``given`` or ``exercise``."""

    kind: str
    content: str
    scope: Scope = field(default_factory=dict)


@dataclass
class Plan:
    """What becomes of a notebook.

    Attributes:
        given: statements of the module that are handed out, and parts, in order.
        story: passages of the notebook.
        parts: exercises.
    """

    module: list[Piece | Part] = field(default_factory=list)
    scopes: dict[int, Scope] = field(default_factory=dict)
    story: list[Passage] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def part(self, name: str) -> Part:
        """The exercise of a name."""
        return next(part for part in self.parts if part.name == name)


def make_plan(master: Master, remarks: Remarks) -> Plan:
    """Sort everything in a notebook."""
    planning = _Planning(remarks)
    for item in master.items:
        if isinstance(item, Question):
            planning.question(item)
        else:
            planning.outside(item)
    return planning.plan


class _Planning:
    def __init__(self, remarks: Remarks) -> None:
        self.plan = Plan()
        self._remarks = remarks
        self._scope: Scope = {}
        self._answer = ""
        # Code that only the notebook runs, of the cell or solution that is being read.
        self._shown: list[str] | None = None

    def outside(self, cell: Cell, where: str = "outside of questions") -> None:
        """A cell that belongs to no question, or to one without being its solution."""
        if cell.kind == "text":
            self._text(cell.source, where)
            return
        before, outer = dict(self._scope), self._shown
        self._shown = shown = [] if outer is None else outer
        for piece in self._read(cell, where):
            self._given(piece, where)
        self._shown = outer
        if shown and outer is None:
            self.plan.story.append(Passage("code", "\n".join(shown), before))

    def question(self, question: Question) -> None:
        """A question with its solution and tests."""
        if question.manual:
            self._manual(question)
            return
        goal = _goal(question)
        before = len(self.plan.parts)
        self._answer, shown = "", list[str]()
        statements: list[Piece] = []
        for cell in question.cells:
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
            elif cell.block == "prompt" and cell.kind == "code":
                self.plan.story.append(Passage("code", cell.source, dict(self._scope)))
            else:
                self.outside(cell, question.name)
        self._variables(question, goal, statements)
        made = self.plan.parts[before:]
        for part in made:
            part.scope = dict(self._scope)
            self._warn_of_siblings(part)
            self.plan.story.append(Passage("exercise", part.name))
        if shown:
            self.plan.story.append(Passage("code", "\n".join(shown), dict(self._scope)))
        self._share_out(question, made)

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
            self.plan.story.append(Passage("text", source))

    def _given(self, piece: Piece, where: str) -> None:
        """A statement that is handed out as it is."""
        names = bound_by(piece.node)
        meanings = [self._scope.get(name) for name in needed_by([piece.node])]
        kinds = {meaning.kind for meaning in meanings if meaning}
        if isinstance(piece.node, ast.ImportFrom | ast.Import) and "otter" in piece.source:
            return
        if "grader" in names and "otter" in piece.source:
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
        pieces = [_as_definition(piece) for piece in self._read(cell, question.name, True)]
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
                self._answer = self._answer or self._free_name(question.name)
                meaning = Meaning("variable", self._answer)
                self._scope.update({name: meaning for name in _stored(piece.node)})
            elif own and piece is not pieces[-1] and _does_something(piece.node):
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
        self.plan.parts.append(part)
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
            bound += [n for n in sorted(_stored(piece.node)) if seen_own or n in used]
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
        self.plan.parts.append(part)
        self.plan.module.append(part)
        self._scope.update({variable: Meaning("variable", name) for variable in bound})
        self._remarks.change(
            question.name,
            f"`{'`, `'.join(bound)}`: students now write them in the function `{name}()`, which "
            "returns them by name",
        )

    def _free_name(self, question: str) -> str:
        name = re.sub(r"\W+", "_", question).strip("_") or "question"
        name = name if name[0].isalpha() and name.isascii() else f"question_{name}"
        taken = {*self._scope, *(part.name for part in self.plan.parts)}
        while name in taken or not name.isidentifier():
            name = f"answer_{name}"
        return name

    def _manual(self, question: Question) -> None:
        kept = []
        for cell in question.cells:
            if cell.block == "solution":
                kept.append(cell.source)
                if cell.kind == "code":
                    self._manual_code(cell, question)
            elif cell.kind == "text":
                self._text(cell.source, question.name)
            else:
                self.plan.story.append(Passage("code", cell.source, dict(self._scope)))
        points = 0 if question.points is None else question.points
        told = f"{points:g} points" if points else "points not named"
        tests = f", with {len(question.tests)} tests" if question.tests else ""
        self._remarks.lose(
            question.name,
            f"a question that people mark ({told}{tests}); its text stays in the notebook",
            "collect it where your course collects written work, or give its points with "
            "`manual_points` of an exercise and `autograder mark`",
            "\n\n".join(kept),
        )

    def _manual_code(self, cell: Cell, question: Question) -> None:
        shown = student_version(cell.source).strip()
        shown = "# Write your code here." if shown in ("", "...") else shown
        self.plan.story.append(Passage("code", shown, dict(self._scope)))
        try:
            pieces = read_code(cell.source, True).pieces
        except SyntaxError:
            return
        for piece in pieces:
            self._scope.update({name: Meaning("lost") for name in bound_by(piece.node)})

    def _warn_of_siblings(self, part: Part) -> None:
        """Say where an answer leans on another one."""
        needed = needed_by([piece.node for piece in part.pieces])
        parts = {self._scope[name].part for name in needed if name in self._scope}
        others = ", ".join(f"`{name}`" for name in sorted(parts - {"", part.name}))
        if others:
            self._remarks.change(
                part.question.name,
                f"the answer to `{part.name}` leans on the student's own {others}, so that one "
                "mistake costs both, and `autograder prove` objects; pass it in as an argument",
            )

    def _share_out(self, question: Question, made: list[Part]) -> None:
        """Give each test to the part of this question that it asks."""
        for test in question.tests:
            asks = parts_asked(test, self._scope)
            own = [part for part in made if part.name in asks]
            others = [part for part in self.plan.parts if part.name in asks]
            # Whatever a check asks needs a check of its own, or grading would not look for it.
            owners = own + [part for part in others if part not in own and not part.tests]
            owners = owners if own else others
            if not owners:
                self._remarks.lose(
                    question.name,
                    f"test {test.number} ({test.points:g} points) asks nothing that students write "
                    "for this question, which is now worth less",
                    "drop it, or write a check for what it was meant to see",
                    source_of(test),
                )
            if len(owners) > 1:
                names = ", ".join(f"`{part.name}`" for part in owners)
                self._remarks.change(
                    question.name, f"test {test.number} asks {names}: its points are split evenly"
                )
            for part in owners:
                shared = replace(test, points=test.points / len(owners))
                part.tests.append(Posed(shared, question, dict(self._scope)))
        told = [test.success for test in question.tests if test.success]
        if told:
            self._remarks.lose(
                question.name,
                "success messages: a check that passes says nothing",
                "say in the title what was asked",
                "\n".join(told),
            )
        if question.all_or_nothing and len(question.tests) > 1:
            self._remarks.lose(
                question.name,
                "all_or_nothing: here every check gives its own share of the points",
                "put what belongs together into one check",
            )


def parts_asked(test: Test, scope: Scope) -> set[str]:
    """Names of the parts that a test asks, directly or through given statements."""
    found: set[str] = set()
    waiting = [scope[name] for name in names_of(test) if name in scope]
    seen: set[int] = set()
    while waiting:
        meaning = waiting.pop()
        if meaning.part:
            found.add(meaning.part)
        if meaning.piece is not None and id(meaning.piece) not in seen:
            seen.add(id(meaning.piece))
            inner = {**scope, **meaning.scope}
            waiting += [inner[n] for n in needed_by([meaning.piece.node]) if n in inner]
    return found


def names_of(test: Test) -> list[str]:
    """Names of the notebook that a test uses."""
    tree = ast.parse(source_of(test))
    if not test.function:
        return needed_by(tree.body)
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    given = [arg.arg for arg in [*function.args.args, *function.args.kwonlyargs]]
    return [*given, *needed_by([function])]


def source_of(test: Test) -> str:
    """A test's code."""
    return test.function or "".join(source for source, _ in test.examples)


def _as_definition(piece: Piece) -> Piece:
    """A name that stands for a lambda as a function of that name."""
    match piece.node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda(args=args, body=body)):
            text = f"def {name}({ast.unparse(args)}):\n    return {ast.unparse(body)}"
            node = ast.parse(text).body[0]
            lines = text.split("\n")
            marked = frozenset({2}) if piece.marked else frozenset[int]()
            return Piece(tuple(lines), node, marked, piece.prompts)
    return piece


def _does_something(node: ast.stmt) -> bool:
    """Whether a statement is a call that is there for what it does."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)


def _stored(node: ast.stmt) -> Iterable[str]:
    """Names a statement binds, loop variables and names for nobody aside."""
    loops = {
        name
        for inner in ast.walk(node)
        if isinstance(inner, ast.For)
        for name in bound_by(ast.Assign(targets=[inner.target], value=ast.Constant(0)))
    }
    return {name for name in bound_by(node) - loops if not name.startswith("_")}


def _goal(question: Question) -> str:
    """The question in one sentence, without its number and its emphasis."""
    text = next((cell.source for cell in question.cells if cell.kind == "text"), "")
    plain = ""
    for paragraph in text.split("\n\n"):
        bare = re.sub(r"^\s*(#+ .*\n?|\*\*[^*]+\*\*[.:]?)|<[^>]+>", " ", paragraph)
        plain = plain or " ".join(bare.split())
    sentence = re.split(r"(?<=[.?!]) ", plain)[0][:200].strip()
    return sentence or f"Answer question {question.name}."
