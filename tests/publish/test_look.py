"""What only a browser can tell: whether the page fits a phone."""

from __future__ import annotations

import html
import re
import subprocess
from pathlib import Path

import pytest

from autograder.assignment.manifest import Manifest
from autograder.publish.feedback import feedback_html

QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--virtual-time-budget=2000",
)
FRAME = """<!DOCTYPE html><iframe id="page" style="border:0;width:{width}px;height:800px"
srcdoc="{source}"></iframe><script>
onload = () => {{
  const seen = document.getElementById("page").contentDocument.documentElement;
  document.title = "width " + seen.scrollWidth + " height " + seen.scrollHeight;
}};
</script>"""


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("student", ["ordinary", "hostile"])
def test_a_phone_shows_the_page_without_scrolling_sideways(
    student: str,
    width: int,
    manifest: Manifest,
    tmp_path: Path,
    chromium: str,
    request: pytest.FixtureRequest,
) -> None:
    source = feedback_html(request.getfixturevalue(student), manifest)
    frame = tmp_path / "frame.html"
    frame.write_text(FRAME.format(width=width, source=html.escape(source)), encoding="utf-8")
    command = [chromium, *QUIET, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom"]
    seen = subprocess.run(
        [*command, frame.as_uri()], capture_output=True, text=True, timeout=120, check=True
    ).stdout
    measured = re.search(r"<title>width (\d+) height (\d+)</title>", seen)
    assert measured, seen[:500]
    assert int(measured[1]) == width
    assert int(measured[2]) > 1000
