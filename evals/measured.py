"""What resources publish to CloudWatch while nothing is wrong with them, for seeds to start from and to change.

Names and units as the services' documentation lists them; values for a busy weekday, given a load around 1.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from evals.authoring import minutes, of_day, put_alarm, put_lines, put_metrics, set_healthy, within

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    import boto3.session

_UNITS = {
    "Count": (
        "RequestCount HTTPCode_Target_2XX_Count HTTPCode_Target_3XX_Count HTTPCode_Target_4XX_Count "
        "HTTPCode_Target_5XX_Count HTTPCode_ELB_4XX_Count HTTPCode_ELB_5XX_Count HTTPCode_ELB_502_Count "
        "HTTPCode_ELB_503_Count HTTPCode_ELB_504_Count HealthyHostCount UnHealthyHostCount NewConnectionCount "
        "ActiveConnectionCount TargetConnectionErrorCount ClientTLSNegotiationErrorCount RequestCountPerTarget "
        "RejectedConnectionCount DatabaseConnections DiskQueueDepth Evictions CacheHits CacheMisses CurrItems "
        "CurrConnections NewConnections NumberOfMessagesSent NumberOfMessagesReceived NumberOfMessagesDeleted "
        "ApproximateNumberOfMessagesVisible ApproximateNumberOfMessagesNotVisible RunningTaskCount "
        "DesiredTaskCount PendingTaskCount Invocations Errors Throttles ConnectionAttemptCount "
        "ConnectionEstablishedCount ErrorPortAllocation IdleTimeoutCount PacketsDropCount"
    ),
    "Percent": "CPUUtilization MemoryUtilization CacheHitRate EngineCPUUtilization DatabaseMemoryUsagePercentage",
    "Seconds": "TargetResponseTime ReadLatency WriteLatency ApproximateAgeOfOldestMessage",
    "Milliseconds": "Duration",
    "Microseconds": "GetTypeCmdsLatency SetTypeCmdsLatency",
    "Count/Second": "ReadIOPS WriteIOPS",
    "Bytes/Second": "NetworkReceiveThroughput NetworkTransmitThroughput ReadThroughput WriteThroughput",
    "Bytes": (
        "FreeableMemory FreeStorageSpace SwapUsage TransactionLogsDiskUsage OldestReplicationSlotLag "
        "ReplicationSlotDiskUsage BytesUsedForCache BytesOutToDestination BytesInFromDestination BytesOutToSource "
        "BytesInFromSource NetworkBytesIn NetworkBytesOut"
    ),
}
_UNIT_OF = {name: unit for unit, names in _UNITS.items() for name in names.split()}

GIB = 2**30


def publish(
    session: boto3.session.Session,
    namespace: str,
    dimensions: Mapping[str, str],
    moments: Iterable[datetime],
    at: Callable[[datetime], Mapping[str, float]],
) -> None:
    """Publish metrics in the units their services give them; those not known here have none."""
    put_metrics(session, namespace, dimensions, moments, at, _UNIT_OF)


def moments(now: datetime, days: int = 3, until: int = -2) -> list[datetime]:
    """When metrics have datapoints: every minute of the last day, every five minutes before that."""
    return [*minutes(now, -days * 24 * 60, -24 * 60, 5), *minutes(now, -24 * 60, until)]


def task_id(of: str) -> str:
    """An id such as ECS gives to a task, always the same one for a word: state.json names it too."""
    return hashlib.sha256(of.encode()).hexdigest()[:32]


def busy(at: datetime, rng: random.Random) -> float:
    """Share of the traffic of a day's best hour, by the hour and with some noise."""
    return of_day(at, 0.35, 1.0) * rng.uniform(0.93, 1.07)


def balancer(
    rng: random.Random, requests: float, seconds: float = 0.06, *, failing: float = 0.0
) -> dict[str, float]:
    """A minute of an Application Load Balancer (`AWS/ApplicationELB`), or of one of its target groups.

    Args:
        rng: The seed's.
        requests: In this minute.
        seconds: TargetResponseTime.
        failing: Share that targets answered with 5XX.
    """
    requests = round(requests)
    failed, refused = round(requests * failing), round(requests * rng.uniform(0.004, 0.012))
    return {
        "RequestCount": requests,
        "HTTPCode_Target_2XX_Count": max(0, requests - failed - refused),
        "HTTPCode_Target_4XX_Count": refused,
        "HTTPCode_Target_5XX_Count": failed,
        "TargetResponseTime": seconds * rng.uniform(0.88, 1.15),
    }


def service(rng: random.Random, load: float, memory: float = 41.0, cpu: float = 38.0) -> dict[str, float]:
    """A minute of an ECS service (`AWS/ECS`, by ClusterName and ServiceName)."""
    return {
        "CPUUtilization": min(99.9, cpu * load * rng.uniform(0.9, 1.12)),
        "MemoryUtilization": memory * rng.uniform(0.985, 1.015),
    }


