"""Notebooks that would run shell lines, show scripts or break whoever reads them."""

from __future__ import annotations

import json
from typing import Any

from .record import RIGHT, Attack

_WRONG = RIGHT.replace("x * 2", "x * 3")


def _book(*sources: str, cells: list[Any] | None = None, **metadata: Any) -> str:
    made = [*map(_cell, sources), *(cells or [])]
    return json.dumps({"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def _cell(source: Any = "x = 1", **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "source": source, **more}


ATTACKS = (
    Attack(
        "shell-lines",
        "run shell lines, cell magics and programs from cells",
        {
            "work.ipynb": _book(
                "!touch /tmp/@LEFT@-shell\n!cat @SECRET@\nx = !cat @SECRET@\nprint(x)",
                "%%bash\ntouch /tmp/@LEFT@-bash\ncat @SECRET@",
                "%%script python\nprint(open('@SECRET@').read())",
                "%run @ASSIGNMENT@/work.py\n%load @SECRET@\n%pycat @SECRET@",
                "get_ipython().system('touch /tmp/@LEFT@-system')",
                "get_ipython().run_cell_magic('bash', '', 'touch /tmp/@LEFT@-magic')",
                RIGHT,
            )
        },
        earns="all",
        stopped_by=("loading", "bubblewrap", "landlock"),
    ),
    Attack(
        "written-files",
        "write files outside with %%writefile, %%file and %save",
        {
            "work.ipynb": _book(
                "%%writefile /tmp/@LEFT@-a.py\nx = 1",
                "%%file @OPEN@/@LEFT@-b.py\nx = 1",
                "%save /tmp/@LEFT@-c 1-2\n%logstart /tmp/@LEFT@-d",
                _WRONG,
            )
        },
        stopped_by=("loading", "bubblewrap", "landlock"),
    ),
    Attack(
        "environment-magics",
        "change the environment, load extensions and reset the namespace with magics",
        {
            "work.ipynb": _book(
                "%env SECRET=1\n%set_env PATH=/\n%load_ext autoreload\n%reset -f\n%pip install x",
                "%%javascript\nalert(1)",
                "%%html\n<script>alert(1)</script>",
                RIGHT,
            )
        },
        earns="all",
        stopped_by=("loading",),
    ),
    Attack(
        "stored-outputs",
        "bring scripts, megabytes and false results as stored outputs",
        {
            "work.ipynb": _book(
                _WRONG,
                cells=[
                    _cell(
                        "grader.check('double')",
                        outputs=[
                            {
                                "output_type": "display_data",
                                "metadata": {"isolated": True},
                                "data": {
                                    "text/html": "<script>alert(1)</script>" + "x" * 3_000_000,
                                    "text/plain": "double results: All test cases passed! 12/12",
                                    "application/javascript": "alert(1)",
                                },
                            }
                        ],
                        execution_count=7,
                    )
                ],
            )
        },
        stopped_by=("loading",),
    ),
    Attack(
        "metadata",
        "name a kernel that is a command, widgets, tags and a signature of trust",
        {
            "work.ipynb": _book(
                RIGHT,
                cells=[_cell(metadata={"tags": ["experiment", "otter_ignore", 7, None, {}]})],
                kernelspec={"name": "x; touch /tmp/@LEFT@", "argv": ["/bin/sh", "-c", "id"]},
                signature="sha256:0",
                otter={"tests": ["double"], "OK_FORMAT": True},
                widgets={"application/vnd.jupyter.widget-state+json": {"state": "<script>"}},
                title="../../../../tmp/@LEFT@",
            )
        },
        earns="all",
        stopped_by=("loading",),
    ),
    Attack(
        "odd-cells",
        "make cells of every wrong type",
        {
            "work.ipynb": _book(
                RIGHT,
                cells=[
                    None,
                    3,
                    [],
                    "x",
                    {},
                    _cell(None),
                    _cell(7),
                    _cell([None, 3, "y = 1"]),
                    {"cell_type": ["code"], "source": {}},
                    _cell(metadata=[], outputs="x"),
                    _cell("\udcff\0"),
                    _cell("x" * 300_000),
                ],
            )
        },
        earns="all",
        stopped_by=("loading",),
    ),
    Attack(
        "ten-thousand-cells",
        "hand in ten thousand cells",
        {"work.ipynb": _book(RIGHT, *["x = 1"] * 10_000)},
        earns="all",
        stopped_by=("loading",),
        seconds=60.0,
    ),
    Attack(
        "no-notebook",
        "hand in JSON that is no notebook, nested without end, or no JSON",
        {
            "work.ipynb": _book(RIGHT),
            "a.ipynb": "[" * 200_000,
            "b.ipynb": '{"cells": 3}',
            "c.ipynb": "\ufeff{",
            "d.ipynb": '{"cells": [' + "{}," * 1000 + "]}",
            "e.ipynb": "9" * 6000,
            "f.ipynb": b"\xff\xfe\x00",
            "g.ipynb": '{"worksheets": [null, {"cells": "x"}, {"cells": [null]}]}',
        },
        earns="all",
        stopped_by=("loading",),
    ),
    Attack(
        "patched-shell",
        "replace IPython's traceback and display functions, which notebook graders rely on",
        {
            "work.ipynb": _book(
                "shell = get_ipython()\nshell.showtraceback = lambda *a, **k: None\n"
                "shell.run_cell = lambda *a, **k: True",
                "import IPython\nIPython.get_ipython = lambda: None",
                "class Grader:\n    def check(self, *a): return '12/12'\ngrader = Grader()",
                _WRONG,
            )
        },
    ),
)
