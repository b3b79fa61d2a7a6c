"""``python check.py --pack``: the one zip to hand in, with a receipt."""

import hashlib
import os
import zipfile
from typing import Dict, List, Tuple

from .handout import Handout

_SKIPPED_FOLDERS = {"tests", "checkkit", "figures", "__pycache__", "venv", "env", "site-packages"}
_KEPT = (".py", ".ipynb", ".json", ".csv")
_MAX_BYTES = 8 << 20


def pack(
    handout: Handout, folder: str, scores: Dict[str, Tuple[int, int]], written: List[str]
) -> int:
    """Write ``NAME-submission.zip`` and print the receipt; 0 when something is in it.

    Args:
        handout: the handout.
        folder: the student's folder.
        scores: by exercise the public checks passed and all of them.
        written: exercises that are no longer the skeleton's.
    """
    files = list(_files(folder))
    if not any(path.endswith((".py", ".ipynb")) for path in files):
        print("There is no .py or .ipynb in %s: nothing to hand in." % folder)
        return 1
    name = "%s-submission.zip" % handout.about["name"]
    target = os.path.join(folder, name)
    partial = target + ".part"
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(os.path.join(folder, path), path)
    os.replace(partial, target)
    with open(target, "rb") as made:
        digest = hashlib.sha256(made.read()).hexdigest()
    _receipt(handout, folder, files, scores, written, target, digest)
    return 0


def _files(folder: str) -> List[str]:
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(
            name for name in folders if name not in _SKIPPED_FOLDERS and name[:1] != "."
        )
        for name in sorted(names):
            path = os.path.join(place, name)
            if not name.endswith(_KEPT) or name.startswith(".") or os.path.islink(path):
                continue
            if os.path.getsize(path) > _MAX_BYTES:
                print("left out (larger than %d MiB): %s" % (_MAX_BYTES >> 20, name))
                continue
            found.append(os.path.relpath(path, folder).replace(os.sep, "/"))
    return found


def _receipt(
    handout: Handout,
    folder: str,
    files: List[str],
    scores: Dict[str, Tuple[int, int]],
    written: List[str],
    target: str,
    digest: str,
) -> None:
    points = sum(
        made["points"] * scores[made["name"]][0] / scores[made["name"]][1]
        for made in handout.exercises
        if scores.get(made["name"], (0, 0))[1]
    )
    code = [made["name"] for made in handout.exercises if made["kind"] == "code"]
    missing = [name for name in code if name not in written]
    print("\nPacked %s" % os.path.basename(target))
    print("  files:      %s" % ", ".join(files))
    print("  exercises:  %d of %d written" % (len(code) - len(missing), len(code)))
    if missing:
        print("  not yet:    %s" % ", ".join(missing))
    print("  public:     %g points' worth of public checks pass" % round(points, 1))
    for made in handout.exercises:
        if made["kind"] == "data":
            there = os.path.exists(os.path.join(folder, made["file"]))
            passed, total = scores.get(made["name"], (0, 0))
            state = "%d of %d form checks pass" % (passed, total) if there else "not there yet"
            print("  %-11s %s" % (made["file"] + ":", state))
    print("  sha256:     %s" % digest)
    print("Hand in that one file. Keep this receipt: the hash shows what you handed in.")
