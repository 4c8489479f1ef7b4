"""What the service model demands of a request of CloudWatch, refused as CloudWatch refuses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local_aws.metrics.errors import invalid
from local_aws.service_constraints import violations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_aws.metrics.requests import Request


def check(request: Request, document: Mapping[str, Any]) -> None:
    """Hold an input against the model.

    Raises:
        ServiceError: every violation, in AWS's words.
    """
    shape = request.model().input_shape
    found = violations(document, shape) if shape is not None else None
    if found:
        raise invalid(found)
