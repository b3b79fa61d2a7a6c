"""Predict, run, compare: what the notebook asks you before an experiment, and tells you after it.

    predict("bowl", "b")      keeps what you expect, before you run
    compare("bowl", figure)   shows what happened beside it, and why
    question(3, "...")        keeps your answer, and folds the worked one below it
    experiment()              a cell that waits, in a sentence, for what you have not written yet

The answers are in `lab_answers.py`, folded: not a secret, and worth no point.
"""

from __future__ import annotations

import html
import numbers
import textwrap
from typing import Any, Dict, List, Optional, Tuple

import lab_answers

MIN_WORDS = 8

_kept: Dict[str, Any] = {}


class experiment:  # lower case: it is used as a statement, `with experiment():`
    """Ends a cell in a sentence where an exercise is not written yet, so that Run All goes on."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        if kind is None or not issubclass(kind, NotImplementedError):
            return False
        try:
            import matplotlib.pyplot as plt

            plt.close("all")  # a figure that is half drawn would be shown below the sentence
        except ImportError:
            pass
        said = str(error) or "an exercise"
        print(f"This cell waits for what is not written yet: {said.rstrip('.')}.")
        print("Write it, run its cell, then run this one again.")
        return True


def predict(key: str, prediction: Any = ...) -> None:
    """Keep what you expect of an experiment, until it has run.

    Args:
        key: names the question.
        prediction: a letter in quotes, or a number, as the question asks; `...` is none yet.
    """
    asked = lab_answers.PREDICTIONS[key]
    wanted = "a number"
    if asked.choices:
        letters = [repr(letter) for letter in asked.choices]
        wanted = ", ".join(letters[:-1]) + " or " + letters[-1]
    if prediction is ... or prediction is None:
        _kept.pop(key, None)
        print(f"No prediction yet. Put {wanted} in place of the dots, then run this cell.")
    elif not _fits(asked, prediction):
        _kept.pop(key, None)
        print(f"Expected {wanted}, got {prediction!r}.")
    else:
        _kept[key] = prediction.strip().lower() if asked.choices else float(prediction)
        print(f"Kept: {_shown(_kept[key])}. Now run the experiment.")


def _fits(asked: lab_answers.Prediction, prediction: Any) -> bool:
    if not asked.choices:
        real = isinstance(prediction, numbers.Real) and not isinstance(prediction, bool)
        return real and abs(float(prediction)) < float("inf")
    letter = prediction.strip().lower() if isinstance(prediction, str) else ""
    return len(letter) == 1 and letter in asked.choices


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:.3g}"


def compare(key: str, figure: Any = None, measured: Optional[float] = None, here: str = "") -> None:
    """Show what happened beside what you predicted, and why; without a prediction the figure only.

    Args:
        key: names the question.
        figure: a Matplotlib figure to show first.
        measured: the number that was asked for, as this run measured it.
        here: what else this run measured, in a sentence.
    """
    if figure is not None:
        import matplotlib.pyplot as plt

        plt.show()
    asked = lab_answers.PREDICTIONS[key]
    if key not in _kept:
        print("What happened, and why, stands here once you have made a prediction.")
        return
    mine = _kept[key]
    if asked.choices:
        verdict = "as you predicted" if mine == asked.right else f"the answer is {asked.right}"
    else:
        measured = float("nan") if measured is None else float(measured)
        verdict = f"measured: {_shown(measured)}"
        if abs(mine - measured) <= asked.close:
            verdict += ", close to your prediction"
    rows = [("You predicted", _shown(mine)), ("It is", verdict), ("What happened", asked.happened)]
    rows += [("In this run", here)] if here else []
    _display([*rows, ("Why", asked.why)])


def question(number: int, answer: str = "") -> None:
    """Keep your answer to a question of the exam, and fold the worked answer below it.

    Args:
        number: of the question, from 1.
        answer: yours, a sentence or more.
    """
    words = len(str(answer).split())
    if words < MIN_WORDS:
        print(
            f"Write your answer between the quotes first, in {MIN_WORDS} words or more: the worked "
            "one is shown below it."
        )
        return
    worked = html.escape(lab_answers.EXAM[number - 1])
    _show(
        f"<details><summary>A worked answer to question {number}: compare yours</summary>"
        f"<p>{worked}</p></details>",
        "The worked answer is folded here; the notebook can unfold it.",
    )


def staff_prediction(key: str) -> Any:
    """What to predict, for staff: the letter that holds, or about the number."""
    return lab_answers.PREDICTIONS[key].right


def worked_answer(number: int) -> str:
    """A worked answer to a question of the exam, for staff."""
    return lab_answers.EXAM[number - 1]


def patient(name: str) -> Dict[str, Any]:
    """What is set in a patient of the fault clinic; to look at it spoils the diagnosis."""
    return dict(lab_answers.PATIENTS[name])


def draft_gradients(params: Any, x: Any, y: Any) -> Tuple[float, Dict[str, Any]]:
    """Loss and gradients of a colleague's network, with one mistake in one line."""
    return lab_answers.draft_gradients(params, x, y)


def show_draft() -> None:
    """Print the colleague's code, its lines numbered."""
    for line, text in enumerate(lab_answers.DRAFT.rstrip().split("\n"), 1):
        print(f"{line:2d}  {text}")


def repaired_draft(line: Any, code: Any) -> Any:
    """The colleague's function with one line replaced.

    Args:
        line: its number, as `show_draft` prints it.
        code: how the line should read; the indentation is put in for you.
    """
    lines: List[str] = lab_answers.DRAFT.split("\n")
    if not isinstance(line, int) or not 1 < line < len(lines) or not isinstance(code, str):
        print(f"No repair yet: give the number of a line (2 to {len(lines) - 1}) and its new text.")
        return draft_gradients
    lines[line - 1] = "    " + code.strip()
    text = "\n".join(lines)
    try:
        compile(text, "the repaired draft", "exec")
    except SyntaxError as error:
        print(f"The new line is not Python: {error.msg}.")
        return draft_gradients
    return lambda params, x, y: lab_answers.draft_gradients(params, x, y, text)


def _display(rows: List[Tuple[str, str]]) -> None:
    """A small table of words and sentences, as HTML in a notebook and as text elsewhere."""
    cell = '<td style="text-align:left;vertical-align:top;white-space:normal;padding:2px 8px">'
    body = "".join(
        f"<tr>{cell}<b>{html.escape(name)}</b></td>{cell}{html.escape(text)}</td></tr>"
        for name, text in rows
    )
    plain = []
    for name, text in rows:
        plain += textwrap.wrap(
            text, 96, initial_indent=f"{name + ':':15s} ", subsequent_indent=" " * 16
        )
    _show(
        '<table style="border-left:4px solid #0072B2;max-width:60em;margin-left:0">'
        f"<tbody>{body}</tbody></table>",
        "\n".join(plain),
    )


def _show(rich: str, plain: str) -> None:
    """Display HTML where there is a notebook, else print the text."""
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        print(plain)
        return
    if get_ipython() is None:
        print(plain)
    else:
        display({"text/html": rich, "text/plain": plain}, raw=True)
