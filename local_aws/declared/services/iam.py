"""AWS IAM's descriptions (API reference, "Actions")."""

from __future__ import annotations

from local_aws.declared.conditions import Condition, Is, Noted, StartsWith
from local_aws.declared.rules import Page, Rule, Service
from local_aws.declared.services import iam_simulation

_PAGE = Page(100, most=1000)
_SIMULATED: dict[str, Condition] = {
    "ActionNames": Noted("one result for each of them"),
    "ContextEntries": Noted("values of context keys; others have none"),
    "PermissionsBoundaryPolicyInputList": Noted("in place of the principal's boundary"),
    "PolicyInputList": Noted("in addition to the principal's own"),
    "ResourceArns": Noted("one result for each of them (default `*`)"),
}

SERVICE = Service(
    "iam",
    "ValidationError",
    (
        Rule("ListRoles", "Roles", {"PathPrefix": StartsWith("Path")}, identity=("RoleName",), page=_PAGE),
        Rule(
            "GetRole",
            "Role",
            {"RoleName": Is("RoleName")},
            of="ListRoles",
            identity=("RoleName",),
            one=True,
            missing=("NoSuchEntity", "The role with name {} cannot be found."),
        ),
        Rule("ListUsers", "Users", {"PathPrefix": StartsWith("Path")}, identity=("UserName",), page=_PAGE),
        Rule(
            "ListInstanceProfiles",
            "InstanceProfiles",
            {"PathPrefix": StartsWith("Path")},
            identity=("InstanceProfileName",),
            page=_PAGE,
        ),
        Rule(
            "SimulatePrincipalPolicy",
            "EvaluationResults",
            {
                **_SIMULATED,
                "CallerArn": Noted("the same as PolicySourceArn"),
                "PolicySourceArn": Noted("user, group or role"),
            },
            page=_PAGE,
            made=iam_simulation.principal,
        ),
        Rule("SimulateCustomPolicy", "EvaluationResults", _SIMULATED, page=_PAGE, made=iam_simulation.custom),
    ),
    trusted={
        "GetUser": ("UserName",),
        "ListPolicies": ("Scope", "OnlyAttached", "PathPrefix"),
        "ListAccessKeys": ("UserName",),
        "GetAccountAuthorizationDetails": ("Filter",),
    },
)
