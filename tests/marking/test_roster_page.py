"""The page of a class: everybody on the roster, what there is of each, and whose code is alike."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from autograder.assignment.manifest import Manifest
from autograder.batch.fingerprints import Fingerprint, Reader
from autograder.batch.published import published
from autograder.batch.store import Store
from autograder.intake.deriving import Deriver
from autograder.intake.exports import find_entries
from autograder.intake.submissions import read
from autograder.marking.class_roster import ClassRoster
from autograder.marking.code_lines import beside, lined, lines_in
from autograder.marking.desk import Desk
from autograder.marking.server import MarkingServer
from autograder.publish.results import write_results
from tests.browsing import what_ran

from .conftest import HOSTILE, fill
from .test_server import MARK, ask

GIVEN = '"""An optimizer."""\n\nimport numpy as np\n\n\nclass Adam:\n    """Adam."""\n\n'
OWN = "".join(
    f"""\
    def step_{name}(self, value, gradient):
        self.first = self.decay * self.first + (1 - self.decay) * gradient{power}
        for number, share in enumerate({name}_shares, start={power.count("*")}):
            if share {sign} self.second[number] and not self.{name}:
                self.second[number] = self.other {sign} gradient{power} ** number
        while self.count {sign} {name}_limit(value, gradient{power}):
            self.count += max({name}_steps, key=lambda one: one{power} % self.rate)
        return [value - self.rate * corrected for corrected in self.first if corrected{power}]
