"""The logs around the breach: error lines grouped into templates, and what the invocations report."""

import re
from datetime import timedelta
from typing import Any

from local_aws.model.questions.prelude import (
    LOOK_BACK,
    at,
    attempt,
    client,
    dimensions_of,
    filtered_groups,
    functions,
    invocation,
    log_events,
    one_line,
    own_group,
    say,
)

ERROR_SIGN = re.compile(
    r"\b(ERROR|FATAL|CRITICAL|PANIC)\b|\w(Error|Exception)\b|\b[Ee]rror:|\bnot authorized\b|[Dd]enied\b"
    r"|timed out\b|\b[Tt]hrottl|\brefused\b|\bkilled\b|\bexited with\b|\b[Ff]ailed\b"
    r"|\bRate exceeded\b|\bunreachable\b|\bexpired\b"
)
PLATFORM_LINE = re.compile(
    r"^(START|END|REPORT|INIT_START|EXTENSION|XRAY) |\"type\":\s*\"platform\.(start|report|init)"
)
VARIABLE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z?|\b[0-9a-f]{12,}\b|\d+",
    re.IGNORECASE,
)
MOST_EVENTS = 20_000


def ask(signal: dict[str, Any], minutes: int = int(LOOK_BACK / timedelta(minutes=1))) -> None:
    groups = attempt("which log groups belong to the alarm", groups_of, signal) or []
    if not groups:
        say("gap", what="logs", error="no log group belongs to the alarm by dimension, name or metric filter")
    for group in groups[:4]:
        attempt(f"log group {group}", read, signal, group, timedelta(minutes=minutes))


def groups_of(signal: dict[str, Any]) -> list[str]:
    if signal.get("log_group"):
        return [str(signal["log_group"])]
    groups = [own_group(signal, function) for function in functions(signal)] + filtered_groups(signal)
    if not groups:
        logs = client("logs", signal)
        for value in dimensions_of(signal).values():
            found = logs.describe_log_groups(logGroupNamePattern=value.rpartition("/")[2], limit=5)["logGroups"]
            groups += [group["logGroupName"] for group in found]
    return list(dict.fromkeys(groups))


def read(signal: dict[str, Any], group: str, look_back: timedelta) -> None:
    events = log_events(signal, group, look_back, MOST_EVENTS)
    errors = [event for event in events if is_error(event["message"])]
    say(
        "log_group",
        name=group,
        events=len(events),
        errors=len(errors),
        first=at(events[0]["timestamp"]) if events else None,
        last=at(events[-1]["timestamp"]) if events else None,
        minutes=int(look_back / timedelta(minutes=1)),
        stopped_at_limit=True if len(events) >= MOST_EVENTS else None,
    )
    grouped: dict[str, list[dict[str, Any]]] = {}
    for event in errors:
        grouped.setdefault(VARIABLE.sub("#", event["message"])[:160], []).append(event)
    for members in sorted(grouped.values(), key=len, reverse=True)[:8]:
        say(
            "log_error",
            group=group,
            count=len(members),
            first=at(members[0]["timestamp"]),
            last=at(members[-1]["timestamp"]),
            sample=one_line(members[-1]["message"]),
        )
    invocations([found for event in events if (found := invocation(event))], group, events)


def is_error(message: str) -> bool:
    return not PLATFORM_LINE.search(message) and bool(ERROR_SIGN.search(message))


def invocations(reports: list[dict[str, Any]], group: str, events: list[dict[str, Any]]) -> None:
    if not reports:
        return
    fullest = max(reports, key=lambda report: report["used_mb"])
    line = next(event["message"] for event in events if fullest["id"] in event["message"] and invocation(event))
    say(
        "invocations",
        group=group,
        count=len(reports),
        timed_out=sum(report["status"] == "timeout" for report in reports),
        at_memory_limit=sum(report["used_mb"] >= report["memory_mb"] for report in reports),
        memory_mb=fullest["memory_mb"],
        most_memory_used_mb=fullest["used_mb"],
        longest_ms=max(report["duration_ms"] for report in reports),
        sample=one_line(line, 300),
    )
