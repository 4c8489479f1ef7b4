"""The module on one local AWS, on a shortened time scale, and what can be seen of it from outside."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from local_aws import module_copy
from local_aws.mail import mailbox
from local_aws.process import CHECKOUT, Running
from scripts import build

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from local_aws.faults.rules import Faults
    from tests.reliability.pace import PacedModel

LEASE_S = 3.0
"""A lease of a minute in three seconds: twenty times faster than in production."""

RETRY_DELAYS_S = (3.0, 6.0)
"""Lambda's waits of one and two minutes before it retries an asynchronous event, on the same scale."""

QUEUE_VISIBILITY_S = {"work": 20, "work_dead_letter": 30}
"""Visibility time-outs of the queues (930 s and 120 s in production): how long a silent holder hides a message.

Long enough for the cold starts of many alarms at once: a notice that takes longer is told twice.
"""

CONSUMER = CHECKOUT / "tests" / "reliability" / "consumer"

HANDLERS = {
    "triage": "triage_handler",
    "investigator": "investigate_handler",
    "notice": "notice_handler",
    "tool": "tool_handler",
}


class Kind(StrEnum):
    """What an e-mail is."""

    REPORT = "report"
    FIRST_LOOK = "report without a model"
    NOTICE = "notice"
    OTHER = "other"


@dataclass(frozen=True)
class Mail:
    """One e-mail of the module."""

    kind: Kind
    subject: str
    text: str


def kind_of(subject: str) -> Kind:
    """What an e-mail is, by the mark its subject begins with."""
    if subject.startswith("[NOT INVESTIGATED]"):
        return Kind.NOTICE
    if re.match(r"\[(CRITICAL|HIGH|MEDIUM|LOW|INFO), first look\]", subject):
        return Kind.FIRST_LOOK
    if re.match(r"\[(CRITICAL|HIGH|MEDIUM|LOW|INFO)\]", subject):
        return Kind.REPORT
    return Kind.OTHER


