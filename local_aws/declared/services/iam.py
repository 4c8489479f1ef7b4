"""AWS IAM's descriptions (API reference, "Actions")."""

from __future__ import annotations

from local_aws.declared.conditions import Is, StartsWith
from local_aws.declared.rules import Page, Rule, Service

_PAGE = Page(100, most=1000)

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
    ),
    trusted={
        "GetUser": ("UserName",),
        "ListPolicies": ("Scope", "OnlyAttached", "PathPrefix"),
        "ListAccessKeys": ("UserName",),
        "GetAccountAuthorizationDetails": ("Filter",),
    },
)
