"""An address can be connected to only after a lookup of an AWS name gave it. Each case runs in its own process."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from sandbox.audit import EXIT_STOPPED

_TOOL = Path(__file__).parents[3] / "tool-lambda"
_PROGRAM = """
import sys, socket, _socket, errno
sys.path.insert(0, {tool!r})
def answer(host, port, *_):
    sys.audit("socket.getaddrinfo", host, port)  # as the C function does
    if host == b"none.amazonaws.com": raise socket.gaierror(-2, "Name or service not known")
    return [(2, 1, 6, "", ("192.0.2.10", port))]
_socket.getaddrinfo = answer
from sandbox import audit
audit.install({scratch!r}, None, 2)
def connect(address):
    s = socket.socket(); s.settimeout(0.01)
    try: s.connect(address)
    except OSError as error: return type(error).__name__
{code}
"""


def run(code: str) -> tuple[int, str]:
    """Exit code and everything printed."""
    with tempfile.TemporaryDirectory() as scratch:
        finished = subprocess.run(  # noqa: S603 - this interpreter and the code above
            [sys.executable, "-I", "-c", _PROGRAM.format(tool=str(_TOOL), scratch=scratch, code=code)],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
            env={"PATH": os.defpath},
        )
    return finished.returncode, finished.stdout + finished.stderr


def test_an_address_found_under_an_aws_name_can_be_connected_to() -> None:
    code, output = run("socket.getaddrinfo('logs.eu-west-1.amazonaws.com', 443)\nconnect(('192.0.2.10', 443))")

    assert (code, output) == (0, "")


def test_create_connection_looks_up_and_connects() -> None:
    code, output = run(
        "try: socket.create_connection(('logs.eu-west-1.amazonaws.com', 443), 0.01)\n"
        "except OSError as error: print('tried')"
    )

    assert (code, output) == (0, "tried\n")


@pytest.mark.parametrize(
    "code",
    [
        "connect(('192.0.2.10', 443))",
        "socket.getaddrinfo('logs.eu-west-1.amazonaws.com', 443)\nconnect(('192.0.2.11', 443))",
        "socket.getaddrinfo('logs.eu-west-1.amazonaws.com', 80)\nconnect(('192.0.2.10', 80))",
        "_socket.getaddrinfo('logs.eu-west-1.amazonaws.com', 443)\nconnect(('192.0.2.10', 443))",
        "sys.audit('sandbox.lookup', [], 'logs.amazonaws.com', 443, 0, 0, 0, 0)",
        "sys.audit('sandbox.lookup', [])",
        "sys.audit('sandbox.lookup', [], b'example.com', 443, 0, 0, 0, 0)",
        "socket.getaddrinfo('example.com', 443)",
    ],
)
def test_any_other_address_ends_the_process(code: str) -> None:
    assert run(code)[0] == EXIT_STOPPED


def test_a_name_that_does_not_exist_is_told_as_usual_and_shows_no_frame_of_the_hook() -> None:
    code, output = run(
        "try: socket.getaddrinfo('none.amazonaws.com', 443)\n"
        "except socket.gaierror as error:\n"
        "    print(error)\n"
        "    trace = error.__traceback__\n"
        "    while trace:\n"
        "        print(trace.tb_frame.f_code.co_name)\n"
        "        trace = trace.tb_next\n"
        "    print(error.__context__)"
    )

    assert (code, output) == (0, "[Errno -2] Name or service not known\n<module>\ngetaddrinfo\nNone\n")
