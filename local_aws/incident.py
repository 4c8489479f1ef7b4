"""One incident, from the failing call to the e-mail."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from local_aws.mail import incident_mail, mailbox

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.applied import Demo
    from local_aws.mail.incident_mail import IncidentMail
    from local_aws.process import Running
    from local_aws.progress import Progress

_ALARM_LIMIT_S = 60.0
_MAIL_LIMIT_S = 300.0
_LOOK_S = 0.05


class IncidentError(RuntimeError):
    """The incident did not end in an e-mail."""


@dataclass(frozen=True)
class Delivered:
    """What the engineer on call got."""

    subject: str
    text: str
    html_report: Path | None


def forget_last(running: Running, demo: Demo) -> None:
    """Let the next incident be a new one, with nothing left of the last.

    Within the window the same alarm would only be told of again, and the function's last errors and invocations
    would be counted with the new ones. Items of a table are data, which CloudTrail does not show being deleted.
    """
    running.forget_alarm(demo.alarm_name, demo.function_log_group)
    table = running.client("dynamodb")
    for page in table.get_paginator("scan").paginate(TableName=demo.table_name, ProjectionExpression="pk, sk"):
        for item in page["Items"]:
            table.delete_item(TableName=demo.table_name, Key={"pk": item["pk"], "sk": item["sk"]})


def run(running: Running, demo: Demo, progress: Progress) -> Delivered:
    """Let the function fail and follow the incident to its e-mail.

    Raises:
        IncidentError: The function did not fail, the alarm did not go off, or no e-mail arrived in time.
    """
    started_ns = time.time_ns()
    with progress.step(f"Calling {demo.function_name}, which fails"):
        error = _fail(running, demo)
    progress.say(f"    {error}")
    with progress.step(f"Waiting for the alarm {demo.alarm_name}"):
        _await_alarm(running, demo)
    with progress.step("Waiting for the e-mail"):
        mail = _await_mail(running, demo, started_ns)
    return Delivered(mail.subject, mail.text, _download_report(running, demo, mail))


def _fail(running: Running, demo: Demo) -> str:
    payload = json.dumps({"order_id": demo.order_id})
    answer = running.client("lambda").invoke(FunctionName=demo.function_name, Payload=payload)
    document = json.loads(answer["Payload"].read())
    if "FunctionError" not in answer:
        raise IncidentError(f"{demo.function_name} did not fail; it answered {document}")
    return f"{document['errorType']}: {document['errorMessage']}"


def _await_alarm(running: Running, demo: Demo) -> None:
    cloudwatch = running.client("cloudwatch")
    limit = time.monotonic() + _ALARM_LIMIT_S
    while time.monotonic() < limit:
        [alarm] = cloudwatch.describe_alarms(AlarmNames=[demo.alarm_name])["MetricAlarms"]
        if alarm["StateValue"] == "ALARM":
            return
        time.sleep(_LOOK_S)
    raise IncidentError(f"{demo.alarm_name} did not go off within {_ALARM_LIMIT_S:.0f} s (see {running.log})")


def _await_mail(running: Running, demo: Demo, after_ns: int) -> IncidentMail:
    limit = time.monotonic() + _MAIL_LIMIT_S
    while time.monotonic() < limit:
        mail = incident_mail.arrived(running.mailbox, demo.alarm_name, after_ns)
        if mail is not None:
            return mail
        time.sleep(_LOOK_S)
    raise IncidentError(_no_mail(running, demo, after_ns))


def _no_mail(running: Running, demo: Demo, after_ns: int) -> str:
    """What a person needs to find out why."""
    limit, others = f"{_MAIL_LIMIT_S:.0f} s", mailbox.newest(running.mailbox, after_ns)
    lines = [
        f"No e-mail about {demo.alarm_name} arrived within {limit}. The log of the local AWS is {running.log}."
    ]
    lines += [f"Another e-mail arrived: {mailbox.text_of(path)[0]}" for path in others]
    lines += [f"Refused: {one}" for one in running.status()["refused_invocations"]]
    events = running.client("logs").filter_log_events(logGroupName=demo.investigator_log_group)["events"]
    lines += ["Last lines of the investigator:", *(event["message"].rstrip() for event in events[-15:])]
    return "\n".join(lines)


def _download_report(running: Running, demo: Demo, mail: IncidentMail) -> Path | None:
    """The HTML report the e-mail names, fetched from the archive; ``None`` when it names none."""
    key = mail.report_key(demo.reports_bucket)
    if key is None:
        return None
    target = running.state / key
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        running.client("s3").download_file(demo.reports_bucket, key, str(target))
    except ClientError as error:
        raise IncidentError(
            f"The e-mail names the report {key}, which could not be fetched from {demo.reports_bucket}: {error}"
        ) from error
    return target
