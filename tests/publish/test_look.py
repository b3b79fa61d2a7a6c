"""What only a browser can tell: whether the page fits a phone."""

from __future__ import annotations

import html
import re
import subprocess
from pathlib import Path

import pytest

from autograder.assignment.load import load_assignment
from autograder.assignment.manifest import Manifest
from autograder.publish.feedback import feedback_html
from tests.publish.weak import weak

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


@pytest.fixture(scope="module")
def weak_page(tmp_path_factory: pytest.TempPathFactory) -> str:
    assignment = load_assignment(Path(__file__).parents[2] / "solutions" / "t6")
    page = tmp_path_factory.mktemp("weak") / "page.html"
    page.write_text(feedback_html(weak(assignment), assignment.manifest), encoding="utf-8")
    return page.as_uri()


@pytest.mark.browser
def test_a_weak_student_sees_on_one_screen_what_to_do_next(weak_page: str, chromium: str) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 390, "height": 844}, bypass_csp=True)
        page.goto(weak_page)
        height = page.evaluate("document.documentElement.scrollHeight")
        end = page.evaluate("document.querySelector('.steps').getBoundingClientRect().bottom")
        steps = page.locator(".steps > li").all_inner_texts()
        folded = Axe().run(page)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        unfolded = Axe().run(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        stories = page.locator("dt", has_text="An example to try").count()
        asked = page.locator("pre.asked").all_inner_texts()
        browser.close()
    assert height <= 8000 and end <= 844 and wide == 390
    assert "Not written yet (35 points)" in steps[0] and "An example: got" in steps[1]
    assert len(steps) == 3 and stories == len(asked) and "adam.step(" in asked[0]
    assert folded.violations_count == 0, folded.generate_report()
    assert unfolded.violations_count == 0, unfolded.generate_report()
