"""What a new instance of the triage and investigator functions costs before its first event, beside boto3 itself.

Process time of fresh processes, so that a busy machine tells the same: imports, a first event without records, and
the clients that a first real event needs. The packages are as they ship: unpacked, with the compiled files they
hold and no others, as on Lambda nothing can be written beside them. boto3 has been compiled, as in Lambda's
runtime.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
from typing import TYPE_CHECKING

from bench import Row, unpacked
from scripts.packages import compiled

if TYPE_CHECKING:
    from bench.unpacked import Unpacked

STARTS = 7
TARGET = "<= 1.5 x"

_ENVIRONMENT = {
    "TABLE_NAME": "bench",
    "WORK_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/bench",
    "SNS_TOPIC_ARN": "arn:aws:sns:eu-west-1:123456789012:bench",
    "REPORTS_BUCKET": "bench",
    "INVESTIGATION_WINDOW_HOURS": "1",
    "GROUP_WINDOW_MINUTES": "10",
    "INVESTIGATE_STATES": '["ALARM"]',
    "NOTIFY_REFIRE": "true",
    "REARM_ON_OK": "false",
    "LOG_ERRORS": "{}",
    "OWN_LOG_GROUPS": "[]",
    "INVESTIGATION_BUDGET": "{}",
    "STORM_GUARD": "{}",
    "MAINTENANCE_WINDOWS": "[]",
    "ALARM_POLICY_TAGS": "null",
    "TOOL_FUNCTION_NAME": "bench",
    "TOOL_TIMEOUT_SECONDS": "120",
    "BEDROCK_MODEL_ID": "global.anthropic.claude-sonnet-4-6",
    "BEDROCK_FALLBACK_MODEL_IDS": "[]",
    "POWERTOOLS_SERVICE_NAME": "bench",
    "POWERTOOLS_METRICS_NAMESPACE": "Bench",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
}
_FUNCTIONS = {
    "triage": ("triage_handler", '{"Records": []}', ("dynamodb", "sqs", "sns")),
    "investigator": (
        "investigate_handler",
        '{"Records": []}',
        ("dynamodb", "sqs", "sns", "s3", "lambda", "bedrock-runtime"),
    ),
}
_OURS = """
import sys; sys.path[:] = {path}
import json, {module}
class Context:
    aws_request_id = function_name = invoked_function_arn = "bench"
    memory_limit_in_mb = 1024
    def get_remaining_time_in_millis(self):
        return 60_000
{module}.handler(json.loads({event!r}), Context())
from triage.aws.clients import client
for service in {services!r}:
    client(service)
"""
_BARE = """
import sys; sys.path[:] = {path}
import boto3
for service in {services!r}:
    boto3.client(service)
"""


def rows() -> list[Row]:
    """The rows of this module."""
    if not compiled.possible():
        return [Row(_what(name), "skipped", "-", None, TARGET, compiled.WRONG_PYTHON) for name in _FUNCTIONS]
    with unpacked.packages() as laid_out:
        return [_row(name, laid_out) for name in _FUNCTIONS]


def _what(name: str) -> str:
    return f"{name} function, cold start: import and first event"


def _row(name: str, laid_out: Unpacked) -> Row:
    module, event, services = _FUNCTIONS[name]
    path = json.dumps([laid_out.triage, laid_out.layer, *laid_out.runtime])
    ours = _OURS.format(path=path, module=module, event=event, services=services)
    bare = _BARE.format(path=json.dumps(laid_out.runtime), services=services)
    _process_ms(bare, keep_compiled=True)
    values, floors = zip(*((_process_ms(ours), _process_ms(bare)) for _ in range(STARTS)), strict=True)
    value, floor = statistics.median(values), statistics.median(floors)
    return Row(
        what=_what(name),
        value=f"{value:.0f} ms",
        floor=f"{floor:.0f} ms",
        ratio=value / floor,
        target=TARGET,
        note="process time; floor: import boto3 and make the same clients; medians of fresh processes",
    )


def _process_ms(code: str, *, keep_compiled: bool = False) -> float:
    """Processor time of a process that runs this code."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-I", "-S", *([] if keep_compiled else ["-B"]), "-c", code],
        env=os.environ | _ENVIRONMENT,
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=120,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000