"""
    for name, power, sign in (("plain", "", "<"), ("square", " ** 2", ">"), ("cube", " ** 3", "!="))
)
LINES = OWN.count("\n")
RENAMED = OWN.replace("value", "w").replace("gradient", "g").replace("corrected", "m_hat")
FILES = {"ada": GIVEN + "# mine\n" + OWN, "ben": GIVEN + RENAMED + "    x = 1\n"}


def lines(text: str) -> list:
    return lines_in(lined("a.py", text.encode()))


@pytest.fixture
def class_page(tmp_path: Path, handed_in: Path, manifest: Manifest) -> Iterator[MarkingServer]:
    """A server of the class of `handed_in`, two of whom have the same code."""
    for name, text in FILES.items():
        (handed_in / name / "optimizers.py").write_text(text)
    made: list[MarkingServer] = []
    ready = threading.Event()

    def run() -> None:
        results = tmp_path / "results"
        with Store(results) as store, Deriver() as deriver:
            fill(store, handed_in)
            write_results(published(store, manifest), manifest, results)
            entries = {entry.name: entry for entry in find_entries(handed_in)}
            handed_out = {"optimizers.py": GIVEN.encode()}

            def works() -> dict[str, Fingerprint]:
                reader = Reader(handed_out, deriver)
                return {name: reader.fingerprint(read(one).files) for name, one in entries.items()}

            roster = ClassRoster(Desk(store, manifest, entries), works, lambda: handed_out)
            made.append(MarkingServer(roster))
            made[0].serve(ready.set)

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(60)
    yield made[0]
    made[0].stop()
    thread.join(60)
    assert not thread.is_alive()


def test_names_comments_and_layout_make_no_line_another() -> None:
    one, other = lines("def f(a):  # why\n    return a + 1\n"), lines("def g( bc ):\n  return bc+1")
    assert [line.form for line in one[:2]] == [line.form for line in other]
    assert [line.form for line in lines('x = 1\nx = 2\n"""Doc."""\n')] == ["N=1", "N=2", "", ""]
    assert "".join(line.text for line in one) == "def f(a):  # why    return a + 1"
    assert ("k", "def") in one[0].pieces and ("f", "f") in one[0].pieces


def test_what_everybody_was_given_is_alike_to_nobody() -> None:
    given = {line.strip() for line in GIVEN.splitlines()} - {""}
    rows = beside(lines(FILES["ada"]), lines(FILES["ben"]), given)
    alike = [(left.number, right.number) for left, right in rows if left and left.alike and right]
    assert alike == [(number + 10, number + 9) for number in range(LINES)]
    handed_out = [left.number for left, _ in rows if left and left.handed_out]
    assert handed_out == [1, 3, 6, 7]
    alone = [right.number for left, right in rows if left is None and right]
    assert LINES + 9 in alone
    assert not any(
        left and left.alike for left, _ in beside(lines("x = 1\n"), lines("y = 1\n"), ())
    )


def test_everybody_is_on_the_roster_with_what_counts(class_page: MarkingServer) -> None:
    base = urlsplit(class_page.url).path
    status, page, _ = ask(class_page, f"{base}roster")
    assert status == 200 and "5 people" in page and "5 of 5 wait" in page
    assert re.findall(rf'href="{base}(\d)" data-row', page) == list("01234")
    options = dict(re.findall(r'<option value="(\w+)">[^(]*\((\d)\)', page))
    assert options == {"person": "1", "open": "5", "lost": "5", "alike": "2"}
    kind = {"Content_Type": "application/x-www-form-urlencoded"}
    assert ask(class_page, f"{base}0", "POST", urlencode(MARK), **kind)[0] == 303
    page = ask(class_page, f"{base}roster")[1]
    assert "4 of 5 wait" in page and 'data-label="Points">7<' in page


def test_a_row_leads_to_all_there_is_about_somebody(class_page: MarkingServer) -> None:
    base = urlsplit(class_page.url).path
    sheet = ask(class_page, f"{base}0")[1]
    assert '<span class="code-k">class</span>' in sheet
    assert f'href="{base}feedback/0"' in sheet and f'href="{base}alike/0/1"' in sheet
    kind = {"Content_Type": "application/x-www-form-urlencoded"}
    for points in ("3", "2"):
        again = urlencode({**MARK, "points": points, "reason": f"why {points}"})
        ask(class_page, f"{base}0", "POST", again, **kind)
    history = ask(class_page, f"{base}0")[1].partition("Log and history")[2]
    assert "why 3" in history and history.index("why 3") < history.index("why 2")
    status, page, headers = ask(class_page, f"{base}feedback/0")
    assert status == 200 and "ada" in page
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "script-src" not in headers["Content-Security-Policy"]


def test_code_that_is_alike_stands_side_by_side(class_page: MarkingServer) -> None:
    base = urlsplit(class_page.url).path
    listed = ask(class_page, f"{base}alike")[1]
    assert f'href="{base}alike/0/1"' in listed and "<bdi>ada</bdi> and <bdi>ben</bdi>" in listed
    page = ask(class_page, f"{base}alike/0/1")[1]
    assert f"{LINES} lines alike" in page
    assert page.count('class="alike"') == 2 * LINES and page.count('class="given"') == 8


def test_nobody_else_gets_an_answer_on_any_of_its_pages(
    class_page: MarkingServer, tmp_path: Path
) -> None:
    base = urlsplit(class_page.url).path
    for page in ("roster", "alike", "alike/0/1", "feedback/0"):
        assert ask(class_page, f"{base}{page}")[0] == 200
        assert ask(class_page, f"/{'0' * 32}/{page}")[0] == 404
        assert ask(class_page, f"{base}{page}", Host="evil.example")[0] == 421
    for page in ("alike/0/9", "alike/9/0", "feedback/9", "feedback/../roster", "feedback/ada.html"):
        assert ask(class_page, f"{base}{page}")[0] == 404
    feedback = tmp_path / "results" / "feedback" / "ada.html"
    feedback.unlink()
    feedback.symlink_to("/etc/passwd")
    assert ask(class_page, f"{base}feedback/0")[0] == 404


@pytest.mark.browser
@pytest.mark.parametrize("bypass_csp", [True, False], ids=["escaping alone", "with its policy"])
def test_nothing_that_was_handed_in_runs_on_the_class_page(
    class_page: MarkingServer, chromium: str, bypass_csp: bool
) -> None:
    pages = ["roster", "alike", "alike/3/0", "alike/0/3", "3", "feedback/3"]
    assert "onload=" in HOSTILE
    assert what_ran(chromium, [class_page.url + page for page in pages], bypass_csp) == []


@pytest.mark.browser
def test_an_evening_on_the_class_page(class_page: MarkingServer, chromium: str) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright import sync_api as api

    with api.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.set_default_timeout(30_000)
        wrong: list[str] = []
        page.on("console", lambda told: wrong.append(told.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(class_page.url + "roster")
        rows = page.locator("tbody tr:visible")
        page.keyboard.press("/")
        page.keyboard.type("ma")
        assert rows.count() == 1 and page.get_by_role("status").inner_text() == "1 of 5"
        page.keyboard.press("Control+A")
        page.keyboard.press("Delete")
        page.keyboard.press("Escape")
        page.get_by_label("Show").select_option("alike")
        assert rows.locator("th a").all_inner_texts() == ["ada", "ben"]
        page.get_by_label("Show").select_option("")
        page.get_by_role("button", name="Student").click()
        page.get_by_role("button", name="Student").click()
        assert rows.locator("th a").all_inner_texts() == ["zoe", "mallory", "cleo", "ben", "ada"]
        for key in "jjjjk":
            page.keyboard.press(key)
        page.keyboard.press("Enter")
        page.wait_for_url("**/2")
        api.expect(page.get_by_label("Points, 0 to").first).to_be_focused(timeout=30_000)
        page.keyboard.press("Escape")  # out of it
        page.keyboard.press("r")
        page.wait_for_url("**/roster")
        page.get_by_role("link", name="ada").click()
        page.get_by_role("link", name=re.compile("like ben")).click()
        assert page.locator("td.alike").count() == 2 * LINES
        page.go_back()
        page.get_by_role("link", name="What the student reads").click()
        assert "ada" in page.locator("body").inner_text()
        page.goto(class_page.url + "0")
        page.get_by_label("Points, 0 to").first.fill("2")
        page.get_by_label("Reason").first.fill("no <b>figure</b>")
        page.get_by_label("Author").first.fill("Grace")
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/1?saved=1")
        page.get_by_role("button", name="2: no <b>figure</b>").click()
        assert page.get_by_label("Points, 0 to").first.input_value() == "2"
        assert page.get_by_label("Reason").first.input_value() == "no <b>figure</b>"
        for width in (390, 1200):
            page.set_viewport_size({"width": width, "height": 844})
            for place in ("roster", "", "alike", "alike/0/1", "alike/0/3", "0", "3"):
                page.goto(class_page.url + place)
                page.evaluate(
                    "document.querySelectorAll('details').forEach(one => one.open = true)"
                )
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, (place, width)
                found = Axe().run(page) if place != "3" else None
                assert not found or found.violations_count == 0, found.generate_report()
        browser.close()
    assert wrong == []
