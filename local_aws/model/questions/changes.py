"""Who changed the resource, its role or its alarm in the day before the breach, by CloudTrail.

The event history is one per region, and calls of services with one endpoint for the whole partition, such as those
that change a role, are in one region alone (CloudTrail user guide, "Global service events").
"""

import json
import re
from datetime import timedelta
from typing import Any

import boto3

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
MOST_EVENTS = 200
LONGEST_GIVEN = 200
GLOBAL_EVENTS_IN = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}


def ask(signal: dict[str, Any]) -> None:
    for name in names(signal)[:6]:
        changes(signal, name)


def names(signal: dict[str, Any]) -> list[str]:
    found = [signal["name"]]
    for function in attempt("which functions the alarm is about", functions, signal) or []:
        settings = attempt(f"the role of function {function}", configuration, signal, function) or {}
        found += [function, role_name(settings)]
    found += list((attempt("the dimensions of the alarm", dimensions_of, signal) or {}).values())
    return [name for name in dict.fromkeys(found) if name]


def changes(signal: dict[str, Any], name: str) -> None:
    events: dict[str, dict[str, Any]] = {}
    read: list[str] = []
    unread: list[str] = []
    for region in trail_regions(signal["region"]):
        found = attempt(f"changes of {name} in CloudTrail of {region}", looked_up, signal, name, region)
        (unread if found is None else read).append(region)
        events |= {event["EventId"]: event for event in reversed(found or [])}
    if not read:
        return
    # Oldest first and reversed, so that events of one second stay in the order in which CloudTrail answers.
    newest_first = sorted(events.values(), key=lambda event: event["EventTime"])[::-1]
    writing = [event for event in newest_first if str(event.get("ReadOnly")).lower() != "true"]
    say("changes_of", name=name, hours=LOOK_BACK_HOURS, found=len(writing), regions=read, unread=unread or None)
    for event in writing[:8]:
        told(name, event)


def trail_regions(region: str) -> list[str]:
    """The signal's region and the one of its partition that holds the events of global services."""
    partition = boto3.session.Session().get_partition_for_region(region)
    return list(dict.fromkeys([region, GLOBAL_EVENTS_IN.get(partition, region)]))


def looked_up(signal: dict[str, Any], name: str, region: str) -> list[dict[str, Any]]:
    """Newest first; reads are among them, which no second attribute can leave out."""
    pages = client("cloudtrail", signal, region).get_paginator("lookup_events")
    answer = pages.paginate(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": name}],
        StartTime=onset(signal) - timedelta(hours=LOOK_BACK_HOURS),
        EndTime=onset(signal) + LOOK_AHEAD,
        PaginationConfig={"MaxItems": MOST_EVENTS, "PageSize": 50},
    )
    return [event for page in answer for event in page["Events"]]


def told(name: str, event: dict[str, Any]) -> None:
    detail = json.loads(event.get("CloudTrailEvent") or "{}")
    say(
        "change",
        of=name,
        at=event["EventTime"],
        event=event["EventName"],
        by=event.get("Username"),
        given=given(name, detail.get("requestParameters") or {}),
        refused=detail.get("errorCode"),
        trail_region=detail.get("awsRegion"),
    )


def given(name: str, parameters: dict[str, Any]) -> str | None:
    """Names of what else the call was about, such as which policy of a role was changed."""
    others = [
        f"{key} {value}"
        for key, value in parameters.items()
        if re.fullmatch(r"\w+(Name|Arn)", key) and isinstance(value, str) and name not in re.split("[:/]", value)
    ]
    return ", ".join(others[:3])[:LONGEST_GIVEN] or None
