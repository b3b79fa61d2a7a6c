"""Small hand-ins for the assignment in `tests/tiny`, each with what every host has to say of it.

`RIGHT` is a right `word_count`; most hand-ins put it where a host could overlook it, or put
something beside it that another reader would stumble over.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

RIGHT = """
def word_count(text):
    if not isinstance(text, str):
        raise ValueError("text must be a str")
    counts = {}
    for word in text.lower().replace(",", "").split():
        counts[word] = counts.get(word, 0) + 1
    return counts
"""
WRONG = RIGHT.replace("+ 1", "+ 2")
SKELETON = 'def word_count(text):\n    raise NotImplementedError("word_count: count")\n'
PASSED = ("passed", "passed")
LOST = ("unusable", "unusable")


@dataclass(frozen=True)
class HandIn:
    """What is handed in, and how the two public checks of `word_count` end.

    Attributes:
        files: content by path.
        outcomes: of the checks `count_case` and `count_refuses`.
        where: file or cell whose answer counts.
        says: a piece of what stands in the notes.
    """

    files: dict[str, bytes | str]
    outcomes: tuple[str, str] = PASSED
    where: str = "words.py"
    says: str = ""


def notebook(*cells: str | tuple[str, str], **fields: object) -> str:
    """A notebook of code cells; a pair is a cell and its tag."""
    made = []
    for cell in cells:
        source, *tags = (cell,) if isinstance(cell, str) else cell
        made.append(
            {
                "cell_type": "code",
                "metadata": {"tags": tags} if tags else {},
                "source": source,
                "outputs": [],
                "execution_count": None,
            }
        )
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4, **fields})


def cell(text: str, number: int = 1, **more: object) -> HandIn:
    """A notebook whose cell `number` holds the answer."""
    return HandIn({"tiny.ipynb": notebook(text)}, where=f"tiny.ipynb, cell {number}", **more)


OLD_NOTEBOOK = {
    "nbformat": 3,
    "nbformat_minor": 0,
    "metadata": {"name": ""},
    "worksheets": [{"metadata": {}, "cells": [{"cell_type": "code", "input": RIGHT}]}],
}
NULL_METADATA = {
    "nbformat": 4,
    "metadata": None,
    "cells": [{"cell_type": "code", "metadata": None, "source": [RIGHT], "outputs": None}],
}

FOREVER = "with experiment():\n    while True:\n        pass\n"
COLAB = "# -*- coding: utf-8 -*-\n!pip install numpy\n%matplotlib inline\n"
TWO_SHEETS = [
    {"cells": [{"cell_type": "code", "input": ["STEP = 1\n"]}]},
    {"cells": [{"cell_type": "code", "input": RIGHT.replace("+ 1", "+ STEP")}]},
]
NULLS = {
    "nbformat": 4,
    "metadata": None,
    "cells": [
        None,
        {"cell_type": "code", "metadata": {"tags": None}, "source": None},
        {"cell_type": "markdown", "source": None},
        {"cell_type": "code", "metadata": None, "source": [None, RIGHT]},
    ],
}

HAND_INS = {
    "plain": HandIn({"words.py": RIGHT}),
    "wrong": HandIn({"words.py": WRONG}, ("failed", "passed")),
    "skeleton": HandIn({"words.py": SKELETON}, ("raised", "raised")),
    "fails-at-its-end": HandIn({"words.py": RIGHT + "\n1 / 0\n"}, says="ZeroDivisionError"),
    "fails-at-its-start": HandIn({"words.py": "import gone\n" + RIGHT}, says="No module named"),
    "leaves-python": HandIn({"words.py": RIGHT + "\nexit(0)\n"}, says="SystemExit"),
    "only-in-main": HandIn(
        {"words.py": "if __name__ == '__main__':\n" + RIGHT.replace("\n", "\n    ")},
        LOST,
        "",
    ),
    "another-name": HandIn(
        {"words.py": RIGHT.replace("def word_count", "def mine") + "\nword_count = mine\n"}
    ),
    "named-elsewhere": HandIn(
        {"words.py": RIGHT.replace("def word_count", "def count_words")}, LOST, ""
    ),
    "star-import": HandIn(
        {"words.py": "from parts import *\n", "parts.py": RIGHT}, where="parts.py"
    ),
    "helper-in-a-folder": HandIn(
        {
            "words.py": "from helpers.texts import low\n"
            + RIGHT.replace("text.lower()", "low(text)"),
            "helpers/texts.py": "def low(text):\n    return text.lower()\n",
        }
    ),
    "relative-import": HandIn(
        {
            "src/words.py": "from .texts import low\n" + RIGHT.replace("text.lower()", "low(text)"),
            "src/texts.py": "def low(text):\n    return text.lower()\n",
        },
        where="src/words.py",
    ),
    **{
        f"own-{name}": HandIn(
            {
                "words.py": f"import {name}\n" + RIGHT.replace("text.lower()", f"{name}.low(text)"),
                f"{name}.py": "def low(text):\n    return text.lower()\n",
            }
        )
        for name in ("statistics", "code", "test", "random")
    },
    "data-beside": HandIn(
        {
            "words.py": "import csv\nSTEP = int(next(csv.reader(open('step.csv')))[0])\n"
            + RIGHT.replace("+ 1", "+ STEP"),
            "step.csv": "1\n",
        }
    ),
    "settings-beside": HandIn(
        {
            "words.py": "import json, os\nHERE = os.path.dirname(os.path.abspath(__file__))\n"
            "STEP = json.load(open(os.path.join(HERE, 'settings.json')))['step']\n"
            + RIGHT.replace("+ 1", "+ STEP"),
            "settings.json": '{"step": 1}',
        }
    ),
    "notebook-and-backup": HandIn(
        {"tiny.ipynb": notebook(RIGHT), "tiny_backup.ipynb": notebook(WRONG)},
        where="tiny.ipynb, cell 1",
        says="tiny_backup.ipynb",
    ),
    "notebook-and-copies": HandIn(
        {
            "tiny.ipynb": notebook(RIGHT),
            "tiny (1).ipynb": notebook(WRONG),
            "Copy of tiny.ipynb": notebook(WRONG),
            "tiny-Copy1.ipynb": notebook(WRONG),
        },
        where="tiny.ipynb, cell 1",
        says="there is also",
    ),
    "written-copy-beats-skeleton": HandIn(
        {"words.py": SKELETON, "words (1).py": RIGHT}, where="words (1).py"
    ),
    "notebook-beats-skeleton": HandIn(
        {"words.py": SKELETON, "tiny.ipynb": notebook(RIGHT)}, where="tiny.ipynb, cell 1"
    ),
    "raise-left-behind": HandIn(
        {
            "words.py": SKELETON,
            "tiny.ipynb": notebook(
                RIGHT.replace("    return counts", "    while True:\n        return counts")
                + '    raise NotImplementedError("word_count: count")\n'
            ),
        },
        where="tiny.ipynb, cell 1",
    ),
    "shell-continued": cell("!pip install \\\n  numpy\n" + RIGHT),
    "magic-continued": cell("%load_ext \\\n  autoreload\n" + RIGHT),
    "timed-cell": cell("%%time\n" + RIGHT),
    "profiled-cell": cell("%%prun\n" + RIGHT),
    "captured-cell": cell("%%capture out\n" + RIGHT),
    "timed-value": cell("a, b = %time (1, 2)\n" + RIGHT.replace("+ 1", "+ a")),
    "help": cell("len?\n?len\n" + RIGHT),
    "timeit-keeps-to-itself": HandIn(
        {"tiny.ipynb": notebook("%%timeit\n" + RIGHT)}, LOST, "", says="%%timeit"
    ),
    "written-file": HandIn(
        {"tiny.ipynb": notebook("%%writefile words.py" + RIGHT, "from words import word_count")},
        says="is read as this cell writes it",
    ),
    "awaits": cell("async def step():\n    return 1\nSTEP = await step()\n" + RIGHT),
    "state-of-another-cell": HandIn(
        {
            "tiny.ipynb": notebook(
                "STEPS = []", RIGHT.replace("+ 1", "+ STEPS[0]"), "STEPS.append(1)"
            )
        },
        where="tiny.ipynb, cell 2",
    ),
    "helper-in-an-experiment": HandIn(
        {
            "tiny.ipynb": notebook(
                ("def low(text):\n    return text.lower()\nprint(1 / 0)", "experiment"),
                RIGHT.replace("text.lower()", "low(text)"),
            )
        },
        where="tiny.ipynb, cell 2",
        says="only `low` is read of it",
    ),
    "nbformat-3": HandIn({"tiny.ipynb": json.dumps(OLD_NOTEBOOK)}, where="tiny.ipynb, cell 1"),
    "null-metadata": HandIn({"tiny.ipynb": json.dumps(NULL_METADATA)}, where="tiny.ipynb, cell 1"),
    "byte-order-mark-in-a-notebook": HandIn(
        {"tiny.ipynb": b"\xef\xbb\xbf" + notebook(RIGHT).encode()}, where="tiny.ipynb, cell 1"
    ),
    "byte-order-mark": HandIn({"words.py": b"\xef\xbb\xbf" + RIGHT.encode()}),
    "utf-16": HandIn({"words.py": RIGHT.encode("utf-16")}, says="UTF-16"),
    "windows-1252": HandIn(
        {"words.py": ("# \u201eW\u00f6rter\u201c\n" + RIGHT).encode("cp1252")},
        says="Windows-1252",
    ),
    "windows-line-ends": HandIn({"words.py": RIGHT.replace("\n", "\r\n").encode()}),
    "old-mac-line-ends": HandIn({"words.py": RIGHT.replace("\n", "\r").encode()}),
    "colab-export": HandIn(
        {"tiny.py": "# -*- coding: utf-8 -*-\n!pip install numpy\n%matplotlib inline\n" + RIGHT},
        where="tiny.py",
        says="shell lines and magics are passed over",
    ),
    "broken-cell-beside": HandIn(
        {"tiny.ipynb": notebook(RIGHT, "x = = 1")}, where="tiny.ipynb, cell 1"
    ),
    "forbidden": HandIn(
        {
            "words.py": "from collections import Counter\n\n\ndef word_count(text):\n"
            "    return dict(Counter(text.lower().split()))\n"
        },
        ("forbidden", "forbidden"),
    ),
    "asks-for-input": HandIn(
        {"words.py": RIGHT.replace("counts = {}", "counts = {}\n    input()")},
        ("raised", "passed"),
    ),
    "never-ends": HandIn(
        {"words.py": RIGHT.replace("counts = {}", "counts = {}\n    while True:\n        pass")},
        ("timeout", "passed"),
    ),
    "ends-the-process": HandIn(
        {"words.py": "import os\n" + RIGHT.replace("counts = {}", "os._exit(0)")},
        ("died", "passed"),
    ),
    "name-of-a-deleted-cell": HandIn(
        {"tiny.ipynb": notebook(RIGHT.replace("+ 1", "+ GONE"))},
        ("raised", "passed"),
        "tiny.ipynb, cell 1",
    ),
    "no-python": HandIn({"words.py": "def word_count(:\n"}, LOST, "", says="cannot be read"),
    "no-notebook": HandIn({"tiny.ipynb": "{", "words.py": RIGHT}),
    "tags-lost": HandIn(
        {"tiny.ipynb": notebook(RIGHT, FOREVER)},
        where="tiny.ipynb, cell 1",
        says="what stands under `with experiment():` is not run",
    ),
    "tags-lost-in-an-export": HandIn(
        {"tiny.py": COLAB + RIGHT + "\n" + FOREVER},
        where="tiny.py",
        says="what stands under `with experiment():` is not run",
    ),
    "export-with-the-future-below": HandIn(
        {
            "tiny.py": '"""Made by Colab."""\n\n"""# Words"""\n\nimport re\n\n'
            "from __future__ import annotations\n"
            + RIGHT.replace("(text)", "(text: Gone) -> Gone", 1)
        },
        where="tiny.py",
        says="as cells in one file",
    ),
    "shell-continued-twice": cell("!pip install \\\n  numpy \\\n  pandas\n\n" + RIGHT),
    "shell-into-a-name": cell("files = !ls\nhere = %pwd\n" + RIGHT),
    "shell-in-a-block": cell("if True:\n    !pip install numpy\n    %time x = 1\n" + RIGHT),
    "bash-cell": HandIn(
        {"tiny.ipynb": notebook("%%bash\necho hi\n", RIGHT)},
        where="tiny.ipynb, cell 2",
        says="%%bash is not run here",
    ),
    "file-appended-to": HandIn(
        {
            "tiny.ipynb": notebook(
                "%%writefile words.py\nSTEP = 1\n",
                "%%writefile -a words.py" + RIGHT.replace("+ 1", "+ STEP"),
            )
        },
        says="is read as this cell writes it",
    ),
    "file-written-twice": HandIn(
        {"tiny.ipynb": notebook("%%writefile words.py" + WRONG, "%%file words.py" + RIGHT)},
        says="is read as this cell writes it",
    ),
    "file-run": HandIn(
        {
            "tiny.ipynb": notebook(
                "%run parts.py\n" + RIGHT.replace("text.lower()", "low(text)"),
            ),
            "parts.py": "def low(text):\n    return text.lower()\n",
        },
        outcomes=("raised", "passed"),
        where="tiny.ipynb, cell 1",
        says="`%run parts.py` is not run here",
    ),
    "nbformat-3-of-two-sheets": HandIn(
        {"tiny.ipynb": json.dumps({**OLD_NOTEBOOK, "worksheets": TWO_SHEETS})},
        where="tiny.ipynb, cell 2",
    ),
    "null-everywhere": HandIn({"tiny.ipynb": json.dumps(NULLS)}, where="tiny.ipynb, cell 2"),
    "windows-line-ends-in-a-cell": cell(("STEP = 1\n" + RIGHT).replace("\n", "\r\n")),
    "old-mac-line-ends-and-a-mark": HandIn(
        {"words.py": b"\xef\xbb\xbf" + RIGHT.replace("\n", "\r").encode()}
    ),
    "says-latin-1": HandIn(
        {"words.py": ("# -*- coding: latin-1 -*-\n# W\u00f6rter\n" + RIGHT).encode("latin-1")}
    ),
    "says-an-encoding-that-is-none": HandIn(
        {"words.py": "# -*- coding: uft8 -*-\n" + RIGHT}, says="read as UTF-8"
    ),
    "pasted-spaces": HandIn(
        {"words.py": RIGHT.replace("    counts = {}", "\u00a0   counts = {}")},
        LOST,
        "",
        says="invalid non-printable character",
    ),
    **{
        f"own-{name}": HandIn(
            {
                "words.py": f"import {name}\n" + RIGHT.replace("text.lower()", f"{name}.low(text)"),
                f"{name}.py": "def low(text):\n    return text.lower()\n",
            }
        )
        for name in ("json", "types", "collections", "numpy", "string", "ast", "queue")
    },
    "own-random-in-a-folder": HandIn(
        {
            "src/words.py": "from random import low\n" + RIGHT.replace("text.lower()", "low(text)"),
            "src/random.py": "def low(text):\n    return text.lower()\n",
        },
        where="src/words.py",
    ),
    "main-tries-it": HandIn(
        {"words.py": RIGHT + "\nif __name__ == '__main__':\n    print(word_count(input()))\n"}
    ),
    "star-import-of-what-all-names": HandIn(
        {
            "words.py": "from parts import *\n" + RIGHT.replace("text.lower()", "low(text)"),
            "parts.py": "__all__ = ['low']\nfrom more import *\n",
            "more.py": "def low(text):\n    return text.lower()\n",
        }
    ),
    "star-unpacked": HandIn(
        {
            "words.py": WRONG
            + RIGHT.replace("def word_count", "def mine")
            + "\nword_count, *rest = mine, 1, 2\n"
        }
    ),
    "star-unpacked-into": HandIn({"words.py": RIGHT + "\nfirst, *word_count = 1, 2, 3\n"}),
    "backups-beside": HandIn(
        {
            "words.py": RIGHT,
            "words_old.py": WRONG,
            "words - Copy.py": WRONG,
            "words copy.py": WRONG,
            "backup/words.py": WRONG,
            ".ipynb_checkpoints/tiny-checkpoint.ipynb": notebook(WRONG),
            "words.py.bak": WRONG,
        },
        says="there is also",
    ),
    "two-notebooks": HandIn(
        {"tiny.ipynb": notebook(SKELETON, "STEP = 2"), "my try.ipynb": notebook(RIGHT)},
        where="my try.ipynb, cell 1",
    ),
    "helper-in-another-notebook": HandIn(
        {
            "tiny.ipynb": notebook(RIGHT.replace("text.lower()", "low(text)")),
            "more.ipynb": notebook("def low(text):\n    return text.lower()"),
        },
        ("raised", "passed"),
        "tiny.ipynb, cell 1",
    ),
    "newer-python-beside": HandIn(
        {"words.py": RIGHT + '\ndef told(x):\n    return f"{x["a"]}"\n'},
        says="Python 3.12",
    ),
    "newer-python-types": HandIn(
        {"words.py": "type Words = dict\n\n\ndef first[T](x: T) -> T:\n    return x\n\n" + RIGHT},
        says="Python 3.12",
    ),
    "newer-python-itself": HandIn(
        {"words.py": RIGHT.replace("word_count(", "word_count[T](")},
        LOST,
        "",
        says="Python 3.12",
    ),
    "loud-names": HandIn({"Words.PY": RIGHT}, where="Words.PY"),
    "decomposed-name": HandIn(
        {
            "words.py": "from w\u00f6rter import low\n"
            + RIGHT.replace("text.lower()", "low(text)"),
            "wo\u0308rter.py": "def low(text):\n    return text.lower()\n",
        }
    ),
    "colab-only-libraries": HandIn(
        {
            "tiny.ipynb": notebook(
                "from google.colab import drive\ndrive.mount('/content/drive')\n" + RIGHT
            )
        },
        where="tiny.ipynb, cell 1",
    ),
    "changes-folder-when-loaded": HandIn(
        {"words.py": "import os, sys\nsys.path.insert(0, '..')\nos.chdir('/')\n" + RIGHT}
    ),
    "made-by-exec": HandIn({"words.py": f"exec({RIGHT!r})\n"}, LOST, ""),
    "nothing-in-it": HandIn(
        {"words.py": "", "tiny.ipynb": notebook(RIGHT)}, where="tiny.ipynb, cell 1"
    ),
    "unsafe-print": HandIn({"words.py": "print('\\ud800')\n" + RIGHT}),
}
