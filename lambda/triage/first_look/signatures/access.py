"""Denials: by IAM, by resource policies, by the organisation, by a boundary, of a role itself."""

from __future__ import annotations

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures.base import Shape

_KIN = (Kin.ACCESS,)

SIGNATURES = (
    Shape(
        "organisation-denies",
        Category.PERMISSION_DENIED,
        "explicit deny in a service control policy",
        (r"explicit deny in a (?:service|resource) control policy", r"denied by (?:an? )?(?:SCP|service control)"),
        "{who} may not {action}{on}: a policy of the organisation denies it explicitly",
        headline="{about}: {action} denied by the organisation",
        weight=0.95,
        kin=_KIN,
    ),
    Shape(
        "boundary-denies",
        Category.PERMISSION_DENIED,
        "no permissions boundary allows the action",
        (r"(?:no|explicit deny in a) permissions boundary",),
        "{who} may not {action}{on}: its permissions boundary does not allow it",
        headline="{about}: {action} denied by the permissions boundary",
        weight=0.95,
        kin=_KIN,
    ),
    Shape(
        "resource-policy-denies",
        Category.PERMISSION_DENIED,
        "the resource's own policy does not allow or denies the action",
        (
            r"(?:no|explicit deny in a) (?:resource-based|session) policy",
            r"the policy of the (?:bucket|queue|topic|key) denies",
        ),
        "{who} may not {action}{on}: the policy of the resource does not allow it",
        headline="{about}: {action} denied by the policy of {name}",
        weight=0.92,
        kin=_KIN,
    ),
    Shape(
        "endpoint-policy-denies",
        Category.PERMISSION_DENIED,
        "the policy of a VPC endpoint does not allow or denies the action",
        (r"(?:no|explicit deny in a) VPC endpoint policy",),
        "{who} may not {action}{on}: the policy of the VPC endpoint the call goes through does not allow it",
        headline="{about}: {action} denied by the policy of the VPC endpoint",
        weight=0.94,
        kin=(Kin.NETWORK,),
    ),
    Shape(
        "role-not-assumed",
        Category.PERMISSION_DENIED,
        "AssumeRole is refused: trust or permission",
        (
            r"not authorized to perform:? sts:(?:AssumeRole\w*|TagSession)",
            (
                r"(?:cannot|could not|unable to|failed to|can't) (?:be )?assumed? (?:by|the|role|"
                r"service role)[^.]{0,60}"
            ),
            r"AssumeRole\w*[^.]{0,40}(?:denied|AccessDenied|not authorized)",
        ),
        "{about} cannot assume the role it needs{on}: AssumeRole is refused",
        headline="{about}: AssumeRole refused",
        weight=0.92,
        kin=_KIN,
    ),
    Shape(
        "storage-denies",
        Category.PERMISSION_DENIED,
        "S3 answers 403 AccessDenied",
        (
            r"\(AccessDenied\) when calling the (?P<action>(?:Get|Put|Delete|Head|Copy|List)\w*) operation",
            r"(?:S3Exception|AmazonS3Exception|s3)[^.]{0,80}(?:Access ?Denied|403)",
            r"\((?:403|Forbidden)\) when calling the (?P<action>HeadObject|HeadBucket) operation",
        ),
        "{who} may not {action}{on} in S3: access is denied",
        headline="{about}: S3 denies {action}",
        weight=0.91,
        kin=(Kin.ACCESS, Kin.ENCRYPTION),
        unless=r"kms:|KMS\.|pending deletion|is disabled",
    ),
    Shape(
        "database-denies",
        Category.PERMISSION_DENIED,
        "the database refuses an operation to a user",
        (
            r"permission denied for (?P<name>(?:table|relation|schema|sequence|database|function) \S+)",
            r"(?:SELECT|INSERT|UPDATE|DELETE|EXECUTE)(?: \w+)? command denied to user (?P<user>\S+)",
            r"not authorized on (?P<name>\S+) to execute command",
            r"NOPERM[^.]{0,80}",
            r"(?:Topic|Group|Cluster)AuthorizationException",
            r"ORA-01031",
        ),
        "{about} lacks a permission in the data store: {name} is refused",
        headline="{about}: the data store denies {name}",
        weight=0.88,
        kin=(Kin.ACCESS, Kin.CREDENTIALS, Kin.DEPLOYMENT),
    ),
    Shape(
        "denied",
        Category.PERMISSION_DENIED,
        "not authorized to perform …, AccessDenied, UnauthorizedOperation",
        (
            r"is not authorized to (?:perform|invoke|access|assume|call)",
            r"not authorized to perform",
            r"AccessDenied(?:Exception)?\b",
            r"Access Denied",
            r"AuthorizationError(?:Exception)?\b",
            r"\bUnauthorizedOperation\b",
            r"no identity-based policy allows",
            r"Invalid permissions on Lambda function|does not have permission to (?:access|perform|call|invoke)",
            r"User: arn:\S+ is not authorized",
            r"\b(?:NotAuthorized|Unauthorized)Exception\b",
            r"status code:? 403\b[^.]{0,60}(?:AccessDenied|Forbidden)",
        ),
        "{who} may not {action}{on}: access is denied",
        headline="{about}: {action} denied{on}",
        weight=0.9,
        kin=_KIN,
        unless=r"sts:AssumeRole|Access denied for user|kms:|pending deletion",
    ),
)