@dataclass
class Pipeline:
    """The applied module.

    Attributes:
        outputs: of the module.
        model: answers for Bedrock.
        model_faults: what goes wrong with Bedrock; everything else goes wrong in the local AWS.
        model_url: where the model answers.
    """

    running: Running
    outputs: Mapping[str, Any]
    model: PacedModel
    model_faults: Faults
    model_url: str
    _clients: dict[str, Any] = field(default_factory=dict)
    _mails: dict[str, tuple[str, str]] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """boto3 with the administrator's credentials."""
        if service not in self._clients:
            self._clients[service] = self.running.client(service)
        return self._clients[service]

    @cached_property
    def functions(self) -> dict[str, str]:
        """Names of the functions by what they do."""
        return {key: str(self.outputs[_OUTPUT_OF[key]]) for key in HANDLERS}

    @cached_property
    def queues(self) -> dict[str, str]:
        """URLs of the queues."""
        return {
            "work": self.outputs["work_queue_url"],
            "work_dead_letter": self.outputs["work_dead_letter_queue_url"],
            "notice_dead_letter": self.outputs["notice_dead_letter_queue_url"],
        }

    def role(self, function: str) -> str | None:
        """Name of a function's role; none for no function."""
        return str(self.outputs["function_role_arns"][function]).rpartition("/")[2] if function else None

    def configure(self, **variables: str) -> dict[str, str]:
        """Set environment variables of the functions that share them; the triage function's before."""
        client = self.client("lambda")
        found: dict[str, dict[str, str]] = {}
        for function in ("triage", "investigator"):
            name = self.functions[function]
            found[function] = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
            client.update_function_configuration(
                FunctionName=name, Environment={"Variables": {**found[function], **variables}}
            )
        return found["triage"]

    def shorten(self) -> None:
        """Put the functions and the queues on the shortened time scale."""
        self.configure(LEASE_SECONDS=f"{LEASE_S:g}", FIRST_LOOK="false")
        for queue, seconds in QUEUE_VISIBILITY_S.items():
            self.client("sqs").set_queue_attributes(
                QueueUrl=self.queues[queue], Attributes={"VisibilityTimeout": str(seconds)}
            )

    def triage(self, event: Mapping[str, Any]) -> dict[str, str]:
        """Hand an event to the triage function and wait for its decision.

        Raises:
            AssertionError: it failed.
        """
        answer = self.client("lambda").invoke(FunctionName=self.functions["triage"], Payload=json.dumps(event))
        decided: dict[str, str] = json.load(answer["Payload"])
        assert "FunctionError" not in answer, decided
        return decided

    def fire(self, alarm_name: str, at: datetime | None = None) -> None:
        """An alarm on a resource of its own goes off: its action reaches the triage function."""
        self.client("lambda").invoke(
            FunctionName=self.functions["triage"],
            InvocationType="Event",
            Payload=json.dumps(self.alarm_event(alarm_name, at or datetime.now(UTC))),
        )

    def alarm_event(self, alarm_name: str, at: datetime) -> dict[str, Any]:
        """What CloudWatch hands to the triage function when an alarm goes off."""
        moment = at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
        place = f"{self.running.region}:{self.running.account}"
        metric = {"namespace": "AWS/Lambda", "name": "Errors", "dimensions": {"FunctionName": f"{alarm_name}-fn"}}
        return {
            "source": "aws.cloudwatch",
            "alarmArn": f"arn:aws:cloudwatch:{place}:alarm:{alarm_name}",
            "accountId": self.running.account,
            "time": moment,
            "region": self.running.region,
            "alarmData": {
                "alarmName": alarm_name,
                "state": {"value": "ALARM", "reason": "Threshold Crossed", "timestamp": moment},
                "previousState": {"value": "OK", "timestamp": moment},
                "configuration": {
                    "metrics": [{"id": "m1", "metricStat": {"metric": metric, "period": 60, "stat": "Sum"}}]
                },
            },
        }

    def investigations(self, about: str) -> list[Mapping[str, Any]]:
        """Invocations of the investigator that work on an alarm now, and have a process that does."""
        name = self.functions["investigator"]
        found = self.running.invocations(about)
        return [one for one in found if one["function_name"] == name and one["pid"]]

    def claim(self, alarm_name: str) -> Mapping[str, Any]:
        """The Tracker's claim of an alarm, or an empty one."""
        ending = f":alarm:{alarm_name}"
        found = (item for item in self.claims() if item["pk"]["S"].startswith("claim#"))
        return next((item for item in found if item["pk"]["S"].endswith(ending)), {})

    def mails(self, about: str = "") -> list[Mail]:
        """E-mails whose text names an alarm, oldest first."""
        for path in mailbox.newest(self.running.mailbox):
            if path.name not in self._mails:  # hundreds of them, and what has arrived stays as it is
                self._mails[path.name] = mailbox.text_of(path)
        found = (text for _, text in sorted(self._mails.items()))
        return [Mail(kind_of(subject), subject, text) for subject, text in found if about in text]

    def retained(self) -> list[str]:
        """Bodies of the messages in the last dead-letter queue; they stay there."""
        sqs, url = self.client("sqs"), self.queues["notice_dead_letter"]
        bodies: dict[str, str] = {}
        while batch := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=5).get(
            "Messages"
        ):
            bodies |= {message["MessageId"]: message["Body"] for message in batch}
        return list(bodies.values())

    def archived(self, name: str) -> list[dict[str, Any]]:
        """Documents of one name in the archive, read as JSON."""
        s3, bucket = self.client("s3"), self.outputs["reports_bucket_name"]
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="reports/")
        keys = [item["Key"] for page in pages for item in page.get("Contents", ())]
        found = (key for key in keys if key.endswith(f"/{name}"))
        return [json.load(s3.get_object(Bucket=bucket, Key=key)["Body"]) for key in found]

    def checkpoints(self, investigation_id: str) -> list[str]:
        """Keys of the checkpoints of an investigation, in order."""
        bucket, prefix = self.outputs["reports_bucket_name"], f"checkpoints/{investigation_id}/"
        found = self.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)
        return sorted(item["Key"] for item in found.get("Contents", ()))

    def claims(self) -> Iterator[dict[str, Any]]:
        """The items of the Tracker."""
        for page in (
            self.client("dynamodb").get_paginator("scan").paginate(TableName=self.outputs["dynamodb_table_name"])
        ):
            yield from page["Items"]

    def went_off(self, alarm: str) -> bool:
        """Whether one of the module's own alarms has gone off so far."""
        history = self.client("cloudwatch").describe_alarm_history(AlarmName=alarm, HistoryItemType="StateUpdate")
        return any("to ALARM" in item["HistorySummary"] for item in history["AlarmHistoryItems"])

    def log_lines(self, function: str) -> list[dict[str, Any]]:
        """The structured lines of a function's log."""
        pages = self.client("logs").get_paginator("filter_log_events")
        group = f"/aws/lambda/{self.functions[function]}"
        texts = (event["message"] for page in pages.paginate(logGroupName=group) for event in page["events"])
        return [json.loads(text) for text in texts if text.startswith("{")]

    def await_quiet(self, limit_s: float, *, delayed: bool = False) -> None:
        """Wait until nothing runs, nothing waits in a queue, and no retry of an event can be pending.

        Args:
            delayed: whether messages that were sent for later, such as that of a digest, are waited for too.

        Raises:
            AssertionError: it does not come to rest.
        """
        quiet_for = max(RETRY_DELAYS_S) + 2.0
        last_busy = time.monotonic()
        until = last_busy + limit_s
        while time.monotonic() - last_busy < quiet_for:
            if busy := self._busy(delayed=delayed):
                last_busy = time.monotonic()
            assert time.monotonic() < until, f"not quiet within {limit_s:.0f} s: {busy}"
            time.sleep(0.2)  # between two looks at a real condition

    def _busy(self, *, delayed: bool) -> str:
        if running := [str(one["function_name"]) for one in self.running.invocations()]:
            return f"{running} run"
        waiting = {queue: self._waiting(queue, delayed=delayed) for queue in ("work", "work_dead_letter")}
        return f"{waiting} wait" if any(waiting.values()) else ""

    def _waiting(self, queue: str, *, delayed: bool) -> int:
        names = [
            f"ApproximateNumberOfMessages{state}"
            for state in ("", "NotVisible", *(["Delayed"] if delayed else []))
        ]
        found = self.client("sqs").get_queue_attributes(QueueUrl=self.queues[queue], AttributeNames=names)
        return sum(int(value) for value in found["Attributes"].values())


_OUTPUT_OF = {
    "triage": "triage_lambda_name",
    "investigator": "investigator_lambda_name",
    "notice": "notice_lambda_name",
    "tool": "tool_lambda_name",
}


def applied(running: Running, model: PacedModel, model_faults: Faults, model_url: str, **inputs: str) -> Pipeline:
    """Apply the module to a local AWS, on the shortened time scale."""
    running.use_model(model_url)
    folder = module_copy.workspace(running, CONSUMER, build.build())
    folder.init()
    folder.apply({"region": running.region, **inputs})
    pipeline = Pipeline(running, folder.outputs()["triage"], model, model_faults, model_url)
    pipeline.shorten()
    return pipeline


def state_folder(parent: Path) -> Path:
    """A folder for one local AWS, which the functions' user may enter."""
    folder = parent / f"reliability-{time.time_ns():x}"
    folder.mkdir(mode=0o755)
    return folder
