"""Deep links into the AWS Management Console: right for partition and region, never presigned.

A console link needs the reader's own sign-in, so a forwarded e-mail gives nobody access and no link dies with a
session. Nothing here is a documented API: the forms are those the console itself uses, kept together so that one
place changes when the console does. A partition whose console host is not known gets no links.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from untrusted import make_visible, redact

if TYPE_CHECKING:
    from triage.domain.investigation import Investigation
    from triage.domain.signal import Signal

CONSOLE_HOSTS = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
DNS_SUFFIXES = {"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-us-gov": "amazonaws.com"}

BEFORE_ONSET = timedelta(hours=1)
AFTER_ONSET = timedelta(minutes=15)


@dataclass(frozen=True)
class Link:
    """A link that our own code built."""

    label: str
    url: str


@dataclass(frozen=True)
class Links:
    """Where to look next.

    Attributes:
        report: the archived report; ``None`` where there is no archive or no console.
        places: the report before this one, alarm, resource, logs, change history and the investigation's own
            calls, most useful first.
    """

    report: Link | None = None
    places: tuple[Link, ...] = ()

    @property
    def every(self) -> tuple[Link, ...]:
        """All links, the report first."""
        return ((self.report,) if self.report else ()) + self.places


@dataclass(frozen=True)
class _Console:
    """The console of one partition and region, for one account."""

    partition: str
    region: str
    account_id: str

    def page(self, path: str, fragment: str = "") -> str:
        """Address of a regional page.

        Args:
            path: service path, for example ``/lambda/home``; a query of its own is kept.
            fragment: what follows ``#``, already escaped.
        """
        separator = "&" if "?" in path else "?"
        suffix = f"#{fragment}" if fragment else ""
        return f"https://{CONSOLE_HOSTS[self.partition]}{path}{separator}region={_escaped(self.region)}{suffix}"

    def arn(self, service: str, resource: str) -> str:
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"


def links_for(
    investigation: Investigation,
    bucket: str | None = None,
    folder: str | None = None,
    bucket_region: str | None = None,
) -> Links:
    """Every link of an investigation.

    Args:
        investigation: whose signal says where things live.
        bucket: name of the Archive's bucket.
        folder: the investigation's folder in it, without a slash at its end.
        bucket_region: where the bucket is; the signal's region unless told, which a signal of another region,
            forwarded to this one, does not share.

    Returns:
        Links; none that would carry a secret in one of its names, none for an unknown partition.
    """
    signal = investigation.signal
    if signal.partition not in CONSOLE_HOSTS:
        return Links()
    console = _Console(signal.partition, signal.region, signal.account_id)
    archive = replace(console, region=bucket_region or signal.region)
    report = _report_link(archive, bucket, f"{folder}/report.html") if bucket and folder else None
    places = (*_earlier_links(archive, bucket, investigation), *_places(console, investigation))
    return Links(report, tuple(link for link in places if _reveals_nothing(link)))


def alarm_link(signal: Signal) -> Link | None:
    """The alarm in the CloudWatch console, or ``None`` for an unknown partition."""
    if signal.partition not in CONSOLE_HOSTS:
        return None
    link = _alarm_link(_Console(signal.partition, signal.region, signal.account_id), signal)
    return link if _reveals_nothing(link) else None


def report_link(signal: Signal, report_key: str | None, bucket: str, bucket_region: str) -> Link | None:
    """An archived report, as the Tracker remembers its key; ``None`` without one, or for an unknown partition."""
    if not report_key or signal.partition not in CONSOLE_HOSTS:
        return None
    folder = report_key.rpartition("/")[0]
    console = _Console(signal.partition, bucket_region, signal.account_id)
    return _report_link(console, bucket, f"{folder}/report.html")


def archived_link(label: str, home: Signal, bucket: str, key: str, bucket_region: str) -> Link | None:
    """An object of the Archive, or ``None`` for an unknown partition.

    Args:
        home: a signal of the partition that the Archive is in.
    """
    if home.partition not in CONSOLE_HOSTS:
        return None
    return replace(
        _report_link(_Console(home.partition, bucket_region, home.account_id), bucket, key), label=label
    )


def _places(console: _Console, investigation: Investigation) -> list[Link]:
    signal = investigation.signal
    start = signal.occurred_at - BEFORE_ONSET
    end = max(signal.occurred_at + AFTER_ONSET, investigation.finished_at)
    return [
        _alarm_link(console, signal),
        *_resource_links(console, signal, start, end),
        Link("Changes around onset (CloudTrail)", _events(console, start, end, "ReadOnly=false")),
        Link(
            "Calls this investigation made (CloudTrail)",
            _events(
                console, investigation.started_at, end + AFTER_ONSET, f"Username={_escaped(investigation.id)}"
            ),
        ),
    ]


def _earlier_links(archive: _Console, bucket: str | None, investigation: Investigation) -> list[Link]:
    """The report of the investigation before, where there was one and it was archived."""
    earlier = investigation.recurrence.earlier if investigation.recurrence else None
    if not bucket or earlier is None or not earlier.folder:
        return []
    link = _report_link(archive, bucket, f"{earlier.folder}/report.html")
    return [replace(link, label=f"Earlier report, {earlier.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC")]


def _report_link(console: _Console, bucket: str, key: str) -> Link:
    return Link("Full report", console.page(f"/s3/object/{_escaped(bucket)}?prefix={quote(key, safe='/')}"))


def _alarm_link(console: _Console, signal: Signal) -> Link:
    return Link("Alarm", console.page("/cloudwatch/home", f"alarmsV2:alarm/{_escaped(signal.name)}"))


def _resource_links(console: _Console, signal: Signal, start: datetime, end: datetime) -> list[Link]:
    links: dict[str, Link] = {}
    for metric in signal.metrics:
        named = {**metric.dimensions}
        for (namespace, dimension), build in _RESOURCE_PAGES.items():
            if metric.namespace == namespace and named.get(dimension):
                link = build(console, named)
                links.setdefault(link.url, link)
        group = _log_group(metric.namespace, named)
        if group:
            link = Link(f"Logs of {group} around onset", _log_events(console, group, start, end))
            links.setdefault(link.url, link)
    return list(links.values())


def _log_group(namespace: str | None, dimensions: dict[str, str]) -> str | None:
    """The log group behind a metric; for a function its default group (AWS Lambda Developer Guide)."""
    if namespace == "AWS/Lambda" and dimensions.get("FunctionName"):
        return f"/aws/lambda/{dimensions['FunctionName']}"
    return dimensions.get("LogGroupName") if namespace == "AWS/Logs" else None


def _log_events(console: _Console, group: str, start: datetime, end: datetime) -> str:
    """All events of a log group in a window.

    CloudWatch escapes the parts of this address twice and writes ``$`` for the percent sign: ``/`` is ``$252F``,
    and the inner query's ``?`` is ``$3F``.
    """
    query = f"?start={_milliseconds(start)}&end={_milliseconds(end)}"
    return console.page(
        "/cloudwatch/home",
        f"logsV2:log-groups/log-group/{_twice_escaped(group)}/log-events{_escaped(query).replace('%', '$')}",
    )


def _events(console: _Console, start: datetime, end: datetime, attribute: str) -> str:
    window = f"StartTime={_escaped(_instant(start))}&EndTime={_escaped(_instant(end))}"
    return console.page("/cloudtrailv2/home", f"/events?{attribute}&{window}")


_Page = Callable[[_Console, dict[str, str]], Link]


def _ec2(label: str, view: str, dimension: str) -> _Page:
    def build(console: _Console, named: dict[str, str]) -> Link:
        return Link(f"{label} {named[dimension]}", console.page("/ec2/home", view + _escaped(named[dimension])))

    return build


def _by_name(label: str, path: str, fragment: str, dimension: str) -> _Page:
    """A page that is addressed by a resource's name, put where ``{}`` stands."""

    def build(console: _Console, named: dict[str, str]) -> Link:
        name = _escaped(named[dimension])
        return Link(f"{label} {named[dimension]}", console.page(path.format(name), fragment.format(name)))

    return build


