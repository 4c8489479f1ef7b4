"""A small, strict evaluator of identity-based IAM policies.

It answers one question as AWS does (IAM User Guide, "Policy evaluation logic" and "IAM JSON policy elements:
Condition operators"): do these documents, all attached to one role, allow this request, and does the session
policy let it pass? It knows the elements and operators the project's documents use and raises on any other: an
evaluator that skips what it does not know would prove too much.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property
from typing import Any

_DOCUMENT_ELEMENTS = {"Version", "Id", "Statement"}
_STATEMENT_ELEMENTS = {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}
_ACTION = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9*?]+")


class UnsupportedPolicyError(ValueError):
    """A document holds something this evaluator does not know, or AWS would refuse."""


class Decision(StrEnum):
    """Outcome of one evaluation."""

    ALLOWED = "allowed"
    EXPLICITLY_DENIED = "explicitly denied"
    IMPLICITLY_DENIED = "implicitly denied"


@dataclass(frozen=True)
class Request:
    """One call as IAM sees it.

    Attributes:
        action: Service prefix and action, e.g. ``logs:GetLogEvents``.
        resource: ARN of the resource, or ``*`` for actions without one.
        context: Condition keys that this request carries; a key left out is absent, not empty.
    """

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Condition:
    """One operator applied to one key."""

    operator: str
    key: str
    values: tuple[str, ...]

    def holds(self, context: Mapping[str, str]) -> bool:
        """Whether the request's context satisfies it."""
        actual = next((value for key, value in context.items() if key.lower() == self.key.lower()), None)
        if self.operator == "Null":
            return (actual is None) == (self.values[0] == "true")
        operator = self.operator.removesuffix("IfExists")
        if actual is None:
            # An absent key satisfies negated operators and …IfExists, and fails all others.
            return self.operator.endswith("IfExists") or "Not" in operator
        matched = any(_matches_operator(operator, value, actual) for value in self.values)
        return not matched if "Not" in operator else matched


@dataclass(frozen=True)
class Statement:
    """One statement of a document."""

    sid: str
    denies: bool
    actions: tuple[str, ...]
    actions_inverted: bool
    resources: tuple[str, ...]
    resources_inverted: bool
    conditions: tuple[Condition, ...]

    def applies(self, request: Request) -> bool:
        """Whether it speaks about this request: action, resource and all conditions."""
        return (
            self.applies_to_action(request.action)
            and bool(self._resource_globs.fullmatch(request.resource)) != self.resources_inverted
            and all(condition.holds(request.context) for condition in self.conditions)
        )

    def applies_to_action(self, action: str) -> bool:
        """Whether it speaks about this action, on whatever resource."""
        return bool(self._action_globs.fullmatch(action)) != self.actions_inverted

    @cached_property
    def _action_globs(self) -> re.Pattern[str]:
        return _globs(self.actions, re.IGNORECASE)

    @cached_property
    def _resource_globs(self) -> re.Pattern[str]:
        return _globs(self.resources)


def parse(document: str | Mapping[str, Any]) -> tuple[Statement, ...]:
    """Read a policy document.

    Raises:
        UnsupportedPolicyError: It holds an element, operator, variable or pattern that is not known here.
    """
    content = json.loads(document) if isinstance(document, str) else document
    _known(content, _DOCUMENT_ELEMENTS, "document")
    if content.get("Version") != "2012-10-17":
        raise UnsupportedPolicyError(f"version {content.get('Version')!r}, not '2012-10-17'")
    statements = content["Statement"]
    return tuple(_statement(raw) for raw in ([statements] if isinstance(statements, Mapping) else statements))


def evaluate(request: Request, statements: Iterable[Statement], *limits: Iterable[Statement]) -> Decision:
    """Decide as IAM does: any deny wins, then any allow, and silence refuses.

    Args:
        request: What is asked for.
        statements: Of all documents attached to the role.
        limits: Further sets that must allow as well (a session policy, a permissions boundary): they take away and
            never give.
    """
    layers = [tuple(layer) for layer in (statements, *limits)]
    if any(denying(request, layer) for layer in layers):
        return Decision.EXPLICITLY_DENIED
    allowed = all(any(not one.denies and one.applies(request) for one in layer) for layer in layers)
    return Decision.ALLOWED if allowed else Decision.IMPLICITLY_DENIED


