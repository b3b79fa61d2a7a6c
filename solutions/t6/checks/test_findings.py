"""Checks of `findings.json`: its form, and that its claims follow from its numbers.

The rules are those students have in `findings_rules.py`. They read a file that anybody may have
written, so they take any bytes and answer with sentences; no check indexes what is in the file.
"""

import importlib.util
from pathlib import Path

from autograder.kit import Mismatch, check

FILE = "findings.json"


def rules():
    """The module of rules that lies in the assignment's folder."""
    path = Path(__file__).resolve().parent.parent / "findings_rules.py"
    spec = importlib.util.spec_from_file_location("_findings_rules", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def refuse(problems):
    """Raise a `Mismatch` that lists problems; they are about the student's own file, so both
    messages are the same."""
    if problems:
        shown = "; ".join(problems[:4])
        more = "; and %d more" % (len(problems) - 4) if len(problems) > 4 else ""
        told = shown + more if shown.startswith(FILE) else "%s: %s%s" % (FILE, shown, more)
        raise Mismatch(told, told)


@check(
    "findings",
    "findings.json has its form: data set, optimizers, regularizers, monitor, reflection",
    hint="Run run_findings.py to the end; it writes the file in the form that is asked for.",
)
def test_findings_form(sub):
    made = rules()
    findings, unreadable = made.read_findings(sub.data(FILE))
    refuse(unreadable)
    refuse(made.problems_of_form(findings))


@check(
    "findings",
    "the numbers in findings.json can be true, and the best that it names are the best by them",
    hint="The best has the lowest mean val_ce over its seeds; a diverged run (null) has none.",
)
def test_findings_claims(sub):
    made = rules()
    findings, unreadable = made.read_findings(sub.data(FILE))
    refuse(unreadable)
    refuse(made.problems_of_claims(findings))
