"""Which operations of CloudWatch Logs are answered here, with which members applied, and how they get installed.

Requests are held against the service's model first. Other operations stay the emulator's, except those that it
does not know: they are refused by name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import cloudwatch_logs

from local_aws.logs import (
    groups,
    ingestion,
    metric_filters,
    permissions,
    queries,
    reading,
    records,
    requests,
    subscriptions,
)
from local_aws.logs.patterns import compile_pattern
from local_aws.logs.refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    Response = tuple[int, dict[str, str], Any]
    Handle = Callable[..., Awaitable[Response]]


@dataclass(frozen=True)
class Operation:
    """An operation and the members of its request that are applied."""

    answer: Callable[[Mapping[str, Any]], dict[str, Any]]
    applied: frozenset[str]
    emulator: str | None = None
    """The emulator's function, which its own services call too."""


def _applying(*members: str) -> frozenset[str]:
    return frozenset(members)


_GROUP = ("logGroupName", "logGroupIdentifier")
# Nothing is masked here, so that there is nothing that unmask could change; interleaved is ignored on AWS too.
_EVENTS = (*_GROUP, "startTime", "endTime", "nextToken", "limit", "startFromHead", "unmask")

OPERATIONS: dict[str, Operation] = {
    "DescribeLogGroups": Operation(
        groups.describe_log_groups,
        _applying(
            "logGroupNamePrefix",
            "logGroupNamePattern",
            "logGroupClass",
            "logGroupIdentifiers",
            "nextToken",
            "limit",
        ),
    ),
    "DescribeLogStreams": Operation(
        groups.describe_log_streams,
        _applying(*_GROUP, "logStreamNamePrefix", "orderBy", "descending", "nextToken", "limit"),
    ),
    "PutLogEvents": Operation(
        ingestion.put_log_events,
        _applying("logGroupName", "logStreamName", "logEvents", "sequenceToken"),
        "_put_log_events",
    ),
    "FilterLogEvents": Operation(
        reading.filter_log_events,
        _applying(*_EVENTS, "logStreamNames", "logStreamNamePrefix", "filterPattern", "interleaved"),
    ),
    "GetLogEvents": Operation(reading.get_log_events, _applying(*_EVENTS, "logStreamName")),
    "GetLogRecord": Operation(records.get_log_record, _applying("logRecordPointer", "unmask")),
    "GetLogGroupFields": Operation(records.get_log_group_fields, _applying(*_GROUP, "time")),
    "StartQuery": Operation(
        queries.start_query,
        _applying(
            *("logGroupName", "logGroupNames", "logGroupIdentifiers"),
            *("queryLanguage", "queryString", "startTime", "endTime", "limit"),
        ),
    ),
    "GetQueryResults": Operation(queries.get_query_results, _applying("queryId", "nextToken", "maxItems")),
    "StopQuery": Operation(queries.stop_query, _applying("queryId")),
    "DescribeQueries": Operation(
        queries.describe_queries,
        _applying("logGroupName", "status", "queryLanguage", "maxResults", "nextToken"),
    ),
    "PutMetricFilter": Operation(
        metric_filters.put_metric_filter,
        _applying("logGroupName", "filterName", "filterPattern", "metricTransformations"),
        "_put_metric_filter",
    ),
    "DescribeMetricFilters": Operation(
        metric_filters.describe_metric_filters,
        _applying("logGroupName", "filterNamePrefix", "metricName", "metricNamespace", "nextToken", "limit"),
    ),
    "TestMetricFilter": Operation(
        metric_filters.test_metric_filter, _applying("filterPattern", "logEventMessages")
    ),
    "PutSubscriptionFilter": Operation(
        subscriptions.put_subscription_filter,
        _applying("logGroupName", "filterName", "filterPattern", "destinationArn", "roleArn", "distribution"),
        "_put_subscription_filter",
    ),
    "DescribeSubscriptionFilters": Operation(
        subscriptions.describe_subscription_filters,
        _applying("logGroupName", "filterNamePrefix", "nextToken", "limit"),
    ),
}


def install() -> None:
    """Answer these operations here, and store events with ids and in order whoever writes them."""
    permissions.install()
    cloudwatch_logs.handle_request = _handling(cloudwatch_logs.handle_request)
    cloudwatch_logs._create_log_group = groups.dated(cloudwatch_logs._create_log_group)
    cloudwatch_logs._append_log_events = ingestion.append
    cloudwatch_logs._fanout_to_subscription_filters = ingestion.deliver
    cloudwatch_logs._subscription_pattern_matches = lambda pattern, message: compile_pattern(
        pattern or ""
    ).matches(message or "")
    for name, operation in OPERATIONS.items():
        if operation.emulator:
            setattr(cloudwatch_logs, operation.emulator, _answering(name))


def _answering(name: str) -> Callable[[Mapping[str, Any]], Response]:
    def answer(request: Mapping[str, Any]) -> Response:
        operation = OPERATIONS[name]
        try:
            requests.check(name, request, operation.applied)
            response: Response = json_response(operation.answer(request))
        except RefusedError as error:
            return _refusal(error)
        return response

    return answer


def _refusal(error: RefusedError) -> Response:
    response: Response = error_response_json(error.code, error.message, 400)
    return response


def _handling(original: Handle) -> Handle:
    async def handle(method: str, path: str, headers: Mapping[str, str], body: bytes, query: object) -> Response:
        name = headers.get("x-amz-target", "").rpartition(".")[2]
        try:
            request = json.loads(body or b"{}")
        except ValueError:
            return _refusal(RefusedError("SerializationException", "The request is not JSON."))
        if name in OPERATIONS:
            refused: Response | None = permissions.further_refusal(name, body, headers)
            return refused or _answering(name)(request)
        if name == "StartLiveTail":
            try:
                reading.compiled(str(request.get("logEventFilterPattern") or ""))
            except RefusedError as error:
                return _refusal(error)
        response = await original(method, path, headers, body, query)
        if response[0] == 400 and b"Unknown action" in response[2]:
            message = f"This local AWS does not answer {name} of CloudWatch Logs."
            return _refusal(RefusedError("InvalidOperationException", message))
        return response

    return handle
