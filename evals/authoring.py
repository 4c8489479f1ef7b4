"""What most seeds need: lines and datapoints in the batches AWS takes, functions, and the noise of an account.

Plain boto3 underneath; a seed may as well do without. Everything random comes from the seed's own `rng`.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import zipfile
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import boto3.session

Line = tuple[datetime, str]

_LINES = 2_000
_LINE_OVERHEAD = 26
_BATCH_BYTES = 900_000
_BATCH_SPAN = timedelta(hours=23)
_DATAPOINTS = 1_000

_CODE = "def handler(event, context):\n    return {}\n"


def minutes(now: datetime, first: int, last: int, step: int = 1) -> Iterator[datetime]:
    """Whole minutes relative to now, `last` excluded: `minutes(now, -60, 0)` is the last hour."""
    return (now + timedelta(minutes=minute) for minute in range(first, last, step))


def within(moment: datetime, rng: random.Random, seconds: float = 59.0) -> datetime:
    """Some time after a moment."""
    return moment + timedelta(seconds=rng.uniform(0.0, seconds))


def of_day(at: datetime, low: float, high: float) -> float:
    """What follows the hour of the day: lowest at four in the morning UTC, highest at four in the afternoon."""
    hour = at.hour + at.minute / 60
    return low + (high - low) * (0.5 - 0.5 * math.cos((hour - 4) / 12 * math.pi))


def request_id(rng: random.Random) -> str:
    """An id such as Lambda gives to an invocation."""
    digits = f"{rng.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def put_lines(
    session: boto3.session.Session, group: str, lines: Iterable[Line], streams: Sequence[str] = ()
) -> None:
    """Write log lines, in order of time, spread over streams; makes the group and the streams.

    Args:
        session: An administrator's.
        group: Log group.
        lines: When and what, in any order.
        streams: Names; one named after the first line's day unless given.
    """
    logs = session.client("logs")
    logs.create_log_group(logGroupName=group)
    ordered = sorted(lines, key=lambda line: line[0])
    if not ordered:
        return
    names = list(streams) or [ordered[0][0].strftime("%Y/%m/%d/main")]
    for number, name in enumerate(names[: len(ordered)]):
        logs.create_log_stream(logGroupName=group, logStreamName=name)
        for batch in _batches(ordered[number :: len(names)]):
            logs.put_log_events(logGroupName=group, logStreamName=name, logEvents=batch)


def _batches(lines: Sequence[Line]) -> Iterator[list[Any]]:
    """PutLogEvents takes 24 hours and 1 MB at once; at least one line is given."""
    batch: list[Any] = []
    size, first = 0, lines[0][0]
    for at, text in lines:
        weight = len(text.encode()) + _LINE_OVERHEAD
        full = len(batch) == _LINES or size + weight > _BATCH_BYTES
        if batch and (full or at - first > _BATCH_SPAN):
            yield batch
            batch, size = [], 0
        if not batch:
            first = at
        batch.append({"timestamp": int(at.timestamp() * 1000), "message": text})
        size += weight
    if batch:
        yield batch


def put_metric(
    session: boto3.session.Session,
    namespace: str,
    name: str,
    dimensions: Mapping[str, str],
    values: Iterable[tuple[datetime, float]],
    unit: str = "None",
) -> None:
    """Publish one value per moment."""
    listed = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    data: list[Any] = [
        {"MetricName": name, "Dimensions": listed, "Timestamp": at, "Value": float(value), "Unit": unit}
        for at, value in values
    ]
    cloudwatch = session.client("cloudwatch")
    for start in range(0, len(data), _DATAPOINTS):
        cloudwatch.put_metric_data(Namespace=namespace, MetricData=data[start : start + _DATAPOINTS])


def put_metrics(
    session: boto3.session.Session,
    namespace: str,
    dimensions: Mapping[str, str],
    moments: Iterable[datetime],
    at: Callable[[datetime], Mapping[str, float]],
    units: Mapping[str, str] | None = None,
) -> None:
    """Publish several metrics of the same dimensions; a metric left out at a moment has no datapoint there."""
    series: dict[str, list[tuple[datetime, float]]] = defaultdict(list)
    for moment in moments:
        for name, value in at(moment).items():
            series[name].append((moment, value))
    for name, values in series.items():
        put_metric(session, namespace, name, dimensions, values, (units or {}).get(name, "None"))


def put_alarm(session: boto3.session.Session, name: str, **settings: Any) -> None:
    """A metric alarm; `dimensions` may be a mapping. Everything else as PutMetricAlarm has it."""
    dimensions = settings.pop("Dimensions", {})
    if isinstance(dimensions, dict):
        dimensions = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    usual = {
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
    }
    if "ExtendedStatistic" in settings or "Metrics" in settings:
        del usual["Statistic"]
    if "Metrics" in settings:
        del usual["Period"]
    client: Any = session.client("cloudwatch")
    client.put_metric_alarm(AlarmName=name, Dimensions=dimensions, **{**usual, **settings})


def make_role(session: boto3.session.Session, name: str, service: str, allowed: Sequence[str]) -> str:
    """A service's role with one inline policy; its ARN."""
    iam = session.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))
    allow = {"Effect": "Allow", "Action": list(allowed), "Resource": "*"}
    iam.put_role_policy(RoleName=name, PolicyName="access", PolicyDocument=_policy(allow))
    return made["Role"]["Arn"]


