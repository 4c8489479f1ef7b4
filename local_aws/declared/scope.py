"""What a record does not say of itself: the request members that a declaration must give in its `when`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jmespath  # type: ignore[import-untyped] # ships no types

from local_aws.declared.wire import Operation

if TYPE_CHECKING:
    from local_aws.declared.rules import Rule

ANY = "*"
"""Stands for every member of a record."""


def needed(service: str, rule: Rule) -> tuple[str, ...]:
    """The required request members that look at nothing the record holds."""
    shape = Operation(service, rule.operation).model.input_shape
    required = shape.required_members if shape else []
    return tuple(name for name in required if name in rule.members and _says_nothing_of(service, rule, name))


def either(service: str, rule: Rule) -> tuple[str, ...]:
    """Members that say what a list is about, any one of which will do; none where records say it themselves."""
    told = {name: one for name, one in rule.members.items() if one.forwarded and one.default is None}
    shape = Operation(service, rule.operation).model.input_shape
    if not told or any(name in shape.required_members for name in told):
        return ()
    return tuple(told) if all(_says_nothing_of(service, rule, name) for name in told) else ()


def _says_nothing_of(service: str, rule: Rule, name: str) -> bool:
    """Whether a record of the operation does not hold what the member looks at."""
    record = record_shape(Operation(service, rule.operation).model.output_shape, rule)
    if rule.reads and record is not None:
        return False
    fields = leading_fields(getattr(rule.members[name], "path", "") or "*")
    return ANY not in fields and not fields & set(record.members if record else ())


def record_shape(output: Any, rule: Rule) -> Any:
    """The shape of one record in an operation's output; None where the list holds names."""
    shape = output
    for part in rule.holds.split(".") if rule.holds else ():
        shape = shape.members[part]
    if not rule.one:
        shape = shape.member
    if rule.inner:
        shape = shape.members[rule.inner].member
    return shape if shape.type_name == "structure" else None


def leading_fields(path: str) -> set[str]:
    """The members of a record that a JMESPath begins at."""
    return _leading(jmespath.compile(path).parsed)


def _leading(node: dict[str, Any]) -> set[str]:
    if node["type"] == "field":
        return {str(node["value"])}
    if node["type"] == "value_projection":
        return {ANY}
    children = node.get("children", [])
    if node["type"] in {"subexpression", "index_expression", "projection", "flatten", "pipe", "filter_projection"}:
        children = children[:1]
    return {name for child in children for name in _leading(child)}
