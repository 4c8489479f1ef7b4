"""The right to send mail is a right on the identity that sends, and may be tied to the sender's address.

The emulator judges `ses:SendEmail` on no resource and without the condition keys of the request, so that a role
that may send from one identity may not send at all. (Service Authorization Reference, "Amazon Simple Email Service
v2"; SES developer guide, "Identity and access management": `ses:FromAddress`, `ses:FromDisplayName`.)
"""

from __future__ import annotations

import json
from email.utils import parseaddr
from typing import Any

from ministack import app
from ministack.core.responses import get_account_id
from ministack.core.router import extract_region
from ministack.services import ses_v2

_SEND = ("POST", "/v2/email/outbound-emails")


def install() -> None:
    """Judge SendEmail by the identity and the address it sends from."""
    original = app._enforce_ses_v2

    def enforce(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any], request_id: str
    ) -> Any:
        if (method, path.rstrip("/")) != _SEND:
            return original(method, path, headers, body, query, request_id)
        request = _request(body)
        name, address = parseaddr(str(request.get("FromEmailAddress") or ""))
        identity = str(request.get("FromEmailAddressIdentityArn") or "") or (
            f"arn:aws:ses:{extract_region(headers, query)}:{get_account_id()}:identity/{_identity_of(address)}"
        )
        return app._enforce_data_plane(
            "sesv2",
            "ses:SendEmail",
            headers,
            query,
            request_id,
            resource_arn=identity,
            named_resource=identity,
            service_context={"ses:fromaddress": address, "ses:fromdisplayname": name},
        )

    app._enforce_ses_v2 = enforce


def _identity_of(address: str) -> str:
    """The address where it is an identity by itself, else its domain."""
    return address if address in ses_v2._identities else address.rpartition("@")[2]


def _request(body: bytes) -> dict[str, Any]:
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        return {}
    return request if isinstance(request, dict) else {}
