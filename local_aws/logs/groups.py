"""Log groups and streams: finding the one a request names, and DescribeLogGroups, DescribeLogStreams."""

from __future__ import annotations

import time
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch_logs

from local_aws import clock
from local_aws.logs.paging import page
from local_aws.logs.refusals import invalid, missing
from local_aws.logs.stored_events import size

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DAY_MS = 86_400_000
_PAGE = 50


@dataclass(frozen=True)
class Group:
    """A log group of the current account and region."""

    name: str
    record: dict[str, Any]

    @property
    def streams(self) -> dict[str, dict[str, Any]]:
        """Streams by name; each keeps its events in order."""
        found: dict[str, dict[str, Any]] = self.record["streams"]
        return found

    @property
    def log_class(self) -> str:
        """STANDARD, INFREQUENT_ACCESS or DELIVERY."""
        return str(self.record.get("logGroupClass") or "STANDARD")

    @property
    def expired_before(self) -> int:
        """Events before this, in milliseconds since the epoch, have been deleted by the retention policy."""
        days = self.record.get("retentionInDays")
        return int(time.time() * 1000) - int(days) * _DAY_MS if days else 0

    def require_standard(self, operation: str) -> None:
        """Refuse what only the Standard class has (user guide, "Log classes").

        Raises:
            RefusedError: InvalidParameterException.
        """
        if self.log_class != "STANDARD":
            raise invalid(f"{operation} is not supported on log groups of the class {self.log_class}.")


def named(name: str) -> Group:
    """The log group of a name.

    Raises:
        RefusedError: there is none.
    """
    record = cloudwatch_logs._log_groups.get(name)
    if record is None:
        raise missing("log group")
    return Group(name, record)


def identified(identifier: str) -> Group:
    """The log group of a name or an ARN.

    Raises:
        RefusedError: there is none; an ARN of another account or region names none.
    """
    if not identifier.startswith("arn:"):
        return named(identifier)
    return named(cloudwatch_logs._log_group_name_from_identifier_arn(identifier) or "")


def requested(request: Mapping[str, Any]) -> Group:
    """The log group that a request names by logGroupName or logGroupIdentifier.

    Raises:
        RefusedError: it names none, names it twice, or there is none.
    """
    name, identifier = request.get("logGroupName"), request.get("logGroupIdentifier")
    if bool(name) == bool(identifier):
        raise invalid("Exactly one of logGroupName and logGroupIdentifier must be specified.")
    return named(name) if name else identified(str(identifier))


def stream_of(group: Group, name: str) -> dict[str, Any]:
    """A stream of the group.

    Raises:
        RefusedError: there is none.
    """
    found = group.streams.get(name)
    if found is None:
        raise missing("log stream")
    return found


def dated(create: Callable[[Mapping[str, Any]], Any]) -> Callable[[Mapping[str, Any]], Any]:
    """The emulator's CreateLogGroup, with the time of the call as the time of creation."""

    def create_dated(request: Mapping[str, Any]) -> Any:
        known = set(cloudwatch_logs._log_groups.keys())
        response = create(request)
        for name in set(cloudwatch_logs._log_groups.keys()) - known:
            cloudwatch_logs._log_groups[name]["creationTime"] = int(clock.now() * 1000)
        return response

    return create_dated


def describe_log_groups(request: Mapping[str, Any]) -> dict[str, Any]:
    """DescribeLogGroups: by prefix, part of the name, class or identifiers; sorted by name."""
    prefix, part = request.get("logGroupNamePrefix"), request.get("logGroupNamePattern")
    identifiers = request.get("logGroupIdentifiers")
    if prefix and part:
        raise invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
    if identifiers and (prefix or part or request.get("logGroupClass")):
        raise invalid("logGroupIdentifiers cannot be combined with other filters.")
    names = sorted(cloudwatch_logs._log_groups.keys())
    if identifiers:
        wanted = {name.rpartition(":log-group:")[2] for name in identifiers}
        names = [name for name in names if name in wanted]
    found = [
        group
        for group in (Group(name, cloudwatch_logs._log_groups[name]) for name in names)
        if group.name.startswith(prefix or "")
        and (part or "") in group.name
        and request.get("logGroupClass") in {None, group.log_class}
    ]
    shown, more = page("DescribeLogGroups", request, found, _PAGE)
    return {"logGroups": [_brief(group) if part else _described(group) for group in shown], **more}


def _brief(group: Group) -> dict[str, Any]:
    """With logGroupNamePattern only these members are included (API reference)."""
    return {
        "logGroupName": group.name,
        "arn": group.record["arn"],
        "creationTime": group.record["creationTime"],
    }


def _described(group: Group) -> dict[str, Any]:
    filters = sum(1 for key in cloudwatch_logs._metric_filters if key[0] == group.name)
    optional = {name: group.record[name] for name in ("retentionInDays", "kmsKeyId") if group.record.get(name)}
    return {
        **_brief(group),
        "logGroupArn": str(group.record["arn"]).removesuffix(":*"),
        "logGroupClass": group.log_class,
        "metricFilterCount": filters,
        "storedBytes": sum(_stored(stream) for stream in list(group.streams.values())),
        **optional,
    }


def _stored(stream: Mapping[str, Any]) -> int:
    return sum(size(event["message"]) for event in list(stream["events"]))


def describe_log_streams(request: Mapping[str, Any]) -> dict[str, Any]:
    """DescribeLogStreams: by prefix; ordered by name, or by the time of the last event."""
    group = requested(request)
    by_time = request.get("orderBy") == "LastEventTime"
    prefix = request.get("logStreamNamePrefix")
    if by_time and prefix:
        raise invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
    streams = sorted(group.streams.items(), key=itemgetter(0))
    found = [(name, stream) for name, stream in streams if name.startswith(prefix or "")]
    if by_time:
        found.sort(key=lambda pair: pair[1].get("lastEventTimestamp") or 0)
    if request.get("descending"):
        found.reverse()
    shown, more = page("DescribeLogStreams", request, found, _PAGE)
    return {"logStreams": [_described_stream(group, name, stream) for name, stream in shown], **more}


def _described_stream(group: Group, name: str, stream: Mapping[str, Any]) -> dict[str, Any]:
    times = ("firstEventTimestamp", "lastEventTimestamp", "lastIngestionTime")
    place = f"{get_region()}:{get_account_id()}:log-group:{group.name}:log-stream:{name}"
    return {
        "logStreamName": name,
        "creationTime": stream["creationTime"],
        "uploadSequenceToken": stream["uploadSequenceToken"],
        "arn": f"arn:aws:logs:{place}",
        "storedBytes": 0,  # no longer supported for streams, and always zero (API reference, LogStream)
        **{member: stream[member] for member in times if stream.get(member) is not None},
    }
