"""Logs Insights' operations: StartQuery, GetQueryResults, StopQuery, DescribeQueries.

A query is complete when it has been started; one that cannot be evaluated is refused then.
"""

from __future__ import annotations

import heapq
import time
import uuid
from typing import TYPE_CHECKING, Any

from ministack.services import cloudwatch_logs

from local_aws.logs.groups import Group, identified, named
from local_aws.logs.insights.errors import QueryError
from local_aws.logs.insights.query import Query, Result, parse
from local_aws.logs.paging import page
from local_aws.logs.records import events_of
from local_aws.logs.refusals import RefusedError, invalid, missing

if TYPE_CHECKING:
    from collections.abc import Mapping

_LANGUAGE = "CWLI"
_MOST_GROUPS = 50
_MOST_RESULTS = 10_000
_MOST_QUERIES = 1000
_MILLISECONDS_FROM = 100_000_000_000
"""A time in seconds from here on (the year 5138) is meant in milliseconds."""


def start_query(request: Mapping[str, Any]) -> dict[str, Any]:
    """StartQuery over up to 50 log groups; both ends of the time range are included."""
    started = time.time()
    language = request.get("queryLanguage") or _LANGUAGE
    if language != _LANGUAGE:
        raise _malformed(f"This local AWS does not evaluate queries in {language}; it knows {_LANGUAGE}.")
    query = _parsed(str(request["queryString"]), started)
    groups = _groups(request)
    start, end = _window(request)
    events = heapq.merge(
        *(events_of(group, start, end) for group in groups), key=lambda event: event.event_id, reverse=True
    )
    result = query.run(events, request.get("limit"))
    query_id = str(uuid.uuid4())
    cloudwatch_logs._queries[query_id] = {
        "queryId": query_id,
        "queryString": request["queryString"],
        "queryLanguage": _LANGUAGE,
        "logGroupNames": [group.name for group in groups],
        "status": "Complete",
        "createTime": int(started * 1000),
        "queryDuration": int((time.time() - started) * 1000),
        "result": result,
    }
    return {"queryId": query_id}


def _malformed(message: str) -> RefusedError:
    return RefusedError("MalformedQueryException", message)


def _parsed(text: str, now: float) -> Query:
    try:
        return parse(text, now)
    except QueryError as error:
        raise _malformed(str(error)) from error


def _groups(request: Mapping[str, Any]) -> list[Group]:
    single, names = request.get("logGroupName"), request.get("logGroupNames")
    identifiers = request.get("logGroupIdentifiers")
    if sum(bool(one) for one in (single, names, identifiers)) != 1:
        raise invalid("Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be specified.")
    wanted = [single] if single else names or identifiers or []
    if len(wanted) > _MOST_GROUPS:
        raise invalid(f"A query covers at most {_MOST_GROUPS} log groups.")
    found = {str(one): identified(str(one)) if identifiers else named(str(one)) for one in wanted}
    groups = list({group.name: group for group in found.values()}.values())
    for group in groups:
        if group.log_class == "DELIVERY":
            raise invalid(f"Queries are not supported on log groups of the class {group.log_class}.")
    return groups


def _window(request: Mapping[str, Any]) -> tuple[int, int]:
    """The time range in milliseconds."""
    start, end = int(request["startTime"]), int(request["endTime"])
    if max(start, end) >= _MILLISECONDS_FROM:
        raise invalid(
            "This local AWS does not take startTime and endTime in milliseconds; they are epoch seconds."
        )
    if start > end:
        raise invalid("End time should not be before the start time.")
    return start * 1000, end * 1000


def _stored(request: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] | None = cloudwatch_logs._queries.get(str(request["queryId"]))
    if found is None:
        raise missing("query")
    return found


def get_query_results(request: Mapping[str, Any]) -> dict[str, Any]:
    """GetQueryResults: the rows as names and texts, page by page."""
    stored = _stored(request)
    result: Result = stored["result"]
    rows, more = page("GetQueryResults", request, result.rows, _MOST_RESULTS, "maxItems")
    return {
        "queryLanguage": stored["queryLanguage"],
        "results": [[{"field": name, "value": value} for name, value in row] for row in rows],
        "statistics": {
            "recordsMatched": float(result.matched),
            "recordsScanned": float(result.scanned),
            "estimatedRecordsSkipped": 0.0,
            "bytesScanned": float(result.scanned_bytes),
            "estimatedBytesSkipped": 0.0,
            "logGroupsScanned": float(len(stored["logGroupNames"])),
        },
        "status": stored["status"],
        **more,
    }


def stop_query(request: Mapping[str, Any]) -> dict[str, Any]:
    """StopQuery: every query has already ended, which is an error (API reference)."""
    stored = _stored(request)
    raise invalid(f"The specified query is not running: {stored['queryId']} is {stored['status']}.")


def describe_queries(request: Mapping[str, Any]) -> dict[str, Any]:
    """DescribeQueries: by log group, status and language; newest first."""
    group, status, language = (request.get(name) for name in ("logGroupName", "status", "queryLanguage"))
    if group:
        named(str(group))
    found = [
        stored
        for stored in cloudwatch_logs._queries.values()
        if (not group or group in stored["logGroupNames"])
        and status in {None, stored["status"]}
        and language in {None, stored["queryLanguage"]}
    ]
    found.sort(key=lambda stored: stored["createTime"], reverse=True)
    shown, more = page("DescribeQueries", request, found, _MOST_QUERIES, "maxResults")
    return {"queries": [_described(stored) for stored in shown], **more}


def _described(stored: Mapping[str, Any]) -> dict[str, Any]:
    members = ("queryLanguage", "queryId", "queryString", "status", "createTime", "queryDuration")
    return {
        **{member: stored[member] for member in members},
        "logGroupName": stored["logGroupNames"][0],
        "bytesScanned": float(stored["result"].scanned_bytes),
    }
