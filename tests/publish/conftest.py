"""Results as grading makes them: an ordinary student, an idle one, a hostile one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from autograder.assignment.manifest import Manifest, read_manifest
from autograder.grading.result_records import CheckResult, Diagnosis, ExerciseResult, Result

SOLUTIONS = Path(__file__).parents[2] / "solutions" / "t6"
STAFF = "expected 0.123456789"
HOSTILE = (
    "<script>alert(1)</script> [click](http://evil.example) ![x](https://evil.example/x.png) "
    '"><img src=x onerror=alert(2)> \x1b]8;;http://evil.example\x07link\x1b[2J www.evil.example '
    "# heading | cell & &lt; `tick ``` \u202egnp.exe </pre></details></main> =1+1 {{ 7*7 }} *b*"
)


def check(name: str, outcome: str = "passed", **more: Any) -> CheckResult:
    """One check worth 2 points, passed unless told otherwise."""
    values: dict[str, Any] = {
        "title": f"{name.replace('_', ' ')} gives what the formula says",
        "public": False,
        "points": 2.0,
        "score": {"passed": 2.0, "infrastructure": None}.get(outcome, 0.0),
        "staff": "" if outcome == "passed" else STAFF,
    }
    return CheckResult(name=name, outcome=outcome, **{**values, **more})


def exercise(name: str, *checks: CheckResult, **more: Any) -> ExerciseResult:
    """One exercise, with the points of its checks."""
    scores = [made.score for made in checks]
    opened = more.get("open_points", 0.0)
    values: dict[str, Any] = {
        "tier": "core",
        "score": None if None in scores else sum(scores),
        "max_score": sum(made.points for made in checks) + opened,
    }
    return ExerciseResult(name=name, checks=checks, **{**values, **more})


def result(submission: str = "Ada Lovelace", *exercises: ExerciseResult, **more: Any) -> Result:
    """One submission's grade."""
    scores = [made.score for made in exercises]
    values: dict[str, Any] = {
        "status": "graded",
        "score": None if None in scores else sum(scores),
        "max_score": 100.0,
        "open_points": sum(made.open_points for made in exercises),
        "seconds": 3.25,
        "seed": 4711,
        "assignment": "3fa9c1d2" * 8,
        "version": "1.0.0",
        "isolation": ("bubblewrap", "seccomp"),
        "log": "",
    }
    return Result(submission=submission, exercises=exercises, **{**values, **more})


