"""What code may reach over the network: addresses that a lookup of an AWS name gave, on the port of HTTPS.

A name alone is not enough, since code can connect to any address; so the hook itself looks names up and remembers
what came back. Lookups are routed to it by an event of their own, because the event of the C function is raised
before there is an answer. The rules of `audit` hold here too: nothing runs that the code could have replaced, no
exception leaves, types are compared exactly.
"""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Callable
from typing import Any

Check = Callable[[tuple[Any, ...]], "str | None"]

_LOOKUP = "sandbox.lookup"
_HTTPS = 443

# Names of AWS service endpoints, less those under which anyone can run a server of their own.
_AWS_NAME = re.compile(
    r"(?!.*(?:\.compute|\.elb\.|\.execute-api\.|\.lambda-url\.|\.s3-website|\.awsglobalaccelerator|\.cloudfront))"
    r"(?:[a-z0-9_-]+\.)+(?:amazonaws\.com(?:\.cn)?|api\.aws|amazonaws\.eu)\Z"
)
# Canonical addresses only, none of this machine, its network link or several machines at a time. A private one is
# what an AWS name gives inside a VPC.
_ADDRESS = re.compile(
    r"(?!127\.|0\.|169\.254\.|2(?:2[4-9]|[345]\d)\.)(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})\Z"
    r"|(?!::|f[ef]|fd00:ec2:)[0-9a-f]{1,4}:[0-9a-f:]{1,40}\Z"
)
_NO_ENDPOINT = "connecting to something that is no AWS endpoint"


def checks(endpoint: tuple[str, int] | None) -> dict[str, Check]:
    """The checks by audit event. `endpoint` is host and port of a configured local AWS, the one exception."""
    found: set[str] = set()
    return {
        "socket.getaddrinfo": _name_check(endpoint),
        "socket.connect": _connect_check(endpoint, found),
        _LOOKUP: _lookup(found),
    }


def route_lookups() -> None:
    """Let every lookup of Python code pass the hook; what goes round it finds addresses nobody may connect to."""
    convert: Any = vars(socket)["_intenum_converter"]

    def getaddrinfo(
        host: Any,
        port: Any,
        family: int = 0,
        type: int = 0,  # noqa: A002 - its name in the standard library
        proto: int = 0,
        flags: int = 0,
    ) -> list[Any]:
        name = host.encode("idna") if isinstance(host, str) else host
        answer: list[Any] = []
        sys.audit(_LOOKUP, answer, name, port, int(family), int(type), int(proto), int(flags))
        if len(answer) != 1:
            raise socket.gaierror(socket.EAI_FAIL, "no answer")
        number, reason, records = answer[0]
        if records is None:
            raise socket.gaierror(number, reason)
        return [
            (convert(each[0], socket.AddressFamily), convert(each[1], socket.SocketKind), *each[2:])
            for each in records
        ]

    vars(socket)["getaddrinfo"] = getaddrinfo


def _name_check(endpoint: tuple[str, int] | None) -> Check:
    kind, text, data, lower, is_aws = type, str, bytes, str.lower, _AWS_NAME.match
    local = endpoint[0] if endpoint else None
    ends = str.endswith

    def check(arguments: tuple[Any, ...]) -> str | None:
        host = arguments[0]
        if kind(host) is data:
            host = data.decode(host, "ascii", "replace")
        name = lower(host) if kind(host) is text else ""
        if is_aws(name) or (local is not None and ends("." + name, "." + local)):
            return None
        return "reaching a host that is no AWS endpoint"

    return check


def _lookup(found: set[str]) -> Check:
    """Looks a name up and remembers the addresses; the call raises the C function's own event, judged by name."""
    lookup: Any = vars(sys.modules["_socket"])["getaddrinfo"]
    kind, lists, data, number, nothing, text, failed = type, list, bytes, int, type(None), str, OSError
    append, remember = list.append, found.add

    def check(arguments: tuple[Any, ...]) -> str | None:
        answer, host, port, family, style, protocol, flags = arguments
        # A host as text would be encoded by Python code on the way; bytes are passed on as they are.
        if kind(answer) is not lists or kind(host) is not data or kind(port) not in (number, text, nothing):
            return "a lookup that cannot be judged"
        if not (kind(family) is kind(style) is kind(protocol) is kind(flags) is number):
            return "a lookup that cannot be judged"
        try:
            records = lookup(host, port, family, style, protocol, flags)
        except failed as error:
            append(answer, (error.errno, error.strerror, None))
            return None
        for record in records:
            remember(record[4][0])
        append(answer, (0, None, records))
        return None

    return check


def _connect_check(endpoint: tuple[str, int] | None, found: set[str]) -> Check:
    kind, text, number, group, is_open = type, str, int, tuple, _ADDRESS.match
    local, port = endpoint or (None, None)
    literal = local is not None and re.fullmatch(r"[0-9a-f.:]+", local) is not None
    known = found.__contains__

    def check(arguments: tuple[Any, ...]) -> str | None:
        address = arguments[1]
        if kind(address) is not group or kind(address[0]) is not text or kind(address[1]) is not number:
            return _NO_ENDPOINT
        if port is not None and address[1] == port and (address[0] == local or not literal):
            return None
        if address[1] == _HTTPS and is_open(address[0]) and known(address[0]):
            return None
        return _NO_ENDPOINT

    return check
