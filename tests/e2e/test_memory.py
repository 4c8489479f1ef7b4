"""Memory as applied: the functions' own role writes and reads it, and a person's word reaches the next report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local_aws import incident
from local_aws.progress import Progress
from tests.e2e.test_alarm_to_mail import archived_report
from tests.waiting import eventually
from triage.app.record_feedback import RecordFeedback
from triage.aws.memory import DynamoMemory
from triage.aws.runtime import SystemClock
from triage.domain.memory import Verdict

if TYPE_CHECKING:
    from local_aws.applied import Demo
    from tests.e2e.conftest import Deployment

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("e2e")]


def items_of(deployment: Deployment, demo: Demo) -> list[dict[str, Any]]:
    """The Tracker's keys."""
    pages = deployment.client("dynamodb").get_paginator("scan").paginate(TableName=demo.table_name)
    return [{"pk": item["pk"], "sk": item["sk"]} for page in pages for item in page["Items"]]


def is_memory(item: dict[str, Any]) -> bool:
    return str(item["pk"]["S"]).startswith("memory#")


def test_the_second_report_of_an_alarm_tells_of_the_first_and_what_a_person_said(deployment: Deployment) -> None:
    before = deployment.incident("permission")
    demo, client = deployment.with_fault("permission"), deployment.client("dynamodb")
    first = archived_report(deployment, before)["investigation"]["id"]
    eventually(
        lambda: any(first in item["pk"]["S"] for item in items_of(deployment, demo) if is_memory(item)),
        "the report is remembered",
    )
    judgements = DynamoMemory(demo.table_name, client)
    RecordFeedback(judgements, SystemClock()).run(first, Verdict.WRONG, "on-call", "it was a drill")
    deployment.running.forget_alarm(demo.alarm_name, demo.function_log_group)
    for item in items_of(deployment, demo):
        if not is_memory(item):
            client.delete_item(TableName=demo.table_name, Key=item)

    delivered = incident.run(deployment.running, demo, Progress())

    words = " ".join(delivered.text.split())
    assert " time in 30 days; last: " in words
    assert "Feedback: wrong (it was a drill)." in words
    assert f"{first}/report.html" in words
    report = archived_report(deployment, delivered)
    assert report["recurrence"]["last"]["investigation_id"] == first
    assert report["report"]["root_cause"]["confidence"] == "CONFIRMED", "by what was seen today"
