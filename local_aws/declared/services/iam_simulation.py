"""SimulatePrincipalPolicy and SimulateCustomPolicy (IAM API reference, "SimulatePrincipalPolicy").

The emulator looks at the first resource alone, and at no boundary and no context key. Here every action is
decided for every resource as IAM decides it: an explicit deny anywhere wins, an allow must come from the
identity's policies and, where there is one, from the boundary too. A context key has a value only when the request
gives it one, or when it is about the principal itself. What the evaluation cannot do exactly, policy variables and
operators it does not know, is refused.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ministack.core import iam_evaluator
from ministack.services import iam

from local_aws.declared.errors import AwsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local_aws.declared.state import Place

_MANAGED_BY_AWS = "arn:aws:iam::aws:policy/"


@dataclass(frozen=True)
class Policy:
    """A policy that takes part.

    Attributes:
        name: What MatchedStatements calls it.
        kind: Where it is from: user, group, role, aws-managed, user-managed or none.
        document: Its text or its parsed form.
    """

    name: str
    kind: str
    document: Any

    @property
    def statements(self) -> list[Any]:
        """Its parsed statements.

        Raises:
            AwsError: It is no policy, or holds a policy variable.
        """
        text = self.document if isinstance(self.document, str) else json.dumps(self.document)
        if iam_evaluator.validate_policy_document(self.document):
            raise AwsError("InvalidInput", f"The policy {self.name} is malformed.")
        if "${" in text.replace("${*}", "").replace("${?}", "").replace("${$}", ""):
            raise AwsError("InvalidInput", f"This local AWS does not apply the policy variable in {self.name}.")
        return list(iam_evaluator.parse_policy_document(self.document))


@dataclass(frozen=True)
class Request:
    """One action on one resource, with the context keys that have a value, in lower case."""

    action: str
    resource: str
    keys: Mapping[str, Any]


def principal(asked: Mapping[str, Any], place: Place) -> list[dict[str, Any]]:
    """EvaluationResults of SimulatePrincipalPolicy."""
    source = str(asked["PolicySourceArn"])
    if asked.get("CallerArn", source) != source:
        raise AwsError("InvalidInput", "This local AWS does not apply a CallerArn other than PolicySourceArn.")
    kind, _, name = source.rpartition(":")[2].partition("/")
    name = name.rpartition("/")[2]
    policies = [*_attached(kind, name), *_given(asked, "PolicyInputList")]
    boundary = _given(asked, "PermissionsBoundaryPolicyInputList") or _boundary(kind, name)
    return list(_results(asked, policies, boundary, _about(kind, name, source, place)))


def custom(asked: Mapping[str, Any], _place: Place) -> list[dict[str, Any]]:
    """EvaluationResults of SimulateCustomPolicy."""
    boundary = _given(asked, "PermissionsBoundaryPolicyInputList")
    return list(_results(asked, _given(asked, "PolicyInputList"), boundary, {}))


def _given(asked: Mapping[str, Any], member: str) -> list[Policy]:
    return [Policy(f"{member}.{number}", "none", text) for number, text in enumerate(asked.get(member, []), 1)]


def _attached(kind: str, name: str) -> Iterator[Policy]:
    """The policies of a user with its groups, a group, or a role.

    Raises:
        AwsError: There is no such principal.
    """
    store = {"user": iam._users, "group": iam._groups, "role": iam._roles}.get(kind)
    entity = store.get(name) if store is not None else None
    if entity is None:
        raise AwsError("NoSuchEntity", f"The {kind} with name {name} cannot be found.", 404)
    inline = {"user": iam._user_inline_policies, "group": iam._group_inline_policies}.get(kind)
    documents = (inline.get(name) if inline is not None else entity.get("InlinePolicies")) or {}
    yield from (Policy(policy, kind, document) for policy, document in documents.items())
    yield from (_managed(arn) for arn in entity.get("AttachedPolicies", []))
    if kind == "user":
        for group, members in list(iam._groups.items()):
            if name in members.get("Users", []):
                yield from _attached("group", group)


def _managed(arn: str) -> Policy:
    policy = iam._lookup_policy(arn)
    version = (policy or {}).get("Versions", {}).get((policy or {}).get("DefaultVersionId"), {})
    kind = "aws-managed" if arn.startswith(_MANAGED_BY_AWS) else "user-managed"
    return Policy(arn.rpartition("/")[2], kind, version.get("Document", {}))


def _boundary(kind: str, name: str) -> list[Policy]:
    store = {"user": iam._users, "role": iam._roles}.get(kind)
    arn = (store.get(name) or {}).get("PermissionsBoundary") if store is not None else None
    return [_managed(str(arn))] if arn else []


def _about(kind: str, name: str, arn: str, place: Place) -> dict[str, Any]:
    """The keys every request of a principal has (IAM user guide, "Properties of the principal")."""
    keys = {"aws:principalarn": arn, "aws:principalaccount": place.account}
    if kind == "user":
        keys |= {"aws:username": name, "aws:principaltype": "User"}
    return keys | ({"aws:principaltype": "AssumedRole"} if kind == "role" else {})


def _results(
    asked: Mapping[str, Any], policies: list[Policy], boundary: list[Policy], about: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """One result for every action on every resource."""
    keys = dict(about)
    for entry in asked.get("ContextEntries", []):
        values = [str(one) for one in entry.get("ContextKeyValues", [])]
        several = str(entry.get("ContextKeyType", "string")).endswith("List") or len(values) != 1
        keys[str(entry["ContextKeyName"]).lower()] = values if several else values[0]
    for action in asked["ActionNames"]:
        for resource in asked.get("ResourceArns") or ["*"]:
            yield _result(Request(str(action), str(resource), keys), policies, boundary)


def _result(request: Request, policies: list[Policy], boundary: list[Policy]) -> dict[str, Any]:
    missing: dict[str, None] = {}
    found = {
        effect: [policy for policy in policies if _matches(policy, effect, request, missing)]
        for effect in ("Deny", "Allow")
    }
    within = [policy for policy in boundary if _matches(policy, "Allow", request, missing)]
    denied = found["Deny"] or [policy for policy in boundary if _matches(policy, "Deny", request, missing)]
    allowed = bool(found["Allow"]) and (bool(within) or not boundary)
    matched = denied or found["Allow"]
    result: dict[str, Any] = {
        "EvalActionName": request.action,
        "EvalResourceName": request.resource,
        "EvalDecision": "explicitDeny" if denied else "allowed" if allowed else "implicitDeny",
        "MatchedStatements": [{"SourcePolicyId": one.name, "SourcePolicyType": one.kind} for one in matched],
        "MissingContextValues": list(missing),
    }
    if boundary:
        result["PermissionsBoundaryDecisionDetail"] = {"AllowedByPermissionsBoundary": bool(within) and not denied}
    return result


def _matches(policy: Policy, effect: str, request: Request, missing: dict[str, None]) -> bool:
    """Whether a statement of that effect applies; notes the context keys it would have needed."""
    applies = False
    for statement in policy.statements:
        if (
            statement.effect == effect
            and iam_evaluator._action_matches(request.action, statement.actions, statement.not_actions)
            and iam_evaluator._resource_matches(request.resource, statement.resources, statement.not_resources)
        ):
            applies = _conditions_hold(policy, statement.conditions, request, missing) or applies
    return applies


def _conditions_hold(
    policy: Policy, conditions: Mapping[str, Any], request: Request, missing: dict[str, None]
) -> bool:
    held = True
    for operator, keys in (conditions or {}).items():
        bare = operator.lower().removesuffix("ifexists").rpartition(":")[2]
        if bare not in iam_evaluator._CONDITION_OPS and bare != "null":
            message = f"This local AWS does not apply the condition operator {operator} of {policy.name}."
            raise AwsError("InvalidInput", message)
        for key, expected in keys.items():
            actual = request.keys.get(key.lower())
            if actual is None:
                missing[key] = None
            wanted = expected if isinstance(expected, list) else [expected]
            texts = [str(one).lower() if isinstance(one, bool) else str(one) for one in wanted]
            held = bool(iam_evaluator._evaluate_single_condition(operator, actual, texts)) and held
    return held
