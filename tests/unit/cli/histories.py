"""Alarms and their changes of state, as CloudWatch tells of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3.session

from cli.aws.account import Account
from cli.aws.alarms import Alarm, Transition

START = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


def an_account(**overrides: Any) -> Account:
    """Somebody who signed in through a role."""
    values: dict[str, Any] = {
        "arn": "arn:aws:sts::123456789012:assumed-role/Developer/jo",
        "account_id": "123456789012",
        "partition": "aws",
        "region": "eu-west-1",
        "session": boto3.session.Session(
            aws_access_key_id="a", aws_secret_access_key="b", aws_session_token="c", region_name="eu-west-1"
        ),
    }
    return Account(**values | overrides)


def an_alarm(name: str = "orders-errors", **overrides: Any) -> Alarm:
    """A metric alarm on a function's errors."""
    values: dict[str, Any] = {
        "AlarmName": name,
        "AlarmArn": f"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:{name}",
        "StateValue": "OK",
        "Namespace": "AWS/Lambda",
        "MetricName": "Errors",
        "Dimensions": [{"Name": "FunctionName", "Value": name.partition("-")[0]}],
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 5.0,
        "TreatMissingData": "missing",
    }
    return Alarm(values | overrides)


def a_change(name: str, minutes: float, state: str, before: str = "OK", **after: Any) -> Transition:
    """A change of state, so many minutes after the start."""
    at = START + timedelta(minutes=minutes)
    return Transition(name, at, {"stateValue": before}, {"stateValue": state, "stateReason": "…", **after})


def episodes(name: str, *minutes: float, lasting: float = 5.0, **after: Any) -> list[Transition]:
    """Times in ALARM that begin at these minutes."""
    return [
        change
        for minute in minutes
        for change in (
            a_change(name, minute, "ALARM", **after),
            a_change(name, minute + lasting, "OK", "ALARM"),
        )
    ]
