"""Render a whole handout, prove that it gives no solution away, and only then write it."""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from autograder.assignment.load import SUPPORT, Assignment
from autograder.assignment.manifest_problems import ManifestError, attempt, raise_all
from autograder.assignment.module_text import read_source
from autograder.assignment.points import total
from autograder.assignment.wording import amount
from autograder.handout.exercises_json import exercises_json
from autograder.handout.folding import folded
from autograder.handout.notebook import render_notebook
from autograder.handout.placing import is_private, keep_hidden
from autograder.handout.public_checks import hidden_source, public_source
from autograder.handout.public_mistakes import known_mistakes_json
from autograder.handout.shipping import shipped_engine
from autograder.handout.skeleton import render_skeleton
from autograder.handout.sources import read_marked
from autograder.handout.switched_off import switched_on
from autograder.student.known_mistakes import FILE as KNOWN_MISTAKES
from autograder.templating import environment, templates_folder

PLAIN = "tests/plain"
PROSE = "handout.md"
NOT_RENDERED = "not rendered from the assignment"
_ZIP_TIME = (2020, 1, 1, 0, 0, 0)


def render_handout(assignment: Assignment) -> dict[str, bytes]:
    """Every file of the handout by relative path; the same input gives the same bytes.

    Raises:
        ManifestError: the assignment's folder is not sound; names file and line.
    """
    manifest, folder = assignment.manifest, assignment.folder
    modules = switched_on(manifest, read_marked(manifest, folder))
    templates, jinja = templates_folder(), environment()
    files: dict[str, str | bytes] = {}
    for module in modules:
        files[module.file] = render_skeleton(jinja, manifest, module)
    for extra in manifest.extras:
        handed_out = folder / extra.name
        files[extra.name] = (
            folded(handed_out.stem, read_source(handed_out))
            if extra.folded
            else handed_out.read_bytes()
        )
    files[f"{manifest.assignment.name}.ipynb"] = render_notebook(
        templates, folder, manifest, modules
    )
    files.update(shipped_engine())
    files.update(_checks(assignment))
    skeletons = {module.file: str(files[module.file]) for module in modules}
    files[f"{PLAIN}/exercises.json"] = exercises_json(assignment, skeletons, modules)
    files[f"{PLAIN}/{KNOWN_MISTAKES}"] = known_mistakes_json(assignment)
    facts = {
        "assignment": manifest.assignment,
        "manifest": manifest,
        "packages": manifest.packages,
        "exercises": manifest.enabled_exercises,
        "points": manifest.scaled_points,
        "amount": amount,
        "worth": lambda made: amount(total(map(manifest.scaled_points, made))),
        "checks_of": lambda made: [c for c in assignment.checks_of(made) if c.public],
        "prose": _prose(folder),
    }
    for template in sorted((templates / "handout").rglob("*.j2")):
        path = template.relative_to(templates / "handout").as_posix().removesuffix(".j2")
        source = f"handout/{template.relative_to(templates / 'handout').as_posix()}"
        if "EXERCISE" in path:
            for made in manifest.enabled_exercises:
                files[path.replace("EXERCISE", made.name)] = jinja.get_template(source).render(
                    **facts, exercise=made
                )
        else:
            files[path] = jinja.get_template(source).render(**facts)
    return {
        path: content.encode() if isinstance(content, str) else content
        for path, content in sorted(files.items())
    }


def drift(rendered: Mapping[str, bytes], folder: Path) -> list[str]:
    """What differs between a rendering and a folder: one line a file, empty when nothing does.

    Hidden files that are not rendered are the folder's own: they stay, and do not differ.
    """
    found = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    changed = [
        f"{path}: differs from what would be rendered"
        for path, content in rendered.items()
        if path in found and found[path].read_bytes() != content
    ]
    missing = [f"{path}: missing" for path in rendered if path not in found]
    left_over = [
        f"{path}: {NOT_RENDERED}" for path in found if path not in rendered and not is_private(path)
    ]
    return sorted([*changed, *missing, *left_over])


def write(rendered: Mapping[str, bytes], folder: Path) -> None:
    """Replace a folder's content by a rendering; at no time is half of one there.

    What is hidden and not rendered, such as ``.env``, stays.
    """
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for path, content in rendered.items():
            target = fresh / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        fresh.chmod(0o755)
        if folder.exists():
            old = fresh.with_name(fresh.name + "-old")
            folder.rename(old)
            fresh.rename(folder)
            keep_hidden(old, folder)
            shutil.rmtree(old)
        else:
            fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def archive(rendered: Mapping[str, bytes], top: str) -> bytes:
    """One zip to hand out, byte-identical for the same rendering."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for path, content in rendered.items():
            member = zipfile.ZipInfo(f"{top}/{path}", _ZIP_TIME)
            member.external_attr = 0o644 << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(member, content)
    return buffer.getvalue()


def hidden_texts(assignment: Assignment) -> tuple[str, ...]:
    """Everything of the checks that stays behind, for the leak proof."""
    texts = []
    for path in sorted((assignment.folder / "checks").glob("*.py")):
        source = read_source(path)
        if path.name.startswith("test_"):
            texts.append(hidden_source(source))
        elif not path.name.startswith("support"):
            texts.append(source)
    return tuple(texts)


def _prose(folder: Path) -> str:
    """What the assignment itself adds to the README, Markdown; empty when it adds nothing."""
    path = folder / PROSE
    return read_source(path) if path.exists() else ""


def _checks(assignment: Assignment) -> dict[str, str]:
    files = {f"{PLAIN}/{SUPPORT}": assignment.support_source}
    errors: list[ManifestError] = []
    off = {made.name for made in assignment.manifest.exercises if not made.enabled}
    for path in sorted((assignment.folder / "checks").glob("test_*.py")):
        source = attempt(errors, public_source, read_source(path), str(path), off)
        if source:
            files[f"{PLAIN}/{path.name}"] = source
    raise_all(errors)
    return files
