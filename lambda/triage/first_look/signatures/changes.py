"""Changes that by themselves can stop something, where no error tells more: each a hypothesis, never more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look import change_kinds
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from triage.first_look.observations.facts import Change, Scene

_NEAR = timedelta(minutes=60)
_FAR = timedelta(hours=24)
_NEARNESS = ((5, 1.0), (15, 0.9), (60, 0.75), (360, 0.5))
"""What a change counts by the minutes from it to the first sign."""
_LEAST_NEAR = 0.3
_TELLING = 4
_STAGES = frozenset({"prod", "production", "live", "stage", "staging", "test", "main", "default"})
_SIGNERS = r"iam:(?:DeleteAccessKey|UpdateAccessKey|DeleteUser)$"
_OF_A_SIGNER = re.compile(_SIGNERS)
_ACTIVATES = re.compile(r"(?i)\bstatus=Active\b")
_COINCIDENCE = 0.28
"""What has only its time in common with the trouble is a hypothesis, and never named as the cause."""


@dataclass(frozen=True)
class _Grave:
    """Calls that take something away from what runs.

    Attributes:
        calls: regular expression over ``service:Operation``.
        may: what can follow, as a phrase after the change.
        weight: how telling such a call is.
    """

    name: str
    category: Category
    looks_like: str
    calls: str
    may: str
    weight: float
    kin: Kin


_GRAVE = (
    _Grave(
        "key-taken-away",
        Category.PERMISSION_DENIED,
        "a KMS key was disabled or scheduled for deletion shortly before",
        r"kms:(?:DisableKey|ScheduleKeyDeletion|DeleteImportedKeyMaterial)",
        "what the key protects can no longer be read or written",
        0.62,
        Kin.ENCRYPTION,
    ),
    _Grave(
        "signer-taken-away",
        Category.PERMISSION_DENIED,
        "an access key or user was deleted or switched off shortly before",
        _SIGNERS,
        "whatever signs with it is refused from then on, and nothing in AWS tells of that",
        0.62,
        Kin.CREDENTIALS,
    ),
    _Grave(
        "permission-taken-away",
        Category.PERMISSION_DENIED,
        "a policy was deleted, detached or replaced shortly before",
        r"iam:(?:Delete|Detach|Remove)\w*Polic\w*|iam:(?:Put|Delete)RolePermissionsBoundary|s3:(?:Put|"
        r"Delete)BucketPolicy|"
        r"organizations:(?:Attach|Update)Policy|kms:PutKeyPolicy|lambda:RemovePermission|"
        r"iam:UpdateAssumeRolePolicy|wafv2:(?:UpdateWebACL|AssociateWebACL|UpdateIPSet|UpdateRuleGroup)",
        "what it allowed is denied",
        0.46,
        Kin.ACCESS,
    ),
    _Grave(
        "route-changed",
        Category.DEPENDENCY_UNREACHABLE,
        "routes, security groups, NACLs, gateways or endpoints were changed shortly before",
        r"ec2:(?:ReplaceRoute\w*|DeleteRoute\w*|CreateRoute|DisassociateRouteTable|RevokeSecurityGroup\w+|"
        r"ReplaceNetworkAcl\w+|DeleteNetworkAcl\w+|CreateNetworkAclEntry|DeleteNatGateway|DeleteVpcEndpoints|"
        r"ModifyVpcEndpoint|DetachInternetGateway|DeleteVpcPeeringConnection|DeleteTransitGateway\w+|"
        r"ReleaseAddress)|"
        r"route53:ChangeResourceRecordSets|elasticloadbalancing:(?:SetSecurityGroups|DeregisterTargets|"
        r"SetSubnets)",
        "hosts behind it may not be reachable any more",
        0.55,
        Kin.NETWORK,
    ),
    _Grave(
        "made-smaller",
        Category.CAPACITY,
        "a cache, database, table, stream or service was resized or rebuilt shortly before",
        r"elasticache:(?:Modify|Create|Delete|Decrease)(?:ReplicationGroup|CacheCluster|ReplicaCount)|"
        r"rds:(?:ModifyDBInstance|ModifyDBCluster)|dynamodb:UpdateTable|kinesis:(?:MergeShards|UpdateShardCount|"
        r"UpdateStreamMode)|autoscaling:(?:UpdateAutoScalingGroup|SetDesiredCapacity|SuspendProcesses)|"
        r"application-autoscaling:(?:RegisterScalableTarget|DeregisterScalableTarget|DeleteScalingPolicy)|"
        r"lambda:PutFunctionConcurrency|kafka:UpdateBroker\w+|es:UpdateElasticsearch\w+|"
        r"opensearch:UpdateDomainConfig",
        "it may be too small for what is asked of it",
        0.44,
        Kin.CAPACITY,
    ),
    _Grave(
        "spot-interrupted",
        Category.CAPACITY,
        "EC2 interrupted Spot instances shortly before",
        r"ec2:(?:BidEvictedEvent|SpotInstanceInterruption\w*)",
        "EC2 took back Spot instances, and what ran on them is gone",
        0.5,
        Kin.CAPACITY,
    ),
    _Grave(
        "schedule-taken-away",
        Category.CONFIGURATION_MISSING,
        "a rule, schedule or event source was disabled or deleted shortly before",
        r"events:(?:DisableRule|DeleteRule|RemoveTargets)|scheduler:(?:UpdateSchedule|DeleteSchedule)|"
        r"lambda:(?:Update|Delete)EventSourceMapping|sns:Unsubscribe|pipes:(?:Stop|Delete)Pipe|"
        r"s3:PutBucketNotification\w*",
        "what it started does not run any more",
        0.5,
        Kin.SCHEDULE,
    ),
    _Grave(
        "resource-taken-away",
        Category.CONFIGURATION_MISSING,
        "a table, bucket, queue, parameter, secret or function was deleted shortly before",
        r"dynamodb:DeleteTable|s3:DeleteBucket$|sqs:DeleteQueue|sns:DeleteTopic|ssm:DeleteParameters?|"
        r"secretsmanager:DeleteSecret|lambda:Delete(?:Function|Alias|LayerVersion)|kinesis:DeleteStream|"
        r"elasticloadbalancing:Delete\w+|cloudformation:DeleteStack|ecr:BatchDeleteImage|acm:DeleteCertificate",
        "what needs it fails",
        0.5,
        Kin.CONFIGURATION,
    ),
    _Grave(
        "load-added",
        Category.CAPACITY,
        "another consumer was started or scaled up shortly before",
        r"lambda:CreateEventSourceMapping|scheduler:(?:Create|Update)Schedule|ecs:RunTask|batch:SubmitJob|"
        r"glue:StartJobRun",
        "it may take capacity from what it shares",
        0.38,
        Kin.SCHEDULE,
    ),
    _Grave(
        "secret-rotated",
        Category.PERMISSION_DENIED,
        "a secret or password was rotated shortly before",
        r"secretsmanager:(?:RotateSecret|RotationSucceeded|PutSecretValue|UpdateSecret)|ssm:PutParameter$",
        "whoever still has the old value is refused",
        0.34,
        Kin.CREDENTIALS,
    ),
    _Grave(
        "released-before",
        Category.BAD_DEPLOY,
        "code or a task definition of the resource was deployed shortly before",
        r"lambda:(?:UpdateFunctionCode|UpdateAlias|PublishVersion)|ecs:UpdateService|codedeploy:CreateDeployment|"
        r"cloudformation:(?:UpdateStack|ExecuteChangeSet)|apigateway:CreateDeployment|states:UpdateStateMachine|"
        r"elasticbeanstalk:UpdateEnvironment|appconfig:StartDeployment|autoscaling:StartInstanceRefresh",
        "the new version may behave differently",
        0.46,
        Kin.DEPLOYMENT,
    ),
    _Grave(
        "configuration-changed-before",
        Category.CONFIGURATION_MISSING,
        "the configuration of the resource was changed shortly before",
        r"lambda:UpdateFunctionConfiguration|elasticloadbalancing:Modify\w+|"
        r"rds:ModifyDB(?:Cluster)?ParameterGroup|"
        r"sqs:SetQueueAttributes|apigateway:Update\w+|logs:(?:PutMetricFilter|DeleteMetricFilter)|"
        r"ssm:PutParameter$",
        "it may lack what it had",
        0.42,
        Kin.CONFIGURATION,
    ),
)


def _made(grave: _Grave) -> Signature:
    calls = re.compile(grave.calls)

    @signature(grave.name, grave.category, grave.looks_like)
    def find(scene: Scene) -> Iterable[Candidate]:
        found = [each for each in scene.changes if _counts(each, calls, scene)]
        for change in sorted(found, key=lambda each: _distance(each, scene))[:2]:
            yield _candidate(grave, change, scene)

    return find


def _counts(change: Change, calls: re.Pattern[str], scene: Scene) -> bool:
    if not calls.match(change.event) or change.refused or change.at is None or change_kinds.is_harmless(change):
        return False
    if _OF_A_SIGNER.match(change.event) and _ACTIVATES.search(change.given):
        return False
    reach = _FAR if change.related else _NEAR
    return scene.may_precede(change.at) and timedelta(minutes=scene.minutes_before(change.at)) <= reach


def _distance(change: Change, scene: Scene) -> tuple[bool, float]:
    return not _is_tied(change, scene), abs(scene.minutes_before(change.at or scene.onset))


def _is_tied(change: Change, scene: Scene) -> bool:
    """Whether it names the alarm's resource, or takes a user away that is called after what the alarm measures."""
    return change.related or (bool(_OF_A_SIGNER.match(change.event)) and _is_called_after(change.about, scene))


