"""What every question uses: clients, printing facts, and finding out what an alarm is about."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config

LOOK_BACK = timedelta(hours=2)
LOOK_AHEAD = timedelta(minutes=15)


def client(service: str, signal: dict[str, Any], region: str | None = None) -> Any:
    """A client in the signal's region, or in another one."""
    config = Config(retries={"mode": "standard", "max_attempts": 3}, connect_timeout=5, read_timeout=20)
    connect: Any = boto3.client
    return connect(service, region_name=region or signal["region"], config=config)


def say(about: str, **facts: Any) -> None:
    fact = {"about": about} | {name: value for name, value in facts.items() if value is not None}
    print(json.dumps(fact, separators=(",", ":"), ensure_ascii=False, default=written))


def written(value: Any) -> str:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)


def attempt(what: str, step: Any, *arguments: Any) -> Any:
    """Run one step; a refusal or failure is a gap, and the other steps still run."""
    try:
        return step(*arguments)
    except Exception as error:
        say("gap", what=what, error=f"{type(error).__name__}: {error}"[:300])
        return None


def onset(signal: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(signal["occurred_at"])


def watched(signal: dict[str, Any]) -> list[dict[str, Any]]:
    """Metrics of the alarm; those of its children when it is a composite alarm."""
    metrics = [metric for metric in signal.get("metrics") or [] if metric.get("namespace")]
    children = re.findall(r"\(\s*\"?([^\"()]+?)\"?\s*\)", signal.get("alarm_rule") or "")
    if metrics or not children:
        return metrics
    names = [child.rpartition(":alarm:")[2] for child in children][:10]
    found = client("cloudwatch", signal).describe_alarms(AlarmNames=names)["MetricAlarms"]
    return [plain(alarm) for alarm in found if alarm.get("MetricName")]


def plain(alarm: dict[str, Any]) -> dict[str, Any]:
    dimensions = {entry["Name"]: entry["Value"] for entry in alarm.get("Dimensions") or []}
    return {"namespace": alarm.get("Namespace"), "name": alarm.get("MetricName"), "dimensions": dimensions}


def dimensions_of(signal: dict[str, Any]) -> dict[str, str]:
    merged: dict[str, str] = {}
    for metric in watched(signal):
        merged |= metric.get("dimensions") or {}
    return merged


def filtered_groups(signal: dict[str, Any]) -> list[str]:
    """Log groups whose metric filter feeds a metric of this alarm."""
    groups = []
    for metric in watched(signal):
        if str(metric["namespace"]).startswith("AWS/"):
            continue
        answer = client("logs", signal).describe_metric_filters(
            metricName=metric["name"], metricNamespace=metric["namespace"]
        )
        groups += [entry["logGroupName"] for entry in answer["metricFilters"]]
    return groups


def functions(signal: dict[str, Any]) -> list[str]:
    """Lambda functions behind the alarm: by dimension, or by the log group its metric is made from."""
    name = dimensions_of(signal).get("FunctionName")
    if name:
        return [name.split(":")[0]]
    prefix = "/aws/lambda/"
    return [group.removeprefix(prefix) for group in filtered_groups(signal) if group.startswith(prefix)]


def configuration(signal: dict[str, Any], function: str) -> dict[str, Any]:
    answer: dict[str, Any] = client("lambda", signal).get_function_configuration(FunctionName=function)
    return answer


def role_name(function_configuration: dict[str, Any]) -> str:
    return str(function_configuration.get("Role", "")).rpartition("/")[2]


def own_group(signal: dict[str, Any], function: str) -> str:
    """The log group of a function, which advanced logging controls may have moved."""
    found = attempt(f"the log settings of function {function}", configuration, signal, function) or {}
    settings = found.get("LoggingConfig") or {}
    return str(settings.get("LogGroup") or f"/aws/lambda/{function}")


def log_events(signal: dict[str, Any], group: str, look_back: timedelta, most: int) -> list[dict[str, Any]]:
    pages = client("logs", signal).get_paginator("filter_log_events")
    events = pages.paginate(
        logGroupName=group,
        startTime=int((onset(signal) - look_back).timestamp() * 1000),
        endTime=int((onset(signal) + LOOK_AHEAD).timestamp() * 1000),
        PaginationConfig={"MaxItems": most},
    )
    return sorted(
        (event for page in events for event in page.get("events") or []), key=lambda event: int(event["timestamp"])
    )


def at(milliseconds: float) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, onset_zone).isoformat(timespec="milliseconds")


onset_zone = datetime.fromisoformat("2000-01-01T00:00:00+00:00").tzinfo


def one_line(text: str, most: int = 900) -> str:
    """A log message on one line; of a long one the beginning and the end."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: most * 3 // 4]} […] {flat[-most // 4 :]}"


INVOCATION = re.compile(
    r"^REPORT RequestId: (?P<id>\S+)\s+Duration: (?P<duration>[\d.]+) ms.*?"
    r"Memory Size: (?P<size>\d+) MB\s+Max Memory Used: (?P<used>\d+) MB(?P<rest>.*)",
    re.DOTALL,
)


def invocation(event: dict[str, Any]) -> dict[str, Any] | None:
    """A Lambda REPORT line, in its text or its JSON form, as numbers."""
    message = event["message"]
    if match := INVOCATION.match(message):
        status = re.search(r"Status: (\w+)", match["rest"])
        return {
            "at": at(event["timestamp"]),
            "id": match["id"],
            "duration_ms": float(match["duration"]),
            "memory_mb": int(match["size"]),
            "used_mb": int(match["used"]),
            "status": status[1] if status else None,
        }
    if '"platform.report"' not in message:
        return None
    record = json.loads(message)["record"]
    metrics = record["metrics"]
    return {
        "at": at(event["timestamp"]),
        "id": record["requestId"],
        "duration_ms": metrics["durationMs"],
        "memory_mb": metrics["memorySizeMB"],
        "used_mb": metrics["maxMemoryUsedMB"],
        "status": record.get("status"),
    }
