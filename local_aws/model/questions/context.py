"""What a log stream says just before and after the first occurrence of an error."""

from datetime import datetime, timedelta
from typing import Any

from local_aws.model.questions.prelude import at, client, one_line, onset, say


def ask(signal: dict[str, Any], group: str, first: str) -> None:
    moment = datetime.fromisoformat(first) if first else onset(signal)
    events = client("logs", signal).filter_log_events(
        logGroupName=group,
        startTime=int((moment - timedelta(minutes=5)).timestamp() * 1000),
        endTime=int((moment + timedelta(seconds=30)).timestamp() * 1000),
        limit=2000,
    )["events"]
    nearest = min(
        range(len(events)),
        key=lambda index: abs(events[index]["timestamp"] - moment.timestamp() * 1000),
        default=0,
    )
    say("lines_around", group=group, at=first, seen=len(events))
    for event in events[max(0, nearest - 8) : nearest + 5]:
        say("line", at=at(event["timestamp"]), text=one_line(event["message"], 240))