def _by_arn(label: str, path: str, fragment: str, dimension: str, arn: tuple[str, str]) -> _Page:
    """A page that is addressed by an ARN: service and resource, with the dimension's value where ``{}`` stands."""

    def build(console: _Console, named: dict[str, str]) -> Link:
        full = _escaped(console.arn(arn[0], arn[1].format(named[dimension])))
        return Link(f"{label} {named[dimension]}", console.page(path, fragment.format(full)))

    return build


def _queue(console: _Console, named: dict[str, str]) -> Link:
    host = f"sqs.{console.region}.{DNS_SUFFIXES[console.partition]}"
    queue_url = f"https://{host}/{console.account_id}/{named['QueueName']}"
    return Link(f"Queue {named['QueueName']}", console.page("/sqs/v3/home", f"/queues/{_escaped(queue_url)}"))


def _ecs(console: _Console, named: dict[str, str]) -> Link:
    cluster, service = _escaped(named["ClusterName"]), _escaped(named.get("ServiceName", ""))
    if service:
        page = console.page(f"/ecs/v2/clusters/{cluster}/services/{service}/health")
        return Link(f"ECS service {named['ServiceName']}", page)
    return Link(f"ECS cluster {named['ClusterName']}", console.page(f"/ecs/v2/clusters/{cluster}/services"))


