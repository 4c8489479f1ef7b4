"""Alarms and their history, and the event that an alarm's action would carry.

Amazon CloudWatch API reference, DescribeAlarms and DescribeAlarmHistory. Without ``AlarmTypes`` both tell of
metric alarms only, so every kind that the loaded SDK knows is asked for.
"""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cli.errors import CliError, ExitCode, explained

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cli.aws.account import Account

_LISTS = ("MetricAlarms", "CompositeAlarms", "LogAlarms")
_MAX_SUGGESTIONS = 5
_MILLISECONDS = "%Y-%m-%dT%H:%M:%S.%f"


@dataclass(frozen=True)
class Alarm:
    """An alarm as DescribeAlarms describes it."""

    described: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.described["AlarmName"])

    @property
    def arn(self) -> str:
        """Its ARN."""
        return str(self.described["AlarmArn"])

    @property
    def state(self) -> str:
        """OK, ALARM or INSUFFICIENT_DATA, now."""
        return str(self.described["StateValue"])


@dataclass(frozen=True)
class Transition:
    """One change of state, of an alarm or of one of its contributors.

    Attributes:
        before, after: ``stateValue``, ``stateReason`` and ``stateReasonData`` as the history has them.
        contributor: ``id`` and ``attributes`` of the series that changed; ``None`` for the alarm as a whole.
    """

    alarm_name: str
    at: datetime
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    contributor: Mapping[str, Any] | None = None

    @property
    def state(self) -> str:
        """The new state."""
        return str(self.after.get("stateValue") or "")


