"""The first look at a log error, as the orchestrator sends it: in the sandbox, on an account with an incident."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.toolbox.incident import FUNCTION, PASSWORD, Incident
from tests.contract.toolbox.test_in_the_sandbox import AS_SOMEBODY, UNHURRIED
from tests.log_batches import packed
from tests.sandbox_host import SandboxHost
from toolbox.asking.window import iso
from triage.app.take_first_look import CODE
from triage.domain.home import Home
from triage.domain.signal import LogError, Signal
from triage.first_look.document import read
from triage.intake import detect_all

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("toolbox_log_error")]

GROUP = f"/aws/lambda/{FUNCTION}"


@pytest.fixture(scope="module")
def child(incident: Incident) -> Iterator[SandboxHost]:
    host = SandboxHost(isolated=False, endpoint_url=incident.running.endpoint)
    yield host
    host.close()


def the_signal(incident: Incident) -> Signal:
    """What the function's own log would have been investigated for: its first line about the missing right."""
    logs: Any = incident.session.client("logs")
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=GROUP, filterPattern="ERROR")
    first = min((event for page in pages for event in page["events"]), key=lambda event: event["timestamp"])
    batch = {
        "messageType": "DATA_MESSAGE",
        "owner": incident.running.account,
        "logGroup": GROUP,
        "logStream": first["logStreamName"],
        "subscriptionFilters": ["alarm-triage"],
        "logEvents": [{key: first[old] for key, old in (("id", "eventId"), ("timestamp",) * 2, ("message",) * 2)}],
    }
    home = Home("aws", incident.running.account, incident.running.region)
    (signal,) = detect_all(packed(batch), home)
    assert isinstance(signal, Signal)
    return signal


@pytest.fixture(scope="module")
def reply(child: SandboxHost, incident: Incident) -> dict[str, Any]:
    inputs = {"signal": the_signal(incident).to_json(), "own": []}
    code = f"import boto3\n{AS_SOMEBODY}\n{UNHURRIED}\n{CODE}"
    answer: dict[str, Any] = child.call(code, inputs=inputs, region=incident.running.region)
    return answer


@pytest.fixture(scope="module")
def sections(reply: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {section["id"]: section for section in reply["result"]["sections"]}


def the_error(incident: Incident) -> LogError:
    error = the_signal(incident).log
    assert error is not None
    return error


def test_it_answers_as_every_first_look_does(reply: dict[str, Any]) -> None:
    assert (reply["status"], reply["error"]) == ("ok", None)
    assert not reply["truncated"]
    assert read(reply["result"]).sections


def test_it_begins_with_the_first_line(reply: dict[str, Any], incident: Incident) -> None:
    look = read(reply["result"])

    assert look.onset is not None
    assert abs((look.onset - the_error(incident).first_at).total_seconds()) < 120


def test_it_asks_for_no_alarm_and_misses_none(sections: dict[str, dict[str, Any]]) -> None:
    gaps = [gap for section in sections.values() for gap in section.get("data", {}).get("gaps", ())]

    assert "alarm" not in sections
    assert not [gap for gap in gaps if "alarm" in f"{gap['what']} {gap['why']}"]


def test_the_error_itself_is_counted_by_the_minute_and_called_new(
    sections: dict[str, dict[str, Any]], incident: Incident
) -> None:
    found = sections["metric"]["data"]

    assert sections["metric"]["helper"] == "log_error"
    assert found["is_new"]
    assert found["seen_before"] == "no such line in the 7 d before"
    assert found["first"] == iso(the_error(incident).first_at)
    assert found["count"] == found["since_onset"] > 10
    assert sum(each or 0 for each in found["series"]["values"]) > 10
    assert found["frames"] == ["orders.js:42 in saveOrder"]


def test_the_error_is_found_with_its_own_frame_up_front(
    sections: dict[str, dict[str, Any]], incident: Incident
) -> None:
    (group, *_) = sections["logs"]["data"]["groups"]
    (template, *_) = group["templates"]

    assert group["group"] == GROUP
    assert template["under_investigation"]
    assert "not authorized to perform: dynamodb:PutItem" in template["template"]
    assert the_error(incident).frames == ("orders.js:42 in saveOrder",)


def test_what_came_before_it_is_shown_without_secrets(sections: dict[str, dict[str, Any]]) -> None:
    found = sections["metric"]["data"]

    assert "not authorized to perform: dynamodb:PutItem" in found["sample"]
    assert found.get("came_before_it_in") in (None, "the same request", "the same stream")
    assert PASSWORD not in json.dumps(sections)


def test_the_function_behind_the_log_its_changes_and_its_metrics_are_looked_at(
    sections: dict[str, dict[str, Any]],
) -> None:
    assert sections["configuration"]["asked"]["resource"] == f"lambda {FUNCTION}"
    assert any(line.startswith("Errors (Sum)") for line in sections["related_metrics"]["data"]["metrics"])
    assert [each["event"] for each in sections["changes"]["data"]["related"]] == ["iam:DeleteRolePolicy"]
