"""AWS Key Management Service (API reference, "Actions")."""

from __future__ import annotations

from local_aws.declared.conditions import Is, Noted, Ref
from local_aws.declared.rules import Alias, Page, Rule, Service

_MISSING = ("NotFoundException", "Key '{}' does not exist")
_KEY = Ref("[KeyId, Arn]")
_PAGE = Page(100, most=1000)

SERVICE = Service(
    "kms",
    "ValidationException",
    (
        Rule(
            "DescribeKey",
            "KeyMetadata",
            {"KeyId": _KEY, "GrantTokens": Noted("permission by a grant is not looked at")},
            identity=("KeyId",),
            alias=Alias("KeyId", "ListAliases", "[AliasName, AliasArn]", "TargetKeyId"),
            one=True,
            missing=_MISSING,
        ),
        Rule(
            "ListKeys",
            "Keys",
            of="DescribeKey",
            identity=("KeyId",),
            shows="{KeyId: KeyId, KeyArn: KeyArn || Arn}",
            page=_PAGE,
        ),
        Rule("ListAliases", "Aliases", {"KeyId": Ref("TargetKeyId")}, identity=("AliasName",), page=_PAGE),
        Rule("GetKeyRotationStatus", "", {"KeyId": Ref("KeyId")}, one=True, missing=_MISSING),
        Rule(
            "GetKeyPolicy",
            "",
            {"KeyId": Ref("KeyId"), "PolicyName": Is("PolicyName || 'default'")},
            one=True,
            missing=_MISSING,
        ),
        Rule(
            "ListKeyPolicies",
            "PolicyNames",
            {"KeyId": Ref("KeyId")},
            of="GetKeyPolicy",
            identity=("KeyId", "PolicyName || 'default'"),
            shows="PolicyName || 'default'",
            page=_PAGE,
        ),
    ),
    trusted={"ListGrants": ("GrantId", "GranteePrincipal")},
)