def _is_called_after(name: str, scene: Scene) -> bool:
    """Whether a part of a name is a whole value of the alarm's dimensions: `depot-metz` for `metz`."""
    metric = scene.signal.watched_metric
    values = set(metric.dimensions.values()) - _STAGES if metric else set()
    return bool({each for each in values if len(each) >= _TELLING} & set(re.split(r"[-_./]", name)))


def _candidate(grave: _Grave, change: Change, scene: Scene) -> Candidate:
    at = change.at or scene.onset
    minutes = scene.minutes_before(at)
    near = next((factor for within, factor in _NEARNESS if minutes <= within), _LEAST_NEAR)
    tied = _is_tied(change, scene)
    most = 1.0 if tied else _COINCIDENCE
    return Candidate(
        grave.name,
        grave.category,
        f"{change_kinds.told(change)} at {at:%H:%M} UTC, shortly before the onset: {grave.may}"
        if minutes <= 60
        else f"{change_kinds.told(change)} at {at:%Y-%m-%d %H:%M} UTC: {grave.may}",
        f"{change_kinds.told(change)} shortly before",
        min(most, grave.weight * near),
        Depth.CAUSE,
        about=change.about,
        names=frozenset({change.about} if change.about else ()),
        since=at,
        quotes=change.quotes,
        speaks_for=(f"{max(minutes, 0):.0f} min before the onset",),
        speaks_against=() if tied else (f"nothing seen ties it to {_suffering(scene)}",),
        kin=(grave.kin,),
        change=change,
        hop=change.hop,
        direct=False,
    )


def _suffering(scene: Scene) -> str:
    return "the alarm's resource" if scene.error is None else scene.subject or "what logs the error"


def _all() -> Iterator[Signature]:
    for grave in _GRAVE:
        yield _made(grave)


SIGNATURES: tuple[Signature, ...] = tuple(_all())
