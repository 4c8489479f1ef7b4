"""Orders that are published and reach one listener of two."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, put_metrics, set_healthy, within

SILENT = timedelta(minutes=31)
QUEUE, OTHER, TOPIC = "pick-orders", "invoice-orders", "order-events"
PER_MINUTE = 60


def seed(session, now, rng):
    """Make the account's state."""
    _wiring(session)
    for name, tasks, lines in (
        ("order-api", 4, _publisher(now, rng)),
        ("pick-planner", 2, _listener("pick-planner", now, rng, now - SILENT)),
        ("invoice-writer", 2, _listener("invoice-writer", now, rng, now)),
    ):
        streams = [f"svc/{name}/{measured.task_id(f'{name} {number}')}" for number in range(tasks)]
        put_lines(session, f"/ecs/{name}", lines, streams)
    desk = [
        "{at} INFO return {n} opened",
        "{at} INFO return {n} paid back",
        "{at} WARN return {n} without receipt",
    ]
    measured.make_bystanding_service(session, now, rng, "shop", "returns-desk", desk, per_hour=25)
    measured.make_bystanding_service(session, now, rng, "shop", "price-board", ["{at} INFO {n} prices shown"])
    _metrics(session, now, rng)
    _alarms(session)


def _wiring(session):
    """As it was: state.json has the policy of today."""
    sns, sqs = session.client("sns"), session.client("sqs")
    topic = sns.create_topic(Name=TOPIC)["TopicArn"]
    sns.create_topic(Name=f"{TOPIC}-v2")
    account = session.client("sts").get_caller_identity()["Account"]
    dead = sqs.create_queue(QueueName=f"{QUEUE}-dlq", Attributes={"MessageRetentionPeriod": "1209600"})["QueueUrl"]
    dead_arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 5})
    for queue in (QUEUE, OTHER):
        arn = f"arn:aws:sqs:{session.region_name}:{account}:{queue}"
        statement = {
            "Sid": "FromTopic",
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        wanted = {"Policy": policy, "VisibilityTimeout": "60"} | (
            {"RedrivePolicy": redrive} if queue == QUEUE else {}
        )
        sqs.create_queue(QueueName=queue, Attributes=wanted)
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})


def _line(at, level, text):
    return at, f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z {level} {text}"


def _publisher(now, rng):
    for minute in minutes(now, -8 * 60, 0):
        for _ in range(rng.randint(3, 6)):
            number = rng.randint(10**6, 10**7)
            yield _line(within(minute, rng), "INFO", f"order {number} placed, published to {TOPIC}")
        if rng.random() < 0.06:
            yield _line(
                within(minute, rng), "WARN", f"order {rng.randint(10**6, 10**7)} paid by voucher, no receipt"
            )
    for number in range(4):
        at = now - timedelta(minutes=163 - number, seconds=17)
        yield _line(at, "INFO", f"order-api 12.31.0 ready, topic {TOPIC}")


def _listener(name, now, rng, until):
    """What it makes of orders; without any, it says once a minute that it waits."""
    done = "pick list made" if name == "pick-planner" else "invoice written"
    for minute in minutes(now, -8 * 60, 0):
        if minute + timedelta(seconds=1) > until:
            at = within(minute, rng)
            yield _line(at, "INFO", "0 messages in 3 polls, waiting")
            continue
        for _ in range(rng.randint(3, 6)):
            yield _line(within(minute, rng), "INFO", f"order {rng.randint(10**6, 10**7)}: {done}")
    if name == "pick-planner":
        for number in range(2):
            at = now - timedelta(minutes=68 - number, seconds=11)
            yield _line(at, "INFO", f"pick-planner 4.9.0 started, polling {QUEUE}")


def _metrics(session, now, rng):
    moments = measured.moments(now)
    orders = {at: round(PER_MINUTE * rng.uniform(0.85, 1.15)) for at in moments}

    def queue(name):
        def at(moment):
            silent = name == QUEUE and moment >= now - SILENT
            sent = 0 if silent else orders[moment]
            found = measured.queue(sent, sent, 0, 0 if silent else rng.randint(0, 3), 0)
            empty = rng.randint(5, 7) if silent else rng.randint(0, 1)
            return found | {"NumberOfEmptyReceives": empty}

        return at

    for name in (QUEUE, OTHER):
        measured.publish(session, "AWS/SQS", {"QueueName": name}, moments, queue(name))
    dead = {"QueueName": f"{QUEUE}-dlq"}
    measured.publish(session, "AWS/SQS", dead, moments[::5], lambda _: measured.queue(0, 0, 0, 0, 0))

    def topic(at):
        failed = orders[at] if at >= now - SILENT else 0
        return {
            "NumberOfMessagesPublished": orders[at],
            "NumberOfNotificationsDelivered": 2 * orders[at] - failed,
            "NumberOfNotificationsFailed": failed,
            "PublishSize": 1_240 * rng.uniform(0.95, 1.05),
        }

    counts = dict.fromkeys(
        ("NumberOfMessagesPublished", "NumberOfNotificationsDelivered", "NumberOfNotificationsFailed"), "Count"
    )
    put_metrics(session, "AWS/SNS", {"TopicName": TOPIC}, moments, topic, counts | {"PublishSize": "Bytes"})
    for name, memory in (("order-api", 47), ("pick-planner", 38), ("invoice-writer", 35)):
        measured.publish(
            session,
            "AWS/ECS",
            {"ClusterName": "shop", "ServiceName": name},
            moments[::5],
            lambda at, memory=memory: measured.service(rng, measured.busy(at, rng), memory),
        )


def _alarms(session):
    put_alarm(
        session,
        "pick-orders-silent",
        AlarmDescription="The warehouse gets no orders to pick. Breaching without data, too.",
        Namespace="AWS/SQS",
        MetricName="NumberOfMessagesReceived",
        Dimensions={"QueueName": QUEUE},
        Period=300,
        EvaluationPeriods=4,
        Threshold=20,
        ComparisonOperator="LessThanThreshold",
        TreatMissingData="breaching",
    )
    for queue in (QUEUE, OTHER):
        put_alarm(
            session,
            f"{queue}-old",
            Namespace="AWS/SQS",
            MetricName="ApproximateAgeOfOldestMessage",
            Dimensions={"QueueName": queue},
            Statistic="Maximum",
            Period=300,
            Threshold=600,
        )
        set_healthy(session, f"{queue}-old")
    put_alarm(
        session,
        "pick-orders-dlq-not-empty",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions={"QueueName": f"{QUEUE}-dlq"},
        Statistic="Maximum",
        Period=300,
        Threshold=1,
    )
    set_healthy(session, "pick-orders-dlq-not-empty")
