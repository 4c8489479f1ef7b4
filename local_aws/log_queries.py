"""Reading logs: exact filter patterns and pages, subscriptions that ask for permission, and no Insights guesswork.

Replaces the emulator's FilterLogEvents (see `log_patterns`; it also ignores nextToken and logStreamNamePrefix)
and its delivery to subscribed functions. An Insights query with a command or filter the emulator would silently
skip is refused.
"""

from __future__ import annotations

import base64
import gzip
import heapq
import json
import re
import time
import uuid
from typing import TYPE_CHECKING, Any

from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
from ministack.services import cloudwatch_logs

from local_aws.log_patterns import UnsupportedPatternError, compile_pattern
from local_aws.permissions import invoke_for_service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_PAGE_LIMIT = 10_000
"""Events a page of FilterLogEvents holds at most (API reference)."""

_FIELDS = re.compile(r"(?i)(fields|display)\s+@\w+(\s*,\s*@\w+)*")
_SORT = re.compile(r"(?i)sort\s+@\w+(\s+(asc|desc))?")
_LIMIT = re.compile(r"(?i)limit\s+\d+")


def install() -> None:
    """Answer log queries exactly, or say that this one cannot be answered."""
    cloudwatch_logs._filter_log_events = filter_log_events
    cloudwatch_logs._fanout_to_subscription_filters = deliver_to_subscribers
    cloudwatch_logs._start_query = _start_query(cloudwatch_logs._start_query)


def filter_log_events(data: Mapping[str, Any]) -> Any:
    """FilterLogEvents over one log group."""
    name = cloudwatch_logs._resolve_log_group_name(data)
    group = cloudwatch_logs._log_groups.get(name)
    if group is None:
        return error_response_json(
            "ResourceNotFoundException", f"The specified log group does not exist: {name}", 400
        )
    try:
        matches = compile_pattern(str(data.get("filterPattern") or ""))
    except UnsupportedPatternError as error:
        return error_response_json("InvalidParameterException", str(error), 400)
    token = str(data.get("nextToken") or "0")
    if not token.isdigit():
        return error_response_json("InvalidParameterException", "The specified nextToken is invalid.", 400)
    found = [event for event in _merged(group, data) if matches(event["message"])]
    offset, size = int(token), min(int(data.get("limit") or _PAGE_LIMIT), _PAGE_LIMIT)
    answer: dict[str, Any] = {"events": found[offset : offset + size], "searchedLogStreams": []}
    if offset + size < len(found):
        answer["nextToken"] = str(offset + size)
    return json_response(answer)


def _merged(group: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The group's events in the time range, by time over all streams asked for."""
    start, end = data.get("startTime"), data.get("endTime")
    names, prefix = data.get("logStreamNames"), str(data.get("logStreamNamePrefix") or "")
    streams = [
        [{**event, "logStreamName": name} for event in list(stream["events"])]
        for name, stream in list(group["streams"].items())
        if (not names or name in names) and name.startswith(prefix)
    ]
    for event in heapq.merge(*streams, key=lambda event: event["timestamp"]):
        if (start is None or event["timestamp"] >= start) and (end is None or event["timestamp"] <= end):
            yield event


def deliver_to_subscribers(group_name: str, stream_name: str, events: list[dict[str, Any]]) -> None:
    """Send matching events to the functions subscribed to a log group, where their policy allows it."""
    group = cloudwatch_logs._log_groups.get(group_name) or {}
    for subscription in list((group.get("subscriptionFilters") or {}).values()):
        target = str(subscription.get("destinationArn", ""))
        if ":function:" not in target or group_name == f"/aws/lambda/{target.split(':')[6]}":
            continue
        try:
            matches = compile_pattern(str(subscription.get("filterPattern") or ""))
        except UnsupportedPatternError:
            continue  # refused when it was put
        matched = [event for event in events if matches(str(event.get("message", "")))]
        if matched:
            source = cloudwatch_logs._make_group_arn(group_name)
            event = _subscription_event(group_name, stream_name, subscription["filterName"], matched)
            invoke_for_service(target, f"logs.{get_region()}.amazonaws.com", source, event)


def _subscription_event(
    group: str, stream: str, subscription: str, events: list[dict[str, Any]]
) -> dict[str, dict[str, str]]:
    """CloudWatch Logs' envelope (Lambda developer guide, "Process log events")."""
    message = {
        "messageType": "DATA_MESSAGE",
        "owner": get_account_id(),
        "logGroup": group,
        "logStream": stream,
        "subscriptionFilters": [subscription],
        "logEvents": [
            {
                "id": uuid.uuid4().hex,
                "timestamp": event.get("timestamp", int(time.time() * 1000)),
                "message": event["message"],
            }
            for event in events
        ],
    }
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(message).encode())).decode()}}


def unsupported_stage(query: str) -> str | None:
    """The first part of an Insights query that would not be carried out; None when all of it would."""
    for stage in cloudwatch_logs._split_insights_pipes(query):
        text = stage.strip()
        if not text or text.startswith("#"):
            continue
        known = any(pattern.fullmatch(text) for pattern in (_FIELDS, _SORT, _LIMIT))
        if not known and cloudwatch_logs._compile_insights_filter(text) is None:
            return str(text)
    return None


def _start_query(original: Callable[[Mapping[str, Any]], Any]) -> Callable[[Mapping[str, Any]], Any]:
    def start(data: Mapping[str, Any]) -> Any:
        stage = unsupported_stage(str(data.get("queryString") or ""))
        if stage is not None:
            message = (
                f"This local AWS does not evaluate {stage!r}. It knows fields, sort, limit, and filter with"
                " @field = '…', @field like /…/ and toMillis(@timestamp); filter-log-events answers more."
            )
            return error_response_json("MalformedQueryException", message, 400)
        return original(data)

    return start
