"""Fields that AWS marks as sensitive in the answers of operations: what the service models of the SDK say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import botocore.session
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

_PREFIXES = {
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "opensearch": "es",
    "resourcegroupstaggingapi": "tag",
    "sesv2": "ses",
    "stepfunctions": "states",
}
"""IAM service prefixes that no name in the service model gives."""


def sensitive_fields(actions: Iterable[str]) -> dict[str, list[str]]:
    """Sensitive fields in the answers of these IAM actions, where there are some."""
    wanted = set(actions)
    services = {action.partition(":")[0] for action in wanted}
    session = botocore.session.get_session()
    found: dict[str, list[str]] = {}
    for name in session.get_available_services():
        model = session.get_service_model(name)
        for prefix in _prefixes(name, model) & services:
            for operation in model.operation_names:
                if f"{prefix}:{operation}" in wanted:
                    shape = model.operation_model(operation).output_shape
                    fields = [] if shape is None else list(_sensitive(shape, "", frozenset()))
                    if fields:
                        found[f"{prefix}:{operation}"] = fields
    return found


def _prefixes(name: str, model: ServiceModel) -> set[str]:
    return {name, model.signing_name, model.endpoint_prefix, _PREFIXES.get(name, name)}


def _sensitive(shape: Shape, path: str, above: frozenset[str]) -> Iterator[str]:
    if shape.metadata.get("sensitive"):
        yield path
    if shape.name in above:
        return
    above |= {shape.name}
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield from _sensitive(member, f"{path}.{name}", above)
    elif isinstance(shape, ListShape):
        yield from _sensitive(shape.member, f"{path}[]", above)
    elif isinstance(shape, MapShape):
        yield from _sensitive(shape.value, f"{path}{{}}", above)
