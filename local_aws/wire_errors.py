"""An error of an AWS service as its protocol writes it, so that every SDK reads code and message."""

from __future__ import annotations

import json
from enum import Enum
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Mapping

Answer = tuple[int, dict[str, str], bytes]


class Protocol(Enum):
    """How a service's errors look (Smithy, "AWS protocols")."""

    JSON = "json"
    QUERY = "query"
    REST_JSON = "rest-json"
    REST_XML = "rest-xml"


def of_request(headers: Mapping[str, str]) -> Protocol:
    """The protocol of a request to a service nothing else is known of; REST with XML is not told from JSON."""
    if "x-amz-target" in headers:
        return Protocol.JSON
    is_form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    return Protocol.QUERY if is_form else Protocol.REST_JSON


def error(
    protocol: Protocol, status: int, code: str, message: str, headers: Mapping[str, str], request_id: str
) -> Answer:
    """Status, headers and body.

    Args:
        protocol: Of the service.
        status: HTTP status.
        code: The error's name.
        message: What a person reads.
        headers: Of the request; JSON is answered in the version it was asked in.
        request_id: To be quoted in the answer.
    """
    identified = {"x-amzn-requestid": request_id}
    if protocol is Protocol.REST_XML:
        body = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        return status, {**identified, "content-type": "application/xml"}, body.encode()
    if protocol is Protocol.REST_JSON:
        typed = {**identified, "content-type": "application/json", "x-amzn-errortype": code}
        return status, typed, json.dumps({"message": message}).encode()
    if protocol is Protocol.JSON:
        kind = headers.get("content-type", "application/x-amz-json-1.0")
        body = json.dumps({"__type": code, "message": message})
        return status, {**identified, "content-type": kind}, body.encode()
    who = "Receiver" if status >= 500 else "Sender"
    body = (
        f"<ErrorResponse><Error><Type>{who}</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    )
    return status, {**identified, "content-type": "text/xml"}, body.encode()
