"""Each helper on the local AWS: what it answers, and what it says about how it looked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

import toolbox
from local_aws.faults.rules import Effect, Fault
from sandbox.action_names import action_of
from sandbox.operations import Documents
from tests.contract.toolbox.incident import ALARM, FUNCTION, PASSWORD, QUEUE, ROLE, TABLE, Incident
from tests.waiting import eventually
from toolbox.asking.answer import Answer
from toolbox.logs import insights
from toolbox.resources import KINDS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("toolbox_helpers")]


@pytest.fixture(autouse=True)
def looking(incident: Incident) -> Iterator[None]:
    """Helpers look at the incident, around its true onset."""
    toolbox.begin(incident.signal, session=incident.session, onset=incident.onset)
    yield
    toolbox.begin(session=incident.session)


def test_given_any_answer_then_it_prints_as_one_line_of_json_that_says_what_was_asked() -> None:
    answer = toolbox.breach()

    assert json.loads(str(answer)) == answer
    assert "\n" not in str(answer)
    assert answer["asked"]["window"].count("Z") == 2
    assert answer["lag"]


def test_given_an_alarm_then_its_definition_is_told() -> None:
    answer = toolbox.describe_alarm()

    assert answer["definition"]["Threshold"] == 5
    assert answer["definition"]["metrics"] == [f"AWS/Lambda Errors {{FunctionName={FUNCTION}}} Sum/60s"]


def test_given_a_composite_alarm_then_its_children_are_told_with_their_states(incident: Incident) -> None:
    cloudwatch: Any = incident.session.client("cloudwatch")
    cloudwatch.put_composite_alarm(AlarmName="orders", AlarmRule=f'ALARM("{ALARM}")')

    answer = toolbox.describe_alarm("orders")

    assert [child["name"] for child in answer["children"]] == [ALARM]


def test_given_an_alarm_that_rings_then_it_is_among_the_related_ones(incident: Incident) -> None:
    cloudwatch = incident.session.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="basket-age",
        Namespace="Shop",
        MetricName="Age",
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    cloudwatch.set_alarm_state(AlarmName="basket-age", StateValue="ALARM", StateReason="test")

    answer = toolbox.related_alarms()

    assert [each["alarm"] for each in answer["in_alarm_now"]] == ["basket-age"]


def test_given_a_metric_with_the_same_level_every_day_then_its_baseline_says_so() -> None:
    answer = toolbox.metric("Invocations")

    assert answer["changed"] is False
    assert answer["baseline"]["yesterday"]["median"] == pytest.approx(43, abs=2)
    assert "as usual at this hour" in answer["reading"]


def test_given_metric_math_then_every_input_is_told(incident: Incident) -> None:
    metrics = [
        {"id": "e", "namespace": "AWS/Lambda", "name": "Errors", "dimensions": {"FunctionName": FUNCTION}},
        {"id": "i", "namespace": "AWS/Lambda", "name": "Invocations", "dimensions": {"FunctionName": FUNCTION}},
    ]
    signal = {
        **incident.signal,
        "metrics": [
            *({**each, "statistic": "Sum", "period_s": 60, "returns_data": False} for each in metrics),
            {"id": "rate", "expression": "100 * e / i", "returns_data": True},
        ],
    }
    toolbox.begin(signal, session=incident.session, onset=incident.onset)

    answer = toolbox.breach()

    assert answer["id"] == "rate"
    assert answer["after"] == pytest.approx(75, abs=10)
    assert [each["id"] for each in answer["inputs"]] == ["e", "i"]
    assert "gaps" not in answer
    assert answer["baseline"]["yesterday"]["median"] < 5


def test_given_a_metric_nobody_publishes_then_the_reading_says_so() -> None:
    assert toolbox.metric("Nothing")["reading"].startswith("no datapoints")


def test_given_related_metrics_then_the_one_that_changed_comes_first() -> None:
    answer = toolbox.related_metrics()

    assert answer["metrics"][0].startswith("Errors (Sum): 0 → 3")
    assert answer["seen"] == 3


def test_given_the_log_then_only_what_is_new_is_new() -> None:
    answer = toolbox.log_changes()

    assert [each["count"] for each in answer["new"]] != []
    assert all("not authorized" in each["template"] for each in answer["new"])
    assert PASSWORD not in str(answer)


def test_given_a_request_then_its_lines_are_shown() -> None:
    line = next(each for each in toolbox.log_lines(pattern="?REPORT", most=1)["lines"])
    request = line.split("RequestId: ")[1].split()[0]

    answer = toolbox.log_lines(pattern=f'"{request}"')

    assert answer["count"] == 4
    assert all(request in each for each in answer["lines"])


def test_given_an_insights_query_then_it_runs_and_says_what_it_scanned() -> None:
    answer = toolbox.log_query("filter @message like /AccessDenied/ | stats count(*) as denied")

    assert int(answer["rows"][0]["denied"]) > 50
    assert answer["scanned_bytes"] > 0


def test_given_a_query_that_would_scan_too_much_then_it_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(insights, "MOST_SCANNED", 1)

    answer = toolbox.log_query("fields @message")

    assert "rows" not in answer
    assert "would scan" in answer["gaps"][0]["why"]


def test_given_a_function_then_its_invocations_are_summed_before_and_since_the_onset(incident: Incident) -> None:
    answer = toolbox.lambda_invocations()

    assert answer["before_onset"]["count"] == 4 * 90
    assert answer["since_onset"]["memory_mb"] == 512
    assert answer["since_onset"]["timed_out"] == 0


def test_given_a_function_then_its_configuration_holds_no_secret() -> None:
    answer = toolbox.configuration()

    assert answer["Timeout"] == 30
    assert answer["environment"]["TABLE_NAME"] == TABLE
    assert PASSWORD not in str(answer)


def test_given_a_queue_then_its_dead_letters_are_counted() -> None:
    answer = toolbox.configuration("sqs", QUEUE)

    assert answer["visibility_timeout_s"] == 180
    assert answer["dead_letters"]["waiting"] == 1
    assert answer["dead_letters"]["after_receives"] == 3


def test_given_a_queue_then_the_function_that_reads_it_is_told() -> None:
    (function,) = toolbox.surroundings("sqs", QUEUE)["functions"]

    assert (function["function"], function["Timeout"], function["role"]) == (FUNCTION, 30, ROLE)
    assert function["metrics"][0].startswith("0 → 3")


@pytest.mark.parametrize(
    ("action", "decision"), [("dynamodb:GetItem", "allowed"), ("dynamodb:PutItem", "implicitDeny")]
)
def test_given_a_role_then_its_permission_is_decided(incident: Incident, action: str, decision: str) -> None:
    table = f"arn:aws:dynamodb:{incident.running.region}:{incident.running.account}:table/{TABLE}"

    answer = toolbox.may(ROLE, action, table)

    assert answer["decision"] == decision
    assert bool(answer.get("statements")) == (decision == "allowed")


def test_given_a_simulator_that_is_throttled_then_the_policies_decide(incident: Incident) -> None:
    incident.running.fail(Fault("iam", Effect.THROTTLED, actions=("SimulatePrincipalPolicy",)))

    answer = toolbox.may(ROLE, "dynamodb:GetItem")

    assert (answer["decision"], answer["how"]) == ("allowed", "read from the policies")
    assert answer["gaps"] == [{"what": "simulation", "why": "throttled: SimulatePrincipalPolicy"}]


def test_given_a_role_then_its_policies_are_told() -> None:
    answer = toolbox.role_policies(f"arn:aws:iam::210987654321:role/{ROLE}")

    assert answer["policies"]["access"][0]["Action"] == ["logs:*", "dynamodb:GetItem"]
    assert answer["trusted"] == [{"Service": "lambda.amazonaws.com"}]


def test_given_names_then_changes_about_them_come_first(incident: Incident) -> None:
    def unthrottled() -> Answer | None:
        found = toolbox.changes_before(["basket"])
        return None if "gaps" in found else found

    answer = eventually(unthrottled, "CloudTrail answers twice a second, other tests included")

    assert [each["event"] for each in answer["related"]] == ["lambda:UpdateFunctionConfiguration"]
    assert any("DeleteRolePolicy" in line for line in answer["other"])
    assert not any("CreateLogStream" in line for line in answer["other"])


def test_given_no_support_plan_then_health_is_a_gap() -> None:
    assert toolbox.health_events()["gaps"][0]["why"].startswith("denied")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_given_a_resource_that_is_not_there_then_the_answer_is_a_gap(kind: str) -> None:
    name = "arn:aws:states:eu-west-1:210987654321:stateMachine:none" if kind == "stepfunctions" else "none/none"
    answer = toolbox.configuration(kind, "i-0123456789abcdef0" if kind == "ec2" else name)

    assert answer["gaps"], answer


def test_given_all_helpers_then_they_ask_for_nothing_the_role_may_not(incident: Incident) -> None:
    session = incident.fresh_session()
    asked: set[str] = set()

    def note(model: Any, **_: Any) -> None:
        service = model.service_model
        asked.add(action_of(service.service_name, service.signing_name, model.name, model.http["method"]))

    session.events.register("before-call.*.*", note)
    toolbox.begin(incident.signal, session=session, onset=incident.onset)
    arguments: dict[str, tuple[str, ...]] = {
        "metric": ("Errors",),
        "log_query": ("fields @message | limit 1",),
        "role_policies": (ROLE,),
        "may": (ROLE, "s3:GetObject"),
    }
    for helper in toolbox.HELPERS:
        helper(*arguments.get(helper.__name__, ()))
    for kind in KINDS:
        toolbox.configuration(kind, QUEUE if kind == "sqs" else FUNCTION if kind == "lambda" else "none")

    documents = Documents.load()
    assert len(asked) > 40
    assert {action: sid for action in asked if (sid := documents.refusal(action, "/restapis"))} == {}
