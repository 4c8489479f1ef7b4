"""A queue encrypted with a key its publisher cannot use."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import (
    make_bystander,
    minutes,
    put_alarm,
    put_lines,
    put_metrics,
    request_id,
    set_healthy,
    within,
)

BROKEN = -47
"""Minute, relative to now, in which the first delivery fails."""

ALARMED = {-43: 19, -42: 23, -41: 21}
QUEUES = ("claim-letters", "claim-payouts", "claim-archive")
DENIED = (
    "null (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; "
    "Request ID: {request}; Proxy: null)"
)


def seed(session, now, rng):
    """Make the account's state."""
    queues = _topic(session)
    failure, success = _deliveries(session, now, rng, queues)
    region, account = session.region_name, queues["claim-letters"].split(":")[4]
    put_lines(session, f"sns/{region}/{account}/claim-decisions/Failure", failure, ["9d1f-0", "9d1f-1"])
    put_lines(session, f"sns/{region}/{account}/claim-decisions", success, ["77ab-0"])
    put_lines(session, "/ecs/letter-printer", _printer(now, rng), [f"ecs/printer/{measured.task_id('printer 1')}"])
    put_lines(
        session, "/ecs/claim-desk", _desk(now, rng), [f"ecs/desk/{measured.task_id(f'desk {n}')}" for n in (1, 2)]
    )
    make_bystander(
        session, now, rng, "damage-estimates", ["[INFO] estimate {n} made", "[WARN] estimate {n} is old"]
    )
    make_bystander(session, now, rng, "surveyor-calendar", ["[INFO] visit {n} planned"], per_hour=20)
    _metrics(session, now, rng)
    _alarms(session)


def _topic(session):
    sns, sqs, found = session.client("sns"), session.client("sqs"), {}
    topic = sns.create_topic(Name="claim-decisions")["TopicArn"]
    for name in QUEUES:
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        found[name] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": found[name],
            "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
        }
        attributes = {"Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})}
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
        sns.subscribe(
            TopicArn=topic, Protocol="sqs", Endpoint=found[name], Attributes={"RawMessageDelivery": "true"}
        )
    return found


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _delivery(at, rng, queue, topic, *, failed):
    code = 400 if failed else 200
    delivery = {
        "deliveryId": request_id(rng),
        "destination": queue,
        "providerResponse": json.dumps(
            {
                "ErrorCode": "KMS.AccessDeniedException",
                "ErrorMessage": DENIED.replace("{request}", request_id(rng)),
                "sqsRequestId": "Unrecoverable",
            }
        )
        if failed
        else json.dumps({"sqsRequestId": request_id(rng), "sqsMessageId": request_id(rng)}),
        "dwellTimeMs": rng.randint(40, 95),
        "attempts": 1,
        "statusCode": code,
    }
    notification = {
        "messageMD5Sum": f"{rng.getrandbits(128):032x}",
        "messageId": request_id(rng),
        "topicArn": topic,
        "timestamp": f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d}",
    }
    return at, json.dumps(
        {"notification": notification, "delivery": delivery, "status": "FAILURE" if failed else "SUCCESS"}
    )


def _deliveries(session, now, rng, queues):
    topic = session.client("sns").list_topics()["Topics"][0]["TopicArn"]
    failure, success = [], []
    for minute in minutes(now, -5 * 60, 0):
        for _ in range(rng.randint(3, 6)):
            at = within(minute, rng)
            for name in QUEUES:
                failed = name == "claim-letters" and _minute(minute, now) >= BROKEN
                into = failure if failed else success
                into.append(_delivery(at, rng, queues[name], topic, failed=failed))
    return failure, success


def _printer(now, rng):
    for minute in minutes(now, -9 * 60, 0):
        at = within(minute, rng)
        if _minute(minute, now) < BROKEN:
            for _ in range(rng.randint(2, 4)):
                at = within(minute, rng)
                yield (
                    at,
                    f"{at:%Y-%m-%dT%H:%M:%SZ} INFO letter CL-{rng.randint(600_000, 699_999)} rendered, 2 pages",
                )
        else:
            yield at, f"{at:%Y-%m-%dT%H:%M:%SZ} DEBUG no messages in claim-letters"
        if rng.random() < 0.03:
            yield at, f"{at:%Y-%m-%dT%H:%M:%SZ} WARN tray 2 of the print shop is nearly empty"


def _desk(now, rng):
    yield (
        now - timedelta(minutes=69),
        f"{now - timedelta(minutes=69):%Y-%m-%dT%H:%M:%SZ} INFO claim-desk 6.14.0 started",
    )
    for minute in minutes(now, -9 * 60, 0):
        for _ in range(rng.randint(3, 6)):
            at = within(minute, rng)
            claim = rng.randint(600_000, 699_999)
            yield at, f"{at:%Y-%m-%dT%H:%M:%SZ} INFO decision of claim {claim} published to claim-decisions"


def _metrics(session, now, rng):
    moments = measured.moments(now)
    decided = {at: ALARMED.get(_minute(at, now), max(4, round(22 * measured.busy(at, rng)))) for at in moments}

    def topic(at):
        failed = decided[at] if _minute(at, now) >= BROKEN else 0
        return {
            "NumberOfMessagesPublished": decided[at],
            "NumberOfNotificationsDelivered": 3 * decided[at] - failed,
            "NumberOfNotificationsFailed": failed,
        }

    units = dict.fromkeys(
        ("NumberOfMessagesPublished", "NumberOfNotificationsDelivered", "NumberOfNotificationsFailed"), "Count"
    )
    put_metrics(session, "AWS/SNS", {"TopicName": "claim-decisions"}, moments, topic, units)
    for name in QUEUES:

        def queue(at, name=name):
            sent = 0 if name == "claim-letters" and _minute(at, now) >= BROKEN else decided[at]
            return measured.queue(sent, sent, 0, 1 if sent else 0, 0)

        measured.publish(session, "AWS/SQS", {"QueueName": name}, moments[::2], queue)


def _alarms(session):
    put_alarm(
        session,
        "claim-decisions-undelivered",
        AlarmDescription="SNS could not deliver decisions about claims. Team claims-core.",
        Namespace="AWS/SNS",
        MetricName="NumberOfNotificationsFailed",
        Dimensions={"TopicName": "claim-decisions"},
        EvaluationPeriods=3,
        Threshold=5,
    )
    put_alarm(
        session,
        "claim-letters-age",
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions={"QueueName": "claim-letters"},
        Statistic="Maximum",
        Threshold=900,
    )
    set_healthy(session, "claim-letters-age")
