"""Whether a role may carry out one action on one resource, and which of its statements speak of it."""

import fnmatch
import json
from typing import Any

from local_aws.model.questions.prelude import attempt, client, say


def ask(signal: dict[str, Any], role: str, action: str, resource: str) -> None:
    attempt("the policies of the role", granting, signal, role, action, resource)
    attempt("the simulation of the role's policies", simulate, signal, role, action, resource)


def simulate(signal: dict[str, Any], role: str, action: str, resource: str) -> None:
    iam = client("iam", signal)
    answer = iam.simulate_principal_policy(
        PolicySourceArn=iam.get_role(RoleName=role)["Role"]["Arn"], ActionNames=[action], ResourceArns=[resource]
    )
    for result in answer["EvaluationResults"]:
        say("simulation", role=role, action=action, resource=resource, decision=result["EvalDecision"])


def granting(signal: dict[str, Any], role: str, action: str, resource: str) -> None:
    """Identity policies of the role only; a boundary, a service control or a resource policy may still deny."""
    iam = client("iam", signal)
    documents = {
        name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
    }
    for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        version = iam.get_policy(PolicyArn=policy["PolicyArn"])["Policy"]["DefaultVersionId"]
        answer = iam.get_policy_version(PolicyArn=policy["PolicyArn"], VersionId=version)
        documents[policy["PolicyName"]] = answer["PolicyVersion"]["Document"]
    speaking = {"Allow": 0, "Deny": 0}
    for document in documents.values():
        for statement in listed((json.loads(document) if isinstance(document, str) else document)["Statement"]):
            if speaks_of(statement, action, resource):
                speaking[statement["Effect"]] += 1
    say(
        "grants",
        role=role,
        action=action,
        resource=resource,
        policies_read=len(documents),
        allow_statements=speaking["Allow"],
        deny_statements=speaking["Deny"],
    )


def speaks_of(statement: dict[str, Any], action: str, resource: str) -> bool:
    if "NotAction" in statement:
        about_action = not matches(statement["NotAction"], action.lower())
    else:
        about_action = matches(statement["Action"], action.lower())
    if "NotResource" in statement:
        return about_action and not matches(statement["NotResource"], resource.lower())
    return about_action and matches(statement.get("Resource", "*"), resource.lower())


def matches(patterns: Any, text: str) -> bool:
    return any(fnmatch.fnmatchcase(text, str(pattern).lower()) for pattern in listed(patterns))


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
