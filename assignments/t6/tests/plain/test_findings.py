"""Checks of `findings.json`: its form, and that its claims follow from its numbers.

The rules are those in `findings_rules.py`. They read a file that anybody may have written, so they
take any bytes and answer with sentences; no check indexes what is in the file. What is observed
are the rules that are broken, without the values of one file.
"""
import importlib.util
import re
from pathlib import Path
from checkkit import Mismatch, check

FILE = "findings.json"


def rules():
    """The module of rules, which lies in a folder above this file."""
    above = [folder / "findings_rules.py" for folder in Path(__file__).resolve().parents]
    path = next(path for path in above if path.exists())
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


def broken_rules(problems):
    """Which rules a list of problems is about, each once.

    ``optimizers[2].runs[0].val_acc: expected a number between 0 and 1, found 95.3`` becomes
    ``val_acc: expected a number between 0 and 1``.
    """
    kinds = set()
    for problem in problems:
        place, colon, told = problem.partition(": ")
        told, _, found = told.partition(", found ")
        if colon:  # the last one may be "and 16 more"
            told = re.sub(r'"(\\.|[^"\\])*"', "...", told)
            told = re.sub(r"\d+\.\d+(e[-+]?\d+)?", "...", told)
            field = re.sub(r"\[\d+\]", "", place).split(".")[-1]
            kinds.add("%s: %s%s" % (field, told, " (negative)" if found.startswith("-") else ""))
    return sorted(kinds)


@check(
    "findings",
    "findings.json has its form: data set, optimizers, regularizers, monitor, reflection",
    public=True,
    hint="Run run_findings.py to the end; it writes the file in the form that is asked for.",
)
def test_findings_form(sub):
    made = rules()
    findings, unreadable = made.read_findings(sub.data(FILE))
    problems = unreadable or made.problems_of_form(findings)
    sub.observe("broken rules", broken_rules(problems))
    refuse(problems)
