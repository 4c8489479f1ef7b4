"""Alarm to e-mail on the local AWS, warm, with a model that answers at once."""

from __future__ import annotations

import json
import random
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import Row
from local_aws import process, terraform
from local_aws.applied import DemoConfiguration
from local_aws.functions.runtime import prepare_runtime
from local_aws.mail import mailbox
from local_aws.model.server import serve
from local_aws.process import LocalAwsConfig, LocalAwsError, Running
from local_aws.terraform import TerraformError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_aws.applied import Demo
    from local_aws.model.backend import JsonObject

ROUNDS = 7
LIMIT_S = 60.0
WHAT = "alarm to e-mail, warm, model answers at once"
TARGET = "<= 1 s of our own"


class _AtOnce:
    """A model that submits a report in its first turn: what remains is the pipeline."""

    description = "a model that reports at once"

    def converse(self, model_id: str, request: JsonObject) -> JsonObject:
        del model_id, request
        block = {"toolUse": {"toolUseId": "t1", "name": "submit_report", "input": _REPORT}}
        return {
            "output": {"message": {"role": "assistant", "content": [block]}},
            "stopReason": "tool_use",
            "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
            "metrics": {"latencyMs": 0},
        }


_REPORT = {
    "headline": "bench",
    "summary": "bench",
    "severity": "INFO",
    "disposition": "unknown",
    "root_cause": {"statement": "bench", "category": "unknown", "confidence": "INCONCLUSIVE", "citations": []},
    "impact": {"statement": "bench", "affected_resources": []},
    "findings": [],
    "immediate_actions": [],
}


def rows() -> list[Row]:
    """The rows of this module; skipped, with the reason, where the local AWS cannot run."""
    try:
        return [_measure()]
    except (LocalAwsError, TerraformError) as error:
        return [Row(WHAT, "skipped", "-", None, TARGET, str(error).splitlines()[0])]


def _measure() -> Row:
    shared = process.default_state()
    state = Path(tempfile.mkdtemp(prefix="bench-", dir=shared))
    state.chmod(0o755)
    prepare_runtime(shared / "runtime")
    with serve(_AtOnce()) as model:
        running = process.start(LocalAwsConfig(state=state, runtime=shared / "runtime", model_url=model.url))
        try:
            return _row(running, _applied(running))
        finally:
            running.stop()
            shutil.rmtree(state)


def _applied(running: Running) -> Demo:
    inputs = {
        "email": "oncall@example.com",
        "region": running.region,
        "fault": "none",
        "function_name": f"bench-{random.randrange(16**6):06x}",  # noqa: S311 - a name
    }
    return DemoConfiguration(running, inputs, terraform.find()).apply()


def _row(running: Running, demo: Demo) -> Row:
    _alarm_to_mail(running, demo)  # warms the functions
    taken = [_alarm_to_mail(running, demo) for _ in range(ROUNDS)]
    calls = [_same_calls(running, demo) for _ in range(ROUNDS)]
    looks = _first_looks(running, demo)
    total, waits = statistics.median(taken), statistics.median(calls) + statistics.median(looks)
    return Row(
        what=WHAT,
        value=f"{total:.2f} s",
        floor=f"{waits:.2f} s",
        ratio=total / waits,
        target=TARGET,
        note=(
            f"own overhead {total - waits:.2f} s; floor: the first look's questions to AWS "
            f"({statistics.median(looks):.2f} s; CloudTrail takes two a second) and the pipeline's own calls, one "
            "after another, from one process"
        ),
    )


def _first_looks(running: Running, demo: Demo) -> list[float]:
    """Seconds that the first look of each run took, from the reports: nearly all of it is waiting for AWS."""
    s3 = running.client("s3")
    found = s3.list_objects_v2(Bucket=demo.reports_bucket, Prefix="reports/").get("Contents", [])
    keys = [item["Key"] for item in found if item["Key"].endswith("/report.json")]
    reports = [json.load(s3.get_object(Bucket=demo.reports_bucket, Key=key)["Body"]) for key in keys]
    return [report["first_look"]["seconds"] for report in reports[-ROUNDS:]]


def _alarm_to_mail(running: Running, demo: Demo) -> float:
    """Seconds from the alarm's transition to the e-mail in the mailbox."""
    cloudwatch, table = running.client("cloudwatch"), running.client("dynamodb")
    for item in table.scan(TableName=demo.table_name, ProjectionExpression="pk, sk")["Items"]:
        table.delete_item(TableName=demo.table_name, Key=item)
    cloudwatch.set_alarm_state(AlarmName=demo.alarm_name, StateValue="OK", StateReason="bench")
    since = time.time_ns()
    started = time.perf_counter()
    cloudwatch.set_alarm_state(AlarmName=demo.alarm_name, StateValue="ALARM", StateReason="bench")
    while not mailbox.newest(running.mailbox, since):
        if time.perf_counter() - started > LIMIT_S:
            raise LocalAwsError(f"no e-mail within {LIMIT_S:.0f} s; see {running.log}")
        time.sleep(0.005)
    return time.perf_counter() - started


def _same_calls(running: Running, demo: Demo) -> float:
    """Seconds for the API calls of one investigation, made by this process without any Lambda function."""
    calls = list(_calls(running, demo))
    started = time.perf_counter()
    for call in calls:
        call()
    return time.perf_counter() - started


def _calls(running: Running, demo: Demo) -> Iterator[Callable[[], Any]]:
    table, sqs, s3, sns = (running.client(name) for name in ("dynamodb", "sqs", "s3", "sns"))
    queue = next(url for url in sqs.list_queues()["QueueUrls"] if url.endswith("triage-notice-dlq"))
    key = {"pk": {"S": "bench"}, "sk": {"S": "bench"}}
    body = json.dumps(_REPORT)
    update = {"TableName": demo.table_name, "Key": key, "UpdateExpression": "SET a = :a"}
    values = {"ExpressionAttributeValues": {":a": {"S": "x"}}}
    yield lambda: table.put_item(TableName=demo.table_name, Item=key)
    yield lambda: sqs.send_message(QueueUrl=queue, MessageBody=body)
    yield lambda: table.update_item(**update, **values)
    yield lambda: _receive_and_delete(sqs, queue)
    yield lambda: table.update_item(**update, **values)
    for number in range(4):
        yield lambda number=number: s3.put_object(  # type: ignore[misc] # a default argument binds the number
            Bucket=demo.reports_bucket, Key=f"reports/bench/{number}", Body=body.encode()
        )
    yield lambda: sns.publish(TopicArn=demo.topic_arn, Subject="bench", Message=body)
    yield lambda: table.update_item(**update, **values)


def _receive_and_delete(sqs: Any, queue: str) -> None:
    for message in sqs.receive_message(QueueUrl=queue).get("Messages", []):
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
