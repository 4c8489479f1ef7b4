"""A proxy on 127.0.0.1 behind which a few hosts of the internet are played, and nothing else is reached.

Functions find it as they would find a proxy of a VPC: by ``HTTPS_PROXY``, with ``SSL_CERT_FILE`` naming the
authority to trust. So the code under test keeps its checks: it asks for the real host, over TLS, and verifies the
name. Nothing in the product knows of a local run.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from local_aws.egress.certificates import Authority

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

_PORT = "443"
_TIMEOUT_S = 30.0
_MAX_BODY_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Request:
    """What a host was asked."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What it answers."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


Site = Callable[[Request], Answer | None]
"""Plays a host; ``None`` ends the connection without an answer."""


class Gateway:
    """Listens from creation until :meth:`close`.

    Args:
        folder: for the certificates; every user must be able to traverse it.
        sites: who plays which host.
    """

    def __init__(self, folder: Path, sites: Mapping[str, Site]) -> None:
        authority = Authority(folder)
        self._authority = authority.path
        contexts = {host: authority.context(host) for host in sites}
        handlers = {host: _handler_of(site) for host, site in sites.items()}

        class Proxy(_Proxy):
            hosts = {host: (contexts[host], handlers[host]) for host in sites}  # noqa: RUF012 - never changed

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="egress", daemon=True
        )
        self._thread.start()

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a process that is to go out through it."""
        return {
            "HTTPS_PROXY": f"http://127.0.0.1:{self._server.server_port}",
            "SSL_CERT_FILE": str(self._authority),
        }

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Quiet(BaseHTTPRequestHandler):
    """Logs nothing: a path may be a secret."""

    timeout = _TIMEOUT_S
    sys_version = ""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name the base class gives it
        """Nothing is logged."""


class _Proxy(_Quiet):
    """Opens a tunnel to a host that is played here."""

    hosts: Mapping[str, tuple[ssl.SSLContext, type[BaseHTTPRequestHandler]]]

    def do_CONNECT(self) -> None:
        host, _, port = self.path.rpartition(":")
        played = self.hosts.get(host.lower()) if port == _PORT else None
        self.close_connection = True
        if played is None:
            self.send_error(403, "This local AWS has no way there")
            return
        self.send_response(200, "Connection established")
        self.end_headers()
        context, handler = played
        try:
            with context.wrap_socket(self.connection, server_side=True) as tunnel:
                handler(tunnel, self.client_address, self.server)
        except OSError:
            return  # the caller does not trust the certificate, or has gone


def _handler_of(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(_Quiet):
        def do_POST(self) -> None:
            self._answer()

        def do_GET(self) -> None:
            self._answer()

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self.close_connection = True
            if length > _MAX_BODY_BYTES:
                self.send_error(413)
                return
            body = self.rfile.read(length)
            answer = site(Request(self.command, self.path, dict(self.headers), body))
            if answer is None:
                return
            content = answer.body.encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler
