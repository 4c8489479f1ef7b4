"""A queue that is read by two where seven are needed."""

import json

from evals import measured
from evals.authoring import (
    invocation,
    make_bystander,
    make_function,
    make_role,
    minutes,
    put_alarm,
    put_function_lines,
    put_function_metrics,
    set_healthy,
    within,
)

LIMITED = -38
QUEUE, FUNCTION = "tow-orders", "tow-dispatch"
ALARMED = {-24: 609, -23: 653, -22: 696}
ARRIVING, TAKEN = 62, 17
"""Orders a minute: sent, and what two at once get done."""


def seed(session, now, rng):
    """Make the account's state."""
    sqs = session.client("sqs")
    dead = sqs.create_queue(QueueName=f"{QUEUE}-dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 4})
    sqs.create_queue(QueueName=QUEUE, Attributes={"VisibilityTimeout": "360", "RedrivePolicy": redrive})
    role = make_role(session, f"{FUNCTION}-role", "lambda.amazonaws.com", ["sqs:*", "dynamodb:*", "logs:*"])
    variables = {"TRUCKS_TABLE": "trucks", "RADIUS_KM": "40"}
    make_function(session, FUNCTION, role, Timeout=60, Environment={"Variables": variables})
    put_function_lines(session, FUNCTION, _dispatched(now, rng))
    etas = ["[INFO] eta of truck {n} computed", "[WARNING] truck {n} stands still"]
    make_bystander(session, now, rng, "truck-eta", etas, per_hour=30)
    make_bystander(session, now, rng, "member-sync", ["[INFO] {n} members synchronised"], per_hour=6)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _dispatched(now, rng):
    for minute in minutes(now, -5 * 60, -1):
        limited = _minute(minute, now) >= LIMITED
        for _ in range(rng.choice((3, 3, 4)) if limited else rng.choice((12, 12, 13))):
            said = [f"[INFO] 5 orders, {rng.randint(1, 3)} of them on a motorway"]
            said.append(f"[INFO] order t{rng.randint(10**6, 10**7)}: truck {rng.randint(100, 900)} is on its way")
            if rng.random() < 0.03:
                said.append(
                    f"[WARNING] order t{rng.randint(10**6, 10**7)}: no truck within 40 km, asked a partner"
                )
            took = rng.uniform(31_000, 37_000)
            yield from invocation(within(minute, rng, 20), rng, said, duration_ms=took, used_mib=128)


def _metrics(session, now, rng):
    def queue(at):
        minute = _minute(at, now)
        sent = ARRIVING + rng.randint(-4, 4)
        if minute < LIMITED:
            return measured.queue(sent, sent + rng.randint(-2, 2), rng.randint(0, 6), 35, rng.randint(1, 9))
        since = minute - LIMITED
        age = ALARMED.get(minute, 43.5 * since + rng.randint(0, 9))
        waiting = (ARRIVING - TAKEN) * since + rng.randint(0, 30)
        return measured.queue(sent, TAKEN + rng.randint(-2, 3), waiting, 10, age)

    def function(at):
        limited = _minute(at, now) >= LIMITED
        calls = rng.choice((3, 3, 4)) if limited else rng.choice((12, 12, 13))
        found = {"Invocations": calls, "Errors": 0, "Throttles": 0, "ConcurrentExecutions": 2 if limited else 8}
        return found | {"Duration": rng.uniform(33_100, 34_900)}

    moments = measured.moments(now)
    measured.publish(session, "AWS/SQS", {"QueueName": QUEUE}, moments, queue)
    empty = lambda _: measured.queue(0, 0, 0, 0, 0)  # noqa: E731 - used once
    measured.publish(session, "AWS/SQS", {"QueueName": f"{QUEUE}-dead"}, moments[::5], empty)
    put_function_metrics(session, FUNCTION, moments, function)


def _alarms(session):
    put_alarm(
        session,
        "tow-orders-age",
        AlarmDescription="Tow orders wait more than ten minutes for a truck to be found.",
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions={"QueueName": QUEUE},
        Statistic="Maximum",
        EvaluationPeriods=3,
        Threshold=600,
    )
    put_alarm(
        session,
        "tow-orders-dead-letters",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions={"QueueName": f"{QUEUE}-dead"},
        Statistic="Maximum",
        Threshold=1,
    )
    set_healthy(session, "tow-orders-dead-letters")
    put_alarm(
        session,
        "tow-dispatch-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": FUNCTION},
        Threshold=3,
    )
    set_healthy(session, "tow-dispatch-errors")
