"""Which changes are nearest to what happened."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from tests.unit.toolbox.builders import NOON, window
from toolbox.asking import look as looking
from toolbox.asking.clients import Clients
from toolbox.changes.before_onset import changes_before

TWO_DAYS_AGO = NOON - timedelta(days=2)


class _Trail(Clients):
    """CloudTrail that knows some calls."""

    def __init__(self, calls: dict[str, datetime]) -> None:
        super().__init__(None, "us-east-1")
        self._calls = calls

    def client(self, service: str, region: str | None = None) -> Any:
        return SimpleNamespace(lookup_events=self._looked_up)

    def _looked_up(self, **request: Any) -> dict[str, Any]:
        if request["LookupAttributes"][0]["AttributeKey"] != "ReadOnly":
            return {"Events": []}
        return {
            "Events": [
                {
                    "EventTime": at,
                    "EventName": "PutRule",
                    "EventSource": "events.amazonaws.com",
                    "CloudTrailEvent": json.dumps({"requestParameters": {"name": name}}),
                }
                for name, at in self._calls.items()
                if request["StartTime"] <= at <= request["EndTime"]
            ]
        }


def _others(calls: dict[str, datetime], monkeypatch: Any) -> list[str]:
    monkeypatch.setattr("toolbox.changes.trail._PACE_S", 0.0)
    begun = looking.begin({"name": "jobs-old"}, now=NOON + timedelta(minutes=30), onset=NOON)
    looking.use(replace(begun, clients=_Trail(calls), window=window(), began=TWO_DAYS_AGO))
    return [line.partition("PutRule ")[2].partition(" by ")[0] for line in changes_before()["other"]]


def test_given_trouble_that_began_days_ago_then_changes_before_that_leave_room_for_those_before_the_onset(
    monkeypatch: Any,
) -> None:
    long_ago = {f"old-{number}": TWO_DAYS_AGO - timedelta(minutes=10 + number) for number in range(9)}

    told = _others(long_ago | {"fresh": NOON - timedelta(minutes=12)}, monkeypatch)

    assert "name=fresh" in told
    assert "name=old-0" in told
