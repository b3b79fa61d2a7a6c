"""The records of a trial: how a submission of the proof went, check by check."""

from __future__ import annotations

import msgspec


class CheckTrial(msgspec.Struct, frozen=True, kw_only=True):
    """How one check went for one variant, over all seeds tried.

    `noise` is the largest deviation among answers that passed, `deviation` the smallest among
    those that did not, both in units of the tolerance; null where nothing numeric was compared.
    `tolerance` is that of such a comparison, rtol and atol.
    """

    exercise: str
    passed: int = 0
    outcomes: tuple[str, ...] = ()
    noise: float | None = None
    deviation: float | None = None
    tolerance: tuple[float, float] | None = None
    conventions: tuple[str, ...] = ()
    message: str = ""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """How one variant went.

    `caught` counts the seeds for which its exercise lost points. `needs` are further exercises that
    it may answer or cost (see `Variant.may_cost`). `diagnosis` holds the names given for the first
    seed, by exercise; `lost` says why the variant could not be asked, if so. `cpu_seconds` are
    those of the workers. `named` is False where no name was looked for.
    """

    key: str
    kind: str
    name: str
    exercise: str
    seeds: int
    caught: int
    checks: dict[str, CheckTrial]
    needs: tuple[str, ...] = ()
    diagnosis: dict[str, tuple[str, ...]] = {}
    lost: str = ""
    cpu_seconds: float = 0.0
    named: bool = True

    def failing(self, exercise: str | None = None) -> list[str]:
        """Names of checks that did not pass for some seed."""
        return [
            name
            for name, made in self.checks.items()
            if made.outcomes and exercise in (None, made.exercise)
        ]
