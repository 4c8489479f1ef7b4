"""How long the invocations of a function took and how much memory they used, failing ones beside the others."""

from datetime import timedelta
from statistics import median
from typing import Any

from local_aws.model.questions.prelude import at, attempt, invocation, log_events, one_line, say

MOST_EVENTS = 20_000


def ask(signal: dict[str, Any], group: str, hours: int = 24) -> None:
    events = attempt(f"log group {group}", log_events, signal, group, timedelta(hours=hours), MOST_EVENTS) or []
    reports = [found for event in events if (found := invocation(event))]
    if not reports:
        say("gap", what="durations and memory", error=f"{group} holds no REPORT line in {hours} h")
        return
    stopped = {report["id"] for report in reports if report["status"] == "timeout"}
    stopped |= {report["id"] for report in reports if timed_out(report["id"], events)}
    for name, members in (
        ("stopped", [report for report in reports if report["id"] in stopped]),
        ("finished", [report for report in reports if report["id"] not in stopped]),
    ):
        if members:
            say(
                "durations",
                which=name,
                hours=hours,
                count=len(members),
                median_ms=median(report["duration_ms"] for report in members),
                longest_ms=max(report["duration_ms"] for report in members),
                memory_mb=members[-1]["memory_mb"],
                most_memory_used_mb=max(report["used_mb"] for report in members),
                first=members[0]["at"],
                last=members[-1]["at"],
            )
    for request in list(stopped)[-1:]:
        last_words(request, events)


def timed_out(request: str, events: list[dict[str, Any]]) -> bool:
    return any(request in event["message"] and "Task timed out after" in event["message"] for event in events)


def last_words(request: str, events: list[dict[str, Any]]) -> None:
    """The last thing the function itself logged before it was stopped: often what it was waiting for."""
    start = next((event for event in events if event["message"].startswith(f"START RequestId: {request}")), None)
    end = next(
        (event for event in events if request in event["message"] and "timed out" in event["message"]), None
    )
    if not start or not end:
        return
    own = [
        event
        for event in events
        if start["timestamp"] <= event["timestamp"] <= end["timestamp"]
        and event.get("logStreamName") == end.get("logStreamName")
        and not event["message"].startswith(("START ", "END ", "REPORT ", "INIT_START "))
        and event is not end
    ]
    if own:
        say("before_stop", at=at(own[-1]["timestamp"]), line=one_line(own[-1]["message"], 300))
