"""The submission a check asks: the same object for a folder, a notebook and a remote worker.

``sub.SGD(learning_rate=0.1)`` calls the student's ``SGD``. A plain value comes back as itself;
anything else stays on the student's side and comes back as a `Handle`, whose methods can be
called (``optimizer.step(params, grads)``) and whose attributes can be read
(``optimizer.get("iterations")``).
"""

from contextlib import contextmanager
from typing import Any, Callable, Dict, FrozenSet, Iterator, List, Optional, Set, Tuple, Union

import numpy as np

from .plain import Ref
from .problems import Problem, StudentError
from .signs import Sign, sign_of

_SHOWN_CALLS = 5
# What was being asked, by the kind of question.
_WHEN = {
    "call": "`%s` was called",
    "method": "its method `%s` was called",
    "support": "`support.%s` was given what your code made",
}

Ask = Callable[[str, Optional[Ref], str, List[Any], Dict[str, Any]], Any]

# Whose method it was (the number of the call that made the object, or a type's name; None for a
# name of the submission's own), the name, positional and named arguments.
_Call = Tuple[Union[int, str, None], str, List[Any], Dict[str, Any]]


class Handle(Ref):
    """An object on the student's side; call its methods, or read its attributes with `get`."""

    __slots__ = ("_submission",)

    def __init__(self, submission: "Submission", ref: Ref) -> None:
        super().__init__(ref.number, ref.type_name)
        self._submission = submission

    def get(self, attribute: str) -> Any:
        """The attribute's value, plain or as a handle."""
        return self._submission.ask("get", self, attribute, (), {})

    def set(self, attribute: str, value: Any) -> None:
        """Set an attribute on the student's object."""
        self._submission.ask("set", self, attribute, (value,), {})

    def value(self) -> Any:
        """The object's plain form as it is now; for what `Submission.hold` keeps."""
        return self._submission.ask("value", self, "", (), {})

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self._submission.ask("method", self, name, args, kwargs)


class Support:
    """The assignment's public support functions, run beside the student's code."""

    def __init__(self, submission: "Submission") -> None:
        self._submission = submission

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self._submission.ask("support", None, name, args, kwargs)


