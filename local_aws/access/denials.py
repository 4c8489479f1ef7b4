"""AccessDenied messages that name the resource, as AWS words them.

The message is the first thing an engineer, and an investigation, reads; the emulator leaves the resource out for
most services. (IAM user guide, "Troubleshoot access denied error messages".)
"""

from __future__ import annotations

from typing import Any

from ministack.core import iam_actions


def install() -> None:
    """Word denials by identity policies with the resource they are about."""
    original = iam_actions.access_denied_response

    def denied(service: str, action: str, principal_arn: str, request_id: str, **details: Any) -> Any:
        resource = str(details.get("resource_arn") or "*")
        decided_by_identity = not (details.get("explicit_deny") and details.get("resource_policy_arn"))
        worded = details.get("message") or details.get("error_code")
        if resource != "*" and decided_by_identity and not worded:
            explicit = bool(details.get("explicit_deny"))
            details["message"] = iam_actions.identity_denial_message(action, principal_arn, resource, explicit)
        return original(service, action, principal_arn, request_id, **details)

    iam_actions.access_denied_response = denied
