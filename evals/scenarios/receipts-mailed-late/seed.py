"""Receipts wait for half an hour, and then they do not."""

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
    put_metrics,
    set_healthy,
    within,
)

NAME, QUEUE, TOPIC = "receipt-mailer", "receipt-mails", "orders-paid"
DEAD = f"{QUEUE}-failed"
KEPT = str(14 * 86_400)
MOVED, OLD = 94, 21_640
"""Minutes since the old messages were moved, and how many."""
NEW, READ = 160, 780
"""Messages a minute: from the topic, and as many as five invocations at a time can mail."""


def seed(session, now, rng):
    """Make the account's state."""
    sqs, sns = session.client("sqs"), session.client("sns")
    dead = _queue(sqs, DEAD, MessageRetentionPeriod=KEPT)
    redrive = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 5})
    arn = _queue(sqs, QUEUE, VisibilityTimeout="180", MessageRetentionPeriod=KEPT, RedrivePolicy=redrive)
    topic = sns.create_topic(Name=TOPIC)["TopicArn"]
    for target in (arn, _queue(sqs, "points-credits"), _queue(sqs, "fraud-samples")):
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=target)
    role = make_role(session, f"{NAME}-role", "lambda.amazonaws.com", ["ses:SendEmail", "sqs:*", "logs:*"])
    make_function(session, NAME, role, Environment={"Variables": {"SENDER": "receipts@shop.example"}})
    session.client("lambda").create_event_source_mapping(
        FunctionName=NAME, EventSourceArn=arn, BatchSize=10, ScalingConfig={"MaximumConcurrency": 5}
    )
    put_function_lines(session, NAME, _mailer(now, rng))
    make_bystander(session, now, rng, "points-credit", ["[INFO] order {n}: points credited"], per_hour=25)
    make_bystander(
        session, now, rng, "order-search", ["[INFO] order {n} found", "[WARNING] order {n} is archived"]
    )
    make_bystander(session, now, rng, "stock-hold", ["[INFO] stock of order {n} held"], per_hour=15)
    _metrics(session, now, rng)
    _alarms(session)


def _queue(sqs, name, **attributes):
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def _waiting(since):
    """Messages in the queue that many minutes after the move."""
    return max(0, OLD - (READ - NEW) * since) if since >= 0 else 0


def _age(since):
    """Seconds that the oldest of them waits: old ones first, then those that came meanwhile."""
    if not _waiting(since):
        return 0
    return round(60 * min(since, _waiting(since) / NEW))


def _mailer(now, rng):
    for minute in minutes(now, -6 * 60, 0):
        since = MOVED - round((now - minute).total_seconds() / 60)
        backlog = _waiting(since) > 0
        for _ in range(12 if backlog else 4):
            late = backlog and since < OLD / READ
            said = []
            for _ in range(3 if late else 2):
                order = rng.randint(7_000_000, 7_060_000) if late else rng.randint(7_410_000, 7_420_000)
                told = f"[INFO] receipt of order {order} mailed"
                if late:
                    told = f"[WARNING] receipt of order {order} mailed, paid 9 days ago"
                said.append(told)
            if rng.random() < 0.04:
                said.append(
                    f"[WARNING] receipt of order {rng.randint(7_410_000, 7_420_000)}: address bounced before"
                )
            yield from invocation(within(minute, rng), rng, said, duration_ms=rng.uniform(2_900, 4_300))


def _metrics(session, now, rng):
    span = measured.moments(now)
    since = {at: MOVED - round((now - at).total_seconds() / 60) for at in span}
    new = {at: round(NEW * rng.uniform(0.94, 1.06)) for at in span}

    def queue(at):
        waiting = _waiting(since[at])
        read = READ * rng.uniform(0.98, 1.02) if waiting else new[at]
        return measured.queue(new[at], read, waiting, 48 if waiting else rng.randint(4, 11), _age(since[at]) or 2)

    measured.publish(session, "AWS/SQS", {"QueueName": QUEUE}, span, queue)

    def dead(at):
        waiting = OLD if since[at] < 1 else 0
        age = 9 * 86_400 + (since[at] + 450) * 60
        return measured.queue(0, 0, waiting, 0, age if waiting else 0)

    measured.publish(session, "AWS/SQS", {"QueueName": DEAD}, span, dead)
    measured.publish(
        session,
        "AWS/SQS",
        {"QueueName": "points-credits"},
        span,
        lambda at: measured.queue(new[at], new[at], 0, 6, 2),
    )

    def topic(at):
        return {
            "NumberOfMessagesPublished": new[at],
            "NumberOfNotificationsDelivered": new[at] * (3 if since[at] > -13 else 2),
            "NumberOfNotificationsFailed": 0,
        }

    units = dict.fromkeys(
        ("NumberOfMessagesPublished", "NumberOfNotificationsDelivered", "NumberOfNotificationsFailed"), "Count"
    )
    put_metrics(session, "AWS/SNS", {"TopicName": TOPIC}, span, topic, units)

    def function(at):
        busy = _waiting(since[at]) > 0
        return {
            "Invocations": round((READ if busy else new[at]) / 10 * rng.uniform(0.97, 1.05)),
            "Errors": 0,
            "Throttles": 0,
            "Duration": rng.uniform(3_300, 3_900),
            "ConcurrentExecutions": 5 if busy else rng.randint(1, 2),
        }

    put_function_metrics(session, NAME, span, function)


def _alarms(session):
    for name, queue, metric, evaluations, limit in (
        ("old", QUEUE, "ApproximateAgeOfOldestMessage", 3, 600),
        ("failed-depth", DEAD, "ApproximateNumberOfMessagesVisible", 1, 1),
        ("many", QUEUE, "ApproximateNumberOfMessagesVisible", 5, 50_000),
    ):
        put_alarm(
            session,
            f"{QUEUE}-{name}",
            AlarmDescription="Receipts wait more than ten minutes to be mailed." if name == "old" else "",
            Namespace="AWS/SQS",
            MetricName=metric,
            Dimensions={"QueueName": queue},
            Statistic="Maximum",
            EvaluationPeriods=evaluations,
            Threshold=limit,
        )
    set_healthy(session, f"{QUEUE}-many")
    put_alarm(
        session,
        f"{NAME}-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": NAME},
        Period=300,
        Threshold=5,
    )
    set_healthy(session, f"{NAME}-errors")
