"""watch_all_alarms, applied: alarms that know nothing of the module are investigated, once, unless left out."""

from __future__ import annotations

import json
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from local_aws.mail import incident_mail
from local_aws.mail.incident_mail import IncidentMail
from tests.e2e.conftest import UNWATCHED
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.conftest import Deployment

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("e2e")]


@dataclass
class Alarms:
    """Alarms of other teams in the deployment's account."""

    deployment: Deployment
    started_ns: int = field(default_factory=time.time_ns)
    names: list[str] = field(default_factory=list)

    @property
    def triage(self) -> dict[str, Any]:
        """Configuration of the triage function."""
        functions = self.deployment.client("lambda").list_functions()["Functions"]
        found: dict[str, Any] = next(one for one in functions if one["Handler"].startswith("triage_handler"))
        return found

    def make(self, beginning: str, actions: tuple[str, ...] = ()) -> str:
        """An alarm on a resource that no other alarm is about; its name."""
        name = f"{beginning}{uuid.uuid4().hex[:8]}"
        self.deployment.client("cloudwatch").put_metric_alarm(
            AlarmName=name,
            AlarmActions=list(actions),
            Namespace="Shop",
            MetricName="Failures",
            Dimensions=[{"Name": "Service", "Value": name}],
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1.0,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            TreatMissingData="ignore",
        )
        self.names.append(name)
        return name

    def fire(self, name: str) -> None:
        """Set it off."""
        self.deployment.client("cloudwatch").set_alarm_state(
            AlarmName=name, StateValue="ALARM", StateReason="set off by a person"
        )

    def mail(self, name: str) -> IncidentMail | None:
        """The e-mail about it, once there is one."""
        return incident_mail.arrived(self.deployment.running.mailbox, name, self.started_ns)

    def mails(self, name: str) -> list[str]:
        """Subjects of everything that was written about it."""
        written = self.deployment.mails()
        return [subject for subject, text in written if name in subject or name in text]

    def decisions(self, name: str) -> list[str]:
        """What triage decided, event by event."""
        logs = self.deployment.client("logs")
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=f"/aws/lambda/{self.triage['FunctionName']}"
        )
        lines = [
            event["message"] for page in pages for event in page["events"] if event["message"].startswith("{")
        ]
        logged = [json.loads(line) for line in lines]
        return [line["message"] for line in logged if name in line.get("fingerprint", "")]

    def work_is_done(self) -> bool:
        """Whether nothing waits in the work queue and nothing is being investigated."""
        sqs = self.deployment.client("sqs")
        url = self.triage["Environment"]["Variables"]["WORK_QUEUE_URL"]
        names = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
        counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return {counts[name] for name in names} == {"0"}


@pytest.fixture
def alarms(deployment: Deployment) -> Iterator[Alarms]:
    made = Alarms(deployment)
    yield made
    deployment.client("cloudwatch").delete_alarms(AlarmNames=made.names)


def test_an_alarm_without_any_action_is_investigated(deployment: Deployment, alarms: Alarms) -> None:
    assert deployment.demo is not None
    name = alarms.make("checkout-")

    alarms.fire(name)

    mail = eventually(lambda: alarms.mail(name), f"a mail about {name}")
    assert mail.report_key(deployment.demo.reports_bucket) is not None
    assert alarms.decisions(name) == ["investigate"]


def test_an_alarm_wired_both_ways_is_investigated_once(alarms: Alarms) -> None:
    name = alarms.make("billing-", actions=(alarms.triage["FunctionArn"],))

    alarms.fire(name)

    eventually(lambda: len(alarms.decisions(name)) == 2, "two decisions")
    # Whoever meets a claim whose message is still being sent sends it too: only one of them starts a run.
    assert Counter(alarms.decisions(name)) in (
        Counter(["investigate", other]) for other in ("duplicate", "send_again")
    )
    eventually(lambda: alarms.mail(name) and alarms.work_is_done(), f"a mail about {name}")
    assert len(alarms.mails(name)) == 1


def test_alarms_that_are_left_out_and_the_modules_own_are_not_looked_at(
    deployment: Deployment, alarms: Alarms
) -> None:
    assert deployment.demo is not None
    own = alarms.triage["FunctionName"].replace("triage-handler", "triage-errors")
    [present] = deployment.client("cloudwatch").describe_alarms(AlarmNames=[own])["MetricAlarms"]
    assert present["AlarmActions"] == [deployment.demo.topic_arn]
    left_out = alarms.make(UNWATCHED)
    marker = alarms.make("search-")

    for name in (left_out, own, marker):  # the bus hands events over in this order
        alarms.fire(name)

    eventually(lambda: alarms.mail(marker) and alarms.work_is_done(), f"a mail about {marker}")
    assert alarms.decisions(marker) == ["investigate"]
    assert alarms.decisions(left_out) == []
    assert alarms.decisions(own) == []
    assert alarms.mails(left_out) == []


def test_an_alarm_whose_event_triage_may_not_take_is_told_by_name(deployment: Deployment, alarms: Alarms) -> None:
    functions, triage = deployment.client("lambda"), alarms.triage["FunctionName"]
    policy = json.loads(functions.get_policy(FunctionName=triage)["Policy"])
    [granted] = [one for one in policy["Statement"] if one["Principal"] == {"Service": "events.amazonaws.com"}]
    name = alarms.make("invoices-")
    functions.remove_permission(FunctionName=triage, StatementId=granted["Sid"])
    try:
        alarms.fire(name)
        notice = eventually(lambda: alarms.mail(name), f"a mail about {name}")
    finally:
        functions.add_permission(
            FunctionName=triage,
            StatementId=granted["Sid"],
            Action=granted["Action"],
            Principal="events.amazonaws.com",
            SourceArn=granted["Condition"]["ArnLike"]["AWS:SourceArn"],
            SourceAccount=granted["Condition"]["StringEquals"]["AWS:SourceAccount"],
        )

    assert "NOT INVESTIGATED" in notice.subject
    assert "EventBridge could not hand the alarm's event to the triage function" in " ".join(notice.text.split())
    assert alarms.decisions(name) == []
