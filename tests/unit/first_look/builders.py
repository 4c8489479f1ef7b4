"""First looks as the toolbox returns them, put together from the parts a test is about."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.builders import a_signal
from triage.agent.grounding import Grounded, ground
from triage.domain.evidence import Evidence, EvidenceStatus
from triage.domain.report import Report
from triage.domain.signal import AlarmState, Metric, Signal
from triage.first_look.document import FirstLook, read
from triage.first_look.lines import text_of
from triage.first_look.observations import observe
from triage.first_look.ranking import Ranked, rank
from triage.first_look.reading import Reading
from triage.first_look.report import report_of
from untrusted import make_visible, redact

ONSET = datetime(2026, 11, 21, 2, 13, tzinfo=UTC)
NOW = ONSET + timedelta(minutes=25)
REASON = "the model could not be reached"
FUNCTION = "order-writer"


def at(minutes: float) -> str:
    """A moment so many minutes after the onset, as the toolbox writes it."""
    return f"{ONSET + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"


def the_signal(function: str = FUNCTION, **changes: Any) -> Signal:
    """An alarm on the errors of a function, ten minutes after the onset."""
    metric = Metric("m1", "AWS/Lambda", "Errors", {"FunctionName": function}, "Sum", 60)
    signal = replace(
        a_signal(), state=AlarmState.ALARM, metrics=(metric,), occurred_at=ONSET + timedelta(minutes=10)
    )
    return replace(signal, **changes)


def section(name: str, data: dict[str, Any], helper: str | None = None, **members: Any) -> dict[str, Any]:
    """One answer."""
    return {"id": name, "title": name.title(), "helper": helper or name, "asked": {}, "data": data, **members}


def alarm(**definition: Any) -> dict[str, Any]:
    """The alarm's definition and its history."""
    history = {
        "times_in_alarm": 1,
        "transitions": definition.pop("transitions", []),
        "edits": definition.pop("edits", []),
    }
    base = {"StateValue": "ALARM", "Threshold": 5, "ComparisonOperator": "GreaterThanThreshold", "Period": 60}
    return section("alarm", {"definition": base | definition, **history}, "describe_alarm")


def breach(
    reading: str = "0 → 47 Errors/min at 02:13 UTC, baseline 0, still high", **members: Any
) -> dict[str, Any]:
    """The metric that changed at the onset."""
    base: dict[str, Any] = {
        "name": "Errors",
        "reading": reading,
        "onset": at(0),
        "before": 0,
        "after": 47,
        "shape": "step",
        "still": True,
        "latest": {"at": at(23), "value": 47},
        "baseline": {"yesterday": {"median": 0, "max": 0, "min": 0}},
        "series": {"from": at(-20), "step_s": 300, "values": [0, 0, 0, 0, 47, 48, 47, None]},
        "threshold": 5,
    }
    return section(
        "metric", {key: value for key, value in (base | members).items() if value is not None}, "breach"
    )


def error(text: str, count: int = 40, before: int = 0, level: str = "error", **members: Any) -> dict[str, Any]:
    """A template of log lines."""
    return {
        "template": text,
        "level": level,
        "count": count + before,
        "before_onset": before,
        "since_onset": count,
        "first": at(0.2 if not before else -60),
        "last": at(24),
        "sample": text,
    } | members


def logs(*templates: dict[str, Any], group: str = f"/aws/lambda/{FUNCTION}", **members: Any) -> dict[str, Any]:
    """What the logs say."""
    name = members.pop("id", "logs")
    found = {"group": group, "lines": 100, "templates": list(templates)}
    return section(name, {"groups": [found]}, "log_errors", **members)


def change(event: str, given: str, minutes: float = -3, by: str = "ci/run-7", **members: Any) -> dict[str, Any]:
    """A call in CloudTrail, so many minutes after the onset."""
    return {"at": at(minutes), "when": "before", "event": event, "by": by, "given": given} | members


def changes(*related: dict[str, Any], other: tuple[str, ...] = (), **members: Any) -> dict[str, Any]:
    """What CloudTrail says."""
    return section(
        "changes", {"related": list(related), "other": list(other), "seen": 3, **members}, "changes_before"
    )


def configuration(name: str = FUNCTION, kind: str = "lambda", **data: Any) -> dict[str, Any]:
    """How a resource is configured."""
    return section("configuration", data or {"Timeout": 30}, asked={"resource": f"{kind} {name}"})


def related(*metrics: str, dimensions: dict[str, str] | None = None) -> dict[str, Any]:
    """Other metrics of the resource."""
    asked = {"namespace": "AWS/Lambda", "dimensions": dimensions or {"FunctionName": FUNCTION}}
    return section("related_metrics", {"metrics": list(metrics)}, asked=asked)


def look_of(*sections: dict[str, Any]) -> FirstLook:
    """The document, read."""
    window = {"text": f"{at(-90)}/{NOW:%Y-%m-%dT%H:%M:%SZ}", "onset": ONSET.isoformat()}
    return read({"version": 1, "window": window, "sections": list(sections), "totals": {}})


