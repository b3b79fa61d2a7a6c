"""Bring the notebook of another tool over into a folder of ours."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment import wording
from autograder.assignment.points import total
from autograder.importing import import_trial, manifest_writer
from autograder.importing.carried_checks import CARRIED, Asked, checks_source, make_checks
from autograder.importing.exercise_entries import Entry, entries
from autograder.importing.import_problems import BringError, Remarks
from autograder.importing.import_report import report_source
from autograder.importing.master import Master
from autograder.importing.module import module_source
from autograder.importing.notebook_story import story_source
from autograder.importing.plan import Plan, Written
from autograder.importing.planning import make_plan
from autograder.importing.source_formats import read_master

REPORT = "IMPORT.md"


@dataclass(frozen=True)
class Brought:
    """What came of it.

    Attributes:
        folder: where it was written.
        questions: how many questions the notebook has.
        exercises: that came of it.
        checks: the checks that hold.
        remarks: what was lost and changed.
        problems: why it cannot be built yet; none if it can.
    """

    folder: Path
    questions: int
    exercises: Sequence[Entry]
    checks: Sequence[Asked]
    remarks: Remarks
    problems: Sequence[str]

    @property
    def points(self) -> float:
        """What the exercises are worth together."""
        return total(made.points for made in self.exercises)


def bring(
    source: Path,
    output: Path,
    force: bool = False,
    tell: Callable[[str], None] = print,
    allow: bool = False,
) -> Brought:
    """Read a source, write a folder, and try it.

    Args:
        source: the notebook, or a folder that holds it.
        output: the folder to write.
        force: whether a folder that is not empty may be overwritten.
        tell: is told what goes on.
        allow: leave out tests that judge nothing, instead of refusing the notebook.

    Raises:
        BringError: it cannot be brought over; nothing was written.
    """
    if output.exists() and not output.is_dir():
        raise BringError(f"{output}: a file; expected a folder, or a name that is free")
    if output.is_dir() and any(output.iterdir()) and not force:
        raise BringError(f"{output}: not empty; name another folder, or add --force to overwrite")
    remarks = Remarks()
    tell("Reading the notebook")
    master = read_master(source.absolute(), remarks)
    if remarks.vacuous and not allow:
        told = "\n".join(remarks.vacuous)
        raise BringError(
            f"{source}: tests that any answer passes:\n{told}\nLet each of them show or assert "
            "something, or leave them out with --allow; nothing was written"
        )
    plan = make_plan(master, remarks)
    checks = make_checks(plan)
    if not checks:
        raise BringError(
            f"{source}: no test of its questions could be carried over, so nothing can be "
            "graded; " + "; ".join(f"{lost.where}: {lost.what}" for lost in remarks.lost[:5])
        )
    if force and output.is_dir():
        _clear(output)
    writing = _Writing(master, plan, output, remarks)
    writing.write(checks)
    tell("Asking the reference every check, behind the sandbox")
    checks = writing.tried(checks)
    problems = import_trial.build_problems(output)
    for problem in problems:
        remarks.lose("autograder build", f"it refuses: {problem}", "change what it names")
    exercises = writing.write(checks)
    return Brought(output, len(master.questions), exercises, checks, remarks, problems)


def _clear(folder: Path) -> None:
    """Remove what an earlier import wrote and this one need not write over."""
    for pattern in ("checks/*.py", "*.py", REPORT):
        for path in folder.glob(pattern):
            path.unlink()


class _Writing:
    """Writes the folder, again whenever checks fall away."""

    def __init__(self, master: Master, plan: Plan, folder: Path, remarks: Remarks) -> None:
        self._master, self._plan, self._folder, self._remarks = master, plan, folder, remarks
        self._title = manifest_writer.title_of(master)
        self._module = manifest_writer.module_name(master.path, manifest_writer.names_in(plan))
        self._requirements = manifest_writer.requirements_of(master, plan)
        self._files = manifest_writer.files_of(master, {self._module}, remarks)

    def tried(self, checks: list[Asked]) -> list[Asked]:
        """The checks that hold: the reference passes them, and the skeleton does not.

        Raises:
            BringError: none does.
        """
        for check, said in self._answers(checks, import_trial.fails_of_reference(self._folder)):
            told = " ".join(said.split())[-300:]
            self._lose(check, f"the reference itself does not pass it here: {told}")
            checks = [other for other in checks if other is not check]
        self.write(checks)
        try:
            empty = dict.fromkeys(import_trial.passes_of_skeleton(self._folder), "")
        except ValueError:  # what build will name
            empty = {}
        for check, _ in self._answers(checks, empty):
            self._lose(check, "it passes before anything is written")
            checks = [other for other in checks if other is not check]
        if not checks:
            told = "; ".join(f"{lost.where}: {lost.what}" for lost in self._remarks.lost)
            raise BringError(
                f"{self._folder}: written, but no check is passed by the reference and not by the "
                f"skeleton, so nothing can be graded: {told[:1500]}"
            )
        return checks

    @staticmethod
    def _answers(checks: list[Asked], told: Mapping[str, str]) -> list[tuple[Asked, str]]:
        return [(check, told[check.name]) for check in checks if check.name in told]

    def _lose(self, check: Asked, what: str) -> None:
        part = self._plan.part(check.part)
        self._remarks.lose(
            part.question.name,
            f"test {check.test.number} ({wording.points(check.test.points, 3)}) is left out: "
            f"{what}. Its points go to the other checks of `{part.name}` that have points, else "
            "they wait for a person",
            "write it anew as a check",
            check.source,
        )

    def write(self, checks: Sequence[Asked]) -> Sequence[Entry]:
        """Write every file; gives what the manifest says of each exercise."""
        folder, name = self._folder, manifest_writer.slug(self._folder.absolute().name)
        (folder / "checks").mkdir(parents=True, exist_ok=True)
        exercises = tuple(entries(self._plan, checks, self._module))
        tensorflow = bool({"tensorflow", "keras"} & manifest_writer.imported(self._plan))
        texts = {
            "assignment.toml": manifest_writer.manifest_source(
                self._master.tool,
                name,
                self._title,
                self._module,
                exercises,
                self._requirements,
                self._files,
                tensorflow,
            ),
            self._module: module_source(self._plan, self._title),
            "notebook.md": story_source(self._plan, self._module),
            "checks/__init__.py": "",
            f"checks/test_{self._module}": checks_source(self._title, checks),
            REPORT: report_source(self._master, exercises, checks, self._remarks),
        }
        if not all(check.plainly for check in checks):
            texts["checks/support.py"] = (CARRIED / "support.py").read_text(encoding="utf-8")
        for made in self._plan.exercises:
            if isinstance(made, Written):
                texts[made.file] = made.sample + "\n"
        for path, text in texts.items():
            (folder / path).write_text(text, encoding="utf-8")
        for file in self._files:
            shutil.copyfile(self._master.path.parent / file, folder / file)
        return exercises
