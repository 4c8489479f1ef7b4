"""Who changed the resource, its role or its alarm in the day before the breach, by CloudTrail."""

import json
from datetime import timedelta
from typing import Any

from local_aws.model.questions.prelude import (
    LOOK_AHEAD,
    attempt,
    client,
    configuration,
    dimensions_of,
    functions,
    onset,
    role_name,
    say,
)

LOOK_BACK_HOURS = 24


def ask(signal: dict[str, Any]) -> None:
    for name in names(signal)[:6]:
        attempt(f"changes of {name} in CloudTrail", changes, signal, name)


def names(signal: dict[str, Any]) -> list[str]:
    found = [signal["name"]]
    for function in attempt("which functions the alarm is about", functions, signal) or []:
        settings = attempt(f"the role of function {function}", configuration, signal, function) or {}
        found += [function, role_name(settings)]
    found += list((attempt("the dimensions of the alarm", dimensions_of, signal) or {}).values())
    return [name for name in dict.fromkeys(found) if name]


def changes(signal: dict[str, Any], name: str) -> None:
    events = client("cloudtrail", signal).lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": name}],
        StartTime=onset(signal) - timedelta(hours=LOOK_BACK_HOURS),
        EndTime=onset(signal) + LOOK_AHEAD,
        MaxResults=50,
    )["Events"]
    writing = [event for event in events if str(event.get("ReadOnly")).lower() != "true"]
    say("changes_of", name=name, hours=LOOK_BACK_HOURS, found=len(writing))
    for event in writing[:8]:
        detail = json.loads(event.get("CloudTrailEvent") or "{}")
        say(
            "change",
            of=name,
            at=event["EventTime"],
            event=event["EventName"],
            by=event.get("Username"),
            refused=detail.get("errorCode"),
        )
