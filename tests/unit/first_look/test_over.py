"""What is over: when the last error was, what became of the work, and whether anything was changed before."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.first_look.builders import (
    alarm,
    at,
    breach,
    change,
    changes,
    configuration,
    error,
    logs,
    reported,
    section,
)
from triage.domain.report import Disposition

BACK = alarm(
    StateValue="OK",
    StateReason="Threshold Crossed: no datapoint was greater than the threshold (5.0).",
    transitions=[{"at": at(16), "to": "ALARM → OK"}, {"at": at(10), "to": "OK → ALARM"}],
)
PASSED = breach("0 → 47 Errors/min at 02:13 UTC, baseline 0, back: 0", still=False)
FAILED = logs(error("POST https://api.partner.example answered 503", 90, first=at(0), last=at(14)))
ASKED = {"window": "2026-11-20T20:13:00Z/2026-11-21T02:38:00Z"}


def queue(waiting: int = 0, given_up: int = 0) -> dict[str, Any]:
    dead = {"queue": "orders-dlq", "after_receives": 5, "waiting": given_up}
    lead = {"about": "sqs orders", "from": "neighbourhood", "why": "event source", "hop": 1}
    data = {"waiting": waiting, "in_flight": 0, "dead_letters": dead}
    return section("configuration:orders", data, "configuration", asked={"resource": "sqs orders"}, lead=lead)


def told(*sections: dict[str, Any]) -> str:
    report = reported(BACK, PASSED, FAILED, *sections)
    assert report.disposition is Disposition.TRANSIENT
    return " ".join(each.statement for each in report.findings)


def test_when_the_last_error_was_is_told() -> None:
    assert "The last such error of order-writer was logged at 02:27 UTC, none in the 11 min since." in told()


def test_an_empty_queue_and_no_dead_letters_say_that_nothing_was_left() -> None:
    report = reported(BACK, PASSED, FAILED, queue())

    assert "Nothing waits in the queue orders now." in report.root_cause.statement
    assert "The dead-letter queue orders-dlq is empty: no message was given up." in report.root_cause.statement


def test_what_waits_or_was_given_up_is_counted() -> None:
    said = told(queue(waiting=310, given_up=12))

    assert "310 messages wait in the queue orders now" in said
    assert "12 messages lie in the dead-letter queue orders-dlq" in said


def test_that_nothing_was_changed_before_is_told_with_the_last_modification() -> None:
    none = section("changes", {"related": [], "other": []}, "changes_before", asked=ASKED)
    said = told(configuration(LastModified="2026-11-11T02:13:00.000+0000"), none)

    assert "No change of order-writer or around it is seen in the 6 h before" in said
    assert "order-writer was last modified on 2026-11-11, 10.0 days before" in said


@pytest.mark.parametrize(
    ("call", "is_unchanged"),
    [("logs:PutRetentionPolicy", True), ("lambda:UpdateFunctionConfiguration", False)],
)
def test_a_change_without_effect_is_named_and_one_with_effect_is_no_calm(call: str, is_unchanged: bool) -> None:
    trail = changes(change(call, "functionName=order-writer, retentionInDays=7, timeout=3")) | {"asked": ASKED}

    assert ("No change of order-writer" in told(trail)) is is_unchanged
    assert (f"but for {call}" in told(trail)) is is_unchanged


def test_a_trail_that_was_not_answered_says_nothing() -> None:
    late = section("changes", {}, "changes_before", gap="late: …")

    assert "No change of" not in told(late)


def test_the_state_now_is_cited() -> None:
    report = reported(BACK, PASSED, FAILED)
    (back,) = [each for each in report.findings if each.statement.startswith("The alarm went back to OK")]

    assert any("StateValue: OK" in each.quote for each in back.citations)


def test_an_incident_that_goes_on_is_told_nothing_of_it() -> None:
    report = reported(breach(), FAILED, queue())

    assert not any("Nothing waits" in each.statement for each in report.findings)


# Failovers -------------------------------------------------------------------------------------------

EVENTS = section(
    "events:elasticache",
    {
        "stores": [
            {
                "name": "carts",
                "changes": [
                    {"at": at(-8), "when": "8 min before onset", "what": "Service update u-1 is being applied"},
                    {
                        "at": at(-0.3),
                        "when": "18 s before onset",
                        "what": "Failover from master node carts-001 to replica node carts-002 completed",
                    },
                ],
            }
        ]
    },
    "store_events",
)
READONLY = logs(error("ReplyError: READONLY You can't write against a read only replica.", 90, first=at(0)))
UPDATE = "elasticache:BatchApplyUpdateAction"
GIVEN = "replicationGroupIds=carts, serviceUpdateName=u-1"


def test_a_failover_that_the_cache_records_is_behind_what_its_clients_said() -> None:
    report = reported(BACK, PASSED, READONLY, EVENTS)

    says = report.root_cause.statement
    assert report.disposition is Disposition.TRANSIENT
    assert "Failover from master node carts-001 to replica node carts-002" in says
    assert any("Failover from master node" in each.event for each in report.timeline)


def test_who_ordered_the_update_of_a_cache_belongs_to_its_failover() -> None:
    by = changes(
        change(UPDATE, GIVEN, -20, by="Engineer/ina", touches="carts: it tells of events around the onset"),
        change("ecs:UpdateService", "cluster=shop, service=cart, desiredCount=5", -0.1, by="AutoScaling/x"),
    )

    says = reported(BACK, PASSED, READONLY, EVENTS, by).root_cause.statement

    assert "BatchApplyUpdateAction" in says
    assert "Engineer/ina" in says
    assert "UpdateService" not in says  # the failover says why it was: what else was changed does not


def test_while_it_goes_on_a_failover_is_the_cause() -> None:
    report = reported(breach(), READONLY, EVENTS)

    assert "carts failed over" in report.root_cause.statement
