"""Pack an assignment as an Otter autograder archive that also runs on Gradescope without Otter."""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

import autograder
from autograder.assignment.load import Assignment, files_that_count
from autograder.handout.build import render_handout
from autograder.platforms.packed_settings import ASSIGNMENT, FILE, PACKAGE, Settings, write_settings
from autograder.platforms.pins import constraints, requirements
from autograder.templating import environment

PLUGIN = "autograder.platforms.otter_plugin.BoundaryPlugin"
_SCRIPTS = {"run_autograder", "setup.sh"}
# What of an assignment is not needed for grading stays at home.
_KEPT = ("assignment.toml", "*.py", "*.json", "checks/*.py", "mistakes/*")
_TIME = (2020, 1, 1, 0, 0, 0)


def pack(assignment: Assignment, seed: int, plain: bool = False) -> bytes:
    """The archive; the same assignment, seed and environment give the same bytes.

    Args:
        assignment: what is graded.
        seed: of the hidden inputs, for every submission.
        plain: grade with our own command even where Otter could be used.
    """
    about = assignment.manifest.assignment
    rendered = render_handout(assignment)
    packages = assignment.manifest.packages.requirements
    facts = {
        "about": about,
        "plain": plain,
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "requirements": requirements(packages, with_otter=not plain),
        "constraints": constraints(packages, with_otter=not plain),
        "package": PACKAGE,
    }
    templates = environment()
    files: dict[str, bytes] = {
        name: templates.get_template(f"platforms/{name}.j2").render(**facts).encode()
        for name in (
            *("run_autograder", "run_otter.py", "setup.sh", "environment.yml"),
            *("requirements.txt", "requirements.lock", "files/README.txt"),
        )
    }
    files["otter_config.json"] = _otter_config(assignment)
    files[FILE] = write_settings(Settings(seed=seed, name=about.name, version=about.version))
    files.update(
        {
            path: content
            for path, content in rendered.items()
            if re.fullmatch(r"tests/\w+\.py", path)
        }
    )
    for path in _files_of(assignment.folder):
        name = path.relative_to(assignment.folder).as_posix()
        files[f"{ASSIGNMENT}/{name}"] = path.read_bytes()
    root = Path(autograder.__file__).parent
    for path in sorted(root.rglob("*.py")):
        files[f"{PACKAGE}/autograder/{path.relative_to(root).as_posix()}"] = path.read_bytes()
    return _zipped(files)


def seed_in(archive: Path, name: str) -> int | None:
    """The seed of an archive of the assignment `name` packed before; None if it is not one."""
    try:
        with zipfile.ZipFile(archive) as packed:
            settings = msgspec.json.decode(packed.read(FILE), type=Settings)
    except (OSError, zipfile.BadZipFile, KeyError, msgspec.DecodeError):
        return None
    return settings.seed if settings.name == name else None


def _otter_config(assignment: Assignment) -> bytes:
    config = {
        "lang": "python",
        "plugins": [PLUGIN],
        "points_possible": assignment.manifest.max_score,
        "show_hidden": True,
        "print_summary": False,
        "logo": False,
    }
    return json.dumps(config, indent=2).encode() + b"\n"


def _files_of(folder: Path) -> Iterator[Path]:
    for pattern in _KEPT:
        yield from (path for path in sorted(folder.glob(pattern)) if path.is_file())
    known = {path for pattern in _KEPT for path in folder.glob(pattern)}
    yield from (path for path in files_that_count(folder) if path not in known)


def _zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(files.items()):
            member = zipfile.ZipInfo(path, _TIME)
            member.external_attr = (0o755 if path in _SCRIPTS else 0o644) << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return buffer.getvalue()