def ordinary() -> Result:
    """A student who got most of it: a mistake, a convention, a part not written, open points."""
    mistake = Diagnosis(
        kind="mistake",
        name="No bias correction",
        explanation="Your moments start at zero and are used as they are, so early steps are far "
        "too small; the paper divides them by `1 - beta ** t` first.",
    )
    convention = Diagnosis(
        kind="convention",
        name="The learning rate outside the velocity",
        explanation="Your velocity gathers plain gradients, and the learning rate comes in at the "
        "step, as in PyTorch. At a fixed learning rate both give the same weights.",
    )
    unwritten = {
        "message": "this part is not written yet (NotImplementedError at clipping.py, line 41: "
        'raise NotImplementedError("clip_by_global_norm: scale all gradients"))',
        "hint": "Compute the norm once, and use one factor for all arrays.",
        "unwritten": True,
        "file": "clipping.py",
        "line": 41,
    }
    return result(
        "Ada Lovelace",
        exercise("numerical_gradient", check("one_entry", public=True), check("matrix")),
        exercise(
            "Momentum",
            check("velocity", diagnosis=convention),
            check("two_parameters", diagnosis=convention),
        ),
        exercise(
            "Adam",
            check("one_step", public=True, title="one step moves against the gradient"),
            check(
                "first_step",
                "failed",
                title="the first step is as long as the learning rate",
                public=True,
                message="the new value of w: the values are off (3 of 3 values, first at index "
                "(0,)); it came back as array([0.9684, 1.9684, 3.0316])",
                asked='optimizer.step({"w": array([1.0, 2.0, 3.0])}, '
                '{"w": array([0.5, 4.0, -2.0])})',
                hint="Compare `m` and `m_hat` after the first call; how far are they apart?",
                diagnosis=mistake,
            ),
            check(
                "many_steps",
                "failed",
                title="several steps with changing gradients give the values of Algorithm 1",
                message="the parameters after step 3, entry 'w': the values are off (shape (3, 2) "
                "is as expected)",
                hint="Print `iterations` at the start of each step.",
                diagnosis=mistake,
            ),
            notes=("`Adam` of optimizers.py counts; there is also one in old/optimizers (1).py",),
        ),
        exercise(
            "clip_by_global_norm",
            check("limit", "raised", title="a long list is cut to the limit", **unwritten),
            check("direction", "raised", title="the direction stays", public=True, **unwritten),
            check("zero", "raised", title="zero gradients stay zero", **unwritten),
        ),
        exercise(
            "GradientMonitor",
            check("report", "timeout", message="no answer within 30 s"),
            check("quiet", "memory", message="more than 2048 MiB were in use"),
            check("epochs", "died", message="the process ended with exit status 1"),
            check(
                "hidden_kernel",
                "raised",
                message="your code raised ValueError at monitor.py, line 88: norms[layer] = "
                "np.linalg.norm(grad)",
                file="monitor.py",
                line=88,
            ),
        ),
        exercise(
            "dropout_forward",
            check(
                "mask",
                "forbidden",
                message="this exercise is written from scratch, and your code uses "
                "`tensorflow.nn.dropout` (regularization.py, line 12)",
            ),
            check(
                "rate",
                "forbidden",
                message="this exercise is written from scratch, and your code uses "
                "`tensorflow.nn.dropout` (regularization.py, line 12)",
            ),
        ),
        exercise(
            "EarlyStopping",
            check(
                "stops", "unusable", message="`EarlyStopping` was not found in what you handed in"
            ),
        ),
        exercise("shift_augment", check("moves"), tier="bonus"),
        exercise("findings", check("form", public=True), open_points=4.0),
        status="needs_person",
        notes=("lab.ipynb, cell 7, line 3: ModuleNotFoundError: seaborn: `import seaborn as sns`",),
        log="epoch 1 loss 0.69\nepoch 2 loss 0.41\n",
    )


def hostile() -> Result:
    """A student who tries to write on the page."""
    told = {"message": HOSTILE + "\n" + HOSTILE, "asked": HOSTILE, "hint": HOSTILE}
    return result(
        HOSTILE,
        exercise(
            "Adam",
            check("one", "raised", public=True, title=HOSTILE, **told),
            check("two", public=True),
            notes=(HOSTILE,),
        ),
        notes=(HOSTILE, "- item", "1. item"),
        log=HOSTILE,
    )


@pytest.fixture(scope="session")
def manifest() -> Manifest:
    return read_manifest(SOLUTIONS)


@pytest.fixture(name="ordinary")
def _ordinary() -> Result:
    return ordinary()


@pytest.fixture(name="hostile")
def _hostile() -> Result:
    return hostile()


@pytest.fixture(name="make")
def _make() -> Callable[..., Result]:
    return result


@pytest.fixture(name="make_exercise")
def _make_exercise() -> Callable[..., ExerciseResult]:
    return exercise


@pytest.fixture(name="make_check")
def _make_check() -> Callable[..., CheckResult]:
    return check


@pytest.fixture
def unreadable() -> Result:
    reason = "its files cannot be read: the zip is damaged"
    return msgspec.structs.replace(result("Broken"), status="unreadable", score=None, reason=reason)


@pytest.fixture
def undecided() -> Result:
    lost = exercise("SGD", check("one_step", "infrastructure", public=True, message=STAFF))
    return result("Unlucky", lost, status="needs_person", reason=STAFF)
