"""What is asked of findings.json: its form in public, its numbers and claims when it is graded."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .numpy_submissions import SOLUTION, assignment, verdicts

REFERENCE = (SOLUTION / "findings.json").read_bytes()


def missed(content: bytes | None, folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The checks that do not pass on a file."""
    monkeypatch.chdir(folder)
    if content is not None:
        (folder / "findings.json").write_bytes(content)
    found = verdicts("findings", {}, 0)
    assert not [name for name, made in found.items() if made.outcome == "infrastructure"]
    return {name.removeprefix("findings_") for name, made in found.items() if not made.passed}


def spoiled(change: Callable[[Any], None]) -> bytes:
    findings = json.loads(REFERENCE)
    change(findings)
    return json.dumps(findings).encode()


def test_the_form_alone_is_public() -> None:
    checks = assignment().checks_of(assignment().manifest.exercise("findings"))
    assert [check.name.split("_")[-1] for check in checks if check.public] == ["form"]
    assert sum(check.weight for check in checks if check.public) == pytest.approx(
        sum(check.weight for check in checks if not check.public)
    )


ALL = {"form", "numbers", "optimizer", "regularizer"}


@pytest.mark.parametrize(
    ("content", "costs"),
    [
        (REFERENCE, set()),
        (None, ALL),
        (b"{", ALL),
        (b"[]", ALL),
        (b"{}", ALL),
        (spoiled(lambda made: made.update(reflection="short")), {"form"}),
        (spoiled(lambda made: made["optimizers"][0]["runs"][0].update(val_acc=95.3)), {"numbers"}),
        (spoiled(lambda made: made.update(best_optimizer="nobody")), {"optimizer"}),
        (spoiled(lambda made: made.update(best_regularizer="nobody")), {"regularizer"}),
        (spoiled(lambda made: made.pop("best_regularizer")), {"form", "regularizer"}),
        (spoiled(lambda made: made.pop("regularizers")), {"form", "regularizer"}),
        (
            spoiled(lambda made: made["optimizers"].append(made["optimizers"][0])),
            {"optimizer"},
        ),
    ],
)
def test_a_slip_costs_the_check_that_is_about_it(
    content: bytes | None, costs: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert missed(content, tmp_path, monkeypatch) == costs