class Submission:
    """One student's work, to be asked.

    Args:
        ask: answers one question, see `Responder.ask`.

    Attributes:
        support: stand-ins and probes of the assignment, ``sub.support.bowl_gradient(...)``.
        transcript: every value that came back, for diagnosis by comparison.
        siblings: what other exercises must answer meanwhile, see `sibling`.
        as_given: names of other exercises whose answers count as they are, see `takes`.
        taken: those of them that the check has asked about.
        conventions: names of accepted conventions, other than the pinned one, that the answers
            follow.
        signs: of every answer, see `signs.shows_life`.
        recording: whether what comes back goes on the transcript, see `unrecorded`.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.siblings: Dict[str, List[Any]] = {}
        self.as_given: FrozenSet[str] = frozenset()
        self.taken: List[str] = []
        self.recording = True
        self._calls: List[_Call] = []
        self._made: Dict[int, int] = {}
        self._answers: List[Tuple[int, Any]] = []
        self._theirs: Set[int] = set()
        self._held: Dict[int, Any] = {}
        self.support = Support(self)
        self.transcript: List[Any] = []
        self.conventions: List[str] = []
        self.signs: List[Sign] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self.ask("call", None, name, args, kwargs)

    def hold(self, value: Any) -> Any:
        """Keep a value on the student's side, so that changes made in place can be seen there."""
        return self.ask("hold", None, "", (value,), {})

    def data(self, name: str) -> bytes:
        """The bytes of a data file that was handed in, such as ``findings.json``."""
        found = self._ask("data", None, name, [], {})
        assert isinstance(found, bytes)
        return found

    def observe(self, name: str, value: Any) -> None:
        """Put a derived observable on the transcript (for functions that draw at random)."""
        self.transcript.append((name, value))

    def follows(self, convention: Optional[str]) -> None:
        """Note that the answer follows an accepted convention; None and "" are the pinned one."""
        if convention and convention not in self.conventions:
            self.conventions.append(convention)

    def sibling(self, name: str, answers: List[Any]) -> None:
        """Say what another exercise must answer in this check, one entry for each call.

        For one that takes what cannot travel, such as a model. It is heard of only where the error
        of a wrong sibling is carried forward: the check is then asked again with these answers.

        Args:
            name: of the sibling's function.
            answers: plain values, what is right for each call of it in turn.
        """
        self.siblings[name] = list(answers)

    def takes(self, exercise: str) -> bool:
        """Whether what another exercise gives counts as it is, be it right or wrong.

        For one that the same definition answers, so that nothing can stand in for it: `Momentum`
        where `Nesterov` is asked. True only where its error is carried forward; what is expected is
        then made from what it gives, as an examiner goes on with a wrong intermediate result.

        Args:
            exercise: name of the other one.
        """
        if exercise not in self.as_given:
            return False
        self.taken.append(exercise)
        return True

    @contextmanager
    def unrecorded(self) -> Iterator[None]:
        """Keep what comes back off the transcript, where right answers differ (random draws)."""
        before, self.recording = self.recording, False
        try:
            yield
        finally:
            self.recording = before

    def ask(
        self,
        operation: str,
        ref: Optional[Ref],
        name: str,
        args: Tuple[Any, ...],
        kwargs: Dict[str, Any],
    ) -> Any:
        """Ask one question and put the answer on the transcript."""
        if operation in ("call", "method"):
            owner = None if ref is None else self._made.get(ref.number, ref.type_name)
            self._calls.append((owner, name, snapshot(args), snapshot(kwargs)))
        try:
            answer = self._bind(self._ask(operation, ref, name, list(args), kwargs))
        except Problem as problem:
            self.transcript.append(("did not answer", problem.kind))
            if isinstance(problem, StudentError) and operation in _WHEN:
                problem.tell_when(_WHEN[operation] % name)
            raise
        if operation == "hold" and isinstance(answer, Handle):
            self._held[answer.number] = snapshot(args[0])
        if operation in ("call", "method") and isinstance(answer, Handle):
            self._theirs.add(answer.number)
        # What a support function says counts where it looks at what the student's code made.
        looks = operation == "support" and args and isinstance(args[0], Handle)
        if operation in ("call", "method", "get") or (looks and args[0].number in self._theirs):
            given = [self._unheld(arg) for arg in args]
            self.signs.append(sign_of(operation, name, given, kwargs, answer))
        if operation in ("call", "method"):
            self._answers.append((len(self._calls) - 1, answer))
        if operation == "call" and isinstance(answer, Handle):
            self._made[answer.number] = len(self._calls) - 1
        if self.recording and operation != "hold":
            self.transcript.append(answer)
        return answer

    def asked(self) -> str:
        """The calls that were made, in order, as lines of Python; for messages of public checks."""
        written: List[str] = []
        for owner, name, args, kwargs in self._calls:
            start = written[owner] if isinstance(owner, int) else owner
            shown = [brief(arg) for arg in args]
            shown += ["%s=%s" % (key, brief(value)) for key, value in kwargs.items()]
            whose = "" if start is None else start + "."
            written.append("%s%s(%s)" % (whose, name, ", ".join(shown)))
        used = set()
        if len(written) > len(self._made):
            used = {written[number] for number in self._made.values()}
        lines = [line for line in written if line not in used]
        if len(lines) > _SHOWN_CALLS:
            more = "... and %d more calls" % (len(lines) - _SHOWN_CALLS)
            lines = [*lines[:_SHOWN_CALLS], more]
        return "\n".join(lines)

    def given_for(self, found: Any) -> Optional[List[Any]]:
        """The arguments of the call that gave this very object, or a part of it; None if none did.

        Args:
            found: an answer, an entry of one, or a dict of answers by a name of the check's own,
                of which each argument is given in the same form.
        """
        for number, answer in reversed(self._answers):
            inner = list(answer.values()) if isinstance(answer, dict) else answer
            parts = inner if isinstance(inner, list) else []
            if found is answer or any(found is part for part in parts):
                _, _, args, kwargs = self._calls[number]
                return [*args, *kwargs.values()]
        if isinstance(found, dict) and found and all(map(_is_whole, found.values())):
            each = {key: self.given_for(answer) for key, answer in found.items()}
            if all(each.values()):
                most = min(len(given or ()) for given in each.values())
                return [{k: (given or ())[n] for k, given in each.items()} for n in range(most)]
        return None

    def _unheld(self, value: Any) -> Any:
        """An argument with what is held on the student's side in its place."""
        if isinstance(value, Handle):
            return self._held.get(value.number, value)
        if isinstance(value, (list, tuple)):
            return [self._unheld(item) for item in value]
        if isinstance(value, dict):
            return {key: self._unheld(item) for key, item in value.items()}
        return value

    def _bind(self, value: Any) -> Any:
        if isinstance(value, Ref):
            return Handle(self, value)
        if isinstance(value, list):
            return [self._bind(item) for item in value]
        if isinstance(value, dict):
            return {key: self._bind(item) for key, item in value.items()}
        return value


def _is_whole(value: Any) -> bool:
    """Whether a value is large enough to be known again as an answer."""
    return isinstance(value, (dict, list, np.ndarray))


def snapshot(value: Any) -> Any:
    """A value as it is now: a check may go on with its arrays before anybody reads what it asked.

    Writing it down at once would take longer than asking.
    """
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, (list, tuple)):
        return [snapshot(item) for item in value]
    if isinstance(value, dict):
        return {key: snapshot(item) for key, item in value.items()}
    return value


def brief(value: Any, width: int = 160) -> str:
    """A value in one short line, arrays as nested lists of rounded numbers."""
    if isinstance(value, np.ndarray):
        text = np.array2string(value, precision=6, separator=", ", threshold=24, edgeitems=3)
        text = " ".join(text.split())
    elif isinstance(value, dict):
        text = "{%s}" % ", ".join("%r: %s" % (key, brief(item)) for key, item in value.items())
    elif isinstance(value, (list, tuple)):
        text = "[%s]" % ", ".join(brief(item) for item in value)
    elif isinstance(value, float):
        text = "%.7g" % value
    else:
        text = repr(value)
    return text if len(text) <= width else text[: width - 1] + "…"