def evidence_of(signal: Signal, look: FirstLook) -> tuple[dict[str, str], list[Evidence]]:
    """Ids and evidence as the orchestrator numbers them."""
    event = "signal: " + json.dumps(signal.to_json(), ensure_ascii=False, separators=(",", ":"))
    book = [Evidence("E1", "", "", event, EvidenceStatus.OK)]
    ids = {}
    for number, each in enumerate(look.sections, start=2):
        ids[each.id] = f"E{number}"
        text = make_visible(redact(text_of(each)))
        book.append(Evidence(f"E{number}", each.title, "", text, EvidenceStatus.OK))
    return ids, book


def ranked(*sections: dict[str, Any], signal: Signal | None = None) -> tuple[Ranked, ...]:
    """The hypotheses for a first look."""
    return rank(observe(signal or the_signal(), look_of(*sections)))


def grounded(*sections: dict[str, Any], signal: Signal | None = None) -> Grounded:
    """The report on a first look, checked as every report is."""
    given, look = signal or the_signal(), look_of(*sections)
    ids, book = evidence_of(given, look)
    return ground(report_of(Reading(given, look), ids, REASON), book)


def reported(*sections: dict[str, Any], signal: Signal | None = None) -> Report:
    """The report on a first look."""
    return grounded(*sections, signal=signal).report


INCIDENTS: list[list[dict[str, Any]]] = [
    [
        alarm(
            StateReason="Threshold Crossed: 3 datapoints", edits=[{"at": at(-40), "what": "threshold 500 → 50"}]
        ),
        breach(earlier={"reading": "0 → 40 Errors/h at 01:00 UTC, still high", "onset": at(-300)}),
        logs(error("KeyError: 'RATES_TABLE'", frames=["a.py:1 in f"]), error("Task timed out after 3.00 seconds")),
        configuration(
            Timeout=30,
            environment={"TABLE": "orders"},
            event_sources=[{"function": FUNCTION, "source": "orders", "State": "Disabled"}],
            changes=[{"at": at(-3), "when": "", "what": "version 7 published"}],
        ),
        changes(
            change("lambda:UpdateFunctionCode", f"functionName={FUNCTION}"),
            other=("01:58 ec2:ReplaceRoute r by n",),
        ),
        related("Throttles (Sum): 0 → 40 Throttles/min at 02:13 UTC, still high"),
        section(
            "invocations",
            {
                "before_onset": {"count": 20, "duration_ms": {"median": 30}},
                "since_onset": {
                    "count": 20,
                    "timed_out": 4,
                    "memory_mb": 128,
                    "most_used_mb": 128,
                    "at_memory_limit": 3,
                },
                "worst": "REPORT RequestId: 1",
            },
            "lambda_invocations",
            asked={"function": FUNCTION},
        ),
    ],
    [
        alarm(
            StateValue="OK", transitions=[{"at": at(14), "to": "ALARM → OK"}, {"at": at(10), "to": "OK → ALARM"}]
        ),
        breach("0 → 48 Errors/min at 02:13 UTC, back: 0", still=False),
        configuration(
            "shop/cart",
            "ecs",
            desiredCount=4,
            runningCount=2,
            deployments=[{"counts": "0/4 running, 2 pending, 12 failed"}],
            stopped_tasks=[{"stopped": at(1), "code": "x", "containers": [{"name": "c", "exitCode": 137}]}],
            stopped_before=["88 x OutOfMemoryError, first 2026-11-18T20:55:21Z, last 2026-11-21T02:09:20Z"],
            events=["2026-11-21 02:14 (service cart) was unable to place a task"],
            failures=[{"name": "x", "startDate": at(1), "error": "States.Runtime", "cause": "no $.id"}],
        ),
        section(
            "neighbourhood",
            {
                "changed": [
                    {
                        "what": "lambda price-engine",
                        "link": "variable PRICES",
                        "hop": 1,
                        "state": "DISABLED rate(1 day)",
                        "metrics": ["Sum 0 → 108 Throttles/min at 02:13 UTC, still high"],
                        "changes": ["02:05 lambda:UpdateFunctionCode price-engine by ci/1"],
                    }
                ],
                "unchanged": ["lambda stock (behind the API)"],
            },
        ),
        section("shares", {"group": "g", "since_onset": ["caller=batch: 89% (559), before 50%"]}, "log_shares"),
        section(
            "shards",
            {"shards": [{"shard": "s-1", "share": "80%"}, {"shard": "s-2", "share": "20%"}]},
            "stream_shards",
        ),
        section("quotas", {"quotas": [{"name": "Executions", "limit": 1000, "used": 1000}]}, "service_quotas"),
        section(
            "health",
            {"events": [{"eventTypeCode": "A_ISSUE", "startTime": at(-3), "statusCode": "open"}]},
            "health_events",
        ),
        section(
            "network", {"routes": [{"table": "r", "routes": ["0.0.0.0/0 → nat-1 (blackhole)"]}]}, "network_path"
        ),
    ],
]
"""Documents with a little of everything."""
