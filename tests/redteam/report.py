"""Write SECURITY.md from the attacks and what they do here: ``python -m tests.redteam.report``.

``--relist`` keeps the table of layers, which takes minutes to measure, and writes all else anew.
"""

from __future__ import annotations

import sys
from collections import defaultdict

from autograder.assignment.load import load_assignment
from autograder.isolation import tiers

from . import budget, promises
from .families import FAMILIES, attacks
from .ground import ROOT, Ground
from .layers import ALL, measure
from .record import ALWAYS, KERNEL

PAGE = ROOT / "SECURITY.md"
REMEDY = "run `python -m tests.redteam.report`"

_KERNEL_WORDS = {
    "bubblewrap": "one outer container: only libraries can be seen, no network, no other process",
    "namespaces": "each worker has its own processes, mounts, network and small temporary disk",
    "landlock": "the kernel lets a worker open the libraries and its scratch folder, nothing else",
    "seccomp": "no new program or process, no socket, no tracing, no young part of the kernel",
    "rlimits": "limits on memory, processor time, threads, file length and descriptors",
}
_FAMILY_WORDS = {
    "processes": "Ending the process, or never ending it",
    "patching": "Changing what answers are compared or carried by",
    "values": "Answers that lie about what they are",
    "wire": "Speaking for the grader's end of the channel",
    "looking": "Looking for expected values, checks, the seed, other people's work",
    "resources": "Using up time, memory, disk and patience",
    "escape": "Getting out of the sandbox",
    "archives": "Archives and folders that hurt whoever unpacks them",
    "learning": "Carrying hidden inputs out, to hard-code answers for the next time",
    "content": "Texts that are code where they are shown",
    "notebooks": "Notebooks",
    "tensorflow": "The same through TensorFlow and Keras",
}

_OPENING = """# Security

<!-- Written by `python -m tests.redteam.report`; edit that, not this. -->

{promises}
## How it is tried

{count} attacks try to break these promises; they are the red team in `tests/redteam/`, and run with
the other tests: `python -m pytest tests/redteam`. At the end stands how many succeeded. A hole
found anywhere becomes an attack there first, and is then closed.

**To report one**, write in private to the contact in the assignment's manifest (`contact` in
`assignment.toml`), with the submission or the folder that shows it and what `autograder doctor`
prints. Nobody loses points for a report.

What decodes a student's bytes (the wire, notebooks, magics, modules, archives), and what reads
tables and manifests, is also fuzzed: briefly with the other tests, and by coverage
(`python -m tests.redteam.fuzz.run TARGET -max_total_time=600`, with atheris). What long runs of
that found stands in `tests/redteam/fuzz/corpora/` and is replayed by the tests.

## What stops them

Layers that a machine may lack; `autograder doctor` tries out which ones hold, and the run refuses
to grade on less than the required set:

{layers}

And what holds everywhere:

{always}

"""

_TABLE = """## Attack by layer

Each attack on the kernel's layers, with every layer taken away in turn. `held` means that the
others stop it; **open** means that it got through, so that the missing layer alone stops it.
Measured on tier {tier}: {reason}.

"""

_BUDGET = """
## Information budget

Whatever feedback on a hidden check repeats from the student's side is one of a set that was fixed
before any of their code ran. Values, texts, names and prints of hidden checks are for staff only.

A counterexample, where one is shown, is a check asked again with inputs from a public seed, in a
worker that has met no hidden input. Whether one is shown, and which, follows from what the table
counts and from the submission alone, so that it adds no bit. Authors decide which checks may be
shown (`showable` of `@check`); what such a check asks beside its draws is public from then on.

This is the greatest number of different feedbacks that a hostile answer can choose from, counted by
the code that makes them (`tests/redteam/budget.py`; `test_budget.py` keeps the table true):

"""

