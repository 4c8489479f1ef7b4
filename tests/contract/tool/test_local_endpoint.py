"""With AWS_ENDPOINT_URL set, the code reaches that one local port; everything else on loopback stays closed."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest

from tests.sandbox_host import SandboxHost

pytestmark = pytest.mark.slow

_IDENTITY = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:sts::123456789012:assumed-role/investigator/inv-1</Arn><UserId>A</UserId><Account>123456789012</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""


class _LocalAws(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(_IDENTITY)))
        self.end_headers()
        self.wfile.write(_IDENTITY)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _LocalAws)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_configured_endpoint_is_reached(port: int, host: str) -> None:
    service = SandboxHost(isolated=False, endpoint_url=f"http://{host}:{port}")
    try:
        reply = service.call("boto3.client('sts').get_caller_identity()['Account']")
    finally:
        service.close()

    assert (reply["error"], reply["result"]) == (None, "123456789012")


def test_other_ports_of_the_same_host_and_the_same_port_of_others_stay_closed(port: int) -> None:
    service = SandboxHost(isolated=False, endpoint_url=f"http://127.0.0.1:{port}")
    try:
        replies = [
            service.call(f"import socket\nsocket.create_connection(({host!r}, {number}), 1)")
            for host, number in (("127.0.0.1", port + 1), ("127.0.0.2", port))
        ]
    finally:
        service.close()

    assert [reply["status"] for reply in replies] == ["killed", "killed"]
    assert all("no AWS endpoint" in reply["error"] for reply in replies)


def test_without_a_configured_endpoint_loopback_is_closed(port: int) -> None:
    service = SandboxHost(isolated=False)
    try:
        reply = service.call(f"boto3.client('sts', endpoint_url='http://127.0.0.1:{port}').get_caller_identity()")
    finally:
        service.close()

    assert reply["status"] == "killed"
