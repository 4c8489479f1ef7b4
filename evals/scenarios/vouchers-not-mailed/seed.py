"""Vouchers are not mailed: a campaign took the day's quota of mails."""

from datetime import timedelta

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
    put_lines,
    put_metric,
    put_metrics,
    set_healthy,
    within,
)

NAME, QUEUE, CAMPAIGN = "voucher-mailer", "voucher-mails", "winback-campaign"
FULL = 62
STARTED = 118
MAILED, RECIPIENTS = 47_118, 61_240
NEW_PER_MINUTE = 3
IN_FLIGHT = "ApproximateNumberOfMessagesNotVisible"
REFUSED = "Throttling: Daily message quota exceeded."


def seed(session, now, rng):
    """Make the account's state."""
    queue = session.client("sqs")
    dead = queue.create_queue(QueueName=f"{QUEUE}-dlq")["QueueUrl"]
    arn = queue.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = f'{{"deadLetterTargetArn": "{arn}", "maxReceiveCount": 40}}'
    url = queue.create_queue(QueueName=QUEUE, Attributes={"VisibilityTimeout": "300", "RedrivePolicy": redrive})
    arn = queue.get_queue_attributes(QueueUrl=url["QueueUrl"], AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    role = make_role(session, f"{NAME}-role", "lambda.amazonaws.com", ["ses:SendEmail", "sqs:*", "logs:*"])
    make_function(session, NAME, role, Environment={"Variables": {"SENDER": "vouchers@giftshop.example"}})
    session.client("lambda").create_event_source_mapping(FunctionName=NAME, EventSourceArn=arn, BatchSize=1)
    put_function_lines(session, NAME, _mailer(now, rng))
    put_lines(session, f"/ecs/{CAMPAIGN}", _campaign(now), [f"job/{CAMPAIGN}/{measured.task_id(CAMPAIGN)}"])
    _filter(session)
    shelf = ["{at} INFO card {n} reserved", "{at} INFO card {n} sold", "{at} WARN card {n} has no picture"]
    measured.make_bystanding_service(session, now, rng, "gifts", "card-shelf", shelf, per_hour=40)
    make_bystander(session, now, rng, "voucher-pdf", ["[INFO] voucher {n} drawn", "[INFO] voucher {n}: font kept"])
    make_bystander(session, now, rng, "redeem-check", ["[INFO] voucher {n} redeemed"], per_hour=20)
    _metrics(session, now, rng)
    _alarms(session)


def _arn(queue, url):
    return queue.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def _failing(before):
    """Attempts that fail in the minute that many minutes ago: new ones, and each old one every five minutes."""
    since = FULL - before
    return NEW_PER_MINUTE * (1 + since // 5) if since >= 0 else 0


def _mailer(now, rng):
    for minute in minutes(now, -20 * 60, 0):
        before = round((now - minute).total_seconds() / 60)
        failing = _failing(before)
        for _ in range(failing or (NEW_PER_MINUTE if before < 6 * 60 else rng.randint(0, 2))):
            voucher = rng.randint(2_000_000, 2_900_000)
            if failing:
                told = f"{{at}}\t{{id}}\tERROR\tvoucher {voucher}: Send failed: {REFUSED}"
                yield from invocation(within(minute, rng), rng, [told], duration_ms=rng.uniform(70, 120))
                continue
            mail = f"{rng.getrandbits(64):016x}"
            said = [f"{{at}}\t{{id}}\tINFO\tvoucher {voucher} mailed, MessageId 0102019{mail}-000000"]
            if rng.random() < 0.05:
                said.append(f"{{at}}\t{{id}}\tWARN\tvoucher {voucher - 40}: address bounced before, mailed anyway")
            yield from invocation(within(minute, rng), rng, said, duration_ms=rng.uniform(150, 420))


def _campaign(now):
    start = now - timedelta(minutes=STARTED)
    pace = timedelta(minutes=STARTED - FULL) / MAILED

    def line(at, level, text):
        return at, f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z {level} {text}"

    yield line(start, "INFO", f"{CAMPAIGN} 3.2.0, AUDIENCE=all-customers: {RECIPIENTS} recipients")
    for sent in range(100, MAILED, 100):
        yield line(start + pace * sent, "INFO", f"{sent} of {RECIPIENTS} mailed")
    for number, minute in enumerate(minutes(now, -FULL, 0, 5)):
        told = "Throttling: Daily message quota exceeded" if number == 0 else "quota still exceeded"
        left = f"{MAILED} of {RECIPIENTS} mailed, {RECIPIENTS - MAILED} wait"
        yield line(minute + timedelta(seconds=4), "WARN", f"{told}; {left}")


def _filter(session):
    session.client("logs").put_metric_filter(
        logGroupName=f"/aws/lambda/{NAME}",
        filterName="failed-mails",
        filterPattern='"Send failed"',
        metricTransformations=[{"metricNamespace": "Gifts", "metricName": "FailedMails", "metricValue": "1"}],
    )


def _metrics(session, now, rng):
    span = measured.moments(now)
    ago = {at: round((now - at).total_seconds() / 60) for at in span}
    rate = MAILED / (STARTED - FULL)

    def function(at):
        failing = _failing(ago[at])
        calls = failing or (NEW_PER_MINUTE if ago[at] < 6 * 60 else rng.randint(1, 3))
        took = rng.uniform(80, 110) if failing else rng.uniform(190, 380)
        return {
            "Invocations": calls,
            "Errors": failing,
            "Throttles": 0,
            "Duration": took,
            "ConcurrentExecutions": 1,
        }

    put_function_metrics(session, NAME, span, function)
    failed = [(at, _failing(ago[at])) for at in span if _failing(ago[at])]
    put_metric(session, "Gifts", "FailedMails", {}, failed)

    def mails(at):
        if ago[at] <= FULL:
            return {}
        sent = rng.randint(2, 4) + (rate * rng.uniform(0.98, 1.02) if ago[at] <= STARTED else 0)
        return {"Send": round(sent), "Delivery": round(sent * 0.985), "Bounce": rng.randint(0, 1)}

    put_metrics(session, "AWS/SES", {}, span, mails, dict.fromkeys(("Send", "Delivery", "Bounce"), "Count"))

    def queue(at):
        waiting = max(0, FULL - ago[at]) * NEW_PER_MINUTE
        tried = _failing(ago[at]) or NEW_PER_MINUTE
        found = measured.queue(NEW_PER_MINUTE, tried, 0, waiting, max(0, FULL - ago[at]) * 60)
        return found | {"NumberOfMessagesDeleted": 0 if waiting else NEW_PER_MINUTE}

    measured.publish(session, "AWS/SQS", {"QueueName": QUEUE}, span, queue)


def _alarms(session):
    put_alarm(
        session,
        "voucher-mails-failed",
        AlarmDescription="Vouchers that were paid for are not mailed.",
        Namespace="Gifts",
        MetricName="FailedMails",
        Period=300,
        EvaluationPeriods=2,
        Threshold=10,
    )
    for name, metric, limit in (
        ("messages-old", "ApproximateAgeOfOldestMessage", 7_200),
        ("in-flight", "x", 9_000),
    ):
        put_alarm(
            session,
            f"voucher-mails-{name}",
            Namespace="AWS/SQS",
            MetricName=metric,
            Dimensions={"QueueName": QUEUE},
            Statistic="Maximum",
            Period=300,
            Threshold=limit,
        )
        set_healthy(session, f"voucher-mails-{name}")
