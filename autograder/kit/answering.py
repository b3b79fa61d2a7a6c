"""The student's side of an attempt: reads, loads, and answers one question after the other.

It runs in the process that has the submission loaded: the sandboxed worker, or one at home.
"""

from __future__ import annotations

import hashlib
import random
import sys
from typing import Any, Callable, Dict, List, Mapping, Optional

from autograder.kit.data_files import DataFiles, data_among
from autograder.kit.problems import StudentError, Unusable
from autograder.kit.responder import Responder
from autograder.reading import standins
from autograder.reading.loading import Stubs, StudentCode
from autograder.reading.loading_plan import plan


class Answers:
    """A submission that is read and, when told to, loaded.

    Args:
        folder: an existing, writable folder for its files.
        setup: ``files`` (path -> bytes), ``rules`` (see `loading_plan.plan`), ``support`` (source),
            ``salt`` (str) and ``plan`` (of an earlier process, or None).
        stubs: what takes the place of some of its functions.
        more: further questions, by operation.
    """

    def __init__(
        self,
        folder: str,
        setup: Mapping[str, Any],
        stubs: Optional[Stubs] = None,
        more: Optional[Mapping[str, Callable[..., Any]]] = None,
    ) -> None:
        self._data = DataFiles(folder, data_among(setup["files"], setup["rules"].get("given", ())))
        self._data.restore()
        self._plan = setup["plan"] or plan(setup["files"], setup["rules"])
        standins.install()
        self._code = StudentCode(folder, setup["files"], self._plan, stubs)
        support: Dict[str, Any] = {"__name__": "support"}
        exec(compile(setup["support"], "support.py", "exec"), support)
        self._salt = setup["salt"]
        self._exercise = ""
        self._responder = Responder(self._lookup, support, self._code.owns)
        self._answers: Dict[str, Callable[..., Any]] = {
            "plan": lambda: self._plan,
            "load": self._code.load,
            "begin": self._begin,
            **(more or {}),
        }

    def reply(
        self, operation: str, ref: Any, name: str, args: List[Any], kwargs: Dict[str, Any]
    ) -> List[Any]:
        """The answer to one question, as plain values: its kind, then what that kind has."""
        try:
            if operation in self._answers:
                return ["value", self._answers[operation](*args)]
            return ["value", self._responder.ask(operation, ref, name, args, kwargs)]
        except StudentError as error:
            kind = "unwritten" if error.unwritten else "raised"
            message = self._code.without_scratch(error.message)
            return [kind, error.bases, message, error.label, error.line]
        except Unusable as error:
            return ["unusable", error.public, error.hidden]

    def close(self) -> None:
        """Let go of the submission, in a process that goes on."""
        self._responder.forget()
        self._code.close()

    def _lookup(self, name: str) -> Any:
        """The object of a name: as the exercise that is asked has it, else as any has it."""
        homes = [made for made in self._plan["exercises"].values() if made["provides"] == name]
        asked = self._plan["exercises"].get(self._exercise)
        if asked is not None and asked["provides"] == name:
            homes.insert(0, asked)
        if not homes or homes[0]["unit"] is None:
            raise KeyError(name)
        return self._code.lookup(name, homes[0]["unit"])

    def _begin(self, check: str, keras_used: bool, exercise: str) -> None:
        self._responder.forget()
        if keras_used and self._exercise != exercise:
            # Once an exercise: it makes TensorFlow forget its compiled kernels, a second of work.
            _start_keras_afresh(_number(f"{self._salt} {exercise}"))
        self._exercise = exercise
        self._data.restore()
        _start_afresh(_number(f"{self._salt} {check}"))


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "little")


def _start_afresh(seed: int) -> None:
    """Make the start of a check independent of what ran before it."""
    random.seed(seed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed)
        numpy.seterr(all="warn")


def _start_keras_afresh(seed: int) -> None:
    """Undo what an exercise may have changed for all of Keras."""
    import tensorflow
    from tensorflow import keras

    tensorflow.config.run_functions_eagerly(True)
    keras.backend.set_floatx("float32")
    try:
        keras.backend.clear_session(free_memory=False)  # collecting garbage costs 0.2 s
    except TypeError:  # Keras 2
        keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