def denying(request: Request, statements: Iterable[Statement]) -> list[Statement]:
    """The statements that refuse the request explicitly."""
    return [one for one in statements if one.denies and one.applies(request)]


def _statement(raw: Mapping[str, Any]) -> Statement:
    _known(raw, _STATEMENT_ELEMENTS, "statement")
    if raw.get("Effect") not in {"Allow", "Deny"}:
        raise UnsupportedPolicyError(f"effect {raw.get('Effect')!r}")
    actions_inverted, actions = _one_of(raw, "Action", "NotAction")
    resources_inverted, resources = _one_of(raw, "Resource", "NotResource")
    for action in actions:
        if action != "*" and not _ACTION.fullmatch(action):
            raise UnsupportedPolicyError(f"action pattern {action!r}")
    return Statement(
        sid=raw.get("Sid", ""),
        denies=raw["Effect"] == "Deny",
        actions=actions,
        actions_inverted=actions_inverted,
        resources=resources,
        resources_inverted=resources_inverted,
        conditions=_conditions(raw.get("Condition", {})),
    )


def _one_of(raw: Mapping[str, Any], element: str, inverted: str) -> tuple[bool, tuple[str, ...]]:
    if (element in raw) == (inverted in raw):
        raise UnsupportedPolicyError(f"a statement needs either {element} or {inverted}")
    return inverted in raw, _strings(raw[inverted] if inverted in raw else raw[element])


def _conditions(raw: Mapping[str, Any]) -> tuple[Condition, ...]:
    conditions = [
        Condition(operator, key, _strings(values))
        for operator, keys in raw.items()
        for key, values in keys.items()
    ]
    for condition in conditions:
        _check_operator(condition)
    return tuple(conditions)


def _check_operator(condition: Condition) -> None:
    if condition.operator == "Null":
        if len(condition.values) != 1 or condition.values[0] not in {"true", "false"}:
            raise UnsupportedPolicyError(f"Null takes one of 'true' and 'false', not {condition.values!r}")
    elif condition.operator.removesuffix("IfExists") not in _OPERATORS:
        raise UnsupportedPolicyError(f"condition operator {condition.operator!r}")


def _strings(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    texts = tuple(item for item in values if isinstance(item, str))
    if not texts or len(texts) != len(values):
        raise UnsupportedPolicyError(f"expected text or a list of texts, found {value!r}")
    if any("${" in text for text in texts):
        raise UnsupportedPolicyError(f"policy variable in {value!r}")
    return texts


def _known(raw: Mapping[str, Any], elements: set[str], where: str) -> None:
    unknown = set(raw) - elements
    if unknown:
        raise UnsupportedPolicyError(f"unknown {where} element {', '.join(sorted(unknown))}")


def _equals(pattern: str, actual: str) -> bool:
    return pattern == actual


def _equals_ignoring_case(pattern: str, actual: str) -> bool:
    return pattern.lower() == actual.lower()


def _like(pattern: str, actual: str) -> bool:
    return _globs((pattern,)).fullmatch(actual) is not None


_OPERATORS = {
    "StringEquals": _equals,
    "StringNotEquals": _equals,
    "StringLike": _like,
    "StringNotLike": _like,
    "Bool": _equals_ignoring_case,
}


def _matches_operator(operator: str, pattern: str, actual: str) -> bool:
    return _OPERATORS[operator](pattern, actual)


@cache
def _globs(patterns: tuple[str, ...], flags: int = 0) -> re.Pattern[str]:
    """One expression for a whole list: tens of thousands of actions are asked about."""
    translated = "|".join(
        "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern)
        for pattern in patterns
    )
    return re.compile(f"(?:{translated})", re.DOTALL | flags)