def _state_machine(console: _Console, named: dict[str, str]) -> Link:
    arn = named["StateMachineArn"]
    return Link(
        f"State machine {arn.rpartition(':')[2]}",
        console.page("/states/home", f"/statemachines/view/{_escaped(arn)}"),
    )


_RESOURCE_PAGES: dict[tuple[str, str], _Page] = {
    ("AWS/Lambda", "FunctionName"): _by_name(
        "Function", "/lambda/home", "/functions/{}?tab=monitoring", "FunctionName"
    ),
    ("AWS/DynamoDB", "TableName"): _by_name(
        "Table", "/dynamodbv2/home", "table?name={}&tab=monitoring", "TableName"
    ),
    ("AWS/SQS", "QueueName"): _queue,
    ("AWS/RDS", "DBInstanceIdentifier"): _by_name(
        "Database", "/rds/home", "database:id={};is-cluster=false", "DBInstanceIdentifier"
    ),
    ("AWS/RDS", "DBClusterIdentifier"): _by_name(
        "Database cluster", "/rds/home", "database:id={};is-cluster=true", "DBClusterIdentifier"
    ),
    ("AWS/EC2", "InstanceId"): _ec2("Instance", "InstanceDetails:instanceId=", "InstanceId"),
    ("AWS/EC2", "AutoScalingGroupName"): _ec2(
        "Auto Scaling group", "AutoScalingGroupDetails:id=", "AutoScalingGroupName"
    ),
    ("AWS/AutoScaling", "AutoScalingGroupName"): _ec2(
        "Auto Scaling group", "AutoScalingGroupDetails:id=", "AutoScalingGroupName"
    ),
    ("AWS/ApplicationELB", "LoadBalancer"): _by_arn(
        "Load balancer",
        "/ec2/home",
        "LoadBalancer:loadBalancerArn={}",
        "LoadBalancer",
        ("elasticloadbalancing", "loadbalancer/{}"),
    ),
    ("AWS/NetworkELB", "LoadBalancer"): _by_arn(
        "Load balancer",
        "/ec2/home",
        "LoadBalancer:loadBalancerArn={}",
        "LoadBalancer",
        ("elasticloadbalancing", "loadbalancer/{}"),
    ),
    ("AWS/ApplicationELB", "TargetGroup"): _by_arn(
        "Target group",
        "/ec2/home",
        "TargetGroup:targetGroupArn={}",
        "TargetGroup",
        ("elasticloadbalancing", "{}"),
    ),
    ("AWS/ECS", "ClusterName"): _ecs,
    ("AWS/States", "StateMachineArn"): _state_machine,
    ("AWS/SNS", "TopicName"): _by_arn("Topic", "/sns/v3/home", "/topic/{}", "TopicName", ("sns", "{}")),
    ("AWS/Kinesis", "StreamName"): _by_name(
        "Stream", "/kinesis/home", "/streams/details/{}/monitoring", "StreamName"
    ),
    ("AWS/S3", "BucketName"): _by_name("Bucket", "/s3/buckets/{}", "", "BucketName"),
    ("AWS/Events", "RuleName"): _by_name("Rule", "/events/home", "/eventbus/default/rules/{}", "RuleName"),
}
"""Console pages by namespace and dimension. The namespace counts: ``ClusterName`` is not ECS everywhere."""


def _escaped(text: str) -> str:
    return quote(text, safe="", errors="replace")


def _twice_escaped(text: str) -> str:
    return _escaped(_escaped(text)).replace("%", "$")


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _reveals_nothing(link: Link) -> bool:
    """Whether the link's names hold neither a secret nor characters that hide.

    An address must carry a name as it is, so one that would have to be changed is left out.
    """
    decoded = unquote(unquote(re.sub(r"\$(?=[0-9A-F]{2})", "%", link.url)))
    shown = f"{link.label} {decoded}"
    return redact(shown) == shown and make_visible(shown) == shown
