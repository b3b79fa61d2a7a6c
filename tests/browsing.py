"""Open pages in a real browser, and say what ran or was fetched that is not theirs."""

from __future__ import annotations

from collections.abc import Iterable

OWNED = "document.title='owned'"
# Each would run, or fetch, where a page shows it as anything but text.
PAYLOADS = (
    f"</pre></textarea></title></style><script>{OWNED}</script>",
    f'"><img src=x onerror="{OWNED}">',
    f"' autofocus onfocus={OWNED} tabindex=1 x='",
    f'<svg xmlns="http://www.w3.org/2000/svg" onload="{OWNED}"><script>{OWNED}</script></svg>',
    f'<iframe srcdoc="<script>parent.{OWNED}</script>"></iframe>',
    f'<a href="javascript:{OWNED}" id=lure>here</a>',
    '<link rel=stylesheet href="http://evil.invalid/x.css"><img src="http://evil.invalid/x.png">',
    "<style>@import 'http://evil.invalid/y.css';</style>",
    '<meta http-equiv=refresh content="0;url=http://evil.invalid/">',
    "![x](http://evil.invalid/m.png) [x](javascript:alert(1)) {{ 7*7 }}",
    "\u202e00.01\u2066 \x1b[2J\x00",
)
HOSTILE = " ".join(PAYLOADS)


def what_ran(chromium: str, urls: Iterable[str], bypass_csp: bool) -> list[str]:
    """What happened on pages that no page of ours does; empty where all is text.

    Args:
        chromium: path of the browser.
        urls: of the pages.
        bypass_csp: whether the pages' own policy is switched off, so that escaping alone counts.
    """
    from playwright.sync_api import sync_playwright

    told: list[str] = []
    with sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(bypass_csp=bypass_csp).new_page()
        page.on("dialog", lambda dialog: (told.append("a dialog"), dialog.dismiss()))
        page.on("request", lambda asked: told.append(asked.url) if _elsewhere(asked.url) else None)
        for url in urls:
            page.goto(url)
            page.wait_for_load_state("load")
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            page.evaluate("new Promise(done => setTimeout(done, 50))")
            if page.title() == "owned":
                told.append(f"a script ran on {url}")
            odd = "iframe, object, embed, link, base, a[href^=javascript], [onload], [onerror]"
            if page.locator(odd).count():
                told.append(f"an element of a student's on {url}")
        browser.close()
    return told


def _elsewhere(url: str) -> bool:
    return not url.startswith(("file://", "http://127.0.0.1:", "data:"))
