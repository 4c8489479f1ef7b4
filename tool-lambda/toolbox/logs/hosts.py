"""Log groups that instances write to: their streams bear the instance's id or its host name.

The CloudWatch agent names a stream after the instance unless told otherwise (CloudWatch user guide, agent
configuration, `log_stream_name`: `{instance_id}`, `{hostname}`, `{local_hostname}`, `{ip_address}`).
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import pages
from toolbox.asking.side_by_side import side_by_side
from toolbox.resources.ec2 import what_runs_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from toolbox.asking.answer import Asked

#: Groups whose streams are listed, and those told.
_MOST_CANDIDATES = 8
_MOST = 3
_MOST_LISTED = 400
#: Members of a group whose streams are looked for.
_MOST_INSTANCES = 5
_MOST_STREAMS = 50
_LEAST_NAME = 5
#: What operating systems call their logs.
_SYSTEM = frozenset(
    ("messages", "syslog", "kern", "kernel", "dmesg", "journal", "journald", "system", "host", "hosts", "ec2")
)
#: Words that groups of services nobody runs on instances have.
_ELSEWHERE = ("/aws/lambda/", "/aws/rds/", "/aws/apigateway/", "/aws/vendedlogs/", "/aws/codebuild/", "/ecs/")
_WORD = re.compile(r"[a-z]{3,}")
_GENERAL = frozenset(
    ("aws", "log", "logs", "prod", "production", "status", "check", "high", "low", "cpu", "error")
)


def groups_of_instances(asked: Asked, dimensions: Mapping[str, str], alarm: str) -> list[str]:
    """The groups in which the instances that dimensions name have a stream, those named like them first.

    Args:
        asked: Takes the gaps.
        dimensions: Of the alarm's metrics; others than of instances and their groups have none.
        alarm: Name of the alarm: it often has words of the application in it.
    """
    instances = _instances(asked, dimensions)
    if not instances:
        return []
    hosts = list(dict.fromkeys(name for each in instances for name in _names(each)))
    texts = [
        alarm,
        dimensions.get("AutoScalingGroupName", ""),
        *(tag for each in instances for tag in _tags(each)),
    ]
    candidates = candidates_among(_groups(asked), texts)
    written = side_by_side([partial(_is_written, asked, group, hosts) for group in candidates])
    return [group for group, is_written in zip(candidates, written, strict=True) if is_written][:_MOST]


def candidates_among(groups: Iterable[str], texts: Iterable[str]) -> list[str]:
    """Groups called like a system's log, or that share a word with some texts: the most first. Pure."""
    wanted = {word for text in texts for word in _words(text)}
    scores = {
        group: 2 * len(_words(group) & wanted) + bool(_words(group) & _SYSTEM)
        for group in groups
        if not group.startswith(_ELSEWHERE)
    }
    found = sorted((group for group in scores if scores[group]), key=lambda group: (-scores[group], group))
    return found[:_MOST_CANDIDATES]


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower())) - _GENERAL


def _instances(asked: Asked, dimensions: Mapping[str, str]) -> list[Mapping[str, Any]]:
    ids = [dimensions["InstanceId"]] if "InstanceId" in dimensions else _members(asked, dimensions)
    if not ids:
        return []
    client = looking.current().client("ec2")

    def read() -> list[Mapping[str, Any]]:
        found = client.describe_instances(InstanceIds=ids)["Reservations"]
        return [each for reservation in found for each in reservation["Instances"] if each["InstanceId"] in ids]

    unnamed: list[Mapping[str, Any]] = [{"InstanceId": each} for each in ids]
    # An instance that was terminated is described no longer; its streams are still there.
    return asked.attempt("host names", read, unnamed) or unnamed


def _members(asked: Asked, dimensions: Mapping[str, str]) -> list[str]:
    """Instances of an Auto Scaling group, those that are not well first."""
    name = dimensions.get("AutoScalingGroupName")
    if not name:
        return []
    client = looking.current().client("autoscaling")
    nothing: list[Any] = []
    groups = asked.attempt(
        "instances of the group",
        lambda: client.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"],
        nothing,
    )
    members = [each for group in groups for each in group.get("Instances") or ()]
    ordered = sorted(members, key=lambda each: each.get("HealthStatus") == "Healthy")
    return [str(each["InstanceId"]) for each in ordered[:_MOST_INSTANCES]]


def _names(instance: Mapping[str, Any]) -> list[str]:
    """What an instance's streams may be called after: its id, its host name, its address, its name."""
    address = str(instance.get("PrivateIpAddress") or "")
    host = str(instance.get("PrivateDnsName") or "").partition(".")[0]
    guessed = f"ip-{address.replace('.', '-')}" if address else ""
    tagged = next((str(each["Value"]) for each in instance.get("Tags") or () if each["Key"] == "Name"), "")
    called = tagged if len(tagged) >= _LEAST_NAME and re.search(r"\w[-_.]\w", tagged) else ""
    return [name for name in (str(instance["InstanceId"]), host, guessed, address, called) if name]


def _tags(instance: Mapping[str, Any]) -> list[str]:
    tags = {each["Key"]: each["Value"] for each in instance.get("Tags") or ()}
    named = [str(tags[key]) for key in ("Name", "aws:autoscaling:groupName") if key in tags]
    return named + what_runs_on(instance)


def _groups(asked: Asked) -> list[str]:
    look = looking.current()
    client = look.client("logs")
    nothing: list[Any] = []
    found = asked.attempt(
        "list of log groups",
        lambda: list(pages(client, "describe_log_groups", "logGroups", most=_MOST_LISTED)),
        nothing,
    )
    return [name for each in found if not look.is_own(name := str(each["logGroupName"]))]


def _is_written(asked: Asked, group: str, hosts: Sequence[str]) -> bool:
    """Whether one of some hosts has a stream in a group."""
    client = looking.current().client("logs")
    nothing: list[Any] = []

    def listed(**how: Any) -> list[str]:
        read = lambda: client.describe_log_streams(logGroupName=group, **how)["logStreams"]  # noqa: E731 - two lines
        return [str(each["logStreamName"]) for each in asked.attempt(f"streams of {group}", read, nothing)]

    recent = listed(orderBy="LastEventTime", descending=True, limit=_MOST_STREAMS)
    if any(is_of_host(stream, hosts) for stream in recent):
        return True
    # Of many streams the host's may not be among the latest: it may be the one that fell silent.
    many = len(recent) == _MOST_STREAMS
    return many and any(listed(logStreamNamePrefix=host, limit=1) for host in hosts[:2])


def is_of_host(stream: str, hosts: Iterable[str]) -> bool:
    """Whether a stream bears the name of a host: `i-1`, `app/i-1`, `ip-10-0-1-2.ec2.internal`. Pure."""
    return any(re.search(rf"(?<![\w-]){re.escape(host)}(?![\w-])", stream) for host in hosts)
