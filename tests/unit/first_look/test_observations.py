"""Answers of the toolbox become facts; every fact can be quoted from the text that a report cites."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.first_look.builders import (
    FUNCTION,
    ONSET,
    alarm,
    at,
    breach,
    change,
    changes,
    configuration,
    error,
    logs,
    look_of,
    related,
    section,
    the_signal,
)
from triage.first_look.lines import text_of
from triage.first_look.observations import observe
from triage.first_look.observations.facts import Origin, Scene
from triage.first_look.observations.logs import owner_of
from triage.first_look.observations.metrics import quantity


def scene(*sections: dict[str, Any]) -> Scene:
    return observe(the_signal(), look_of(*sections))


def test_a_template_is_a_complaint_with_its_counts_and_times() -> None:
    [complaint] = scene(logs(error("ERROR no money left", 12, before=3, share="20 %", streams=2))).complaints

    assert (complaint.about, complaint.text, complaint.level) == (FUNCTION, "ERROR no money left", "error")
    assert (complaint.since, complaint.before, complaint.share) == (12, 3, 0.2)
    assert complaint.first == ONSET - timedelta(minutes=60)


def test_the_same_template_found_by_two_questions_counts_once() -> None:
    twice = scene(logs(error("ERROR x")), logs(error("ERROR x"), id="logs:order-writer"))

    assert len(twice.complaints) == 1


@pytest.mark.parametrize(
    ("group", "owner"),
    [
        ("/aws/lambda/orders", "orders"),
        ("/ecs/shop/cart", "cart"),
        ("/ecs/search/access", "search"),
        ("/aws/rds/instance/orders-db/postgresql", "orders-db"),
        ("/aws/vendedlogs/states/intake", "intake"),
        ("API-Gateway-Execution-Logs_ab12/prod", "prod"),
    ],
)
def test_a_log_group_belongs_to_whom_its_name_says(group: str, owner: str) -> None:
    assert owner_of(group) == owner


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("138 ms", 0.138),
        ("2.72 s", 2.72),
        ("1,250", 1250.0),
        ("79%", 79.0),
        ("8 GiB", 8 * 2**30),
        ("46.4 M", 46.4e6),
        ("no number", None),
    ],
)
def test_a_quantity_is_read_in_base_units(text: str, value: float | None) -> None:
    assert quantity(text) == (pytest.approx(value) if value is not None else None)


def test_sentences_about_metrics_become_levels_directions_and_times() -> None:
    found = scene(
        related(
            "Duration (p99): 138 ms → 2.72 s Duration at 02:12 UTC, still high",
            "Throttles (Sum): steady at 0 Throttles/min",
            "Invocations (Sum): no clear change: 3 to 7 Invocations/min, median 5",
            "Count (Sum): 20 → 0 Count/min at 02:10 UTC, back: 20",
        )
    )

    duration, throttles, invocations, count = found.readings
    assert (duration.before, duration.after, duration.rises) == (pytest.approx(0.138), pytest.approx(2.72), True)
    assert duration.at == ONSET - timedelta(minutes=1)
    assert (throttles.steady, invocations.steady) == (0.0, 5.0)
    assert (count.falls, count.still, count.about) == (True, False, FUNCTION)


def test_calls_become_changes_and_short_lines_too() -> None:
    found = scene(
        changes(
            change("iam:DeleteRolePolicy", "roleName=order-writer-role, policyName=table"),
            other=("01:58 ec2:ReplaceRoute rtb-1 by net/CHG-1", "2026-11-19 23:50 kms:DisableKey k-1 by janitor"),
        )
    )

    deleted, route, key = sorted(found.changes, key=lambda each: str(each.at), reverse=True)
    assert (deleted.operation, deleted.about, deleted.related) == ("DeleteRolePolicy", "order-writer-role", True)
    assert (route.event, route.by, route.at) == ("ec2:ReplaceRoute", "net/CHG-1", ONSET - timedelta(minutes=15))
    assert f"{key.at:%Y-%m-%d %H:%M}" == "2026-11-19 23:50"


def test_what_a_resource_records_of_a_change_that_cloudtrail_tells_is_not_told_again() -> None:
    found = scene(
        configuration(changes=[{"at": at(-3), "when": "3 min before", "what": "version 7 published"}]),
        changes(change("lambda:PublishVersion", f"functionName={FUNCTION}")),
    )

    assert [each.event for each in found.changes] == ["lambda:PublishVersion"]


def test_only_calls_refused_to_services_or_about_the_resource_are_complaints() -> None:
    found = scene(
        changes(
            change("lambda:UpdateAlias", f"functionName={FUNCTION}", refused="AccessDenied"),
            other=(
                "01:50 s3:DeleteBucketPolicy archive by dev/eve (AccessDenied)",
                (
                    "01:55 ec2:RunInstances instanceType=c6i by AWSServiceRoleForAutoScaling/AutoScaling "
                    "(Client.VcpuLimitExceeded)"
                ),
            ),
        )
    )

    assert {each.template for each in found.complaints} == {
        "lambda:UpdateAlias AccessDenied",
        "ec2:RunInstances Client.VcpuLimitExceeded",
    }


def test_a_refused_call_of_somebody_is_what_that_caller_may_not_and_no_complaint_of_the_resource() -> None:
    given = f"functionName={FUNCTION}"

    [complaint] = scene(changes(change("lambda:UpdateAlias", given, refused="AccessDenied"))).complaints

    assert complaint.about != FUNCTION
    assert complaint.text.startswith(f"lambda:UpdateAlias by {complaint.about}")


def test_stopped_tasks_events_failures_and_targets_complain() -> None:
    found = scene(
        configuration(
            "shop/cart",
            "ecs",
            stopped_tasks=[
                {
                    "stopped": at(1),
                    "code": "EssentialContainerExited",
                    "containers": [{"name": "c", "exitCode": 137}],
                },
                {"stopped": at(2), "code": "ServiceSchedulerInitiated", "reason": "Scaling activity"},
            ],
            events=[
                "2026-11-21 02:14 (service cart) was unable to place a task",
                "2026-11-21 02:20 has reached a steady state",
            ],
            failures=[
                {
                    "name": "x",
                    "startDate": at(1),
                    "error": "States.Runtime",
                    "cause": "no $.id",
                    "in_state": "Read",
                }
            ],
            target_groups=[
                {
                    "name": "tg",
                    "not_healthy": [{"target": "i-1", "State": "unhealthy", "Reason": "Target.Timeout"}],
                }
            ],
        )
    )

    assert {each.origin for each in found.complaints} == {
        Origin.TASK,
        Origin.SERVICE_EVENT,
        Origin.EXECUTION,
        Origin.TARGET,
    }
    assert "exitCode: 137" in next(each.text for each in found.complaints if each.origin is Origin.TASK)


def test_neighbours_tell_of_metrics_changes_and_states() -> None:
    changed = {
        "what": "lambda price-engine",
        "link": "order-writer's variable PRICES",
        "hop": 1,
        "state": "DISABLED rate(1 day)",
        "metrics": ["Sum 0 → 108 Throttles/min at 02:13 UTC, still high"],
        "changes": ["02:05 lambda:UpdateFunctionCode price-engine by ci/1"],
    }
    found = scene(section("neighbourhood", {"changed": [changed], "unchanged": ["lambda stock (behind the API)"]}))

    assert [(each.about, each.name) for each in found.readings] == [("price-engine", "Throttles")]
    assert [(each.about, each.related) for each in found.changes] == [("price-engine", True)]
    assert [each.path for each in found.setting("state", "price-engine")] == ["changed.lambda.state"]
    assert [(each.about, each.value) for each in found.well] == [("stock", "behind the API")]


def test_shares_of_log_lines_are_read() -> None:
    data = {"group": "/aws/lambda/price-engine", "since_onset": ["caller=batch: 89% (559), before 50%"]}

    [share] = scene(section("shares", data, "log_shares")).shares

    assert (share.about, share.field, share.value) == ("price-engine", "caller", "batch")
    assert (share.share, share.other, share.count) == (0.89, 0.5, 559)


def test_the_alarm_knows_when_it_went_back_to_ok() -> None:
    recovered = [{"at": at(14), "to": "ALARM → OK"}, {"at": at(10), "to": "OK → ALARM"}]

    found = scene(alarm(StateValue="OK", transitions=recovered), breach())

    assert found.alarm.recovered_at == ONSET + timedelta(minutes=14)


def test_every_quote_occurs_in_the_text_of_its_section() -> None:
    look = look_of(
        alarm(StateReason="Threshold Crossed: 3 datapoints"),
        breach(),
        logs(error("ERROR " + "very long " * 80), error("ERROR  with   blanks\nand a line")),
        changes(change("iam:PutRolePolicy", "x" * 400), other=("01:58 ec2:ReplaceRoute rtb-1 by net",)),
        configuration(
            Timeout=3,
            environment={"TABLE": "orders"},
            depends_on=[{"name": "orders", "state": {"write_units": 1}}],
        ),
        related("Duration (p99): 138 ms → 2.72 s Duration at 02:12 UTC, still high"),
    )
    texts = {each.id: " ".join(text_of(each).split()) for each in look.sections}
    found = observe(the_signal(), look)

    facts = [*found.complaints, *found.changes, *found.settings, *found.readings, found.alarm]
    quotes = [quote for fact in facts for quote in fact.quotes]

    assert len(quotes) > 8
    assert [quote for quote in quotes if quote.text not in texts[quote.section]] == []


@pytest.mark.parametrize(
    "data",
    [
        {"groups": "none"},
        {"groups": [None, {"templates": [{"count": "many", "first": 7}]}]},
        {"related": [{"at": None}], "other": [3, "no line"]},
        {"reading": 5, "series": [], "baseline": None, "latest": "x"},
        {"changed": [{"what": 3, "metrics": {}, "changes": 1}]},
        {"events": {"x": 1}, "stopped_tasks": ["x"], "failures": [{}]},
    ],
)
@pytest.mark.parametrize("helper", ["log_errors", "changes_before", "breach", "neighbourhood", "configuration"])
def test_parts_of_an_unexpected_kind_are_left_out(helper: str, data: dict[str, Any]) -> None:
    found = scene(section("odd", data, helper))

    assert found.onset == ONSET


def test_tasks_that_stopped_in_the_days_before_are_counted() -> None:
    told = "88 x OutOfMemoryError: Container killed, exit code 137 (web:9), first 2026-11-18T20:55:21Z, last "
    "2026-11-21T02:09:20Z"

    [complaint] = scene(configuration("shop/web", "ecs", stopped_before=[told])).complaints

    assert (complaint.origin, complaint.count) == (Origin.TASK, 88)
    assert f"{complaint.first:%d %H:%M}" == "18 20:55"


def test_a_call_that_was_refused_many_times_is_told_once_even_where_its_line_was_cut() -> None:
    line = (
        "02:12 ec2:RunInstances 15 times until 02:33, instanceType=g5.12xlarge, minCount=1 by "
        "AWSServiceRoleForAutoScaling/AutoScaling (Server.InsufficientInstanceCa…"
    )

    [complaint] = scene(changes(other=(line,))).complaints

    assert (complaint.about, complaint.count) == ("g5.12xlarge", 15)
    assert "InsufficientInstanceCa" in complaint.text


def test_an_activity_that_failed_complains_of_why() -> None:
    why = "Launching a new EC2 instance. Status Reason: We currently do not have sufficient g5.12xlarge capacity"

    [complaint] = scene(
        configuration("render", "asg", changes=[{"at": at(1), "when": "", "what": why}])
    ).complaints

    assert (complaint.origin, complaint.about) == (Origin.ACTIVITY, "render")


def test_a_metric_that_is_not_named_beside_its_reading_is_told_without_a_gap() -> None:
    (found,) = [each for each in scene(breach(name="")).readings if each.watched]

    assert found.text.startswith("0 → 47 Errors/min")
