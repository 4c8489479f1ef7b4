"""AWS X-Ray (API reference, "Actions"). The emulator does not know it: traces are declared."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from local_aws.declared import trace_filters
from local_aws.declared.conditions import AtLeast, AtMost, Is, Noted, Record, Where
from local_aws.declared.rules import Page, Rule, Service

if TYPE_CHECKING:
    from collections.abc import Mapping


def _at(record: Record) -> datetime:
    """When a trace began: it says so, or its id does (developer guide, "Trace ID")."""
    began = record.get("StartTime")
    return (
        began if isinstance(began, datetime) else datetime.fromtimestamp(int(record["Id"].split("-")[1], 16), UTC)
    )


def _timed(record: Record, kind: str) -> datetime:
    matched = record.get("MatchedEventTime") if kind in {"Event", "Service"} else None
    return matched if isinstance(matched, datetime) else _at(record)


def _by_kind(asked: dict[str, Any], _now: datetime) -> dict[str, Any]:
    """Both ends of the window with the time they are about."""
    kind = asked.get("TimeRangeType", "TraceId")
    return {**asked, "StartTime": (asked["StartTime"], kind), "EndTime": (asked["EndTime"], kind)}


def _counted(_asked: Mapping[str, Any], shown: list[Record]) -> Mapping[str, Any]:
    return {"TracesProcessedCount": len(shown)}


def _unprocessed(asked: Mapping[str, Any], shown: list[Record]) -> Mapping[str, Any]:
    found = {one["Id"] for one in shown}
    return {"UnprocessedTraceIds": [one for one in asked["TraceIds"] if one not in found]}


def _span(asked: Mapping[str, Any], _shown: list[Record]) -> Mapping[str, Any]:
    return {"StartTime": asked["StartTime"], "EndTime": asked["EndTime"]}


SERVICE = Service(
    "xray",
    "InvalidRequestException",
    (
        Rule(
            "GetTraceSummaries",
            "TraceSummaries",
            {
                "StartTime": Where(
                    lambda asked, one: _timed(one, asked[1]) >= asked[0], "the trace is at or after it"
                ),
                "EndTime": Where(
                    lambda asked, one: _timed(one, asked[1]) <= asked[0], "the trace is at or before it"
                ),
                "FilterExpression": Where(
                    lambda asked, one: trace_filters.parse(asked)(one),
                    "expressions on what a summary holds",
                    checks=trace_filters.parse,
                ),
                "Sampling": Noted("no trace is left out"),
                "TimeRangeType": Noted("Event and Service look at MatchedEventTime, TraceId at the start"),
            },
            identity=("Id",),
            prepare=_by_kind,
            page=Page(1000),
            finish=_counted,
        ),
        Rule(
            "BatchGetTraces",
            "Traces",
            {"TraceIds": Is("Id")},
            identity=("Id",),
            page=Page(5),
            finish=_unprocessed,
        ),
        Rule(
            "GetServiceGraph",
            "Services",
            {"StartTime": AtLeast("EndTime"), "EndTime": AtMost("StartTime")},
            identity=("ReferenceId",),
            page=Page(1000),
            finish=_span,
        ),
    ),
)
