"""The first look on an account with an incident: what it finds, and that nothing but gaps comes of refusals."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from local_aws.faults.rules import Effect, Fault
from tests.contract.toolbox.incident import ALARM, PASSWORD, ROLE, Incident
from toolbox import first_look
from toolbox.asking import bounding
from toolbox.asking.window import iso
from toolbox.plan import GENERAL, Step
from toolbox.recipes import plan_for

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("toolbox_first_look")]

EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def sections(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {section["id"]: section for section in document["sections"]}


@pytest.fixture(scope="module", autouse=True)
def document(incident: Incident) -> dict[str, Any]:
    """Taken before any test: CloudTrail answers twice a second, whoever asks."""
    return first_look.run(incident.signal, session=incident.session)


def test_given_an_incident_then_its_onset_is_that_of_the_metric_not_of_the_alarm(
    incident: Incident, document: dict[str, Any]
) -> None:
    metric = sections(document)["metric"]["data"]

    assert metric["onset"] == iso(incident.onset)
    assert document["window"]["onset"] == incident.onset.isoformat()
    assert metric["reading"].startswith("0 → 3")
    assert metric["reading"].endswith("still high")


def test_given_failing_invocations_then_their_lines_are_one_template_with_the_own_frame(
    document: dict[str, Any],
) -> None:
    (group,) = sections(document)["logs"]["data"]["groups"]
    (template,) = group["templates"]

    assert (template["before_onset"], template["share"]) == (0, "100 %")
    assert "not authorized to perform: dynamodb:PutItem" in template["template"]
    assert "orders.js" in template["template"]


def test_given_a_change_of_the_functions_role_then_it_is_told_with_who_and_when(document: dict[str, Any]) -> None:
    data = sections(document)["changes"]["data"]

    assert [(each["event"], each["by"], each["when"]) for each in data["related"]] == [
        ("iam:DeleteRolePolicy", "platform/ci-77", "2 min before onset")
    ]
    assert f"roleName={ROLE}" in data["related"][0]["given"]
    assert [line.split()[1] for line in data["other"]] == ["lambda:UpdateFunctionConfiguration"]


def test_given_an_event_source_then_its_queue_and_the_dependencies_are_told(document: dict[str, Any]) -> None:
    data = sections(document)["surroundings"]["data"]

    assert [(each["source"], each["State"]) for each in data["event_sources"]] == [("order-events", "Disabled")]
    assert {"variable": "TABLE_NAME", "kind": "dynamodb", "name": "orders"}.items() <= data["depends_on"][
        0
    ].items()
    assert data["depends_on"][0]["state"]["TableStatus"] == "ACTIVE"


def test_given_any_account_then_the_look_is_small_counted_and_without_secrets(document: dict[str, Any]) -> None:
    text = json.dumps(document)

    assert bounding.size(document) <= first_look.USUAL_BYTES
    assert PASSWORD not in text
    # What led to nothing has no section, and its cost is told all the same.
    assert document["totals"]["api_calls"] >= sum(section["api_calls"] for section in document["sections"]) > 10
    assert document["totals"]["log_bytes"] > 1_000
    assert all(("data" in section) != ("gap" in section) for section in document["sections"])


def test_given_a_composite_alarm_then_the_metrics_of_its_children_are_looked_at(incident: Incident) -> None:
    cloudwatch: Any = incident.session.client("cloudwatch")
    cloudwatch.put_composite_alarm(AlarmName="orders", AlarmRule=f'ALARM("{ALARM}")')
    signal = {**incident.signal, "name": "orders", "metrics": [], "alarm_rule": f'ALARM("{ALARM}")'}

    found = sections(first_look.run(signal, session=incident.session))

    assert found["metric"]["data"]["onset"] == iso(incident.onset)
    assert [child["name"] for child in found["alarm"]["data"]["children"]] == [ALARM]
    assert "PutItem" in str(found["logs"]["data"])


def test_given_a_metric_made_from_log_lines_then_these_lines_and_their_function_are_looked_at(
    incident: Incident,
) -> None:
    logs: Any = incident.session.client("logs")
    logs.put_metric_filter(
        logGroupName="/aws/lambda/orders-api",
        filterName="saved",
        filterPattern="saved",
        metricTransformations=[{"metricName": "Saved", "metricNamespace": "Shop", "metricValue": "1"}],
    )
    metric = {**incident.signal["metrics"][0], "namespace": "Shop", "name": "Saved", "dimensions": {}}

    found = sections(first_look.run({**incident.signal, "metrics": [metric]}, session=incident.session))

    (counted,) = found["logs"]["data"]["counted_by_the_alarm"]
    assert (counted["pattern"], counted["group"]) == ("saved", "/aws/lambda/orders-api")
    assert "order <n> saved" in counted["templates"][0]["template"]
    assert found["configuration"]["asked"]["resource"] == "lambda orders-api"
    assert found["invocations"]["data"]["before_onset"]["count"] > 300


def test_given_a_small_bound_then_the_frame_of_every_section_stays(incident: Incident) -> None:
    document = first_look.run(incident.signal, GENERAL, session=incident.session, most_bytes=4_500)

    assert bounding.size(document) <= 4_500
    assert {"alarm", "metric", "configuration", "logs", "changes"} <= set(sections(document))


def test_given_denied_services_then_each_is_a_gap_by_its_action_and_the_rest_is_told(incident: Incident) -> None:
    denied = ["logs:*", "cloudtrail:*", "lambda:GetFunctionConfiguration", "iam:*"]
    session = incident.as_role(EVERYTHING, {"Effect": "Deny", "Action": denied, "Resource": "*"})

    document = first_look.run(incident.signal, session=session)

    found = sections(document)
    gaps = [gap["why"] for section in found.values() for gap in section.get("data", {}).get("gaps", ())]
    assert {"denied: logs:FilterLogEvents", "denied: cloudtrail:LookupEvents"} <= set(gaps)
    assert "denied: lambda:GetFunctionConfiguration" in gaps
    assert found["metric"]["data"]["onset"] == iso(incident.onset)


def test_given_nothing_is_allowed_then_there_are_gaps_only(incident: Incident) -> None:
    session = incident.as_role({"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"})

    document = first_look.run(incident.signal, session=session)

    assert {section["id"] for section in document["sections"]} <= {step.id for step in plan_for(incident.signal)}
    assert {"alarm", "metric", "logs", "changes"} <= set(sections(document))
    assert all("gap" in each or each["data"].get("gaps") for each in document["sections"])


def test_given_throttled_services_then_each_is_a_gap_and_no_call_is_insisted_on(incident: Incident) -> None:
    for service in ("cloudtrail", "logs"):
        incident.running.fail(Fault(service, Effect.THROTTLED))

    document = first_look.run(incident.signal, session=incident.fresh_session())

    gaps = {gap["why"] for section in document["sections"] for gap in section.get("data", {}).get("gaps", ())}
    assert {"throttled: LookupEvents", "throttled: FilterLogEvents"} <= gaps
    assert sections(document)["changes"]["api_calls"] <= 3


def test_given_a_slow_service_then_its_steps_are_late_and_the_look_is_not(incident: Incident) -> None:
    incident.running.fail(Fault("logs", Effect.SLOW, delay_s=6.0))
    started = time.monotonic()

    document = first_look.run(incident.signal, session=incident.fresh_session(), deadline_s=4.0)

    assert time.monotonic() - started < 6.0
    assert sections(document)["logs"]["gap"].startswith("late")
    assert sections(document)["alarm"]["data"]["definition"]["AlarmName"] == ALARM


def test_given_a_plan_that_waits_for_what_it_does_not_have_then_it_is_refused() -> None:
    with pytest.raises(ValueError, match="waits for"):
        first_look.run({}, [Step("a", "A", lambda: None, after=("b",))])  # type: ignore[arg-type, return-value]
