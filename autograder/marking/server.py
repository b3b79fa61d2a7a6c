"""Serve the marking page to the person who started it, on this machine and to nobody else.

What keeps others out: it listens on 127.0.0.1 alone; every address holds a secret drawn at the
start; a request for another host name is refused, so that no website can point its own name here;
a form from another origin is refused. What keeps submissions out: everything is escaped by the
template, and the page may load nothing and run no script but its own.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler

from autograder.marking.class_roster import ClassRoster
from autograder.marking.desk import Desk
from autograder.marking.pages import FIELDS, Pages
from autograder.refusal import Refusal

ADDRESS = "127.0.0.1"
_MAX_BODY = 1 << 17
_MAX_FIELD = 10_000


class MarkingServer:
    """A server of one class.

    Args:
        roster: the class to look at and to mark.
        port: to listen on; a free one if 0.

    Raises:
        OSError: the port is taken.
    """

    def __init__(self, roster: ClassRoster, port: int = 0) -> None:
        self._sockets = bind_sockets(port, ADDRESS)
        self.port = int(self._sockets[0].getsockname()[1])
        self.secret = secrets.token_hex(16)
        self._ending: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None
        self._settings = {
            "roster": roster,
            "pages": Pages(roster, f"/{self.secret}/"),
            "secret": self.secret,
            "hosts": {f"{name}:{self.port}" for name in (ADDRESS, "localhost")},
        }

    @property
    def url(self) -> str:
        """Where the page is, secret included."""
        return f"http://{ADDRESS}:{self.port}/{self.secret}/"

    def serve(self, ready: Callable[[], None] = lambda: None) -> None:
        """Serve until somebody stops it.

        Args:
            ready: called once it answers.

        Raises:
            KeyboardInterrupt: the process was interrupted.
        """
        asyncio.run(self._serve(ready))

    def stop(self) -> None:
        """End `serve`; may be called from another thread."""
        assert self._ending is not None, "it is not serving"
        loop, ended = self._ending
        loop.call_soon_threadsafe(ended.set)

    async def _serve(self, ready: Callable[[], None]) -> None:
        ended = asyncio.Event()
        self._ending = (asyncio.get_running_loop(), ended)
        routes: list[Any] = [
            (r"/([^/]*)/", _List, self._settings),
            (r"/([^/]*)/roster", _Roster, self._settings),
            (r"/([^/]*)/alike", _Alike, self._settings),
            (r"/([^/]*)/alike/(\d{1,7})/(\d{1,7})", _Beside, self._settings),
            (r"/([^/]*)/feedback/(\d{1,7})", _Feedback, self._settings),
            (r"/([^/]*)/(\d{1,7})", _Sheet, self._settings),
        ]
        application = Application(routes, default_handler_class=_Nothing, log_function=_quiet)
        server = HTTPServer(application, max_body_size=_MAX_BODY, max_header_size=_MAX_BODY)
        server.add_sockets(self._sockets)
        ready()
        try:
            await ended.wait()
        finally:
            server.stop()


class _Guarded(RequestHandler):
    """Answers only who knows the secret, asks for this host, and comes from this page."""

    roster: ClassRoster
    desk: Desk
    pages: Pages

    def initialize(self, roster: ClassRoster, pages: Pages, secret: str, hosts: set[str]) -> None:
        self.roster, self.desk, self.pages = roster, roster.desk, pages
        self._secret, self._hosts = secret, hosts

    def set_default_headers(self) -> None:
        self.set_header("Server", "autograder")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("X-Frame-Options", "DENY")
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.set_header("Cross-Origin-Opener-Policy", "same-origin")
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Security-Policy", "default-src 'none'")

    def prepare(self) -> None:
        given = str(self.path_args[0] if self.path_args else "").encode("utf-8", "replace")
        if self.request.host not in self._hosts:
            raise HTTPError(421)
        if not hmac.compare_digest(given, self._secret.encode()):
            raise HTTPError(404)
        if self.request.method == "POST":
            origin = self.request.headers.get("Origin")
            site = self.request.headers.get("Sec-Fetch-Site", "same-origin")
            if origin not in {f"http://{host}" for host in self._hosts} or site != "same-origin":
                raise HTTPError(403)

    def show(self, page: str) -> None:
        """Send a page that may use its own style and script alone."""
        style, script = (_source(text) for text in (self.pages.style, self.pages.script))
        self.set_header(
            "Content-Security-Policy",
            f"default-src 'none'; style-src {style}; script-src {script}; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'",
        )
        self.finish(page)

    def place(self, number: str) -> int:
        """The place of a submission that a request names."""
        if int(number) >= len(self.desk.seats):
            raise HTTPError(404)
        return int(number)

    def write_error(self, status_code: int, **more: Any) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code}\n")


class _Nothing(RequestHandler):
    def prepare(self) -> None:
        raise HTTPError(404)

    def write_error(self, status_code: int, **more: Any) -> None:
        self.finish(f"{status_code}\n")


class _List(_Guarded):
    """Who waits, or everybody whose name holds what was searched."""

    def get(self, secret: str) -> None:
        self.show(
            self.pages.listing(self.get_query_argument("q", ""), self.get_query_argument("p", ""))
        )


class _Roster(_Guarded):
    """Everybody."""

    def get(self, secret: str) -> None:
        self.show(self.pages.roster())


class _Alike(_Guarded):
    """Whose code is alike."""

    def get(self, secret: str) -> None:
        self.show(self.pages.alike())


class _Beside(_Guarded):
    """The code of two, side by side."""

    def get(self, secret: str, one: str, other: str) -> None:
        self.show(self.pages.beside(self.place(one), self.place(other)))


class _Feedback(_Guarded):
    """The page that a student reads; it has its style in it, and no script."""

    def get(self, secret: str, number: str) -> None:
        page = self.roster.feedback(self.place(number))
        if page is None:
            raise HTTPError(404)
        self.set_header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        )
        self.finish(page)


class _Sheet(_Guarded):
    """One submission, and the form for its points."""

    def get(self, secret: str, number: str) -> None:
        saved = self.get_query_argument("saved", "") == "1"
        self.show(self.pages.sheet(self.place(number), saved=saved))

    def post(self, secret: str, number: str) -> None:
        place = self.place(number)
        line = {name: self.get_body_argument(name, "")[:_MAX_FIELD] for name in FIELDS}
        self.pages.author = line["author"]
        try:
            self.desk.give(place, line, alone=self.get_body_argument("alone", "") == "1")
        except (ValueError, Refusal) as problem:
            self.set_status(400)
            self.show(self.pages.sheet(place, str(problem), line))
            return
        following = place if self.desk.seats[place].waits else self.desk.next_waiting(place)
        stay = self.get_body_argument("stay", "") == "1" or following is None
        self.redirect(f"{self.pages.base}{place if stay else following}?saved=1", status=303)


def _source(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _quiet(handler: RequestHandler) -> None:
    """No line a request: addresses hold the secret, and a terminal may be recorded."""
