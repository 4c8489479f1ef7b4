"""Every path a rule looks at exists in the service's own model: a misspelt one would silently match nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jmespath  # type: ignore[import-untyped] # ships no types
import pytest

from local_aws.declared import scope
from local_aws.declared.conditions import Condition
from local_aws.declared.filters import Fields, Filters
from local_aws.declared.rules import Rule, Service
from local_aws.declared.services import SERVICES
from local_aws.declared.wire import Operation

RULES = [(service, rule) for service in SERVICES.values() for rule in service.rules]
NAMES = [f"{service.name}.{rule.operation}" for service, rule in RULES]

ANYTHING = None
"""Stands for a shape that is not known: of what a function makes, or of a name."""


def paths(condition: Condition) -> Iterator[str]:
    """The JMESPaths a condition looks at."""
    if path := getattr(condition, "path", ""):
        yield path
    if isinstance(condition, Filters):
        yield from condition.paths.values()
        yield from [f"{condition.tags}[].Key", f"{condition.tags}[].Value"] if condition.tags else []
    if isinstance(condition, Fields):
        yield from [*condition.paths.values(), *condition.spans.values()]


def known(service: Service, rule: Rule) -> dict[str, Any]:
    """What a record may hold: members of the outputs of its kind, and of their requests."""
    found: dict[str, Any] = {}
    for operation, kin in service.operations_of(rule.kind).items():
        model = Operation(service.name, operation).model
        found |= dict.fromkeys(model.input_shape.members if model.input_shape else (), ANYTHING)
        record = scope.record_shape(model.output_shape, kin)
        found |= record.members if record else {}
        if kin.inner:
            parent = model.output_shape.members[kin.holds].member
            found |= {name: shape for name, shape in parent.members.items() if name != kin.inner}
        found |= dict.fromkeys(_fields(jmespath.compile(kin.reads).parsed) if kin.reads else (), ANYTHING)
    return found


def _fields(node: Mapping[str, Any]) -> set[str]:
    names = {str(node["value"])} if node["type"] in {"field", "key_val_pair"} else set()
    return names.union(*(_fields(child) for child in node.get("children", [])))


def follow(node: Mapping[str, Any], members: Any) -> Any:
    """The shape a path leads to.

    Raises:
        KeyError: There is no such member.
    """
    if members is ANYTHING:
        return ANYTHING
    return _STEPS.get(node["type"], _anything)(node, members)


def _anything(_node: Mapping[str, Any], _members: Any) -> Any:
    return ANYTHING


def _unchanged(_node: Mapping[str, Any], members: Any) -> Any:
    return members


def _field(node: Mapping[str, Any], members: Any) -> Any:
    inside = members if isinstance(members, dict) else getattr(members, "members", ANYTHING)
    return ANYTHING if inside is ANYTHING else inside[node["value"]]


def _chain(node: Mapping[str, Any], members: Any) -> Any:
    for child in node["children"]:
        members = follow(child, members)
    return members


def _each(node: Mapping[str, Any], members: Any) -> Any:
    inside = follow(node["children"][0], members)
    return follow(node["children"][1], getattr(inside, "member", inside))


def _flat(node: Mapping[str, Any], members: Any) -> Any:
    return follow(node["children"][0], members)


def _every(node: Mapping[str, Any], members: Any) -> Any:
    for child in node["children"]:
        follow(child, members)
    return ANYTHING


_STEPS: Mapping[str, Callable[[Mapping[str, Any], Any], Any]] = {
    "current": _unchanged,
    "field": _field,
    "filter_projection": _each,
    "flatten": _flat,
    "identity": _unchanged,
    "index_expression": _chain,
    "multi_select_list": _every,
    "or_expression": _every,
    "pipe": _chain,
    "projection": _each,
    "subexpression": _chain,
}
"""What each kind of node in a JMESPath does; a kind that is not here leads to what cannot be known."""


def strict(path: str, members: dict[str, Any]) -> None:
    follow(jmespath.compile(path).parsed, members)


@pytest.mark.parametrize(("service", "rule"), RULES, ids=NAMES)
def test_every_path_of_a_rule_leads_to_a_member_of_the_model(service: Service, rule: Rule) -> None:
    if rule.made:
        return
    members = known(service, rule)
    told = [path for condition in rule.members.values() for path in paths(condition)]
    told += [part for part in rule.identity if isinstance(part, str)]
    told += [rule.order.removeprefix("-")] if rule.order else []
    for path in told:
        strict(path, members)


@pytest.mark.parametrize(("service", "rule"), RULES, ids=NAMES)
def test_every_member_of_a_rule_is_one_of_the_request(service: Service, rule: Rule) -> None:
    shape = Operation(service.name, rule.operation).model.input_shape
    assert set(rule.members) <= set(shape.members if shape else ())


def test_given_a_misspelt_path_then_the_check_fails() -> None:
    service = SERVICES["ec2"]
    rule = service.rule("DescribeInstances")
    assert rule
    strict("Placement.AvailabilityZone", known(service, rule))
    for wrong in ("Placement.Zone", "SecurityGroups[].Name", "Statee.Name", "BlockDeviceMappings[].Ebs.Volume"):
        with pytest.raises(KeyError):
            strict(wrong, known(service, rule))


@pytest.mark.parametrize(("service", "rule"), RULES, ids=NAMES)
def test_every_refusal_and_error_is_one_the_service_has(service: Service, rule: Rule) -> None:
    """EC2's model lists no errors, and some services' leave out the common ones."""
    model = Operation(service.name, rule.operation).model.service_model
    listed = {shape.error_code for shape in model.error_shapes} | {shape.name for shape in model.error_shapes}
    told = [rule.missing, rule.undeclared, rule.parent.missing if rule.parent else None]
    told += [condition.missing for condition in rule.members.values()]
    for code, words in filter(None, told):
        assert words
        assert code in listed | COMMON or service.name == "ec2", code


COMMON = {"ValidationException", "ValidationError", "InvalidParameterValue", "InvalidParameterCombination"}
