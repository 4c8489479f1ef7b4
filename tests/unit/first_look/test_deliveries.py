"""Silence with a change before it that says who may deliver, or that took away what delivers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.first_look.builders import alarm, breach, change, changes, ranked, related, section
from triage.domain.report import Category

QUEUE = "parcels"
READING = "300 → 0 NumberOfMessagesReceived/5 min at 02:13 UTC, still low"
SILENT = (
    alarm(Threshold=20, ComparisonOperator="LessThanThreshold"),
    breach(READING, name="NumberOfMessagesReceived", before=300, after=0, latest={"at": "", "value": 0}),
    related(
        "NumberOfMessagesReceived (Sum): 300 → 0 NumberOfMessagesReceived/5 min at 02:13 UTC, still low",
        "NumberOfMessagesSent (Sum): 300 → 0 NumberOfMessagesSent/5 min at 02:13 UTC, still low",
        dimensions={"QueueName": QUEUE},
    ),
)
ONLY_NEW = "Allow sqs:SendMessage to sns.amazonaws.com if aws:SourceArn is sales-next"
BOTH = "Allow sqs:SendMessage to sns.amazonaws.com if aws:SourceArn is sales or sales-next"


def sets_policy(policy: str, minutes: float = -1, by: str = "infra/run-1") -> dict[str, Any]:
    given = f"queueUrl=https://sqs.eu-west-1.amazonaws.com/123456789012/{QUEUE}, attributes.Policy={policy}"
    return change("sqs:SetQueueAttributes", given, minutes, by)


def topic(*metrics: str) -> dict[str, Any]:
    told = {"what": "sns sales", "link": "subscribed to the topic sales", "hop": 1, "metrics": list(metrics)}
    return section("neighbourhood", {"changed": [told]})


FAILS = "Sum 0 → 60 NumberOfNotificationsFailed/min at 02:13 UTC, still high"


def test_given_a_policy_that_no_longer_admits_the_topic_when_deliveries_fail_then_it_is_the_cause() -> None:
    found = ranked(*SILENT, changes(sets_policy(ONLY_NEW), sets_policy(BOTH, -2000)), topic(FAILS))

    best = found[0].candidate
    assert (best.signature, best.category) == ("no-longer-admitted", Category.PERMISSION_DENIED)
    assert "no longer admits sales, which sends to it" in best.statement
    assert f"what it admits now: {ONLY_NEW}, before: {BOTH}" in best.statement
    assert "infra/run-1" in best.statement


def test_given_no_failed_deliveries_when_the_policy_left_out_the_sender_then_it_still_outranks_no_data() -> None:
    found = ranked(*SILENT, changes(sets_policy(ONLY_NEW)), topic())

    assert found[0].candidate.category is Category.PERMISSION_DENIED
    assert Category.NO_DATA in {each.candidate.category for each in found[1:]}


@pytest.mark.parametrize(
    "call",
    [
        sets_policy(BOTH),
        sets_policy(ONLY_NEW, 40),
        sets_policy(ONLY_NEW, -300),
        {**sets_policy(ONLY_NEW), "refused": "AccessDenied"},
        change("sqs:SetQueueAttributes", f"queueUrl=https://sqs/1/{QUEUE}, attributes.DelaySeconds=5"),
    ],
    ids=["admits the sender", "long after", "long before", "refused", "no policy"],
)
def test_given_a_change_that_cannot_have_ended_the_deliveries_then_it_is_not_blamed(call: dict[str, Any]) -> None:
    found = ranked(*SILENT, changes(call), topic())

    assert "no-longer-admitted" not in {each.candidate.signature for each in found}


@pytest.mark.parametrize(
    ("event", "given"),
    [
        ("events:DisableRule", "name=parcels-every-minute"),
        ("sns:Unsubscribe", "subscriptionArn=arn:aws:sns:eu-west-1:123456789012:sales:1b2c"),
        ("lambda:UpdateEventSourceMapping", f"uUID=1b2c, functionName={QUEUE}, enabled=False"),
        ("scheduler:UpdateSchedule", "name=parcels-every-minute, state=DISABLED"),
    ],
)
def test_given_what_delivers_was_taken_away_when_nothing_arrives_then_that_is_the_cause(
    event: str, given: str
) -> None:
    found = ranked(*SILENT, changes(change(event, given)), topic())

    best = found[0].candidate
    assert (best.signature, best.category) == ("delivery-taken-away", Category.CONFIGURATION_MISSING)
    assert event.partition(":")[2] in best.statement


def test_given_an_alarm_on_errors_when_a_rule_was_disabled_then_nothing_is_said_of_silence() -> None:
    found = ranked(alarm(), breach(), changes(change("events:DisableRule", "name=nightly")))

    assert "delivery-taken-away" not in {each.candidate.signature for each in found}
