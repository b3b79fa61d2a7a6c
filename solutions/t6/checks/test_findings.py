"""Checks of `findings.json`: its form, and that its claims follow from its numbers.

The rules are those in `findings_rules.py`. They read a file that anybody may have written, so they
take any bytes and answer with sentences; no check indexes what is in the file. What is observed
are the rules that are broken, without the values of one file.
"""

import importlib.util
import re
from pathlib import Path

from autograder.kit import Mismatch, check

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


def has_runs(findings):
    """Whether there is a run of an optimizer, whatever is in it."""
    entries = findings.get("optimizers") if isinstance(findings, dict) else None
    entries = entries if isinstance(entries, list) else []
    return any(isinstance(entry, dict) and entry.get("runs") for entry in entries)


def about_numbers(problem):
    """Whether a problem is about a single number or run, not about what is claimed from them."""
    return problem.startswith(("optimizers[", "regularizers[", "monitor."))


@check(
    "findings",
    "the numbers in findings.json can be true: finite or null, and in their range",
    weight=0.4,
    hint="A diverged run has null for its losses and accuracies; accuracies are between 0 and 1.",
)
def test_findings_numbers(sub):
    made = rules()
    findings, unreadable = made.read_findings(sub.data(FILE))
    problems = unreadable or [p for p in made.problems_of_claims(findings) if about_numbers(p)]
    if not problems and not has_runs(findings):
        problems = ["optimizers: has no runs, expected numbers to look at"]
    sub.observe("broken rules", broken_rules(problems))
    refuse(problems)


def judge_claim(sub, best):
    """The entry that is named best is the best by the numbers of the file, or tied with it."""
    made = rules()
    findings, unreadable = made.read_findings(sub.data(FILE))
    claims = [p for p in made.problems_of_claims(findings) if not about_numbers(p)]
    # A sentence about neither of the two is one about the whole file.
    others = tuple(each + ": " for pair in made.GROUPS if best not in pair for each in pair)
    problems = unreadable or [p for p in claims if not p.startswith(others)]
    sub.observe("broken rules", broken_rules(problems))
    refuse(problems)


@check(
    "findings",
    "the optimizer that findings.json names best is the best by its own numbers",
    weight=0.3,
    hint="The best has the lowest mean val_ce over its seeds; a diverged run (null) has none.",
)
def test_findings_optimizer(sub):
    judge_claim(sub, "best_optimizer")


@check(
    "findings",
    "the regularizer that findings.json names best is the best by its own numbers",
    weight=0.3,
    hint="The best has the lowest mean val_ce over its seeds; a diverged run (null) has none.",
)
def test_findings_regularizer(sub):
    judge_claim(sub, "best_regularizer")
