"""Labels pile up in front of a consumer that nothing wakes."""

import json
from datetime import timedelta

from evals.authoring import (
    invocation,
    make_bystander,
    make_function,
    make_role,
    minutes,
    put_alarm,
    put_function_lines,
    put_function_metrics,
    put_metrics,
    set_healthy,
    within,
)

STOPPED = timedelta(hours=6, minutes=7)
"""When the mapping was disabled."""

DRILL_ENDED = timedelta(hours=5, minutes=25)

WAITING = (531, 522, 514, 507, 501, 493, 486, 478, 470, 463)
"""Visible messages of the last minutes, the latest first, as the alarm quotes them."""

OTHERS = {
    "stock-events": ["[INFO] booked {n} pieces", "[INFO] stock of shelf {n} is fine"],
    "returns-intake": ["[INFO] return {n} registered", "[WARN] return {n} without order, asked customer"],
    "picker-hints": ["[INFO] {n} hints sent", "[INFO] route of picker {n} shortened"],
}
"""They were part of the drill too, and came back."""


def seed(session, now, rng):
    """Make the account's state."""
    printer = make_role(session, "label-printer-role", "lambda.amazonaws.com", ["sqs:*", "s3:PutObject", "logs:*"])
    make_function(session, "label-printer", printer, Environment={"Variables": {"LABELS": "parcel-labels-pdf"}})
    _allow_tagging(session)
    api = make_role(session, "label-api-role", "lambda.amazonaws.com", ["sqs:SendMessage", "logs:*"])
    make_function(session, "label-api", api, MemorySize=256, Environment={"Variables": {"QUEUE": "label-jobs"}})
    ordered = _ordered(now, rng)
    put_function_lines(session, "label-api", _accepted(now, ordered, rng))
    put_function_lines(session, "label-printer", _printed(now, ordered, rng))
    _metrics(session, now, ordered, rng)
    for name, says in OTHERS.items():
        make_bystander(session, now, rng, name, says, per_hour=10, paused=(now - STOPPED, now - DRILL_ENDED))


def _allow_tagging(session):
    statement = {
        "Effect": "Allow",
        "Action": "s3:PutObjectTagging",
        "Resource": "arn:aws:s3:::parcel-labels-pdf/*",
    }
    session.client("iam").put_role_policy(
        RoleName="label-printer-role",
        PolicyName="tagging",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


def _ordered(now, rng):
    """Labels ordered in each minute: few at night, many in the last hour."""
    found = {}
    for minute in minutes(now, -3 * 24 * 60, -2):
        hours = (now - minute).total_seconds() / 3600 % 24
        busy = 7.0 if hours < 0.75 or hours > 15 else 0.55
        found[minute] = max(0, round(rng.gauss(busy, busy / 4)))
    return found


def _accepted(now, ordered, rng):
    for minute in minutes(now, -13 * 60, -2):
        for _ in range(ordered[minute]):
            said = [f"[INFO] label for parcel {rng.randint(10**8, 10**9)} queued in label-jobs"]
            yield from invocation(within(minute, rng), rng, said, memory_mib=256, used_mib=71)


def _printed(now, ordered, rng):
    for minute in minutes(now, -17 * 60, 0):
        if minute >= now - STOPPED:
            return
        for _ in range(ordered[minute]):
            parcel = rng.randint(10**8, 10**9)
            said = [f"[INFO] parcel {parcel}: label rendered"]
            if rng.random() < 0.08:
                said.append(f"[WARN] printer bay-{rng.randint(1, 6)} slow: {rng.randint(1100, 4200)} ms")
            said.append(f"[INFO] parcel {parcel}: sent to printer bay-{rng.randint(1, 6)}")
            yield from invocation(within(minute, rng), rng, said, duration_ms=rng.uniform(200, 700))


def _metrics(session, now, ordered, rng):
    latest = {now - timedelta(minutes=3 + index): count for index, count in enumerate(WAITING)}
    first, last = now - STOPPED, now - timedelta(minutes=2 + len(WAITING))

    def queue(at):
        sent = ordered[at]
        stopped = at >= first
        night = max(0.0, (now - timedelta(minutes=45) - first).total_seconds() / 60) * 0.55
        grown = min((at - first).total_seconds() / 60 * 0.55, night)
        morning = max(0.0, (at - now + timedelta(minutes=45)).total_seconds() / 60) * 7.6
        total = (last - now + timedelta(minutes=45)).total_seconds() / 60 * 7.6 + night
        scaled = (grown + morning) * WAITING[-1] / total
        waiting = latest.get(at, round(scaled)) if stopped else rng.randint(0, 2)
        age = (at - first).total_seconds() if stopped else rng.randint(0, 3)
        return {
            "ApproximateNumberOfMessagesVisible": waiting,
            "ApproximateNumberOfMessagesNotVisible": 0 if stopped else rng.randint(0, 3),
            "ApproximateNumberOfMessagesDelayed": 0,
            "ApproximateAgeOfOldestMessage": age,
            "NumberOfMessagesSent": sent,
            "NumberOfMessagesReceived": 0 if stopped else sent,
            "NumberOfMessagesDeleted": 0 if stopped else sent,
            "NumberOfEmptyReceives": 0 if stopped else rng.randint(10, 16),
        }

    def printer(at):
        calls = 0 if at >= first else ordered[at]
        if not calls:
            return {}
        return {"Invocations": calls, "Errors": 0, "Throttles": 0, "Duration": rng.uniform(200, 700)}

    def api(at):
        took = {"Duration": rng.uniform(20, 44)} if ordered[at] else {}
        return {"Invocations": ordered[at], "Errors": 0, "Throttles": 0, **took}

    spans = minutes(now, -26 * 60, -2)
    units = {"ApproximateAgeOfOldestMessage": "Seconds"}
    put_metrics(session, "AWS/SQS", {"QueueName": "label-jobs"}, spans, queue, units)
    put_function_metrics(session, "label-printer", minutes(now, -26 * 60, -2), printer)
    put_function_metrics(session, "label-api", minutes(now, -26 * 60, -2), api)
    put_alarm(
        session,
        "label-jobs-depth",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions={"QueueName": "label-jobs"},
        Statistic="Maximum",
        EvaluationPeriods=5,
        Threshold=500,
    )
    put_alarm(
        session,
        "label-printer-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "label-printer"},
        Threshold=3,
    )
    set_healthy(session, "label-printer-errors")