_CLOSING = """
## What is not promised

- **Holes in the kernel or the processor.** A worker runs on the machine's own kernel. Whoever has
  an exploit for it is out; keep it patched, and grade in a virtual machine.
- **Weaker tiers.** Without user namespaces, or without Landlock, more is open: `autograder doctor`
  names it, every result records its layers, and attacks that only a missing layer stops are counted
  as unprotected by the suite, not passed over.
- **A few bits a check.** Code can choose how it fails, and what is told of that carries the bits
  counted above. Where people resubmit against a seed that stays the same, they add up: a packed
  autograder shows details of hidden checks with a few submissions a day only (`[resubmission]` in
  the manifest).
- **Time.** How long a question took is known to staff only: feedback is the same to the byte. One
  bit a check is told, whether its time ran out (it stands among the endings of the budget). A
  worker can notice how busy the machine is, and with it whether others are being graded.
- **Telling check from check.** Code can count its calls and look at its arguments, and answer one
  check otherwise than the next. Each check is compared for itself, so that this gains what those
  it answers right are worth, and nothing outlives the process but what the budget counts.
- **Forbidden routines in disguise.** That an exercise calls no library routine for its own formula
  is read from its source, also through other names, attributes and imports. Code that builds names
  at run time can hide a call; a person who reads it sees that.
- **Answers from elsewhere.** Who wrote an answer is not looked at here.
- **An answer of a kind that a check did not foresee** can make a check itself fail. That gives no
  points: the submission then needs a person, and says so.
- **What the grader's own user says.** Variables such as `PYTHONPATH` or `PYTEST_ADDOPTS`, a
  `python -m` of other programs than pytest in a folder that others have filled, and what is named
  on the command line are taken as they are.
- **Whoever can write into the results while a run does.** Only what lay there before is kept out.
- **The machines of a cluster** read the submissions and the hidden checks that they are given.
- **Systems other than Linux.** There the run refuses untrusted work unless told otherwise.
"""


def listing() -> str:
    """Every attack by family, with what stops it."""
    lines = ["## The attacks", ""]
    families = defaultdict(list)
    for family, attack in attacks():
        families[family].append(attack)
    for family, found in families.items():
        lines += [f"### {_FAMILY_WORDS[family]} ({len(found)})", ""]
        lines += ["| attack | tries to | stopped by |", "|---|---|---|"]
        for attack in found:
            tries = attack.tries.replace("|", "\\|")
            lines.append(f"| {attack.name} | {tries} | {', '.join(attack.stopped_by)} |")
        lines.append("")
    return "\n".join(lines)


def table(measured: dict[str, dict[str, list[str]]]) -> str:
    """Which attacks get through without which layer."""
    missing = list(next(iter(measured.values())))
    heads = ["all layers" if name == ALL else f"without {name}" for name in missing]
    lines = ["| attack | " + " | ".join(heads) + " |", "|---" * (len(heads) + 1) + "|"]
    for attack, cells in measured.items():
        shown = ["**open**" if cells[name] else "held" for name in missing]
        lines.append(f"| {attack} | " + " | ".join(shown) + " |")
    return "\n".join(lines) + "\n\n"


def main() -> None:
    """Measure, and write the page."""
    offer = tiers.probe()
    tier = tiers.choose(offer)
    ground = Ground()
    measured: dict[str, dict[str, list[str]]] = defaultdict(dict)
    try:
        for missing, attack, told in measure(offer, ground):
            measured[attack][missing] = told
            print(f"{missing:12} {attack:28} {'OPEN ' + '; '.join(told) if told else 'held'}")
    finally:
        ground.close()
    assert set(_FAMILY_WORDS) == set(FAMILIES)
    _write(_TABLE.format(tier=tier.name, reason=tier.reason) + table(measured))


def relist() -> None:
    """Write the page anew around the table that was measured before."""
    page = PAGE.read_text(encoding="utf-8")
    heading = _TABLE.split("\n", 1)[0]
    _write(page[page.index(heading) : page.index(listing().split("\n", 1)[0])])


def _write(measured: str) -> None:
    opening = _OPENING.format(
        promises=promises.section(),
        count=sum(1 for _ in attacks()),
        layers="\n".join(f"- **{name}**: {_KERNEL_WORDS[name]}" for name in KERNEL),
        always="\n".join(f"- **{name}**: {words}" for name, words in ALWAYS.items()),
    )
    budgeted = _BUDGET + budget.table(load_assignment(ROOT / "solutions" / "t6"))
    PAGE.write_text(opening + measured + listing() + budgeted + _CLOSING, encoding="utf-8")
    print(f"wrote {PAGE}")


if __name__ == "__main__":
    relist() if sys.argv[1:] == ["--relist"] else main()
