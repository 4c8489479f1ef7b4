"""The HTTP server of the page: reads, shows, and changes nothing; on 127.0.0.1 only.

What is shown comes from a model, from logs and from alarms, so it is escaped, and documents of others stand in
frames that run nothing. A request that names another host than this machine is refused: a page elsewhere could
otherwise read this one by a name of its own that leads here.
"""

from __future__ import annotations

import argparse
import json
import secrets
import signal
import sys
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from local_aws import port_file, process
from local_aws.inbox import pages
from local_aws.inbox.reading import Reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_aws.inbox.reading import Inbox
    from local_aws.mail.mailbox import Mail
    from local_aws.slack.receiver import Card

HOST = "127.0.0.1"
_NAMES = (HOST, "localhost")

_PAGE_POLICY = (
    "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; "
    "img-src data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FRAME_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@dataclass(frozen=True)
class Page:
    """An answer.

    Attributes:
        policy: its Content-Security-Policy.
    """

    status: int
    body: str
    policy: str
    kind: str = "text/html; charset=utf-8"


class Source(Protocol):
    """Where everything is read from: a :class:`Reader`."""

    def stamp(self) -> str:
        """Changes whenever there is something new."""

    def inbox(self) -> Inbox:
        """What there is now."""

    def mail(self, name: str) -> Mail | None:
        """A mail by its name."""

    def card(self, name: str) -> Card | None:
        """A card by its name."""

    def report(self, investigation_id: str) -> str | None:
        """The archived HTML report of an investigation."""


class Site:
    """Answers paths. One request reads at a time; what one has read serves the next."""

    def __init__(self, reader: Source) -> None:
        self._reader = reader
        self._lock = threading.Lock()

    def answer(self, target: str) -> Page:
        """The page at a path with its query."""
        parts = urlsplit(target)
        kind, _, name = unquote(parts.path).strip("/").partition("/")
        with self._lock:
            if kind == "stamp":
                return self._stamp()
            if kind == "frame":
                return self._frame(name)
            return self._page(kind, name, as_text=parse_qs(parts.query).get("part") == ["text"])

    def _stamp(self) -> Page:
        inbox = self._reader.inbox()
        busy = inbox.run is not None and inbox.run.is_going_on
        document = {"stamp": self._reader.stamp(), "busy": busy}
        return Page(200, json.dumps(document), "default-src 'none'", "application/json")

    def _frame(self, name: str) -> Page:
        kind, _, name = name.partition("/")
        html = None
        if kind == "mail":
            mail = self._reader.mail(name)
            html = mail.html if mail else None
        elif kind == "report":
            self._reader.inbox()
            html = self._reader.report(name)
        if not html:
            return Page(404, "There is nothing here.", _FRAME_POLICY, "text/plain; charset=utf-8")
        return Page(200, pages.framed(html), _FRAME_POLICY)

    def _page(self, kind: str, name: str, *, as_text: bool) -> Page:
        nonce = secrets.token_urlsafe(16)
        inbox = self._reader.inbox()
        body = self._body(kind, name, inbox, nonce, as_text=as_text)
        policy = _PAGE_POLICY.format(nonce=nonce)
        return Page(404, pages.missing(inbox, nonce), policy) if body is None else Page(200, body, policy)

    def _body(self, kind: str, name: str, inbox: Inbox, nonce: str, *, as_text: bool) -> str | None:
        if not kind:
            return pages.overview(inbox, nonce)
        mail = self._reader.mail(name) if kind == "mail" else None
        if mail is not None:
            return pages.mail(inbox, mail, nonce, as_text=as_text)
        card = self._reader.card(name) if kind == "slack" else None
        if card is not None:
            return pages.card(inbox, card, nonce)
        if kind == "report" and self._reader.report(name) is not None:
            return pages.report(inbox, name, nonce)
        return None


class _Handler(BaseHTTPRequestHandler):
    """Hands requests to the site, which :func:`make_server` sets."""

    site: Site
    protocol_version = "HTTP/1.1"
    server_version = "DemoInbox"
    sys_version = ""

    def do_GET(self) -> None:
        host = (self.headers.get("Host") or "").rpartition(":")[0]
        if host not in _NAMES:
            self._send(Page(403, "Ask for 127.0.0.1.", "default-src 'none'", "text/plain; charset=utf-8"))
            return
        try:
            page = self.site.answer(self.path)
        except Exception as error:
            self.log_error("%s failed: %r", self.path, error)
            page = Page(500, "The page failed; its log has the cause.", "default-src 'none'", "text/plain")
        self._send(page)

    def _send(self, page: Page) -> None:
        body = page.body.encode(errors="replace")
        self.send_response(page.status)
        headers = {
            "Content-Type": page.kind,
            "Content-Length": str(len(body)),
            "Content-Security-Policy": page.policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Requests are not logged: an open page makes one every other second."""


def make_server(reader: Source, port: int = 0) -> ThreadingHTTPServer:
    """A server that listens; `serve_forever` answers."""

    class Handler(_Handler):
        site = Site(reader)

    server = ThreadingHTTPServer((HOST, port), Handler)
    server.daemon_threads = True
    return server


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m local_aws.inbox.server", description="The demo's inbox page.")
    parser.add_argument("--state", type=Path, required=True, help="state folder of the local AWS")
    parser.add_argument(
        "--port", type=int, default=0, help="TCP port on 127.0.0.1; 0, the default, takes a free one"
    )
    parser.add_argument("--port-file", type=Path, help="write the port here once it is bound")
    given = parser.parse_args(arguments)
    running = process.reuse(given.state)
    if running is None:
        print(f"inbox: no local AWS runs in {given.state}", file=sys.stderr)
        return 2
    try:
        server = make_server(Reader(running), given.port)
    except OSError as error:
        print(f"inbox: port {given.port} on {HOST} cannot be used: {error.strerror}", file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGINT):
        # shutdown() waits for serve_forever(), which this very thread runs: it must be asked from another one.
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown, daemon=True).start())
    if given.port_file:
        port_file.write(given.port_file, server.server_address[1])
    with server:
        server.serve_forever(poll_interval=0.1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
