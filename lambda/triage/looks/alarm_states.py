"""The state that alarms are in now: name to ``ALARM``, ``OK``, ``INSUFFICIENT_DATA`` or ``gone``."""

from __future__ import annotations

import boto3

NAMES: list[str] = globals()["inputs"]["names"]
"""Alarms of one account and region; the tool function binds ``inputs``."""

PAGE = 100
"""Names in one request (CloudWatch API reference, ``DescribeAlarms``)."""


def states_of(names: list[str]) -> dict[str, str]:
    """Every name with its state."""
    cloudwatch = boto3.client("cloudwatch")
    found = dict.fromkeys(names, "gone")
    for start in range(0, len(names), PAGE):
        answer = cloudwatch.describe_alarms(
            AlarmNames=names[start : start + PAGE], AlarmTypes=["MetricAlarm", "CompositeAlarm"], MaxRecords=PAGE
        )
        for alarm in (*answer["MetricAlarms"], *answer["CompositeAlarms"]):
            found[alarm["AlarmName"]] = alarm["StateValue"]
    return found


result = states_of(NAMES)
