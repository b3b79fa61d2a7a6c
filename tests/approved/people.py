"""A class in which everything happens: what each handed in, as Gradescope exports it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

ASSIGNMENT = Path(__file__).parent / "assignment"
_RIGHT = (ASSIGNMENT / "averages.py").read_text(encoding="utf-8")
_THOUGHTS = "A median says more than a mean where one number is far from all others.\n"
_DEVIATION = "return x - x.sum() / x.size"
_ROOT = "float(np.sqrt(np.sum(d**2) / len(d)))"


_RESET = _RIGHT[_RIGHT.index("def reset") : _RIGHT.index("def largest")]


def _unwritten(name: str) -> str:
    """The right module without the body of one function."""
    head, _, rest = _RIGHT.partition(f"def {name}(")
    body, _, after = rest.partition("    # END SOLUTION\n")
    signature = body.partition("    # TODO")[0]
    return f'{head}def {name}({signature}    raise NotImplementedError("{name}")\n{after}'


def _changed(old: str, new: str, text: str = _RIGHT) -> str:
    assert old in text, old
    return text.replace(old, new)


def _notebook(*cells: str) -> str:
    made = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "outputs": [], "source": cell}
        | {"execution_count": None}
        for n, cell in enumerate(cells)
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@dataclass(frozen=True)
class HandedIn:
    """One hand-in of one or several people."""

    names: tuple[str, ...]
    files: dict[str, str | bytes] = field(hash=False)
    at: str = "2026-02-16 20:00:00.0 Z"


def _module(text: str, **more: str) -> dict[str, str | bytes]:
    return {"averages.py": text, **more}


NO_BONUS = _unwritten("largest")
CLASS = (
    HandedIn(("Ada Right",), {"averages.py": _RIGHT, "thoughts.txt": _THOUGHTS}),
    HandedIn(("Bo Mean",), _module(_changed(_DEVIATION, "return x * 0 + x.mean()"))),
    HandedIn(("Cy Sign",), _module(_changed(_DEVIATION, "return x.mean() - x", NO_BONUS))),
    HandedIn(("Di Variance",), _module(_changed(_ROOT, "float(np.sum(d**2) / len(d))"))),
    HandedIn(("Ed Convention",), _module(_changed("/ len(d)))", "/ (len(d) - 1)))"))),
    HandedIn(("Fa Reset",), _module(_changed(_RESET, _RESET.replace("self.count = 0", "pass")))),
    HandedIn(("Gus Factor",), _module(_changed(_DEVIATION, "return 2 * (x - x.mean())"))),
    HandedIn(("Ha Raises",), _module(_changed("self.count += 1", "self.cout += 1"))),
    HandedIn(("Io Loops",), _module(_changed(f"return {_ROOT}", "while True:\n        pass"))),
    HandedIn(
        ("Jo Forbidden",), _module(_changed(_DEVIATION, "return x - np.mean(x) + 0 * np.ptp(x)"))
    ),
    HandedIn(("Ka Nothing",), _module("import numpy as np\n\n\ndef deviation(x):\n    pass\n")),
    HandedIn(("Li Syntax",), _module(_changed("class RunningMean:", "class RunningMean"))),
    HandedIn(("Mo Notebook",), {"averages.ipynb": _notebook("%matplotlib inline", _RIGHT, "x?")}),
    HandedIn(("No Late",), _module(_RIGHT), "2026-02-18 01:30:00.0 Z"),
    HandedIn(("Or Minutes",), _module(_RIGHT), "2026-02-17 00:05:00.0 Z"),
    HandedIn(("Pa Types",), _module(_changed(_DEVIATION, "return list(x - np.mean(x))"))),
    HandedIn(("Qu Portrait",), {"averages.pdf": b"%PDF-1.7\n"}),
    HandedIn(("Ri Empty",), {}),
    HandedIn(("Sam Same",), _module(_changed(_DEVIATION, "return x", NO_BONUS))),
    HandedIn(("Sam Same",), _module(NO_BONUS)),
    HandedIn(("Ti Leaves",), _module("raise SystemExit(3)\n" + _RIGHT)),
    HandedIn(("Ul Pair", "Vi Pair"), _module(_unwritten("spread"))),
    HandedIn(("Wu Text",), _module(_changed("return self.mean\n", "return str(self.mean)\n"))),
    HandedIn(("=Xe <b>Cell</b>",), _module(_changed("if x.size == 0:", "if False:"))),
)


def lay(folder: Path) -> Path:
    """Write the class as Gradescope exports it."""
    told = []
    number = 0
    for place, made in enumerate(CLASS, 1):
        home = folder / f"submission_{place}"
        home.mkdir(parents=True)
        for name, text in made.files.items():
            (home / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        who = ""
        for name in made.names:
            number += 1
            who += f"  - :name: {name!r}\n    :sid: S{100 + number}\n"
            who += f"    :email: p{number}@example.edu\n"
        told.append(f"submission_{place}:\n  :submitters:\n{who}  :created_at: {made.at}\n")
    (folder / "submission_metadata.yml").write_text("---\n" + "".join(told), encoding="utf-8")
    return folder


MARKS = """\
submission,exercise,points,author,reason,date,counts_as
S101,thoughts,3.5,Kim,to the point,2026-02-20,
S102,spread,1,Kim,an appeal,2026-02-20,added
S117,,5,Kim,the pages were read,2026-02-20,instead
S114,thoughts,4,Kim,,2026-02-20,
"""