def _policy(statement: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def make_function(session: boto3.session.Session, name: str, role: str, **settings: Any) -> None:
    """A Python function that does nothing; settings as CreateFunction has them."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py"), _CODE)
    usual = {"Runtime": "python3.13", "Handler": "app.handler", "MemorySize": 512, "Timeout": 30}
    client: Any = session.client("lambda")
    client.create_function(
        FunctionName=name, Role=role, Code={"ZipFile": code.getvalue()}, **{**usual, **settings}
    )


def invocation(
    at: datetime,
    rng: random.Random,
    said: Sequence[str] = (),
    *,
    duration_ms: float = 40.0,
    memory_mib: int = 512,
    used_mib: int = 90,
    status: str = "",
) -> list[Line]:
    """The lines of one Lambda invocation: START, what the function says, END, REPORT.

    In what is said, `{id}` becomes the request id and `{at}` the time as Node.js writes it; `status` ends
    the REPORT line (`Status: timeout`).
    """
    request = request_id(rng)
    end = at + timedelta(milliseconds=duration_ms)
    step = timedelta(milliseconds=duration_ms / (len(said) + 1))
    lines = [(at, f"START RequestId: {request} Version: $LATEST")]
    for number, text in enumerate(said, 1):
        moment = at + step * number
        written = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
        lines.append((moment, text.replace("{id}", request).replace("{at}", written)))
    report = [
        f"REPORT RequestId: {request}",
        f"Duration: {duration_ms:.2f} ms",
        f"Billed Duration: {int(duration_ms) + 1} ms",
        f"Memory Size: {memory_mib} MB",
        f"Max Memory Used: {used_mib} MB",
    ]
    lines += [
        (end, f"END RequestId: {request}"),
        (end, "\t".join([*report, *([status] if status else [])]) + "\t"),
    ]
    return lines


_LAMBDA_UNITS = {
    **dict.fromkeys(("Duration", "IteratorAge", "AsyncEventAge"), "Milliseconds"),
    **dict.fromkeys(("Invocations", "Errors", "Throttles", "ConcurrentExecutions", "DeadLetterErrors"), "Count"),
    **dict.fromkeys(
        ("UnreservedConcurrentExecutions", "ClaimedAccountConcurrency", "AsyncEventsReceived"), "Count"
    ),
}

_ENVIRONMENT_LIVES_S = 6 * 3_600
"""About how long one execution environment takes invocations, and so writes to one log stream."""


def put_function_lines(session: boto3.session.Session, name: str, lines: Iterable[Line]) -> None:
    """Write a function's log: one stream for each execution environment, one after the other."""
    logs, group = session.client("logs"), f"/aws/lambda/{name}"
    logs.create_log_group(logGroupName=group)
    ordered = sorted(lines, key=lambda line: line[0])
    for part, of_part in groupby(ordered, key=lambda line: int(line[0].timestamp() // _ENVIRONMENT_LIVES_S)):
        chosen = list(of_part)
        digest = hashlib.sha256(f"{group}{part}".encode()).hexdigest()[:32]
        stream = f"{chosen[0][0]:%Y/%m/%d}/[$LATEST]{digest}"
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        for batch in _batches(chosen):
            logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=batch)


def put_function_metrics(
    session: boto3.session.Session,
    name: str,
    moments: Iterable[datetime],
    at: Callable[[datetime], Mapping[str, float]],
) -> None:
    """Publish metrics of AWS/Lambda by function name, in the units AWS has."""
    put_metrics(session, "AWS/Lambda", {"FunctionName": name}, moments, at, _LAMBDA_UNITS)


def set_healthy(session: boto3.session.Session, alarm: str) -> None:
    """Make an alarm OK since it exists."""
    session.client("cloudwatch").set_alarm_state(
        AlarmName=alarm, StateValue="OK", StateReason="Threshold Crossed: datapoints were within the threshold."
    )


def make_bystander(
    session: boto3.session.Session,
    now: datetime,
    rng: random.Random,
    name: str,
    says: Sequence[str],
    *,
    per_hour: int = 8,
    paused: tuple[datetime, datetime] | None = None,
    **settings: Any,
) -> None:
    """A healthy function that has nothing to do with the incident.

    It gets a role, the log of a day, the metrics of two, and an alarm in OK.

    Args:
        session: An administrator's.
        now: When the investigation starts.
        rng: The seed's.
        name: Its name.
        says: What its invocations say, one of them each; `{n}` becomes a number.
        per_hour: Invocations.
        paused: From when to when nothing called it.
        settings: As CreateFunction has them.
    """
    role = make_role(
        session, f"{name}-role", "lambda.amazonaws.com", ["logs:CreateLogStream", "logs:PutLogEvents"]
    )
    make_function(session, name, role, **settings)
    usual = rng.uniform(25.0, 400.0)
    lines: list[Line] = []
    for hour in range(-26, 0):
        for _ in range(max(1, per_hour + rng.randint(-2, 2))):
            at = within(now + timedelta(hours=hour), rng, 3_500.0)
            if paused is not None and paused[0] <= at < paused[1]:
                continue
            said = rng.choice(list(says)).replace("{n}", str(rng.randint(3, 9_800)))
            lines += invocation(at, rng, [said], duration_ms=rng.uniform(0.7, 1.4) * usual)
    put_function_lines(session, name, lines)

    def measured(at: datetime) -> dict[str, float]:
        if paused is not None and paused[0] <= at < paused[1]:
            return {}
        calls = max(1, round(per_hour / 12 + rng.uniform(-0.5, 0.8)))
        return {
            "Invocations": calls,
            "Errors": 0,
            "Throttles": 0,
            "ConcurrentExecutions": 1,
            "Duration": rng.uniform(0.7, 1.4) * usual,
        }

    put_function_metrics(session, name, minutes(now, -2 * 24 * 60, -2, 5), measured)
    put_alarm(
        session,
        f"{name}-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": name},
        Period=300,
        Threshold=3,
    )
    set_healthy(session, f"{name}-errors")
