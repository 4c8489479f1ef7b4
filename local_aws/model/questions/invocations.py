"""How long invocations took and how much memory they used; those stopped at the time limit apart."""

from datetime import timedelta
from statistics import median
from typing import Any

from local_aws.model.questions.prelude import at, attempt, invocation, log_events, one_line, say

MOST_EVENTS = 20_000


def ask(signal: dict[str, Any], group: str, hours: int = 24) -> None:
    events = attempt(f"log group {group}", log_events, signal, group, timedelta(hours=hours), MOST_EVENTS)
    if events is None:
        return
    reports = [found for event in events if (found := invocation(event))]
    if not reports:
        say("gap", what="durations and memory", error=f"{group} holds no REPORT line in {hours} h")
        return
    stopped = {report["id"] for report in reports if report["status"] == "timeout"}
    stopped |= {report["id"] for report in reports if timed_out(report["id"], events)}
    for name, members in (
        ("stopped", [report for report in reports if report["id"] in stopped]),
        ("other", [report for report in reports if report["id"] not in stopped]),
    ):
        if members:
            say(
                "durations",
                which=name,
                hours=hours,
                count=len(members),
                median_ms=round(median(report["duration_ms"] for report in members), 2),
                longest_ms=max(report["duration_ms"] for report in members),
                memory_mb=members[-1]["memory_mb"],
                most_memory_used_mb=max(report["used_mb"] for report in members),
                first=members[0]["at"],
                last=members[-1]["at"],
            )
    latest = [report["id"] for report in reports if report["id"] in stopped][-1:]
    for request in latest:
        last_words(request, events)


def timed_out(request: str, events: list[dict[str, Any]]) -> bool:
    return any(request in event["message"] and "Task timed out after" in event["message"] for event in events)


def last_words(request: str, events: list[dict[str, Any]]) -> None:
    """The last thing the function itself logged before it was stopped: often what it was waiting for."""
    messages = [event["message"] for event in events]
    end = next((index for index, text in enumerate(messages) if request in text and "timed out" in text), 0)
    start = next((index for index in range(end) if messages[index].startswith(f"START RequestId: {request}")), end)
    platform = ("START ", "END ", "REPORT ", "INIT_START ")
    own = [
        event
        for event in events[start + 1 : end]
        if event.get("logStreamName") == events[end].get("logStreamName")
        and event["message"].strip()
        and not event["message"].startswith(platform)
    ]
    if own:
        say("before_stop", at=at(own[-1]["timestamp"]), line=one_line(own[-1]["message"], 300))