def database(
    rng: random.Random, load: float, connections: float = 60.0, cpu: float = 24.0, free_gib: float = 180.0
) -> dict[str, float]:
    """A minute of an RDS instance (`AWS/RDS`, by DBInstanceIdentifier)."""
    return {
        "CPUUtilization": min(99.5, cpu * load * rng.uniform(0.9, 1.15)),
        "DatabaseConnections": round(connections * rng.uniform(0.96, 1.04)),
        "FreeableMemory": 9.1 * GIB * rng.uniform(0.98, 1.02),
        "FreeStorageSpace": free_gib * GIB,
        "SwapUsage": 0.0,
        "ReadIOPS": 140 * load * rng.uniform(0.8, 1.25),
        "WriteIOPS": 210 * load * rng.uniform(0.85, 1.2),
        "ReadLatency": 0.0006 * rng.uniform(0.8, 1.3),
        "WriteLatency": 0.0011 * rng.uniform(0.8, 1.3),
        "DiskQueueDepth": 0.3 * load * rng.uniform(0.5, 1.6),
        "NetworkReceiveThroughput": 1.9e6 * load * rng.uniform(0.9, 1.1),
        "NetworkTransmitThroughput": 6.4e6 * load * rng.uniform(0.9, 1.1),
    }


def queue(sent: float, received: float, visible: float, in_flight: float, oldest_s: float) -> dict[str, float]:
    """A minute of a queue (`AWS/SQS`, by QueueName)."""
    return {
        "NumberOfMessagesSent": round(sent),
        "NumberOfMessagesReceived": round(received),
        "NumberOfMessagesDeleted": round(received),
        "ApproximateNumberOfMessagesVisible": round(visible),
        "ApproximateNumberOfMessagesNotVisible": round(in_flight),
        "ApproximateAgeOfOldestMessage": round(oldest_s),
    }


def checkpoints(now: datetime, rng: random.Random, first: int) -> Iterator[tuple[datetime, str]]:
    """What PostgreSQL on RDS logs every five minutes while all is well, from `first` minutes relative to now."""
    for minute in minutes(now, first, 0, 5):
        start, took = within(minute, rng, 20.0), rng.uniform(180.0, 269.9)
        end, written = start + timedelta(seconds=took), rng.randint(400, 5_200)
        yield start, f"{start:%Y-%m-%d %H:%M:%S} UTC::@:[512]:LOG:  checkpoint starting: time"
        if end >= now:
            return
        told = (
            f"checkpoint complete: wrote {written} buffers ({written / 10_000:.1f}%); 0 WAL file(s) added, "
            f"{rng.randint(0, 3)} removed, {rng.randint(1, 6)} recycled; write={took:.3f} s, sync=0.013 s, "
            f"total={took + 0.04:.3f} s; sync files={rng.randint(20, 90)}, longest=0.004 s, average=0.001 s; "
            f"distance={written * 13} kB, estimate={written * 14} kB"
        )
        yield end, f"{end:%Y-%m-%d %H:%M:%S} UTC::@:[512]:LOG:  {told}"


def make_bystanding_service(
    session: boto3.session.Session,
    now: datetime,
    rng: random.Random,
    cluster: str,
    name: str,
    says: Sequence[str],
    *,
    per_hour: int = 12,
) -> None:
    """A healthy ECS service that has nothing to do with the incident: log, metrics of two days, an alarm in OK.

    Args:
        session: An administrator's.
        now: When the investigation starts.
        rng: The seed's.
        cluster: Its cluster.
        name: Its name.
        says: What its log says, one of them each; `{n}` becomes a number, `{at}` the time.
        per_hour: Lines.
    """
    lines = []
    for hour in range(-20, 0):
        for _ in range(per_hour):
            at = within(now + timedelta(hours=hour), rng, 3_550.0)
            said = rng.choice(list(says)).replace("{n}", str(rng.randint(3, 9_800)))
            lines.append((at, said.replace("{at}", f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z")))
    put_lines(session, f"/ecs/{name}", lines, [f"svc/{name}/{rng.getrandbits(128):032x}" for _ in range(2)])
    dimensions = {"ClusterName": cluster, "ServiceName": name}
    memory, cpu = rng.uniform(30, 60), rng.uniform(15, 50)
    publish(
        session,
        "AWS/ECS",
        dimensions,
        minutes(now, -2 * 24 * 60, -2, 5),
        lambda at: service(rng, busy(at, rng), memory, cpu),
    )
    put_alarm(
        session,
        f"{name}-cpu-high",
        Namespace="AWS/ECS",
        MetricName="CPUUtilization",
        Dimensions=dimensions,
        Statistic="Average",
        Period=300,
        EvaluationPeriods=3,
        Threshold=85,
    )
    set_healthy(session, f"{name}-cpu-high")
