"""The from-scratch rule: found through every alias, in reachable code only, never by mistake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from autograder.reading.library_names import canonical, forbidden_by

Planned = Callable[..., dict[str, Any]]
Notebook = Callable[..., bytes]

STEP = "class Adam:\n    def step(self, params, grads):\n        return "
HELPER = (
    "import keras as ks\n\ndef best():\n    return ks.optimizers.SGD()\n\ndef fine():\n    pass\n"
)


def uses(planned: Planned, files: Any, forbidden: Any = ("keras.optimizers",)) -> list[Any]:
    if isinstance(files, str):
        files = {"optimizers.py": files}
    found = planned(files, "Adam", forbidden=forbidden)["exercises"]["Adam"]
    assert found["unit"] is not None
    return [(use["name"], use["resolved"], use["unit"], use["line"]) for use in found["forbidden"]]


@pytest.mark.parametrize(
    ("text", "name", "resolved", "line"),
    [
        (
            "import tensorflow as tf\n" + STEP + "tf.keras.optimizers.Adam(0.1)",
            "tf.keras.optimizers.Adam",
            "tensorflow.keras.optimizers.Adam",
            4,
        ),
        (
            "from keras.optimizers import Adam as A\n" + STEP + "A()",
            "A",
            "keras.optimizers.Adam",
            4,
        ),
        (
            STEP + "o.SGD()\n        from tensorflow.keras import optimizers as o",
            "o.SGD",
            "tensorflow.keras.optimizers.SGD",
            3,
        ),
        (
            "import keras.optimizers\n" + STEP + "keras.optimizers.Adam()",
            "keras.optimizers.Adam",
            "keras.optimizers.Adam",
            4,
        ),
        (
            "import keras.optimizers as ko\n" + STEP + "ko.Adam()",
            "ko.Adam",
            "keras.optimizers.Adam",
            4,
        ),
        (
            "from keras.src.optimizers.adam import Adam as Q\n" + STEP + "Q()",
            "Q",
            "keras.src.optimizers.adam.Adam",
            4,
        ),
        (
            "import tensorflow as tf\n" + STEP + "tf.compat.v1.keras.optimizers.legacy.Adam()",
            "tf.compat.v1.keras.optimizers.legacy.Adam",
            "tensorflow.compat.v1.keras.optimizers.legacy.Adam",
            4,
        ),
        (
            "import keras\n" + STEP + "getattr(keras, 'opti' + 'mizers').Adam()",
            "keras.optimizers.Adam",
            "keras.optimizers.Adam",
            4,
        ),
        (
            "import keras\n" + STEP + "getattr(keras, 'optimizers')",
            "getattr(keras, 'optimizers')",
            "keras.optimizers",
            4,
        ),
        (
            STEP + "__import__('keras').optimizers",
            "keras.optimizers",
            "keras.optimizers",
            3,
        ),
        (
            STEP + "__import__('keras.optimizers', fromlist=['Adam'])",
            "__import__('keras.optimizers', fromlist=['Adam'])",
            "keras.optimizers",
            3,
        ),
        (
            "from importlib import import_module as load\n" + STEP + "load('keras.optimizers')",
            "load('keras.optimizers')",
            "keras.optimizers",
            4,
        ),
        (
            "import importlib\n" + STEP + "importlib.import_module('keras').optimizers",
            "keras.optimizers",
            "keras.optimizers",
            4,
        ),
        (
            "from tensorflow.keras import *\n" + STEP + "optimizers.Adam()",
            "optimizers.Adam",
            "tensorflow.keras.optimizers.Adam",
            4,
        ),
        (
            "from keras.optimizers import *\n" + STEP + "RMSprop()",
            "RMSprop",
            "keras.optimizers.RMSprop",
            4,
        ),
        (
            "import sys\n" + STEP + "sys.modules['keras'].optimizers",
            "keras.optimizers",
            "keras.optimizers",
            4,
        ),
        (
            "import keras\n" + STEP + "vars(keras)['optimizers']",
            "vars(keras)['optimizers']",
            "keras.optimizers",
            4,
        ),
        (
            "import keras\n" + STEP + "keras.__dict__['optimizers']",
            "keras.__dict__['optimizers']",
            "keras.optimizers",
            4,
        ),
        (
            "from keras.optimizers import Adam as K\n" + STEP + "globals()['K']()",
            "globals()['K']",
            "keras.optimizers.Adam",
            4,
        ),
        (
            "try:\n    from keras.optimizers import Adam as K\nexcept ImportError:\n"
            "    from tensorflow.keras.optimizers import Adam as K\n" + STEP + "K()",
            "K",
            "keras.optimizers.Adam",
            7,
        ),
    ],
)
def test_a_routine_is_found_through_its_alias(
    planned: Planned, text: str, name: str, resolved: str, line: int
) -> None:
    assert (name, resolved, "optimizers.py", line) in uses(planned, text)


@pytest.mark.parametrize(
    "text",
    [
        "import tensorflow as tf\nopt = tf.keras.optimizers\n" + STEP + "opt.Adam()",
        "import keras\nA = B = keras.optimizers.Adam\n" + STEP + "A()",
        "import keras\nK = keras\n" + STEP + "K.optimizers.Adam()",
        "import keras\nmade = keras.optimizers.Adam(0.1)\n" + STEP + "made.apply(grads)",
        "import keras\n" + STEP + "run()\ndef run():\n    return deep()\n"
        "def deep():\n    return keras.optimizers.Adam()",
        "import keras\nclass Base(keras.optimizers.Adam): pass\nclass Adam(Base): pass",
        "import keras\nclass Adam(keras.optimizers.Adam): pass",
        "import keras\nclass Adam(metaclass=keras.optimizers.Adam): pass",
        "import keras\ndef deco(c): return keras.optimizers.Adam\n@deco\nclass Adam: pass",
        "import keras\n@keras.optimizers.Adam\ndef Adam(): pass",
        "import keras\nclass Adam:\n    def f(self, o=keras.optimizers.Adam()): pass",
        "import keras\nclass Adam:\n    def f(self, *, o=keras.optimizers.Adam()): pass",
        "import keras\nclass Adam:\n    inner = keras.optimizers.Adam",
        "import keras\nclass Adam:\n    k = keras\n    def f(self): return self.k.optimizers",
        "import keras\nclass Adam:\n    def __init__(self): self.k = keras\n"
        "    def f(self): return self.k.optimizers.Adam()",
        "import keras\nclass Adam: pass\nAdam.step = lambda self: keras.optimizers.Adam()",
        "import keras\nAdam = lambda: keras.optimizers.Adam()",
        "import functools, keras\nAdam = functools.partial(keras.optimizers.Adam, 0.1)",
        "import keras\n" + STEP + "[o.Adam for o in [keras.optimizers]]",
        "import keras\n" + STEP + "(lambda: keras.optimizers.Adam)()",
        "import keras\n" + STEP + "0\n    def g(self):\n        def h():\n"
        "            return keras.optimizers\n        return h",
        "import keras\n" + STEP + "(o := keras).optimizers",
        "import keras as a\nb = a if a else None\n" + STEP + "b.optimizers",
        "import keras\ndef setup():\n    global K\n    K = keras.optimizers\n" + STEP + "K.Adam",
        "import keras\nif keras:\n    class Adam(keras.optimizers.Adam): pass\n"
        "else:\n    class Adam: pass",
        "import keras\nx: keras.optimizers.Adam = keras.optimizers.Adam()\n" + STEP + "x",
    ],
)
def test_a_routine_is_found_wherever_the_exercise_reaches(planned: Planned, text: str) -> None:
    assert uses(planned, text)


@pytest.mark.parametrize(
    "text",
    [
        "from keras.optimizers import Adam as K\n" + STEP + "0\nK()\ndef demo():\n    K()\n"
        "if __name__ == '__main__':\n    K()\n",
        "import tensorflow as tf\nclass Adam:\n    def f(self, tf): return tf.keras.optimizers",
        "import keras\n" + STEP + "0\n    def g(self):\n        keras = self\n"
        "        return keras.optimizers",
        "import keras\n" + STEP + "[keras.optimizers for keras in grads]",
        "import keras\n" + STEP + "(lambda keras: keras.optimizers)",
        "import keras\nclass Adam:\n    def f(self, p: keras.optimizers.Adam) -> "
        "keras.optimizers.Adam:\n        'keras.optimizers.Adam'\n"
        "        x: keras.optimizers.Adam = p\n        # keras.optimizers.Adam\n"
        "        return isinstance(x, keras.optimizers.Adam)",
        "import tensorflow as tf\n" + STEP + "tf.Variable(tf.keras.backend.epsilon())",
        "import keras\nclass SGD:\n    pass\n" + STEP + "SGD()\nfrom keras.optimizers import SGD",
        "from keras.optimizers import SGD\nclass SGD: pass\nclass Adam(SGD): pass",
        "import keras\nclass Adam: pass\ndef build():\n    return keras.optimizers.Adam()",
        "import numpy as optimizers\n" + STEP + "optimizers.Adam",
        "import keras\nclass keras:\n    optimizers = 1\n" + STEP + "keras.optimizers",
        "def Adam(optimizers):\n    return optimizers.Adam",
        "def Adam():\n    global optimizers\n    return optimizers.Adam",
        "import keras\n" + STEP + "getattr(keras, params)",
        "import keras\n" + STEP + "0\n    def g(self):\n        keras.utils.set_random_seed(1)",
        "import keras\nclass Adam:\n    def f(self):\n        optimizers = 1\n"
        "        return optimizers",
    ],
)
def test_nothing_is_found_where_nothing_is_used(planned: Planned, text: str) -> None:
    assert uses(planned, text) == []


def test_only_the_cells_an_exercise_reaches_count(planned: Planned, notebook: Notebook) -> None:
    book = notebook(
        "import keras\nfrom keras.optimizers import SGD",
        "class Adam:\n    def step(self):\n        return helper()",
        "def helper():\n    return 1",
        "reference = keras.optimizers.Adam()\nSGD()",
        "from keras.optimizers import Adam\nAdam()",
    )
    assert uses(planned, {"t6.ipynb": book}) == []
    book = notebook("import keras", STEP + "helper()", "def helper():\n    return keras.optimizers")
    assert uses(planned, {"t6.ipynb": book}) == [
        ("keras.optimizers", "keras.optimizers", "t6.ipynb#3", 2)
    ]


def test_a_base_class_means_what_it_meant_when_the_class_was_made(
    planned: Planned, notebook: Notebook
) -> None:
    keras_first = notebook(
        "from keras.optimizers import SGD", "class Adam(SGD): pass", "class SGD: pass"
    )
    own_first = notebook(
        "class SGD: pass", "class Adam(SGD): pass", "from keras.optimizers import SGD"
    )
    assert [use[2:] for use in uses(planned, {"t6.ipynb": keras_first})] == [("t6.ipynb#2", 1)]
    assert uses(planned, {"t6.ipynb": own_first}) == []


def test_names_read_as_the_students_own_are_told_to_the_loader(
    planned: Planned, notebook: Notebook
) -> None:
    book = notebook("class SGD: pass", STEP + "SGD()", "from keras.optimizers import SGD")
    made = planned({"t6.ipynb": book}, "Adam", forbidden=["keras.optimizers"])
    assert made["exercises"]["Adam"]["own"] == ["SGD"]
    assert made["exercises"]["Adam"]["forbidden"] == []


@pytest.mark.parametrize(
    "text",
    [
        "from helper import best\n" + STEP + "best()",
        "import helper\n" + STEP + "helper.best()",
        "import helper as h\n" + STEP + "h.best()",
        "from helper import *\n" + STEP + "best()",
        "from .helper import best\n" + STEP + "best()",
        "from . import helper\n" + STEP + "helper.best()",
        "from . import helper as h\n" + STEP + "getattr(h, 'best')()",
    ],
)
def test_imports_lead_into_the_students_other_modules(planned: Planned, text: str) -> None:
    for folder in ("", "src/"):
        files = {f"{folder}optimizers.py": text, f"{folder}helper.py": HELPER}
        expected = [("ks.optimizers.SGD", "keras.optimizers.SGD", f"{folder}helper.py", 4)]
        assert uses(planned, files) == expected
        files[f"{folder}optimizers.py"] = text.replace("best", "fine")
        assert uses(planned, files) == []


def test_a_students_module_named_like_an_installed_one_is_followed(planned: Planned) -> None:
    files = {"optimizers.py": "import json\n" + STEP + "json.best()", "json.py": HELPER}
    assert uses(planned, files) == [("ks.optimizers.SGD", "keras.optimizers.SGD", "json.py", 4)]
    files["optimizers.py"] = "import json\n" + STEP + "json.loads('1')"
    assert uses(planned, files) == []


def test_one_use_is_reported_once_and_the_number_is_bounded(planned: Planned) -> None:
    text = "import keras\n" + STEP + "keras.optimizers.Adam(keras.optimizers.SGD)"
    assert len(uses(planned, text)) == 1
    lines = "\n".join(f"        keras.optimizers.Adam({i})" for i in range(200))
    text = "import keras\nclass Adam:\n    def step(self):\n" + lines
    assert len(uses(planned, text)) == 20


def test_endless_and_tangled_aliases_end(planned: Planned) -> None:
    assert uses(planned, "a = b\nb = a\n" + STEP + "a.b.c") == []
    assert uses(planned, STEP + "0\n    def g(self, x):\n        x = x.y\n        return x.z") == []
    doubled = "".join(f"x{i} = x{i - 1} or x{i - 1}.a\n" for i in range(1, 60))
    assert uses(planned, "import numpy as x0\n" + doubled + STEP + "x59.y") == []
    stars = {f"m{i}.py": "".join(f"from m{j} import *\n" for j in range(6)) for i in range(6)}
    tangled = {**stars, "optimizers.py": "from m0 import *\n" + STEP + "nothing.y"}
    made = planned(tangled, "Adam", forbidden=["keras.optimizers"])
    assert made["exercises"]["Adam"]["forbidden"] == []
    chain = STEP + "x" + ".a" * 500 + "\n"
    assert uses(planned, chain) == []


@pytest.mark.parametrize(
    ("used", "entry"),
    [
        ("tensorflow.keras.optimizers.Adam", "keras.optimizers"),
        ("tensorflow.optimizers.Adam", "keras.optimizers"),
        ("tensorflow.python.keras.optimizers.Adam", "tensorflow.keras.optimizers"),
        ("tf_keras.optimizers.Adam", "keras.optimizers.Adam"),
        ("keras._tf_keras.keras.optimizers.Adam", "tensorflow.keras.optimizers"),
        ("keras.api.optimizers.Adam", "keras.optimizers.Adam"),
        ("keras.src.layers.regularization.dropout.Dropout", "keras.layers.Dropout"),
        ("tensorflow.compat.v1.nn.dropout", "tensorflow.nn.dropout"),
        ("tensorflow.compat.v2.nn.dropout", "tensorflow.nn.dropout"),
        ("tensorflow.nn.experimental.dropout", "tensorflow.nn.dropout"),
        ("tensorflow.python.ops.clip_ops.clip_by_norm", "tensorflow.clip_by_norm"),
        ("tensorflow.nn.experimental.stateless_dropout", "tensorflow.nn.experimental"),
        ("torch.optim.Adam", "torch.optim"),
        ("optax.adam", "optax"),
    ],
)
def test_a_library_name_has_one_meaning_by_all_its_paths(used: str, entry: str) -> None:
    assert forbidden_by(used, [entry]) == entry


@pytest.mark.parametrize(
    ("used", "entry"),
    [
        ("tensorflow.nn.relu", "tensorflow.nn.experimental"),
        ("tensorflow.train.Checkpoint", "tensorflow.compat.v1.train"),
        ("tensorflow.nn.relu", "tensorflow.compat.v1.nn"),
        ("keras.layers.Dense", "keras.layers.Dropout"),
        ("tensorflow", "tensorflow.keras.optimizers"),
        ("keras", "keras.optimizers"),
        ("numpy.random.dropout", "keras.random.dropout"),
        ("torchvision.optim", "torch.optim"),
        ("optaxes.adam", "optax"),
        ("keras.optimizers.AdamW", "keras.optimizers.Adam"),
    ],
)
def test_neighbours_of_a_forbidden_name_are_free(used: str, entry: str) -> None:
    assert forbidden_by(used, [entry]) is None
    assert canonical(used) != canonical(entry)
