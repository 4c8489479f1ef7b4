"""The error in a log: counted by the minute, new or old, still there or over, with what led to it."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.toolbox.builders import NOON, line, window
from toolbox.asking import look as looking
from toolbox.asking.look import Look
from toolbox.asking.window import milliseconds, of_milliseconds
from toolbox.logs.one_error import log_error
from toolbox.logs.stack_traces import Line

GROUP = "/prod/orders"
REQUEST = "1b4f0e98-51aa-4b0e-8f5a-0a9c7a8f1e11"
TEXT = f"ERROR {REQUEST} order not stored"
SIGNAL = {
    "source": "log_error",
    "occurred_at": NOON.isoformat(),
    "metrics": [],
    "log": {
        "log_group": GROUP,
        "template": "ERROR order not stored",
        "sample": TEXT,
        "count": 2,
        "first_at": NOON.isoformat(),
        "last_at": NOON.isoformat(),
        "frames": ["store.py:58 in save"],
    },
}


class Logs:
    """CloudWatch Logs with some lines in one group."""

    def __init__(self, lines: Iterable[Line], *, denied: bool = False) -> None:
        self.lines = sorted(lines, key=lambda each: each.at)
        self.denied = denied

    def get_paginator(self, operation: str) -> Logs:
        assert operation == "filter_log_events"
        return self

    def paginate(self, **request: Any) -> Iterable[dict[str, Any]]:
        if self.denied:
            error: Any = {
                "Code": "AccessDeniedException",
                "Message": "not allowed to perform: logs:FilterLogEvents",
            }
            raise ClientError({"Error": error}, "FilterLogEvents")
        terms = [each for each in request["filterPattern"].split('"') if each.strip()]
        start, end = request["startTime"], request["endTime"]
        yield {
            "events": [
                {"timestamp": milliseconds(each.at), "message": each.text, "logStreamName": each.stream}
                for each in self.lines
                if start <= milliseconds(each.at) <= end and all(term in each.text for term in terms)
            ]
        }

    def get_log_events(self, **request: Any) -> dict[str, Any]:
        start, end = (of_milliseconds(request[name]) for name in ("startTime", "endTime"))
        found = [each for each in self.lines if each.stream == request["logStreamName"] and start <= each.at < end]
        return {"events": [{"timestamp": milliseconds(each.at), "message": each.text} for each in found]}


class Account:
    """Clients of an account that has nothing but logs."""

    region = "eu-west-1"

    def __init__(self, logs: Logs) -> None:
        self.logs = logs

    def client(self, service: str, region: str | None = None) -> Logs:
        assert (service, region) == ("logs", None)
        return self.logs


def asked_of(*lines: Line, denied: bool = False) -> dict[str, Any]:
    clients: Any = Account(Logs(lines, denied=denied))
    looking.use(Look(clients, window(), SIGNAL))
    try:
        return dict(log_error())
    finally:
        looking.begin()


def errors(*minutes: float) -> list[Line]:
    return [line(TEXT, minute) for minute in minutes]


def at(minute: float) -> datetime:
    return NOON + timedelta(minutes=minute)


def told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def test_given_a_new_error_that_goes_on_then_its_first_line_is_the_onset() -> None:
    found = asked_of(*errors(*(each / 2 for each in range(58))))

    assert found["onset"] == found["first"] == told(at(0))
    assert (found["count"], found["before_onset"], found["still"], found["is_new"]) == (58, 0, True, True)
    assert found["seen_before"] == "no such line in the 7 d before"
    assert found["reading"] == "0 → 2 lines/min at 12:00 UTC; 58 lines; the last at 12:28 UTC; it goes on"
    assert sum(found["series"]["values"]) == 20  # of each of ten times three minutes the most


def test_given_one_line_then_it_says_when_and_that_no_more_came() -> None:
    found = asked_of(*errors(0))

    assert found["reading"] == "since 12:00 UTC; 1 line; none for 30 min"
    assert (found["count"], found["still"]) == (1, False)


def test_given_lines_of_the_day_before_then_it_is_an_old_error_whose_episode_is_new() -> None:
    found = asked_of(*errors(-20 * 60, -19.5 * 60, 0, 5, 28))

    assert found["is_new"] is False
    assert found["seen_before"].startswith("2 times in the 24 h before, first 2026-11-20T16:00:00Z")
    assert found["onset"] == told(at(0))
    assert "earlier" not in found


def test_given_lines_without_a_long_pause_then_it_goes_on_since_the_first_of_them() -> None:
    found = asked_of(*errors(*range(-600, 30, 60)))

    assert found["earlier"]["onset"] == told(at(-600))


def test_given_lines_of_a_week_ago_then_they_are_found_too() -> None:
    assert asked_of(*errors(-5 * 24 * 60, 0))["seen_before"].startswith("1 times in the 7 d before")


def test_given_an_old_error_that_comes_more_often_then_that_is_the_onset() -> None:
    before, since = range(-90, 0, 3), [each / 6 for each in range(170)]
    found = asked_of(*errors(*before, *since))

    assert abs((datetime.fromisoformat(found["onset"]) - NOON).total_seconds()) <= 180
    assert found["before_onset"] >= 28


def test_given_other_lines_then_they_do_not_count() -> None:
    found = asked_of(*errors(0), line("ERROR cart is empty", 1), line("INFO order stored", 2))

    assert found["count"] == 1


def test_given_a_request_then_what_it_said_before_is_shown_and_not_what_others_said() -> None:
    found = asked_of(
        line(f"INFO {REQUEST} storing order password=hunter2hunter2", -0.2),
        line("INFO 9c5f0e98-51aa-4b0e-8f5a-0a9c7a8f1e22 order read", -0.1),
        *errors(0),
    )

    assert found["came_before_it_in"] == "the same request"
    assert len(found["came_before_it"]) == 1
    assert "storing order" in found["came_before_it"][0]
    assert "hunter2" not in str(found)


def test_given_rows_of_a_trace_then_the_frames_of_the_application_come_first() -> None:
    rows = (
        TEXT,
        "Traceback (most recent call last):",
        '  File "/srv/store.py", line 58, in save',
        '  File "/usr/lib/python3/site-packages/pg.py", line 9, in connect',
        "pg.RefusedError: no",
    )
    found = asked_of(*(line(row, 0) for row in rows))

    assert found["frames"] == ["store.py:58 in save"]
    assert found["raised_in_library"] == "pg.py:9 in connect"
    assert found["sample"].endswith("pg.RefusedError: no")


def test_given_the_log_may_not_be_read_then_the_event_counts_and_the_refusal_is_a_gap() -> None:
    found = asked_of(denied=True)

    assert found["gaps"] == [{"what": f"lines of {GROUP}", "why": "denied: logs:FilterLogEvents"}]
    assert found["count_in_event"] == 2
    assert found["frames"] == ["store.py:58 in save"]
    assert "reading" not in found


def test_given_a_flood_that_is_read_in_part_then_nothing_is_said_of_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    subject = importlib.import_module("toolbox.logs.one_error")  # the package binds the helper to this name
    whole = subject.read

    def in_part(*given: Any, **bounds: Any) -> Any:
        return whole(*given, **(bounds | {"most_pages": 1}))

    monkeypatch.setattr(subject, "read", in_part)
    found = asked_of(*errors(*(each / 10 for each in range(290))))

    assert found["still"]
    assert found["reading"].endswith("and more that were not read")
    assert found["series"]["values"][-1] is None
    assert "read until the bound" in found["truncated"][0]
