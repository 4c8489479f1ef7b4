"""Every request counts as TLS.

The local endpoint stands in for AWS endpoints, which the provider and the SDK reach by TLS only. The emulator
sees plain HTTP on loopback, and a TLS-only resource policy (`Deny` unless `aws:SecureTransport`) would lock out
everyone, the administrator included.
"""

from __future__ import annotations

import contextvars

from ministack import app
from ministack.core import iam_evaluator


def install() -> None:
    """Evaluate policies with `aws:SecureTransport` true, for requests and for deliveries between services."""
    origin: contextvars.ContextVar[tuple[str, bool]] = contextvars.ContextVar(
        "local_aws_request_origin", default=("127.0.0.1", True)
    )

    def pin(source_ip: str, _secure_transport: object) -> None:
        origin.set((source_ip, True))

    iam_evaluator._request_origin = origin
    app.pin_request_origin = pin
