"""A class of students whose answers are drawn at random, as results and as a platform's people."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator

from autograder.assignment.manifest import Manifest
from autograder.grading.result_records import (
    CheckResult,
    Diagnosis,
    ExerciseResult,
    Late,
    Result,
    Student,
)

FIRST = ("Ada", "Grace", "Alan", "Kurt", "Emmy", "Sofia", "Maryam", "Paul", "Ronald", "Barbara")
LAST = ("Lovelace", "Hopper", "Turing", "Gödel", "Noether", "O'Neil-Kovalevskaya", "Erdős", "Wu")
HARD = {0: 0.98, 1: 0.8, 2: 0.6, 3: 0.35}
ENDINGS = ("failed", "failed", "failed", "raised", "timeout", "unusable")


def class_of(count: int, manifest: Manifest, seed: int = 1, platform: str = "") -> Iterator[Result]:
    """Results of so many students; better ones get more right."""
    chance = random.Random(seed)
    for number in range(count):
        yield _student(number, chance.gauss(0, 0.25), manifest, chance, platform)


def _student(
    number: int, skill: float, manifest: Manifest, chance: random.Random, platform: str
) -> Result:
    name = f"{FIRST[number % 10]} {LAST[number // 10 % 8]} {number}"
    exercises = tuple(
        _exercise(made.name, manifest.scaled_points(made), place, skill, chance)
        for place, made in enumerate(manifest.enabled_exercises)
    )
    score = round(min(sum(made.score or 0.0 for made in exercises), manifest.max_score), 4)
    status = "needs_person" if number % 97 == 41 else "unreadable" if number % 89 == 7 else "graded"
    late = Late(days=number % 3 + 1, percent=10.0 * (number % 3 + 1)) if number % 13 == 5 else None
    decided = status == "graded"
    off = 1 - (late.percent / 100 if late else 0.0)
    return Result(
        submission=name,
        status=status,  # type: ignore[arg-type]
        score=score if decided else None,
        max_score=manifest.max_score,
        seconds=round(chance.lognormvariate(1.2, 0.2) * (30 if number % 61 == 60 else 1), 3),
        memory_mib=900.0 if number % 61 == 59 else 27.0 + number % 5 / 10,
        seed=4711,
        assignment="3fa9c1d2" * 8,
        version="1.0.0",
        isolation=("bubblewrap", "seccomp"),
        log="",
        reason="" if decided else "the zip is damaged",
        exercises=() if status == "unreadable" else exercises,
        student=_person(number, name, platform),
        late=late,
        final_score=round(score * off, 4) if decided else None,
    )


def _person(number: int, name: str, platform: str) -> Student | None:
    if not platform:
        return None
    prefix = {
        "canvas": f"{name.split()[0].lower()}_{1000 + number}_{5000 + number}_",
        "moodle": f"{name}_{1000 + number}_assignsubmission_file_",
    }
    return Student(
        name=name,
        id=str(1000 + number),
        sid=f"s-{number}",
        email=f"student{number}@example.edu",
        platform=platform,  # type: ignore[arg-type]
        submitted=datetime.datetime(2026, 2, 16, 12, tzinfo=datetime.timezone.utc),
        upload=prefix.get(platform, ""),
    )


def _exercise(
    name: str, points: float, place: int, skill: float, chance: random.Random
) -> ExerciseResult:
    checks = tuple(
        _check(f"{name}_{number}", points / 4, HARD[number] - 0.03 * place % 0.3, skill, chance)
        for number in range(4)
    )
    return ExerciseResult(
        name=name,
        tier="core",
        score=sum(check.score or 0.0 for check in checks),
        max_score=points,
        checks=checks,
    )


def _check(
    name: str, points: float, easy: float, skill: float, chance: random.Random
) -> CheckResult:
    passed = name.endswith("_0") or chance.random() < easy + skill
    outcome = "passed" if passed else chance.choice(ENDINGS)
    mistake = outcome == "failed" and chance.random() < 0.4
    return CheckResult(
        name=name,
        title=f"{name.replace('_', ' ')} gives what the formula says",
        public=name.endswith("_0"),
        points=points,
        score=points if passed else 0.0,
        outcome=outcome,  # type: ignore[arg-type]
        message="" if passed else "the values are off",
        diagnosis=Diagnosis(
            kind="mistake", name="no bias correction", explanation="It starts at zero."
        )
        if mistake
        else None,
        staff="" if outcome != "failed" else f"it came back as {chance.randint(0, 40)}",
    )
