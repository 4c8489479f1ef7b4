"""Metrics whose names say what is wrong: throttle events, failed checks, rejected connections, days left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from triage.first_look.observations.facts import Reading, Scene


@dataclass(frozen=True)
class _Figure:
    """A metric that means one thing when it leaves its usual level.

    Attributes:
        metrics: names, as the services document them.
        says: the statement; ``{about}`` is the resource.
        high: whether high values are bad.
        least: what the value must reach, or stay below where low values are bad.
        grows: whether only growth says it, for its level alone is neither much nor little.
    """

    name: str
    category: Category
    looks_like: str
    metrics: tuple[str, ...]
    says: str
    weight: float
    depth: Depth = Depth.EFFECT
    kin: tuple[Kin, ...] = ()
    high: bool = True
    least: float = 0.0
    grows: bool = False


_LEAST_GROWTH = 1.3
_LOAD = (Kin.CAPACITY, Kin.SCHEDULE, Kin.DEPLOYMENT)

_FIGURES = (
    _Figure(
        "table-throttle-events",
        Category.THROTTLED,
        "DynamoDB counts throttled requests",
        ("ReadThrottleEvents", "WriteThrottleEvents", "ThrottledRequests", "OnlineIndexThrottleEvents"),
        "requests to {about} are throttled",
        0.82,
        kin=_LOAD,
    ),
    _Figure(
        "stream-throttle-events",
        Category.THROTTLED,
        "Kinesis or Firehose count throttled records",
        (
            "WriteProvisionedThroughputExceeded",
            "ReadProvisionedThroughputExceeded",
            "ThrottledRecords",
            "PutRecords.ThrottledRecords",
            "ThrottledPutRecords",
        ),
        "records of {about} are throttled: its shards are at their limit",
        0.84,
        kin=_LOAD,
    ),
    _Figure(
        "executions-throttled",
        Category.THROTTLED,
        "Step Functions, EventBridge or an API count throttles",
        ("ExecutionThrottled", "ThrottledRules", "ThrottledEvents", "ThrottleCount", "ServiceLimitThrottles"),
        "{about} is throttled",
        0.78,
        kin=_LOAD,
    ),
    _Figure(
        "calls-itself",
        Category.CONFIGURATION_MISSING,
        "Lambda counts invocations that it dropped for calling themselves in a loop",
        ("RecursiveInvocationsDropped",),
        "{about} is invoked by its own output, a recursive loop: what it writes or sends triggers it again",
        0.9,
        Depth.CAUSE,
        kin=(Kin.SCHEDULE, Kin.CONFIGURATION, Kin.DEPLOYMENT),
    ),
    _Figure(
        "status-check-failed",
        Category.UNKNOWN,
        "status checks of an instance fail: a symptom, whose reason they do not tell",
        ("StatusCheckFailed", "StatusCheckFailed_Instance"),
        "status checks of {about} fail: it does not answer",
        0.49,
        Depth.SYMPTOM,
    ),
    _Figure(
        "host-check-failed",
        Category.DEPENDENCY_UNREACHABLE,
        "system or volume checks of an instance fail: AWS's host, network or storage",
        ("StatusCheckFailed_System", "StatusCheckFailed_AttachedEBS"),
        "system or volume checks of {about} fail: what it runs on, at AWS, is impaired",
        0.72,
    ),
    _Figure(
        "load-balancer-gives-up",
        Category.TIMEOUT,
        "a load balancer answers 504: its targets did not answer within its time-out",
        ("HTTPCode_ELB_504_Count",),
        "{about} answers 504: targets do not answer it within its time-outs",
        0.55,
        Depth.SYMPTOM,
        kin=(Kin.CONFIGURATION, Kin.CAPACITY, Kin.DEPLOYMENT, Kin.NETWORK),
    ),
    _Figure(
        "targets-refuse",
        Category.DEPENDENCY_UNREACHABLE,
        "a load balancer cannot connect to its targets",
        ("TargetConnectionErrorCount", "BackendConnectionErrors"),
        "{about} cannot connect to its targets",
        0.66,
        kin=(Kin.DEPLOYMENT, Kin.NETWORK),
    ),
    _Figure(
        "hosts-unhealthy",
        Category.DEPENDENCY_UNREACHABLE,
        "fewer healthy targets than before",
        ("UnHealthyHostCount", "UnhealthyRoutingRequestCount"),
        "targets of {about} are unhealthy",
        0.5,
        Depth.SYMPTOM,
        kin=(Kin.DEPLOYMENT, Kin.NETWORK),
    ),
    _Figure(
        "connections-rejected",
        Category.CAPACITY,
        "connections are rejected or overflow",
        ("RejectedConnectionCount", "SpilloverCount", "SurgeQueueLength"),
        "{about} rejects connections: it has reached what it can carry",
        0.8,
        kin=_LOAD,
    ),
    _Figure(
        "ports-used-up",
        Category.QUOTA_EXCEEDED,
        "a NAT gateway or load balancer has no free port for another connection",
        ("ErrorPortAllocation", "PortAllocationErrorCount"),
        "{about} has no free port for another connection to the same destination (port allocation errors)",
        0.92,
        Depth.CAUSE,
        kin=_LOAD,
    ),
    _Figure(
        "tls-negotiation-fails",
        Category.CERTIFICATE_EXPIRED,
        "a load balancer counts failed TLS negotiations",
        ("TargetTLSNegotiationErrorCount", "ClientTLSNegotiationErrorCount"),
        "TLS negotiations at {about} fail",
        0.5,
        kin=(Kin.CONFIGURATION,),
    ),
    _Figure(
        "certificate-runs-out",
        Category.CERTIFICATE_EXPIRED,
        "few days are left to a certificate",
        ("DaysToExpiry", "CertificateDaysToExpiry", "DaysUntilExpiry", "TimeToCertExpiry"),
        "the certificate {about} expires soon and was not renewed",
        0.93,
        Depth.CAUSE,
        high=False,
        least=45,
    ),
    _Figure(
        "connections-pile-up",
        Category.CAPACITY,
        "a database or cache has many more connections than before",
        ("DatabaseConnections", "CurrConnections", "ClientConnections", "ConnectionCount"),
        "{about} has many more connections than before",
        0.5,
        kin=_LOAD,
        least=20,
        grows=True,
    ),
    _Figure(
        "disk-fills",
        Category.CAPACITY,
        "a disk, volume or file system fills up",
        ("disk_used_percent", "DiskSpaceUtilization", "PercentIOLimit", "VolumeQueueLength", "StoragePercentUsed"),
        "{about} fills up",
        0.74,
        kin=_LOAD,
        least=80,
    ),
    _Figure(
        "async-events-lost",
        Category.CAPACITY,
        "events of a function wait too long, are dropped or not delivered",
        ("AsyncEventsDropped", "DeadLetterErrors", "DestinationDeliveryFailures"),
        "events for {about} are dropped or could not be handed on",
        0.55,
        Depth.SYMPTOM,
        kin=(Kin.ACCESS, Kin.CAPACITY),
    ),
    _Figure(
        "writes-rejected-by-condition",
        Category.DATA_ERROR,
        "DynamoDB counts failed conditions, transactions or requests of users",
        ("ConditionalCheckFailedRequests", "TransactionConflict", "UserErrors"),
        "{about} rejects requests that break its conditions or rules",
        0.5,
        kin=(Kin.DEPLOYMENT, Kin.CONFIGURATION),
    ),
    _Figure(
        "replication-lags",
        Category.CAPACITY,
        "replicas fall behind",
        (
            "ReplicaLag",
            "AuroraReplicaLag",
            "ReplicationLag",
            "AuroraReplicaLagMaximum",
            "OldestReplicationSlotLag",
        ),
        "replication of {about} falls behind: what is read from its replica is not fresh",
        0.5,
        kin=_LOAD,
    ),
    _Figure(
        "deadlocks-counted",
        Category.DATA_ERROR,
        "a database counts deadlocks or blocked transactions",
        ("Deadlocks", "BlockedTransactions"),
        "transactions in {about} block each other",
        0.6,
        kin=(Kin.DEPLOYMENT,),
    ),
    _Figure(
        "service-errors",
        Category.DEPENDENCY_UNREACHABLE,
        "an AWS service counts errors of its own",
        ("SystemErrors", "InternalServerErrors", "FailedInvocations", "NumberOfNotificationsFailed"),
        "calls and deliveries of {about} fail on the other side",
        0.5,
        kin=(Kin.ACCESS, Kin.NETWORK),
    ),
)


def _made(figure: _Figure) -> Signature:
    @signature(figure.name, figure.category, figure.looks_like)
    def find(scene: Scene) -> Iterable[Candidate]:
        return _found(figure, scene)

    return find


def _found(figure: _Figure, scene: Scene) -> Iterator[Candidate]:
    for reading in scene.reading(*figure.metrics):
        if _is_bad(figure, reading):
            about = reading.about or scene.subject
            yield Candidate(
                figure.name,
                figure.category,
                f"{figure.says.format(about=about)} ({reading.text})",
                figure.says.format(about=about),
                figure.weight,
                figure.depth,
                about=about,
                names=frozenset({about}),
                since=reading.at,
                quotes=reading.quotes,
                speaks_for=(reading.text,),
                kin=figure.kin,
                hop=reading.hop,
                direct=False,
            )


def _is_bad(figure: _Figure, reading: Reading) -> bool:
    level = reading.level
    if level is None:
        return False
    if not figure.high:
        return level <= figure.least
    grown = reading.factor >= _LEAST_GROWTH or (
        reading.steady is not None and not figure.grows and (reading.watched or figure.least > 0)
    )
    return grown and reading.still is not False and level > figure.least


SIGNATURES: tuple[Signature, ...] = tuple(_made(figure) for figure in _FIGURES)
