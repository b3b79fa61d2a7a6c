"""What a check leans on, in whatever host it runs: the submission asked, comparison, messages.

This package is public. It is loaded beside the student's code in the sandboxed worker and is
rendered into the handout, so it needs nothing but Python 3.8 and NumPy and knows no secret.
"""

from . import expect
from .checks import Check, check, checks_in
from .problems import Interrupted, Mismatch, Problem, StudentError, Unusable
from .running import Verdict, run_check
from .submission import Handle, Submission

__all__ = [
    "Check",
    "Handle",
    "Interrupted",
    "Mismatch",
    "Problem",
    "StudentError",
    "Submission",
    "Unusable",
    "Verdict",
    "check",
    "checks_in",
    "expect",
    "run_check",
]
