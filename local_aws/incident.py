"""One incident, from what goes wrong to the e-mail: a call that fails, or an error written to a log."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from local_aws.mail import incident_mail, mailbox
from local_aws.slack.receiver import cards

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


LOG_ERROR = (
    "2026-01-12 10:00:00 ERROR [Database] Connection refused at port 5432. \n"
    'Caused by: FATAL: password authentication failed for user "admin"'
)
"""What a service writes that cannot log in to its database."""


@dataclass(frozen=True)
class Delivered:
    """What the engineer on call got.

    Attributes:
        card: title of the Slack card; ``None`` when none was posted.
        page: address of the page that shows all of it.
    """

    subject: str
    text: str
    html_report: Path | None
    card: str | None = None
    page: str = ""


def forget_last(running: Running, demo: Demo) -> None:
    """Let the next incident be a new one, with nothing left of the last.

    Within the window the same alarm would only be told of again, and the function's last errors and invocations
    would be counted with the new ones. Items of a table are data, which CloudTrail does not show being deleted.
    """
    running.forget_alarm(demo.alarm_name, demo.function_log_group)
    running.forget_alarm(demo.alarm_name, demo.watched_log_group)
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
    return _delivered(running, demo, demo.alarm_name, started_ns, progress)


def run_log_error(running: Running, demo: Demo, progress: Progress) -> Delivered:
    """Write an error to the log that is watched, and follow it to its e-mail.

    Raises:
        IncidentError: No e-mail arrived in time.
    """
    started_ns = time.time_ns()
    with progress.step(f"Writing one error to {demo.watched_log_group}"):
        _write(running, demo.watched_log_group, LOG_ERROR)
    for line in LOG_ERROR.splitlines():
        progress.say(f"    {line}")
    return _delivered(running, demo, demo.watched_log_group, started_ns, progress)


def _delivered(running: Running, demo: Demo, about: str, after_ns: int, progress: Progress) -> Delivered:
    with progress.step("Waiting for the e-mail"):
        mail = _await_mail(running, demo, about, after_ns)
    titles = [card.title for card in cards(running.slack, after_ns) if about in card.text]
    report = _download_report(running, demo, mail)
    return Delivered(mail.subject, mail.text, report, titles[-1] if titles else None)


def _write(running: Running, group: str, message: str) -> None:
    logs, stream = running.client("logs"), f"demo/{time.time_ns()}"
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    event = {"timestamp": time.time_ns() // 1_000_000, "message": message}
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[event])


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


def _await_mail(running: Running, demo: Demo, about: str, after_ns: int) -> IncidentMail:
    limit = time.monotonic() + _MAIL_LIMIT_S
    while time.monotonic() < limit:
        mail = incident_mail.arrived(running.mailbox, about, after_ns)
        if mail is not None:
            return mail
        time.sleep(_LOOK_S)
    raise IncidentError(_no_mail(running, demo, about, after_ns))


def _no_mail(running: Running, demo: Demo, about: str, after_ns: int) -> str:
    """What a person needs to find out why."""
    limit, others = f"{_MAIL_LIMIT_S:.0f} s", mailbox.newest(running.mailbox, after_ns)
    lines = [f"No e-mail about {about} arrived within {limit}. The log of the local AWS is {running.log}."]
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
