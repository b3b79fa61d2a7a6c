"""Who gets an answer from the marking page, and what a person does on it in a browser."""

from __future__ import annotations

import html
import http.client
import json
import re
import sqlite3
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from autograder.batch.store import FILE
from autograder.marking.server import MarkingServer
from tests.browsing import what_ran

MARK = {"exercise": "findings", "counts_as": "open", "points": "3", "author": "me"}


def ask(
    server: MarkingServer, path: str, method: str = "GET", body: str = "", **headers: str
) -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    given = {"Host": f"127.0.0.1:{server.port}"}
    if method == "POST":
        given["Origin"] = f"http://127.0.0.1:{server.port}"
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, {name: value for name, value in given.items() if value})
    answer = connection.getresponse()
    return answer.status, answer.read().decode(), dict(answer.getheaders())


def test_it_listens_on_this_machine_alone(server: MarkingServer) -> None:
    assert urlsplit(server.url).hostname == "127.0.0.1"
    assert {sock.getsockname()[0] for sock in server._sockets} == {"127.0.0.1"}


def test_only_who_knows_the_address_gets_an_answer(server: MarkingServer) -> None:
    right = urlsplit(server.url).path
    wrong = "/" + "0" * 32 + "/"
    assert ask(server, right)[0] == 200
    for path in ("/", wrong, wrong + "0", "/favicon.ico", right + "99", right + "../", right[:-3]):
        status, told, _ = ask(server, path)
        assert status == 404 and server.secret not in told


def test_another_host_name_is_refused(server: MarkingServer) -> None:
    path = urlsplit(server.url).path
    for host in ("evil.example", f"evil.example:{server.port}", f"127.0.0.1.evil:{server.port}"):
        assert ask(server, path, Host=host)[0] == 421
    assert ask(server, path, Host=f"localhost:{server.port}")[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec_Fetch_Site": "cross-site"},
    ],
)
def test_a_form_of_another_page_is_refused(
    server: MarkingServer, headers: dict[str, str], tmp_path: Path
) -> None:
    path = urlsplit(server.url).path
    kind = {"Content_Type": "application/x-www-form-urlencoded"}
    assert ask(server, path + "0", "POST", urlencode(MARK), **kind, **headers)[0] == 403
    assert "5 of 5 wait" in ask(server, path)[1]
    assert ask(server, path + "0", "POST", urlencode(MARK), **kind)[0] == 303
    assert "4 of 5 wait" in ask(server, path)[1]


def test_a_page_may_run_nothing_but_its_own_script(server: MarkingServer) -> None:
    path = urlsplit(server.url).path
    for place in range(5):
        status, told, headers = ask(server, f"{path}{place}")
        policy = headers["Content-Security-Policy"]
        assert status == 200
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert headers["Cache-Control"] == "no-store"
        assert told.count("<script") == told.count("</script>") == 1
        assert "<img" not in told and "\x1b" not in told and "\u202e" not in told
        assert "49" not in told.partition("gnp")[2][:20]


def test_a_mark_that_cannot_be_taken_keeps_what_was_typed(server: MarkingServer) -> None:
    path = urlsplit(server.url).path + "0"
    sent = urlencode({**MARK, "points": "9", "reason": 'a "<b>" reason'})
    kind = "application/x-www-form-urlencoded"
    status, told, _ = ask(server, path, "POST", sent, Content_Type=kind)
    assert status == 400
    assert "Not saved: points: expected 0 to 4, got 9" in told
    assert "a &#34;&lt;b&gt;&#34; reason</textarea>" in told


def test_a_class_is_marked_from_the_keyboard(
    server: MarkingServer, tmp_path: Path, chromium: str
) -> None:
    from playwright import sync_api as api

    with api.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1300, "height": 900})
        page.set_default_timeout(90_000)
        api.expect.set_options(timeout=90_000)
        wrong: list[str] = []
        page.on("console", lambda told: wrong.append(told.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(server.url)
        page.get_by_role("link", name="ada").click()
        for points, author, then in (("3.5", "Grace", 1), ("2", "", 3), ("4", "", 4)):
            api.expect(page.get_by_label("Points, 0 to").first).to_be_focused()
            page.keyboard.type(points)
            if author:
                page.get_by_label("Author").first.fill(author)
                page.get_by_label("Reason").first.fill("clear <b>figures</b>")
                page.keyboard.press("Control+Enter")
            else:
                page.keyboard.press("Enter")
            page.wait_for_url(f"**/{then}?saved=1")
            assert page.get_by_role("status").inner_text() == "Saved."
        # ada, then ben with cleo, then mallory; what is left is the one the grader lost.
        assert page.get_by_role("heading", level=1).inner_text() == "zoe"
        api.expect(page.get_by_label("Points, 0 to").first).to_be_focused()
        page.keyboard.press("Escape")
        page.keyboard.press("k")
        page.wait_for_url("**/3")
        assert page.get_by_role("heading", level=1).inner_text() == "mallory"
        assert page.title() == "mallory: marking"
        assert page.locator("svg circle").count() > 20
        page.get_by_text("optimizers.py", exact=True).click()
        assert page.get_by_text("document.title").first.is_visible()
        for width in (1300, 360):
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width
        page.goto(server.url + "0")
        assert "3.5 points, open, Grace" in page.locator(".standing").inner_text()
        browser.close()
    assert wrong == []
    with sqlite3.connect(tmp_path / "results" / FILE) as base:  # they are saved at once
        marks = [json.loads(body) for (body,) in base.execute("SELECT body FROM mark")]
    assert [(mark["submission"], mark["points"], mark["author"]) for mark in marks] == [
        *[("ada", 3.5, "Grace"), ("ben", 2.0, "Grace"), ("cleo", 2.0, "Grace")],
        ("mallory", 4.0, "Grace"),
    ]
    assert marks[0]["reason"] == "clear <b>figures</b>"


@pytest.mark.browser
@pytest.mark.parametrize("bypass_csp", [True, False], ids=["escaping alone", "with its policy"])
def test_nothing_that_was_handed_in_runs_on_the_page(
    server: MarkingServer, chromium: str, bypass_csp: bool
) -> None:
    names = re.findall(
        r"href=\"(/[^\"]*/\d+)\"", ask(server, urlsplit(server.url).path + "?q=*")[1]
    )
    base = server.url.removesuffix(urlsplit(server.url).path)
    pages = [server.url, *(base + path for path in dict.fromkeys(names))]
    assert len(pages) == 6
    assert what_ran(chromium, pages, bypass_csp) == []
    assert "onload=" in html.unescape(ask(server, names[3].removeprefix(base))[1])
