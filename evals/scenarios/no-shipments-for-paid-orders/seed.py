"""A topic whose subscription lets nothing through."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, put_metrics, set_healthy, within

CHANGED, EMPTY = timedelta(minutes=53, seconds=2), -52
"""When the filter applied, before now; the first minute without any message."""


def seed(session, now, rng):
    """Make the account's state."""
    _topic(session)
    for name, count, lines in (
        ("order-desk", 4, _desk(now, rng)),
        ("shipment-maker", 3, _maker(now, rng)),
        ("invoice-writer", 2, _invoices(now, rng)),
    ):
        streams = [f"ecs/{name}/{measured.task_id(f'{name} {number}')}" for number in range(count)]
        put_lines(session, f"/ecs/{name}", lines, streams)
    stock = ["{at} INFO shelf {n} shown", "{at} INFO stock of {n} counted", "{at} WARN shelf {n} has two articles"]
    measured.make_bystanding_service(session, now, rng, "fulfilment", "stock-view", stock, per_hour=25)
    _metrics(session, now, rng)
    _alarms(session)


def _topic(session):
    """order-events, and the two queues that listen to it."""
    sns, sqs = session.client("sns"), session.client("sqs")
    topic = sns.create_topic(Name="order-events")["TopicArn"]
    for name, policy in (
        ("shipment-orders", {"eventType": ["order.paid", "order.prepaid"]}),
        ("invoice-orders", {"type": ["order.paid", "order.refunded"]}),
    ):
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        attributes = {"RawMessageDelivery": "true", "FilterPolicy": json.dumps(policy)}
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=attributes)


def _said(at, level, message, **more):
    return at, json.dumps(
        {
            "@timestamp": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z",
            "level": level,
            "message": message,
            **more,
        }
    )


def _desk(now, rng):
    for minute in minutes(now, -9 * 60, 0):
        for _ in range(rng.randint(3, 6)):
            at, order = within(minute, rng), f"FO-{rng.randint(4_100_000, 4_199_999)}"
            yield _said(at, "INFO", "order paid", order=order, total=rng.randint(9, 400))
            more = {"topic": "order-events", "attributes": {"type": "order.paid", "version": "3"}}
            yield _said(at + timedelta(milliseconds=40), "INFO", "event published", order=order, **more)


def _maker(now, rng):
    for minute in minutes(now, -9 * 60, 0):
        if minute <= now - CHANGED:
            for _ in range(rng.randint(3, 6)):
                at = within(minute, rng, 50.0)
                carrier = rng.choice(["posta", "kurier-nord", "green-wheel"])
                yield _said(
                    at,
                    "INFO",
                    "shipment created",
                    order=f"FO-{rng.randint(4_100_000, 4_199_999)}",
                    carrier=carrier,
                )
        else:
            yield _said(within(minute, rng), "DEBUG", "receive: no messages within 20 s", queue="shipment-orders")
        if rng.random() < 0.05:
            told = "carrier green-wheel announces maintenance, its labels may take longer"
            yield _said(within(minute, rng), "WARN", told, retry_in_s=60)
    yield _said(
        now - timedelta(minutes=70, seconds=20), "INFO", "started", version="3.2.0", queue="shipment-orders"
    )


def _invoices(now, rng):
    for minute in minutes(now, -9 * 60, 0, 2):
        for _ in range(rng.randint(2, 5)):
            yield _said(
                within(minute, rng), "INFO", "invoice written", order=f"FO-{rng.randint(4_100_000, 4_199_999)}"
            )


def _metrics(session, now, rng):
    minute_of = lambda at: round((at - now).total_seconds() / 60)  # noqa: E731 - short
    moments = measured.moments(now)
    paid = {at: max(2, round(16 * measured.busy(at, rng))) for at in moments}

    def share(at):
        """What of a minute still passed."""
        minute = minute_of(at)
        return 1.0 if minute < EMPTY - 2 else 0.7 if minute == EMPTY - 2 else 0.0

    def topic(at):
        shipped, refunded = round(paid[at] * share(at)), rng.randint(0, 2)
        out = paid[at] - shipped + refunded
        found = {"NumberOfMessagesPublished": paid[at] + refunded, "PublishSize": rng.uniform(880, 960)}
        found["NumberOfNotificationsDelivered"] = shipped + paid[at] + refunded
        found["NumberOfNotificationsFailed"] = 0
        return found | {
            "NumberOfNotificationsFilteredOut": out,
            "NumberOfNotificationsFilteredOut-MessageAttributes": out,
        }

    units = dict.fromkeys(
        (
            "NumberOfMessagesPublished",
            "NumberOfNotificationsDelivered",
            "NumberOfNotificationsFailed",
            "NumberOfNotificationsFilteredOut",
            "NumberOfNotificationsFilteredOut-MessageAttributes",
        ),
        "Count",
    )
    put_metrics(
        session, "AWS/SNS", {"TopicName": "order-events"}, moments, topic, units | {"PublishSize": "Bytes"}
    )
    for name, of in (("shipment-orders", share), ("invoice-orders", lambda _: 1.0)):
        measured.publish(
            session,
            "AWS/SQS",
            {"QueueName": name},
            moments,
            lambda at, of=of: (
                measured.queue(paid[at] * of(at), paid[at] * of(at), 0, 0, 0)
                | {"NumberOfEmptyReceives": rng.randint(6, 12)}
            ),
        )
    for name, metric, of in (
        ("shipment-maker", "ShipmentsCreated", share),
        ("order-desk", "OrdersPaid", lambda _: 1.0),
    ):
        counted = lambda at, metric=metric, of=of: {metric: round(paid[at] * of(at))}  # noqa: E731 - used once
        put_metrics(session, "Fulfilment", {"Service": name}, moments, counted, {metric: "Count"})
        whose = {"ClusterName": "fulfilment", "ServiceName": name}
        load = lambda at, of=of: measured.service(rng, 0.12 + 0.7 * of(at) * measured.busy(at, rng), 33, 28)  # noqa: E731
        measured.publish(session, "AWS/ECS", whose, moments[::3], load)


def _alarms(session):
    put_alarm(
        session,
        "no-shipments",
        AlarmDescription="Paid orders become shipments within seconds; none for twenty minutes.",
        Namespace="Fulfilment",
        MetricName="ShipmentsCreated",
        Dimensions={"Service": "shipment-maker"},
        ComparisonOperator="LessThanThreshold",
        TreatMissingData="breaching",
        EvaluationPeriods=20,
        Threshold=1,
    )
    put_alarm(
        session,
        "shipment-orders-age",
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions={"QueueName": "shipment-orders"},
        Statistic="Maximum",
        Threshold=300,
    )
    set_healthy(session, "shipment-orders-age")
