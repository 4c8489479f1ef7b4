"""What kind of change a call is: which hypotheses it could bring about, and which changes are harmless.

Names of the calls as CloudTrail logs them.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from triage.first_look.observations.facts import Change


class Kin(IntEnum):
    """Kinds of changes by what they can bring about."""

    NONE = 0
    ACCESS = 1
    CREDENTIALS = 2
    CONFIGURATION = 3
    NETWORK = 4
    CAPACITY = 5
    DEPLOYMENT = 6
    SCHEDULE = 7
    ALARM = 8
    ENCRYPTION = 9


_DELETES = r"\w+:Delete(?!.*(?:Tag|Snapshot|Backup|LogStream|Dashboard))\w+"

_CALLS = {
    Kin.ACCESS: (
        r"iam:(?:Put|Delete|Detach|Attach|Update|Create|Set|Remove)\w*(?:Polic\w*|PermissionsBoundary|Role|"
        r"UserFromGroup|"
        r"RoleFromInstanceProfile)|s3:(?:Put|Delete)(?:BucketPolicy|PublicAccessBlock|BucketAcl|"
        r"AccountPublicAccessBlock)|"
        r"kms:(?:PutKeyPolicy|RevokeGrant|RetireGrant|DisableKey|ScheduleKeyDeletion)|sns:(?:SetTopicAttributes|"
        r"RemovePermission)|"
        r"sqs:(?:SetQueueAttributes|RemovePermission)|lambda:(?:Remove|Add)Permission|organizations:\w*Polic\w*|"
        r"secretsmanager:(?:Put|Delete)ResourcePolicy|ecr:(?:Set|Delete)RepositoryPolicy|ec2:ModifyVpcEndpoint|"
        r"(?:dynamodb|kinesis):(?:Put|Delete)ResourcePolicy|rds:RemoveRoleFromDB\w+|lakeformation:Revoke\w+"
    ),
    Kin.CREDENTIALS: (
        r"secretsmanager:(?:RotateSecret|RotationSucceeded|RotationFailed|PutSecretValue|UpdateSecret\w*|"
        r"DeleteSecret|"
        r"RestoreSecret|CancelRotateSecret)|ssm:(?:PutParameter|DeleteParameters?)|rds:Modify(?:DBInstance|"
        r"DBCluster)|"
        r"iam:(?:Update|Delete)(?:AccessKey|LoginProfile)|elasticache:Modify(?:User|UserGroup|ReplicationGroup)|"
        r"cognito-idp:\w+|apigateway:(?:Update|Delete)ApiKey|kafka:\w*ScramSecret"
    ),
    Kin.CONFIGURATION: (
        r"lambda:(?:UpdateFunctionConfiguration|UpdateEventSourceMapping|DeleteEventSourceMapping|"
        r"DeleteFunction\w*)|"
        r"ecs:(?:RegisterTaskDefinition|UpdateService)|ssm:(?:PutParameter|DeleteParameters?)|appconfig:\w+|"
        r"cloudformation:(?:UpdateStack|ExecuteChangeSet|DeleteStack)|events:(?:DisableRule|DeleteRule|"
        r"RemoveTargets|PutRule|"
        r"PutTargets)|sns:(?:SetSubscriptionAttributes|Unsubscribe)|pipes:(?:Update|Stop|Delete)Pipe|"
        r"logs:(?:Put|Delete)SubscriptionFilter|scheduler:\w+|apigateway:\w+|elasticbeanstalk:UpdateEnvironment|rds:Modify\w+|"
        r"elasticache:Modify\w+|states:UpdateStateMachine|s3:PutBucket\w+|sqs:SetQueueAttributes|"
        r"secretsmanager:DeleteSecret|"
        r"elasticloadbalancing:Modify\w+|acm:\w+|cloudfront:UpdateDistribution|codebuild:UpdateProject|"
        r"ecr:(?:PutLifecyclePolicy|BatchDeleteImage)|ec2:DeregisterImage|batch:RegisterJobDefinition|glue:UpdateJob|ec2:CreateLaunchTemplateVersion|"
        + _DELETES
    ),
    Kin.NETWORK: (
        # Rules of security groups only let in and out: one more shuts nothing off (VPC user guide).
        r"ec2:(?!AuthorizeSecurityGroup)\w*(?:Route|SecurityGroup|NetworkAcl|NatGateway|VpcEndpoint|"
        r"InternetGateway|TransitGateway|VpcPeering|"
        r"Address|Subnet|VpnConnection|DhcpOptions|PrefixList)\w*|route53\w*:\w+|network-firewall:\w+|"
        r"elasticloadbalancing:(?:SetSecurityGroups|SetSubnets|ModifyListener|ModifyRule|DeregisterTargets|"
        r"DeleteListener|"
        r"ModifyTargetGroup)|directconnect:\w+|wafv2:\w+|globalaccelerator:\w+|servicediscovery:\w+"
    ),
    Kin.CAPACITY: (
        r"(?:rds|elasticache|dynamodb|kinesis|redshift|es|opensearch|kafka|docdb|neptune|memorydb):(?:Modify|"
        r"Update|Create|Delete|"
        r"Reboot|Failover|Stop|Start|Decrease|Increase|Merge|Split)(?!.*(?:Tag|TimeToLive|Snapshot|Backup))\w+|"
        r"elasticache:(?:BatchApplyUpdateAction|TestFailover)|rds:ApplyPendingMaintenanceAction|"
        r"lambda:(?:Put|Delete)\w*Concurrency\w*|lambda:(?:Create|Update|Delete)EventSourceMapping|"
        r"lambda:UpdateFunctionConfiguration|ecs:(?:UpdateService|DeleteService|RunTask|UpdateCapacityProvider)|"
        r"application-autoscaling:\w+|autoscaling:\w+|ec2:(?:RunInstances|TerminateInstances|StopInstances|"
        r"ModifyInstance\w+|"
        r"ModifyVolume|RequestSpotFleet|CreateFleet|ModifyFleet|CancelCapacityReservation)|batch:SubmitJob|"
        r"glue:StartJobRun|"
        r"states:StartExecution|emr:\w+|elasticmapreduce:\w+"
    ),
    Kin.DEPLOYMENT: (
        r"lambda:(?:UpdateFunctionCode|UpdateFunctionConfiguration|PublishVersion|UpdateAlias|"
        r"PublishLayerVersion)|"
        r"ecs:(?:UpdateService|RegisterTaskDefinition|CreateDeployment|CreateTaskSet|UpdateServicePrimaryTaskSet)|"
        r"codedeploy:CreateDeployment|codepipeline:StartPipelineExecution|cloudformation:(?:UpdateStack|"
        r"ExecuteChangeSet|"
        r"CreateStack)|apigateway:(?:CreateDeployment|UpdateStage|UpdateIntegration\w*)|states:UpdateStateMachine|"
        r"elasticbeanstalk:UpdateEnvironment|autoscaling:StartInstanceRefresh|eks:Update\w+|apprunner:\w+|"
        r"appconfig:StartDeployment|amplify:StartDeployment|cloudfront:(?:UpdateDistribution|UpdateFunction|"
        r"PublishFunction)"
    ),
    Kin.SCHEDULE: (
        r"scheduler:\w+Schedule|events:(?:PutRule|EnableRule|DisableRule|PutTargets|RemoveTargets|DeleteRule)|"
        r"application-autoscaling:\w*ScheduledAction|autoscaling:\w*ScheduledUpdateGroupAction|"
        r"lambda:(?:Create|Update|Delete)EventSourceMapping|dms:\w+|batch:SubmitJob|glue:\w+Trigger|"
        r"cloudformation:(?:UpdateStack|ExecuteChangeSet|DeleteStack)|s3:PutBucketNotification\w*|"
        r"sns:(?:Subscribe|SetSubscriptionAttributes)|sqs:SetQueueAttributes|lambda:PutFunctionEventInvokeConfig"
    ),
    Kin.ALARM: (
        r"(?:monitoring|cloudwatch):(?:PutMetricAlarm|PutCompositeAlarm|PutAnomalyDetector|DeleteAnomalyDetector)|"
        r"logs:(?:PutMetricFilter|DeleteMetricFilter)"
    ),
    Kin.ENCRYPTION: (
        r"kms:(?:DisableKey|ScheduleKeyDeletion|PutKeyPolicy|DisableKeyRotation|RevokeGrant|DeleteAlias|"
        r"UpdateAlias|"
        r"DeleteImportedKeyMaterial)"
    ),
}
_KINDS = {kin: re.compile(calls) for kin, calls in _CALLS.items()}

_HARMLESS = re.compile(
    r":\w*(?:Tag|Untag|Snapshot|Backup|Dashboard|Retention|TimeToLive|Invalidation|Logging|CreateAccessKey|ChangeSet$|"
    r"Bill|"
    r"Budget|Lifecycle|Description|EventSubscription|Campaign|NetworkInterface$|Suppression|Monitoring)\w*$|"
    r"codebuild:|ecr:PutImage|athena:|\bce:|support:|tagging:|inspector|guardduty|\bconfig:|access-analyzer:|"
    r"iam:(?:Generate|Get)\w+Report"
)
_TAKES_OBJECTS = re.compile(
    r"^s3:(?:PutBucketLifecycle\w*|DeleteObjects?)$|^ecr:(?:PutLifecyclePolicy|BatchDeleteImage)$"
)
_UPDATES_PROJECT = re.compile(r"^codebuild:(?:Update|Delete)Project$")
_SETS_AUTHORITY = re.compile(r"(?i)\bcA?CertificateIdentifier=|\bca_?cert\w*=|trust_?store|\bcaCertificates\w*=")
_EXECUTES_CHANGE_SET = re.compile(r":ExecuteChangeSet$")
_TRIVIAL = re.compile(
    r"deletionProtection|backupRetention|monitoringInterval|monitoringRole|performanceInsights|description|"
    r"idle_timeout|"
    r"maintenanceWindow|backupWindow|copyTags|autoMinorVersion",
    re.IGNORECASE,
)
_IDENTIFIES = re.compile(r"(?:name|arn|identifier|id|applyImmediately|cluster|attributes\.value)$", re.IGNORECASE)
_ROUTINE = re.compile(r"back(?:ing)? ?up|snapshot|steady state", re.IGNORECASE)
_BY_AWS = re.compile(
    r"^AWSServiceRole|^ecs\.application-autoscaling|\.amazonaws\.com$|^AWSBackup|^AWSReservedSSO_NONE"
)
_BY_HAND = re.compile(
    r"AWSReservedSSO_|^(?:engineer|developer|dba|admin|operator|oncall|root|sre)\b", re.IGNORECASE
)
_WORDS = {
    Kin.DEPLOYMENT: re.compile(r"deployment (?:PRIMARY|\S+)|version \S+ published|code or configuration changed"),
    Kin.CONFIGURATION: re.compile(r"code or configuration changed|parameter group"),
    Kin.CAPACITY: re.compile(
        r"desired count|scheduled action|capacity (?:in|de)creased|scal(?:ed|ing)|modif|resiz|instance class|"
        r"failover|restart|reboot",
        re.IGNORECASE,
    ),
    Kin.ALARM: re.compile(r"alarm edited"),
}


def is_of(change: Change, kin: Kin) -> bool:
    """Whether a change is of a kind."""
    if change.operation:
        found = _KINDS.get(kin)
        return bool(found and found.match(change.event))
    words = _WORDS.get(kin)
    return bool(words and words.search(change.event))


def is_harmless(change: Change) -> bool:
    """Whether a change has no effect on what runs: tags, back-ups, dashboards."""
    if not change.operation:
        return bool(_ROUTINE.search(change.event))
    if any(each.search(change.event) for each in (_EXECUTES_CHANGE_SET, _UPDATES_PROJECT)):
        return False
    if change.related and takes_objects(change):
        return False
    return bool(_HARMLESS.search(change.event)) or _is_trivial(change)


def _is_trivial(change: Change) -> bool:
    """Whether all that a modification sets is of no consequence for what runs."""
    if "Modify" not in change.operation:
        return False
    keys = re.findall(r"([\w.]+)=", change.given)
    telling = [key for key in keys if not _IDENTIFIES.search(key)]
    values = list(re.findall(r"attributes\.key=(\S+?)(?:,|$)", change.given))
    return bool(telling or values) and all(_TRIVIAL.search(each) for each in (values or telling))


def takes_objects(change: Change) -> bool:
    """Whether it deletes what a bucket or a registry holds, or lets it expire: such rules act days later."""
    return bool(_TAKES_OBJECTS.search(change.event))


def sets_authority(change: Change) -> bool:
    """Whether it changes who signs the certificate a server shows, or whom a client trusts."""
    return bool(_SETS_AUTHORITY.search(change.given))


def by_aws(change: Change) -> bool:
    """Whether a service of AWS made it, not a person or a pipeline."""
    return bool(_BY_AWS.search(change.by))


def by_hand(change: Change) -> bool:
    """Whether a person made it, as far as the name tells."""
    return bool(_BY_HAND.search(change.by))


def newest(changes: Iterable[Change]) -> Change | None:
    """The newest of changes whose time is known."""
    dated = [(each.at, each) for each in changes if each.at is not None]
    return max(dated, key=lambda pair: pair[0], default=(None, None))[1]


def clock(at: datetime, onset: datetime) -> str:
    """A time of the day of the onset, or of another one with its date."""
    return f"{at:%H:%M} UTC" if at.date() == onset.date() else f"{at:%Y-%m-%d %H:%M} UTC"


def called_by(change: Change, onset: datetime) -> str:
    """Who made it, how and when: ``by ops/jo (StopInstances at 02:07 UTC)``."""
    at = f" at {clock(change.at, onset)}" if change.at is not None else ""
    return f"by {change.by or 'somebody'} ({change.operation}{at})"


def told(change: Change | None) -> str:
    """A change in a few words: ``UpdateFunctionCode of orders by ci``."""
    if change is None:
        return "a change"
    what = change.operation or change.event
    about = f" of {change.about}" if change.about and change.about not in what else ""
    by = f" by {change.by}" if change.by else ""
    return f"{what}{about}{by}"
