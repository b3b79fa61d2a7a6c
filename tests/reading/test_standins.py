"""Stand-ins, each tried in a process of its own because they change the whole interpreter."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


def run(code: str, *, before: str = "") -> str:
    """Run code after `install()` and return what it printed; a failure shows its traceback."""
    script = f"""
import sys
sys.path.insert(0, {str(PROJECT)!r})
{textwrap.dedent(before)}
from autograder.reading import standins
standins.install()
standins.install()
{textwrap.dedent(code)}
"""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "DISPLAY": ""}
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_what_they_take_the_place_of_comes_back() -> None:
    assert (
        run(
            """
            import webbrowser
            import otter
            replaced = type(otter.Notebook).__name__, webbrowser.open.__name__
            standins.remove()
            import otter as real
            print(*replaced, otter is real, webbrowser.open.__name__, input is asks)
            print(any("standins" in type(finder).__module__ for finder in sys.meta_path))
            """,
            before="import importlib.util; asks = input",
        )
        == "Harmless _refuse_browser False open True\nFalse"
    )


@pytest.mark.parametrize("before", ["", "import otter"], ids=["fresh", "real otter imported"])
def test_otter_is_harmless(before: str) -> None:
    if before:
        pytest.importorskip("otter")
    assert (
        run(
            """
            import otter
            from otter import Notebook
            from otter.somewhere.deep import anything
            grader = otter.Notebook("t6.ipynb")
            grader.check("q1")
            grader.check_all()
            grader.export(pdf=False, run_tests=True)
            anything.at.all(1)[2]
            with grader.record() as recorded:
                pass
            print(type(grader).__module__, list(grader), bool(grader))
            """,
            before=before,
        )
        == "autograder.reading.standins [] False"
    )


def test_colab_is_harmless_and_hides_no_other_google_package() -> None:
    out = run(
        """
        import google.colab
        from google.colab import drive, files, userdata
        drive.mount("/content/drive", force_remount=True)
        google.colab.drive.flush_and_unmount()
        files.download("a.csv")
        print(files.upload(), google.colab.__name__)
        import importlib.util
        if importlib.util.find_spec("google.protobuf"):
            import google.protobuf
            assert google.protobuf.__file__
        """
    )
    assert out == "{} google.colab"


@pytest.mark.parametrize("before", ["", "import IPython.display"], ids=["fresh", "imported"])
def test_displays_and_the_shell_do_nothing(before: str) -> None:
    out = run(
        """
        from IPython.display import HTML, Image, clear_output, display
        display(HTML("<b>x</b>"), Image("missing.png"), 5)
        clear_output(wait=True)
        get_ipython().run_line_magic("matplotlib", "inline")
        get_ipython().system("ls")
        from IPython import get_ipython as shell
        shell().run_cell_magic("time", "", "x")
        """,
        before=before,
    )
    assert out == ""


def test_input_is_refused_with_a_reason() -> None:
    out = run(
        """
        try:
            input("Which optimizer? ")
        except RuntimeError as error:
            print(type(error).__name__, error)
        """
    )
    assert out.startswith("InputRefused input() cannot be used")


@pytest.mark.parametrize("before", ["", "import matplotlib.pyplot"], ids=["fresh", "imported"])
def test_figures_need_no_screen(before: str) -> None:
    pytest.importorskip("matplotlib")
    out = run(
        """
        import warnings
        warnings.simplefilter("error")
        import matplotlib
        matplotlib.use("TkAgg")
        import matplotlib.pyplot as plt
        plt.switch_backend("QtAgg")
        plt.ion()
        plt.plot([1, 2])
        plt.pause(5)
        plt.show(block=True)
        print(plt.get_fignums(), matplotlib.get_backend().lower())
        plt.figure()
        plt.savefig("/dev/null", format="png")
        standins.close_figures()
        same = plt.__spec__.loader is plt.__loader__
        print(plt.get_fignums(), type(plt.__loader__).__name__, same)
        """,
        before=before,
    )
    assert out == "[] agg\n[] SourceFileLoader True"


def test_nothing_is_imported_that_was_not_asked_for() -> None:
    out = run("print([name for name in ('matplotlib', 'numpy', 'IPython') if name in sys.modules])")
    assert out == "[]"
    assert run("standins.close_figures()") == ""


def test_no_browser_opens() -> None:
    assert run("import webbrowser; print(webbrowser.open('http://localhost'))") == "False"


def test_the_clock_is_real() -> None:
    out = run("import time; a = time.sleep; print(a.__module__, type(a).__name__)")
    assert out == "time builtin_function_or_method"
