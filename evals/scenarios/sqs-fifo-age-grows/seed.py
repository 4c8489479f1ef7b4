"""The age of the oldest parcel event grows since one of them cannot be read."""

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
    within,
)

ARRIVED = timedelta(minutes=35)
"""When the message came that nobody can read."""

MESSAGE = "c9a1f7d2-54be-4d0f-9a63-7be2f80d1c35"

UNREADABLE = (
    "[ERROR] ValueError: could not convert string to float: '1.250,00'\nTraceback (most recent call last):\n"
    '  File "/var/task/app.py", line 41, in handler\n    parcel = Parcel.from_event(body)\n'
    '  File "/var/task/parcel.py", line 88, in from_event\n    weight_kg=float(body["weight"]),'
)

GROUPS = ("wh-gdansk", "wh-ulm", "wh-lille", "wh-brno", "wh-lodz")

OTHERS = {
    "parcel-label": ["[INFO] label {n} printed", "[INFO] label {n} reprinted"],
    "route-planner": ["[INFO] {n} stops planned", "[WARN] no slot for parcel {n}, next day"],
    "carrier-webhook": ["[INFO] accepted 1 scan", "[INFO] accepted {n} scans", "[WARN] unknown carrier code X{n}"],
}


def seed(session, now, rng):
    """Make the account's state."""
    role = make_role(session, "parcel-projector-role", "lambda.amazonaws.com", ["sqs:*", "dynamodb:UpdateItem"])
    make_function(session, "parcel-projector", role, Environment={"Variables": {"TABLE": "parcel-state"}})
    session.client("dynamodb").create_table(
        TableName="parcel-state",
        AttributeDefinitions=[{"AttributeName": "parcel_id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "parcel_id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    put_function_lines(session, "parcel-projector", _lines(now, rng))
    _metrics(session, now, rng)
    for name, says in OTHERS.items():
        make_bystander(session, now, rng, name, says)


def _lines(now, rng):
    for minute in minutes(now, -8 * 60, -2):
        stuck = minute >= now - ARRIVED
        for _ in range(rng.randint(3, 6)):
            group = rng.choice(GROUPS[:4] if stuck else GROUPS)
            yield from _projected(within(minute, rng), group, rng)
        if stuck:
            count = round((minute - (now - ARRIVED)).total_seconds() / 60) + 1
            yield from _refused(minute + timedelta(seconds=12.4), count, rng)


def _projected(at, group, rng):
    records = rng.randint(1, 6)
    said = [f"[INFO] group={group} records={records}"]
    if rng.random() < 0.1:
        said.append(f"[WARN] group={group} unknown carrier code {rng.choice(['GLX', 'P4', 'ZDR'])}, kept as it is")
    said.append(f"[INFO] group={group} projected {records} events to parcel-state")
    return invocation(at, rng, said, duration_ms=rng.uniform(30, 110), used_mib=101)


def _refused(at, count, rng):
    taken = f"[INFO] group=wh-lodz records=1 messageId={MESSAGE} ApproximateReceiveCount={count}"
    return invocation(at, rng, [taken, UNREADABLE], duration_ms=rng.uniform(15, 28), used_mib=101)


def _metrics(session, now, rng):
    def function(at):
        calls, failed = rng.randint(3, 6), int(at >= now - ARRIVED)
        return {
            "Invocations": calls + failed,
            "Errors": failed,
            "Throttles": 0,
            "ConcurrentExecutions": rng.randint(1, 3),
            "Duration": rng.uniform(30, 110),
        }

    def queue(at):
        stuck = max(0.0, (at - now + ARRIVED).total_seconds() / 60)
        sent = rng.randint(9, 16)
        blocked = 3 if at >= now - ARRIVED else 0
        return {
            "ApproximateAgeOfOldestMessage": stuck * 60 or rng.randint(0, 2),
            "ApproximateNumberOfMessagesVisible": round(stuck * 3.1) + rng.randint(0, 2),
            "ApproximateNumberOfMessagesNotVisible": rng.randint(1, 4),
            "ApproximateNumberOfMessagesDelayed": 0,
            "ApproximateNumberOfGroupsWithInflightMessages": rng.randint(1, 4),
            "NumberOfMessagesSent": sent,
            "NumberOfMessagesReceived": sent - blocked + int(blocked > 0),
            "NumberOfMessagesDeleted": sent - blocked,
            "NumberOfEmptyReceives": rng.randint(2, 9),
            "SentMessageSize": rng.uniform(610, 700),
        }

    units = {"ApproximateAgeOfOldestMessage": "Seconds", "SentMessageSize": "Bytes"}
    dimensions = {"QueueName": "parcel-events.fifo"}
    put_function_metrics(session, "parcel-projector", minutes(now, -36 * 60, -2), function)
    put_metrics(session, "AWS/SQS", dimensions, minutes(now, -24 * 60, -2), queue, units)
    put_alarm(
        session,
        "parcel-events-age",
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions=dimensions,
        Statistic="Maximum",
        EvaluationPeriods=3,
        Threshold=1800,
    )
