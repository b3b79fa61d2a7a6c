"""What may leave the student's side: plain values, and handles for everything else.

The same rules hold in a folder, in a notebook and in the sandboxed worker, so that a check sees
the same answer wherever it runs.
"""

import sys
from typing import Any, Callable, Dict

import numpy as np

MAX_DEPTH = 32
MAX_INT_BITS = 63
_ARRAY_KINDS = "biufc"


class Ref:
    """Stands for an object that stays on the student's side.

    Attributes:
        number: which object, in the order they were met.
        type_name: name of its type, for messages.
    """

    __slots__ = ("number", "type_name")

    def __init__(self, number: int, type_name: str) -> None:
        self.number = number
        self.type_name = type_name

    def __repr__(self) -> str:
        return "<%s object>" % self.type_name


def to_plain(value: Any, keep: Callable[[Any, str], Ref], depth: int = 0) -> Any:
    """A plain copy of a value; what has no honest plain form is kept and a `Ref` returned.

    Args:
        value: anything a student's function returned.
        keep: stores an object and gives its `Ref`; called with the object and a type name.

    Returns:
        None, bool, int, float, str, bytes, list, dict, ``numpy.ndarray`` (kinds b, i, u, f, c) or
        `Ref`. Tuples become lists, NumPy scalars 0-d arrays, TensorFlow tensors and variables
        arrays.
    """
    if depth > MAX_DEPTH:
        return keep(value, "%s nested more than %d deep" % (type(value).__name__, MAX_DEPTH))
    kind = type(value)
    if value is None or kind in (bool, float, str, bytes):
        return value
    if kind is int:
        if value.bit_length() <= MAX_INT_BITS:
            return value
        return keep(value, "int of %d bits" % value.bit_length())
    if kind is np.ndarray or (isinstance(value, np.generic) and kind.__module__ == "numpy"):
        return _plain_array(np.asarray(value), keep, value)
    if isinstance(value, (list, tuple)):
        base = list if isinstance(value, list) else tuple
        return [to_plain(item, keep, depth + 1) for item in base.__iter__(value)]  # type: ignore
    if isinstance(value, dict) and issubclass(kind, dict):
        return _plain_dict(value, keep, depth)
    tensor = _tensor_as_array(value)
    if tensor is not None:
        return _plain_array(tensor, keep, value)
    return keep(value, _type_name(value))


def _plain_array(array: np.ndarray, keep: Callable[[Any, str], Ref], original: Any) -> Any:
    if array.dtype.kind not in _ARRAY_KINDS or array.dtype.itemsize > 16:
        return keep(original, "array of dtype %s" % array.dtype)
    return np.array(array, dtype=array.dtype.newbyteorder("="), order="C", copy=True, subok=False)


def _plain_dict(value: Dict[Any, Any], keep: Callable[[Any, str], Ref], depth: int) -> Any:
    plain = {}
    for key, item in dict.items(value):
        if type(key) is not str and not (type(key) is int and key.bit_length() <= MAX_INT_BITS):
            return keep(value, "dict with a key of type %s" % _type_name(key))
        plain[key] = to_plain(item, keep, depth + 1)
    return plain


def _tensor_as_array(value: Any) -> Any:
    """The array in a TensorFlow tensor or variable (either Keras), or None."""
    tensorflow = sys.modules.get("tensorflow")
    keras = sys.modules.get("keras")
    if tensorflow is not None:
        if isinstance(value, tensorflow.IndexedSlices):
            value = tensorflow.convert_to_tensor(value)
        if isinstance(value, (tensorflow.Tensor, tensorflow.Variable)):
            return np.asarray(value.numpy()) if hasattr(value, "numpy") else None
    if keras is not None and isinstance(value, getattr(keras, "Variable", ())):
        return np.asarray(value.numpy())  # type: ignore[union-attr]
    return None


def _type_name(value: Any) -> str:
    name = type(value).__name__
    return name if isinstance(name, str) else "object"
