"""An assignment whose exercises call each other when a student writes them so."""

from pathlib import Path

MANIFEST = """
[assignment]
name = "chain"
title = "Chain"
course = "Testing"
version = "1"
contact = "nobody@example.org"
total_points = 10
mistake_cap_percent = 60

[limits]
check_seconds = 2
load_seconds = 2
submission_seconds = 60
memory_mib = 256
processes = 32
file_mib = 1
output_kib = 64

[[file]]
name = "lengths.py"
title = "Lengths"

[[file]]
name = "shares.py"
title = "Shares"

[[exercise]]
name = "length"
file = "lengths.py"
points = 4
goal = "Measure a vector."

[[exercise]]
name = "unit"
file = "lengths.py"
points = 3
goal = "Scale a vector to length 1."

[[exercise]]
name = "Compass"
file = "shares.py"
points = 3
goal = "Remember directions."
"""

LENGTHS = '''
"""Lengths."""

import numpy as np


def length(v):
    """Measure."""
    # TODO: measure.
    # BEGIN SOLUTION
    if not len(v):
        raise ValueError("v is empty")
    return float(np.sqrt(np.sum(np.square(v))))
    # END SOLUTION


def unit(v):
    """Scale."""
    # TODO: scale.
    # BEGIN SOLUTION
    return v / np.sqrt(np.sum(np.square(v)))
    # END SOLUTION
'''

SHARES = '''
"""Shares."""

import numpy as np


class Compass:
    """Remember."""

    def point(self, v):
        """The direction of v."""
        # TODO: point.
        # BEGIN SOLUTION
        return v / np.sqrt(np.sum(np.square(v)))
        # END SOLUTION
'''

CHECKS = '''
"""Checks."""
import numpy as np
from autograder.kit import check, expect


@check("length", "3 and 4 have the length 5", public=True)
def test_length_example(sub):
    expect.close(sub.length(np.array([3.0, 4.0])), 5.0, "the length")


@check("length", "a drawn vector is measured", weight=3)
def test_length_drawn(sub, rng, ref):
    v = rng.normal(size=3)
    expect.close(sub.length(v), ref.length(v), "the length")


@check("unit", "3 and 4 become 0.6 and 0.8", public=True)
def test_unit_example(sub):
    expect.close(sub.unit(np.array([3.0, 4.0])), np.array([0.6, 0.8]), "the unit vector")


@check("unit", "a drawn vector is scaled")
def test_unit_drawn(sub, rng, ref):
    v = rng.normal(size=3)
    expect.close(sub.unit(v), ref.unit(v), "the unit vector")


@check("unit", "a vector without entries is refused")
def test_unit_empty(sub):
    if expect.holds(lambda: None):
        sub.observe("asked", True)
    expect.close(sub.unit(np.array([2.0])), np.array([1.0]), "the unit vector of one entry")


@check("Compass", "directions have length 1")
def test_compass(sub, rng, ref):
    v = rng.normal(size=4)
    expect.close(sub.Compass().point(v), ref.unit(v), "the direction")


@check("Compass", "two numbers have a direction")
def test_compass_plane(sub, rng, ref):
    v = rng.normal(size=2)
    expect.close(sub.Compass().point(v), ref.unit(v), "the direction of two numbers")
'''


NOTEBOOK = """
<< preamble("lengths.py") >>

<< exercise("length") >>

<< exercise("unit") >>

<< preamble("shares.py") >>

<< exercise("Compass") >>
"""

MISTAKES = '''
[[mistake]]
name = "No root"
exercise = "length"
explanation = "The squares are summed, and the root of the sum is left out."
hint = "What is the length of (3, 4)?"
change = [["return float(np.sqrt(np.sum(np.square(v))))", "return float(np.sum(np.square(v)))"]]

[[mistake]]
name = "Divided by the squares"
exercise = "unit"
explanation = "It is divided by the sum of the squares."
hint = "What is the length of the result?"
change = [[
    """
    return v / np.sqrt(np.sum(np.square(v)))
    # END SOLUTION
""", """
    return v / np.sum(np.square(v))
    # END SOLUTION
"""]]
'''


def write_chain(folder: Path, mistakes: str = "") -> Path:
    """Write it into a fresh folder, and give the folder."""
    texts = {
        "assignment.toml": MANIFEST,
        "lengths.py": LENGTHS,
        "shares.py": SHARES,
        "notebook.md": NOTEBOOK,
        "checks/__init__.py": "",
        "checks/test_chain.py": CHECKS,
        **({"mistakes/lengths.toml": mistakes} if mistakes else {}),
    }
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder
