"""Holds requests against the service's model, and against the members that are applied here."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session

from local_aws.logs.refusals import invalid, not_applied
from local_aws.service_constraints import violations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.model import StructureShape


@cache
def _input(operation: str) -> StructureShape:
    model = botocore.session.get_session().get_service_model("logs")
    shape = model.operation_model(operation).input_shape
    if shape is None:
        raise LookupError(operation)
    return shape


def check(operation: str, request: Mapping[str, Any], applied: frozenset[str]) -> None:
    """Refuse what is not valid, and what is valid and would not be applied.

    Raises:
        RefusedError: InvalidParameterException.
    """
    shape = _input(operation)
    found = violations(request, shape)
    if found:
        raise invalid(found)
    for name in shape.members:
        if name not in applied and request.get(name):
            raise not_applied(operation, name, applied)
