"""What a role may do: the decision, and the statements it comes from."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked, pages
from toolbox.resources.base import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SHOWN = 6
_LIMITS = (
    "identity policies and the boundary decide here; resource policies, SCPs and session policies may still deny"
)


def may(role: str, action: str, resource: str = "*") -> Answer:
    """May a role carry out an action on a resource: the simulator's decision and the statements that speak of it.

    Args:
        role: Name or ARN.
        action: As IAM writes it: `dynamodb:PutItem`.
        resource: ARN; any unless given.
    """
    asked = Asked(role=role, action=action, resource=resource)
    name = name_of(role)
    client = looking.current().client("iam")
    nothing: dict[str, Any] = {}
    found = asked.attempt("role", lambda: client.get_role(RoleName=name)["Role"], nothing)
    documents = policies(asked, name)
    speaking = [
        {"policy": policy, **statement}
        for policy, document in documents.items()
        for statement in statements(document)
        if speaks_of(statement, action, resource)
    ]
    boundary = (found.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
    decision = _simulated(asked, found.get("Arn"), action, resource)
    return asked.answer(
        decision=decision or decided(speaking),
        how="simulated" if decision else "read from the policies",
        statements=[_short(each) for each in speaking[:_SHOWN]],
        policies=sorted(documents),
        boundary=boundary,
        note=_LIMITS,
    )


def role_policies(name: str) -> Answer:
    """What a role's policies allow and deny, by policy; who may assume it; its boundary.

    Args:
        name: Name or ARN.
    """
    asked = Asked(role=name)
    short = name_of(name)
    client = looking.current().client("iam")
    nothing: dict[str, Any] = {}
    found = asked.attempt("role", lambda: client.get_role(RoleName=short)["Role"], nothing)
    documents = policies(asked, short)
    trust = [each.get("Principal") for each in statements(found.get("AssumeRolePolicyDocument") or {})]
    return asked.answer(
        arn=found.get("Arn"),
        trusted=trust,
        boundary=(found.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn"),
        policies={
            policy: [_short(each) for each in statements(text)[:_SHOWN]] for policy, text in documents.items()
        },
    )


def policies(asked: Asked, name: str) -> dict[str, Any]:
    """The documents of a role by policy name: inline and attached."""
    client = looking.current().client("iam")
    nothing: list[Any] = []
    found: dict[str, Any] = {}
    inline = asked.attempt(
        "inline policies",
        lambda: list(pages(client, "list_role_policies", "PolicyNames", most=20, RoleName=name)),
        nothing,
    )
    attached = asked.attempt(
        "attached policies",
        lambda: list(pages(client, "list_attached_role_policies", "AttachedPolicies", most=20, RoleName=name)),
        nothing,
    )
    documents = [(policy, partial(_inline, client, name, policy)) for policy in inline]
    documents += [(each["PolicyName"], partial(_managed, client, each["PolicyArn"])) for each in attached]
    for policy, read in documents:
        document = asked.attempt(f"policy {policy}", read, None)
        if document is not None:
            found[policy] = document
    return found


def _inline(client: Any, role_name: str, policy: str) -> Any:
    return client.get_role_policy(RoleName=role_name, PolicyName=policy)["PolicyDocument"]


def _managed(client: Any, arn: str) -> Any:
    version = client.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return client.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


def _simulated(asked: Asked, arn: Any, action: str, resource: str) -> str | None:
    if not arn:
        return None
    client = looking.current().client("iam")
    answer: Any = asked.attempt(
        "simulation",
        lambda: client.simulate_principal_policy(
            PolicySourceArn=arn, ActionNames=[action], ResourceArns=[resource]
        ),
        None,
    )
    results = (answer or {}).get("EvaluationResults") or []
    return str(results[0]["EvalDecision"]) if results else None


def statements(document: Any) -> list[dict[str, Any]]:
    """The statements of a policy document, whether text or JSON."""
    if isinstance(document, str):
        document = json.loads(unquote(document))
    return [dict(each) for each in _listed(document.get("Statement"))]


def speaks_of(statement: Mapping[str, Any], action: str, resource: str) -> bool:
    """Whether a statement is about an action on a resource; conditions are not looked at."""
    if "NotAction" in statement:
        about_action = not _matches(statement["NotAction"], action)
    else:
        about_action = _matches(statement.get("Action"), action)
    if not about_action or resource == "*":
        return about_action
    if "NotResource" in statement:
        return not _matches(statement["NotResource"], resource)
    return _matches(statement.get("Resource", "*"), resource)


def decided(speaking: Iterable[Mapping[str, Any]]) -> str:
    """The decision the statements that speak of an action lead to, conditions aside."""
    effects = {str(each.get("Effect")) for each in speaking}
    return "explicitDeny" if "Deny" in effects else "allowed" if "Allow" in effects else "implicitDeny"


def _matches(patterns: Any, text: str) -> bool:
    """Wildcards as IAM has them: `*` and `?` only, case ignored."""
    for pattern in _listed(patterns):
        expression = re.escape(str(pattern)).replace(r"\*", ".*").replace(r"\?", ".")
        if re.fullmatch(expression, text, re.IGNORECASE):
            return True
    return False


def _short(statement: Mapping[str, Any]) -> dict[str, Any]:
    shown = {key: statement.get(key) for key in ("policy", "Effect", "Action", "NotAction", "Condition")}
    for key in ("Action", "NotAction"):
        listed = _listed(shown[key])
        shown[key] = listed if len(listed) <= 12 else [*listed[:12], f"and {len(listed) - 12} more"]
    return shown | {key: _listed(statement.get(key))[:4] for key in ("Resource", "NotResource")}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
