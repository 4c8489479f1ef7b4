"""Grouping: several alarms about one resource are one incident, and get one investigation.

The first claim on a resource leads its group. While the group is open, further alarms on the resource are linked
to the leader instead of being investigated, and the leader's report lists them. As with claims, each change is a
pure function that says what a conditional write checks and writes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from triage.domain.fingerprint import fingerprint
from triage.domain.signal import AlarmState, SignalSource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage.domain.claim import Leader
    from triage.domain.signal import Metric, Signal

MAX_LINKED = 50
MAX_REASON = 500
MAX_KEY_BYTES = 1_000
"""Of a group's key, in UTF-8: a DynamoDB partition key has at most 2,048."""

_LOAD_BALANCER = (("LoadBalancer",),)
_SERVICE = (("ClusterName", "ServiceName"), ("ClusterName",))

# The dimensions that name the resource; further ones are parts of it (a target group, an index, an operation).
# Names: the "Dimensions" sections of each service's CloudWatch metrics documentation.
_IDENTITY: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "AWS/Lambda": (("FunctionName",),),
    "AWS/ApplicationELB": _LOAD_BALANCER,
    "AWS/NetworkELB": _LOAD_BALANCER,
    "AWS/GatewayELB": _LOAD_BALANCER,
    "AWS/ELB": (("LoadBalancerName",),),
    "AWS/ECS": _SERVICE,
    "ECS/ContainerInsights": _SERVICE,
    "ContainerInsights": (("ClusterName", "Namespace", "Service"), ("ClusterName",)),
    "AWS/RDS": (("DBInstanceIdentifier",), ("DBClusterIdentifier",)),
    "AWS/DynamoDB": (("TableName",),),
    "AWS/SQS": (("QueueName",),),
    "AWS/SNS": (("TopicName",),),
    "AWS/Kinesis": (("StreamName",),),
    "AWS/Firehose": (("DeliveryStreamName",),),
    "AWS/EC2": (("InstanceId",), ("AutoScalingGroupName",)),
    "AWS/AutoScaling": (("AutoScalingGroupName",),),
    "CWAgent": (("InstanceId",), ("AutoScalingGroupName",)),
    "AWS/EBS": (("VolumeId",),),
    "AWS/EFS": (("FileSystemId",),),
    "AWS/ApiGateway": (("ApiId",), ("ApiName",)),
    "AWS/States": (("StateMachineArn",),),
    "AWS/S3": (("BucketName",),),
    "AWS/ElastiCache": (("ReplicationGroupId",), ("CacheClusterId",)),
    "AWS/ES": (("DomainName",),),
    "AWS/Redshift": (("ClusterIdentifier",),),
    "AWS/Kafka": (("Cluster Name",),),
    "AWS/CloudFront": (("DistributionId",),),
    "AWS/Events": (("EventBusName", "RuleName"), ("RuleName",)),
    "AWS/Logs": (("LogGroupName",),),
}
# One resource that publishes under several namespaces.
_SAME_RESOURCE = {
    "ECS/ContainerInsights": "AWS/ECS",
    "CWAgent": "AWS/EC2",
    "AWS/AutoScaling": "AWS/EC2",
}


@dataclass(frozen=True)
class LinkedAlarm:
    """An alarm that fired on the resource of a running investigation.

    Attributes:
        reason: the alarm's own sentence, clipped. Untrusted text, like the name.
        examined: whether the investigation knew of it before it took its last turn.
    """

    fingerprint: str
    name: str
    state: AlarmState
    occurred_at: datetime
    reason: str
    examined: bool = True

    @classmethod
    def of(cls, signal: Signal) -> LinkedAlarm:
        """What a leader is told about a signal."""
        return cls(fingerprint(signal), signal.name, signal.state, signal.occurred_at, signal.reason[:MAX_REASON])

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which :meth:`from_json` restores an equal value, ``examined`` apart."""
        return {
            "fingerprint": self.fingerprint,
            "name": self.name,
            "state": self.state.value,
            "occurred_at": self.occurred_at.astimezone(UTC).isoformat(),
            "reason": self.reason,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> LinkedAlarm:
        """Restore a value written by :meth:`to_json`.

        Raises:
            KeyError, TypeError, ValueError: the object was not written by :meth:`to_json`.
        """
        return cls(
            data["fingerprint"],
            data["name"],
            AlarmState(data["state"]),
            datetime.fromisoformat(data["occurred_at"]),
            data["reason"],
        )


@dataclass(frozen=True)
class Group:
    """The alarms on one resource, as the Tracker holds them.

    Attributes:
        open_until: until when alarms may be linked.
        closed: whether the leader's report is made; nothing is linked any more.
    """

    key: str
    leader: Leader
    open_until: datetime
    closed: bool = False
    linked: tuple[LinkedAlarm, ...] = ()


def opened(existing: Group | None, fresh: Group, now: datetime) -> Group | None:
    """Lead a new group, unless an investigation of another alarm leads one that is open."""
    if existing is None or existing.closed or existing.open_until <= now:
        return fresh
    return fresh if existing.leader.fingerprint == fresh.leader.fingerprint else None


def linked(existing: Group | None, leader: Leader, alarm: LinkedAlarm, now: datetime) -> Group | None:
    """Link an alarm to the leader that was seen, while it takes more."""
    if existing is None or existing.leader != leader or existing.closed or existing.open_until <= now:
        return None
    if len(existing.linked) >= MAX_LINKED:
        return None
    return replace(existing, linked=(*existing.linked, alarm))


def closed(existing: Group | None, investigation_id: str, known: int) -> Group | None:
    """Close the group for a report that lists as many linked alarms as there are."""
    if existing is None or existing.leader.investigation_id != investigation_id or len(existing.linked) != known:
        return None
    return replace(existing, closed=True)


def group_key(signal: Signal) -> str | None:
    """Account, region and resource that the signal is about; ``None`` for one that is about no single resource.

    A composite alarm stands for several alarms and groups with none. A multi-series alarm watches many resources:
    it and its contributors belong together, and with nothing else. Errors of one log are as different as what they
    say, so that each is investigated by itself.
    """
    if signal.alarm_rule is not None or signal.source is not SignalSource.CLOUDWATCH_ALARM:
        return None
    metric = signal.watched_metric
    if signal.contributor or metric is None:
        resource = signal.subject.partition("#contributor/")[0]
    else:
        resource = _resource(metric)
    key = f"{signal.account_id}#{signal.region}#{resource}"
    encoded = key.encode()
    if len(encoded) <= MAX_KEY_BYTES:
        return key
    return f"{encoded[: MAX_KEY_BYTES - 65].decode(errors='ignore')}~{hashlib.sha256(encoded).hexdigest()}"


def _resource(metric: Metric) -> str:
    """Namespace and the dimensions that name the resource, ``AWS/ECS/ClusterName=a,ServiceName=b``."""
    namespace = metric.namespace or ""
    given = metric.dimensions
    names = next(
        (names for names in _IDENTITY.get(namespace, ()) if all(name in given for name in names)),
        tuple(sorted(given)),
    )
    named = ",".join(f"{name}={given[name]}" for name in names)
    return f"{_SAME_RESOURCE.get(namespace, namespace)}/{named or metric.name}"
