"""Messages that no attempt can read end in a dead-letter queue."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, set_healthy, within

BAD = (
    (-23, "c41f0e7a-8b52-4d96-9f1d-7a3e5b60d211", "24 pcs"),
    (-18, "0b97d3f4-1a6e-4c28-8e05-f2d94b7c6a13", "6 pcs"),
    (-14, "e85a2c69-47d1-4b30-a9f7-3c1e8d0526b4", "144 pcs"),
)
"""When a message that cannot be read came, its id, and the quantity it has."""

ATTEMPTS = (0, 2, 4)
"""Minutes until it is tried again: the visibility time-out, three times."""

TRACE = """fail: Depot.StockIntake.Worker[401]
      Message {id} of supplier NORRLAND-17 could not be read, receive count {count}
      System.Text.Json.JsonException: The JSON value could not be converted to System.Int32. \
Path: $.lines[0].quantity | LineNumber: 0 | BytePositionInLine: {byte}.
       ---> System.InvalidOperationException: Cannot get the value of a token type 'String' as a number.
         at System.Text.Json.ThrowHelper.ThrowInvalidOperationException_ExpectedNumber(JsonTokenType tokenType)
         at Depot.StockIntake.Worker.HandleAsync(Message message) in /src/StockIntake/Worker.cs:line 88"""

SUPPLIERS = ("NORRLAND-17", "BRANDT-02", "OLIVA-31", "KESTEREN-08", "PIASTOW-44", "TEJO-12")


def seed(session, now, rng):
    """Make the account's state."""
    sqs = session.client("sqs")
    dead = sqs.create_queue(QueueName="supplier-stock-dead", Attributes={"MessageRetentionPeriod": "1209600"})
    arn = sqs.get_queue_attributes(QueueUrl=dead["QueueUrl"], AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": len(ATTEMPTS)})
    sqs.create_queue(QueueName="supplier-stock", Attributes={"VisibilityTimeout": "120", "RedrivePolicy": redrive})
    streams = [f"intake/stock-intake/{measured.task_id(f'intake {number}')}" for number in range(2)]
    put_lines(session, "/ecs/stock-intake", _lines(now, rng), streams)
    shelf = ["info: Depot.Shelf[0]\n      shelf {n} counted", "info: Depot.Shelf[0]\n      label {n} printed"]
    measured.make_bystanding_service(session, now, rng, "depot", "shelf-counter", shelf, per_hour=30)
    prices = ["{at} INFO price of {n} unchanged", "{at} INFO price of {n} set", "{at} WARN no price for {n}"]
    measured.make_bystanding_service(session, now, rng, "depot", "price-feed", prices, per_hour=24)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _lines(now, rng):
    for minute in minutes(now, -14 * 60, 0):
        for _ in range(rng.randint(1, 4)):
            supplier, lines = rng.choice(SUPPLIERS[1:]), rng.randint(1, 60)
            yield _info(within(minute, rng), f"{lines} stock lines of supplier {supplier} stored")
        if rng.random() < 0.07:
            at = within(minute, rng)
            said = (
                f"EAN {rng.randint(10**12, 10**13 - 1)} of supplier {rng.choice(SUPPLIERS)} unknown, line skipped"
            )
            yield at, f"warn: Depot.StockIntake.Worker[210]\n      {said}"
        if _minute(minute, now) < -30 and rng.random() < 0.1:
            yield _info(within(minute, rng), f"{rng.randint(1, 9)} stock lines of supplier {SUPPLIERS[0]} stored")
    for came, message, quantity in BAD:
        first = now + timedelta(minutes=came, seconds=11)
        for number, later in enumerate(ATTEMPTS, 1):
            told = TRACE.format(id=message, count=number, byte=96 + len(quantity))
            yield first + timedelta(minutes=later, seconds=number), told
    for number in range(2):
        at = now - timedelta(hours=5, minutes=12 + number, seconds=8)
        yield _info(at, "stock-intake 2.9.1 started. Hosting environment: Production")


def _info(at, text):
    return at, f"info: Depot.StockIntake.Worker[0]\n      {text}"


def _dead(minute):
    """Messages in the dead-letter queue: each goes there when it would be received once too often."""
    return sum(came + ATTEMPTS[-1] + 2 <= minute for came, _, _ in BAD)


def _metrics(session, now, rng):
    def intake(at):
        sent, minute = rng.randint(2, 4), _minute(at, now)
        again = sum(came <= minute <= came + 6 for came, _, _ in BAD)
        found = measured.queue(sent, sent + again, rng.randint(0, 1), again + rng.randint(0, 1), rng.uniform(0, 3))
        oldest = max((minute - came for came, _, _ in BAD if came <= minute < came + 6), default=0)
        return found | {"NumberOfMessagesDeleted": sent, "ApproximateAgeOfOldestMessage": oldest * 60}

    def dead(at):
        waiting = _dead(_minute(at, now))
        oldest = (_minute(at, now) - BAD[0][0]) * 60 if waiting else 0
        # What a redrive policy moves is not counted as sent (SQS developer guide, "Available CloudWatch metrics").
        return measured.queue(0, 0, waiting, 0, oldest)

    moments = measured.moments(now)
    measured.publish(session, "AWS/SQS", {"QueueName": "supplier-stock"}, moments, intake)
    measured.publish(session, "AWS/SQS", {"QueueName": "supplier-stock-dead"}, moments, dead)
    service = {"ClusterName": "depot", "ServiceName": "stock-intake"}
    measured.publish(
        session, "AWS/ECS", service, moments[::3], lambda at: measured.service(rng, measured.busy(at, rng), 37, 12)
    )


def _alarms(session):
    put_alarm(
        session,
        "supplier-stock-dead-not-empty",
        AlarmDescription="Stock reports that nobody could process. Look at them, then redrive or delete.",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions={"QueueName": "supplier-stock-dead"},
        Statistic="Maximum",
        Threshold=1,
    )
    put_alarm(
        session,
        "supplier-stock-too-old",
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions={"QueueName": "supplier-stock"},
        Statistic="Maximum",
        Period=300,
        Threshold=1800,
    )
    set_healthy(session, "supplier-stock-too-old")