class Alarms:
    """The alarms of an account and region."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._client = account.client("cloudwatch")

    def named(self, name: str) -> Alarm:
        """One alarm.

        Raises:
            CliError: there is none of this name here; the message names similar ones.
        """
        found = next(iter(self._pages(AlarmNames=[name])), None)
        if found is not None:
            return found
        names = [alarm.name for alarm in self.every()]
        near = difflib.get_close_matches(name, names, _MAX_SUGGESTIONS, 0.5)
        near += [other for other in names if name.lower() in other.lower() and other not in near]
        hint = f"Did you mean {', '.join(near[:_MAX_SUGGESTIONS])}?" if near else "None has a similar name."
        here = f"account {self._account.account_id}, region {self._account.region}"
        raise CliError(
            f"there is no alarm {name!r} among the {len(names)} alarms of {here}. {hint} Another region is asked "
            "with --region, another account with --profile",
            ExitCode.NOT_FOUND,
        )

    def every(self, prefix: str | None = None) -> list[Alarm]:
        """All alarms, or those whose names begin so.

        Raises:
            CliError: CloudWatch did not tell.
        """
        return list(self._pages(**({"AlarmNamePrefix": prefix} if prefix else {})))

    def transitions(self, since: datetime, name: str | None = None) -> list[Transition]:
        """Changes of state, oldest first.

        Raises:
            CliError: CloudWatch did not tell.
        """
        found: list[Transition] = []
        for kind in ("StateUpdate", "AlarmContributorStateUpdate"):
            if kind in self._values("DescribeAlarmHistory", "HistoryItemType"):
                found += filter(None, map(_transition, self._history(kind, since, name)))
        return sorted(found, key=lambda one: one.at)

    def _pages(self, **request: Any) -> Iterator[Alarm]:
        types = self._values("DescribeAlarms", "AlarmTypes")
        try:
            for page in self._client.get_paginator("describe_alarms").paginate(AlarmTypes=types, **request):
                for key in _LISTS:
                    yield from (Alarm(described) for described in page.get(key, ()))
        except Exception as error:
            raise explained(error) from error

    def _history(self, kind: str, since: datetime, name: str | None) -> Iterator[Mapping[str, Any]]:
        request: dict[str, Any] = {
            "AlarmTypes": self._values("DescribeAlarmHistory", "AlarmTypes"),
            "HistoryItemType": kind,
            "StartDate": since,
            "EndDate": datetime.now(UTC),
            **({"AlarmName": name} if name else {}),
        }
        try:
            for page in self._client.get_paginator("describe_alarm_history").paginate(**request):
                yield from page["AlarmHistoryItems"]
        except Exception as error:
            raise explained(error) from error

    def _values(self, operation: str, parameter: str) -> list[str]:
        """The values that the loaded SDK knows for a parameter."""
        shape = self._client.meta.service_model.operation_model(operation).input_shape.members[parameter]
        return list(getattr(shape, "member", shape).enum)


def action_event(alarm: Alarm, account: Account, fired: Transition | None = None) -> dict[str, Any]:
    """The event that the alarm's action would have carried, for its state now or a transition of its history.

    Shape: Amazon CloudWatch User Guide, "Invoke a Lambda function from an alarm".
    """
    described = alarm.described
    state = _state_of(fired) if fired else _state_now(described)
    data: dict[str, Any] = {"alarmName": alarm.name, "state": state, "configuration": _configuration(described)}
    if fired and fired.before:
        data["previousState"] = {"value": fired.before.get("stateValue")}
    if fired and fired.contributor:
        data["alarmContributor"] = dict(fired.contributor)
    return {
        "source": "aws.cloudwatch",
        "alarmArn": alarm.arn,
        "accountId": account.account_id,
        "time": state["timestamp"],
        "region": account.region,
        "alarmData": data,
    }


def _state_now(described: Mapping[str, Any]) -> dict[str, Any]:
    at = described.get("StateTransitionedTimestamp") or described.get("StateUpdatedTimestamp") or datetime.now(UTC)
    state = {
        "value": described["StateValue"],
        "reason": described.get("StateReason") or "",
        "timestamp": _written(at),
    }
    return state | ({"reasonData": described["StateReasonData"]} if described.get("StateReasonData") else {})


def _state_of(fired: Transition) -> dict[str, Any]:
    reason = fired.after.get("stateReason") or ""
    state: dict[str, Any] = {"value": fired.state, "reason": reason, "timestamp": _written(fired.at)}
    data = fired.after.get("stateReasonData")
    return state | ({"reasonData": data if isinstance(data, str) else json.dumps(data)} if data else {})


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime(_MILLISECONDS)[:-3] + "+0000"


def _configuration(described: Mapping[str, Any]) -> dict[str, Any]:
    configuration: dict[str, Any] = {}
    if described.get("AlarmDescription"):
        configuration["description"] = described["AlarmDescription"]
    if described.get("AlarmRule"):
        return configuration | {"alarmRule": described["AlarmRule"]}
    if described.get("Metrics"):
        return configuration | {"metrics": [_query(query) for query in described["Metrics"]]}
    if described.get("MetricName"):
        statistic = described.get("ExtendedStatistic") or described.get("Statistic")
        stat = {"metric": _metric(described), "period": described.get("Period"), "stat": statistic}
        return configuration | {"metrics": [{"id": "m1", "metricStat": stat, "returnData": True}]}
    return configuration | {_event_key(key): described[key] for key in _QUERY_KEYS if described.get(key)}


_QUERY_KEYS = ("EvaluationCriteria", "ScheduledQueryConfiguration")


def _event_key(name: str) -> str:
    return name[0].lower() + name[1:]


def _query(query: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"id": query["Id"], "returnData": query.get("ReturnData", True)}
    found |= {name.lower(): query[name] for name in ("Expression", "Label", "Period") if query.get(name)}
    if stat := query.get("MetricStat"):
        found["metricStat"] = {"metric": _metric(stat["Metric"]), "period": stat["Period"], "stat": stat["Stat"]}
    return found


def _metric(described: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "namespace": described.get("Namespace"),
        "name": described.get("MetricName"),
        "dimensions": {one["Name"]: one["Value"] for one in described.get("Dimensions") or ()},
    }


def _transition(item: Mapping[str, Any]) -> Transition | None:
    """A history item as a transition; ``None`` when it does not say which states it is about."""
    try:
        data = json.loads(item.get("HistoryData") or "")
        before, after = data.get("oldState") or {}, data["newState"]
        after["stateValue"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    contributor = item.get("AlarmContributorId")
    attributes = item.get("AlarmContributorAttributes") or {}
    return Transition(
        item["AlarmName"],
        item["Timestamp"].astimezone(UTC),
        before,
        after,
        {"id": contributor, "attributes": attributes} if contributor else None,
    )
