"""``python check.py --pack``: the one zip to hand in, with a receipt."""

import datetime
import hashlib
import os
import textwrap
import zipfile
from typing import Any, Dict, List, Mapping

from checkkit.reading.file_names import CODE
from checkkit import checking
from checkkit.checking import Result
from checkkit.handout_folder import Handout
from checkkit.terminal import Terminal

# The same work gives the same hash, whenever it is packed.
_TIME = (2020, 1, 1, 0, 0, 0)
_LEFT = 12
_EMPTY_NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n'


def pack(
    handout: Handout,
    files: Mapping[str, bytes],
    left: List[str],
    folder: str,
    results: List[Result],
    terminal: Terminal,
) -> int:
    """Write ``NAME-submission.zip`` and the receipt beside it; 0 when something is in it.

    Args:
        handout: the handout.
        files: what is handed in, as `collect` found it.
        left: names of files that lie beside them and are not handed in.
        folder: where to write.
        results: what the public checks said, one for each exercise.
        terminal: where to print.
    """
    name = str(handout.about["name"])
    content = dict(files)
    if _is_refused_by_otter(content):
        content[name + ".ipynb"] = _EMPTY_NOTEBOOK
        note = "an empty %s.ipynb is added, since Otter wants one beside modules." % name
        terminal.paragraph(note, "note: ", "      ")
    if not any(path.lower().endswith(CODE) for path in content):
        terminal.say("There is no .py or .ipynb file in %s: nothing to hand in." % folder)
        return 1
    if not os.path.isdir(folder):
        terminal.say("%s is packed already." % folder)
        return 0
    target = os.path.join(folder, name + "-submission.zip")
    try:
        _write(target, content)
        with open(target, "rb") as made:
            digest = hashlib.sha256(made.read()).hexdigest()
        receipt = _receipt(handout, results, content, left, target, digest)
        beside = os.path.splitext(target)[0] + "-receipt.txt"
        with open(beside, "w", encoding="utf-8") as file:
            file.write(receipt)
    except OSError as error:
        told = "The zip cannot be written: %s. Copy the folder to a place that is yours."
        terminal.paragraph(told % (error.strerror or error), "", "  ")
        return 1
    terminal.say()
    for line in receipt.rstrip().split("\n"):
        terminal.say(line)
    terminal.say()
    terminal.say("Hand in %s." % os.path.basename(target), "bold")
    late = _lateness(handout.about, datetime.datetime.now(datetime.timezone.utc))
    if late:
        terminal.paragraph(late, "", "  ")
    terminal.say(
        "Keep the receipt (%s): its hash shows what you handed in." % os.path.basename(beside)
    )
    return 0


def _is_refused_by_otter(content: Dict[str, bytes]) -> bool:
    """Whether there are several modules and no notebook: `otter run` knows what to run of one."""
    loose = [path for path in content if "/" not in path]
    modules = [path for path in loose if path.endswith(".py")]
    return len(modules) > 1 and not any(path.endswith(".ipynb") for path in loose)


def _write(target: str, content: Dict[str, bytes]) -> None:
    partial = target + ".part"
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in sorted(content.items()):
            member = zipfile.ZipInfo(path, _TIME)
            member.external_attr = 0o644 << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, data)
    os.replace(partial, target)


def _receipt(
    handout: Handout,
    results: List[Result],
    content: Dict[str, bytes],
    left: List[str],
    target: str,
    digest: str,
) -> str:
    code = [result for result in results if result.made.kind == "code"]
    written = [result for result in code if result.written]
    missing = [_named(result) for result in code if not result.written]
    broken = [_named(result) for result in code if result.state == checking.NOT_FOUND]
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    more = " and %d more" % (len(left) - _LEFT) if len(left) > _LEFT else ""
    rows = [
        ("packed", "%s, %d bytes, %s" % (os.path.basename(target), os.path.getsize(target), now)),
        ("version", "%s %s" % (handout.about["name"], handout.about["version"])),
        ("files", ", ".join(sorted(content))),
        ("left here", ", ".join(left[:_LEFT]) + more),
        ("exercises", "%d of %d written" % (len(written), len(code))),
        ("not written", ", ".join(missing)),
        ("not found", ", ".join(broken)),
        ("not counted", ", ".join(_not_counted(result) for result in code if result.not_counted)),
        (
            "public",
            "%d of %d public checks pass"
            % (sum(result.passed for result in code), sum(result.checks for result in code)),
        ),
    ]
    rows += [
        (result.made.file, _validity(result)) for result in results if result.made.kind == "data"
    ]
    rows.append(("sha256", digest))
    lines = []
    for name, text in rows:
        if text:
            lines += textwrap.wrap(
                text,
                100,
                initial_indent=(name + ":").ljust(15),
                subsequent_indent=" " * 15,
                break_on_hyphens=False,
                break_long_words=False,
            )
    return "\n".join(lines) + "\n"


def _lateness(about: Mapping[str, Any], now: datetime.datetime) -> str:
    """That the due time is past, and by how much; empty when it is not, or there is none.

    Args:
        about: ``due``, a time with its offset in ISO 8601, and ``grace_minutes``.
        now: a time with its offset.
    """
    if not about["due"]:
        return ""
    due = datetime.datetime.fromisoformat(about["due"])
    minutes = int((now - due).total_seconds() // 60)
    if minutes < 0:
        return ""
    days, rest = divmod(minutes, 24 * 60)
    parts = [(days, "day"), (rest // 60, "hour"), (rest % 60, "minute")]
    since = " and ".join(
        "%d %s%s" % (count, unit, "" if count == 1 else "s") for count, unit in parts if count
    )
    told = "The due time, %s, is past" % due.strftime("%d %B %Y, %H:%M (UTC%z)")
    told += " by %s" % since if since else ""
    if minutes < about["grace_minutes"]:
        return told + "; the first %d minutes cost nothing." % about["grace_minutes"]
    return told + ": what the README says under Late holds."


def _named(result: Result) -> str:
    return str(result.made.name) + (" (bonus)" if result.made.tier == "bonus" else "")


def _not_counted(result: Result) -> str:
    """A second answer that differs from the one that counts."""
    others = " and ".join(result.not_counted)
    return "%s in %s (the one in %s counts)" % (result.made.name, others, result.label)


def _validity(result: Result) -> str:
    if result.state == checking.UNWRITTEN:
        return "not there yet"
    if result.state == checking.DONE:
        return "valid"
    if result.state == checking.UNCHECKED:
        return "there; it is checked when it is graded"
    return "not valid yet: look with check.py " + result.made.name
