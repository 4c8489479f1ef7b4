"""Subscription filters: put with a pattern that is evaluated, described, delivered to functions that allow it."""

from __future__ import annotations

import base64
import gzip
import json
import time
import uuid
from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch_logs

from local_aws import clock
from local_aws.access.permissions import invoke_for_service, may_invoke
from local_aws.logs.groups import named
from local_aws.logs.paging import page
from local_aws.logs.patterns import compile_pattern
from local_aws.logs.reading import compiled
from local_aws.logs.refusals import RefusedError, invalid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST_PER_GROUP = 2
_PAGE = 50


def put_subscription_filter(request: Mapping[str, Any]) -> dict[str, Any]:
    """PutSubscriptionFilter: at most two a log group; a function must let CloudWatch Logs call it already."""
    group = named(str(request["logGroupName"]))
    group.require_standard("PutSubscriptionFilter")
    target = str(request["destinationArn"])
    if ":function:" in target and not may_invoke(target, _principal(), _source(group.name)):
        raise invalid(
            "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to "
            "execute your function."
        )
    compiled(str(request.get("filterPattern") or ""))
    others = set(group.record["subscriptionFilters"]) - {request["filterName"]}
    if len(others) >= _MOST_PER_GROUP:
        raise RefusedError("LimitExceededException", "Resource limit exceeded.")
    cloudwatch_logs._log_groups[group.name]["subscriptionFilters"][request["filterName"]] = {
        "filterName": request["filterName"],
        "logGroupName": group.name,
        "filterPattern": request.get("filterPattern") or "",
        "destinationArn": request["destinationArn"],
        "roleArn": request.get("roleArn") or "",
        "distribution": request.get("distribution") or "ByLogStream",
        "creationTime": int(clock.now() * 1000),
    }
    return {}


def describe_subscription_filters(request: Mapping[str, Any]) -> dict[str, Any]:
    """DescribeSubscriptionFilters: of one log group, by prefix, sorted by name."""
    group = named(str(request["logGroupName"]))
    prefix = str(request.get("filterNamePrefix") or "")
    filters = group.record["subscriptionFilters"]
    found = [filters[name] for name in sorted(filters) if name.startswith(prefix)]
    shown, more = page("DescribeSubscriptionFilters", request, found, _PAGE)
    return {"subscriptionFilters": shown, **more}


def deliver(group_name: str, stream_name: str, events: Sequence[Mapping[str, Any]]) -> None:
    """Send matching events to the functions subscribed to a log group, where their policy allows it."""
    group = cloudwatch_logs._log_groups.get(group_name) or {}
    for subscription in list((group.get("subscriptionFilters") or {}).values()):
        target = str(subscription.get("destinationArn", ""))
        if ":function:" not in target or group_name == f"/aws/lambda/{target.split(':')[6]}":
            continue
        pattern = compile_pattern(str(subscription.get("filterPattern") or ""))
        matched = [event for event in events if pattern.matches(event["message"])]
        if matched:
            event = _envelope(group_name, stream_name, subscription["filterName"], matched)
            invoke_for_service(target, _principal(), _source(group_name), event)


def _principal() -> str:
    return f"logs.{get_region()}.amazonaws.com"


def _source(group: str) -> str:
    arn: str = cloudwatch_logs._make_group_arn(group)
    return arn


def _envelope(
    group: str, stream: str, subscription: str, events: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, str]]:
    """CloudWatch Logs' event (Lambda developer guide, "Process log events")."""
    message = {
        "messageType": "DATA_MESSAGE",
        "owner": get_account_id(),
        "logGroup": group,
        "logStream": stream,
        "subscriptionFilters": [subscription],
        "logEvents": [
            {
                "id": event.get("eventId") or uuid.uuid4().hex,
                "timestamp": event.get("timestamp", int(time.time() * 1000)),
                "message": event["message"],
            }
            for event in events
        ],
    }
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(message).encode())).decode()}}
