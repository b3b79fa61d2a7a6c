"""``python -m tests.approved``: take what comes out today as what is right; read the diff first."""

import shutil
import tempfile
from pathlib import Path

from .outputs_of import APPROVED, outputs

shutil.rmtree(APPROVED, ignore_errors=True)
with tempfile.TemporaryDirectory() as folder:
    for name, text in outputs(Path(folder)).items():
        path = APPROVED / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
print(f"{APPROVED}: git diff says what has changed")
