"""Payouts that wait for a bank nobody can reach any more."""

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, set_healthy, within

CHANGED = -51
NAT = "nat-0a6c1e9d3b7f52048"
TIMED_OUT = (
    "requests.exceptions.ConnectTimeout: HTTPSConnectionPool(host='api.nordrail.example', port=443): Max retries "
    "exceeded with url: /v3/payments (Caused by ConnectTimeoutError('Connection to api.nordrail.example timed out "
    "(connect timeout=10)'))"
)


def seed(session, now, rng):
    """Make the account's state."""
    _queues(session)
    streams = [f"svc/payout-sender/{measured.task_id(f'payout-sender {number}')}" for number in range(4)]
    put_lines(session, "/ecs/payout-sender", _sender(now, rng), streams)
    ledger = [
        '{"at":"{at}","level":"info","msg":"entry {n} booked"}',
        '{"at":"{at}","level":"info","msg":"payout {n} queued"}',
        '{"at":"{at}","level":"warn","msg":"entry {n} booked twice, second dropped"}',
    ]
    measured.make_bystanding_service(session, now, rng, "treasury", "ledger-api", ledger, per_hour=40)
    exports = ["{at} INFO statement {n} written to s3", "{at} INFO nothing to export"]
    measured.make_bystanding_service(session, now, rng, "treasury", "statement-export", exports)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _queues(session):
    sqs = session.client("sqs")
    sqs.create_queue(QueueName="payouts-due-dlq")
    sqs.create_queue(
        QueueName="payouts-due", Attributes={"VisibilityTimeout": "120", "MessageRetentionPeriod": "1209600"}
    )


def _sender(now, rng):
    for minute in minutes(now, -12 * 60, 0):
        relative = _minute(minute, now)
        for _ in range(rng.randint(2, 4)):
            yield from _attempt(within(minute, rng), rng, sent=relative < CHANGED)
        if rng.random() < 0.06:
            yield _line(within(minute, rng), "WARNING", "rate of EUR/DKK older than 5 min, kept")
        if relative == -67:
            yield _line(within(minute, rng), "INFO", "client credential version changed, reloaded")
    for number in range(4):
        at = within(next(minutes(now, -218 + number, 0)), rng)
        yield _line(at, "INFO", "payout-sender 5.2.1 started")


def _attempt(at, rng, *, sent):
    payout = f"PO-{rng.randint(10**6, 10**7)}"
    if sent:
        yield _line(at, "INFO", f"{payout} accepted by bank in {rng.randint(140, 900)} ms")
        return
    yield _line(at, "INFO", f"{payout} taken from queue payouts-due, attempt {rng.randint(1, 19)}")
    if rng.random() < 0.8:
        yield _line(at, "ERROR", f"{payout} not sent, goes back to the queue: {TIMED_OUT}")


def _line(at, level, text):
    return at, f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d} {level} sender {text}"


def _metrics(session, now, rng):
    def due(at):
        minute = _minute(at, now)
        sent = 3 * rng.uniform(0.7, 1.3)
        if minute < CHANGED:
            return measured.queue(sent, sent, rng.randint(0, 2), rng.randint(0, 2), rng.uniform(0, 4))
        oldest = 60 * (minute - CHANGED)
        found = measured.queue(sent, rng.randint(20, 28), 3 * (minute - CHANGED), rng.randint(8, 30), oldest)
        return found | {"NumberOfMessagesDeleted": 0}

    def nat(at):
        gone = _minute(at, now) >= CHANGED
        flow = 0.0 if gone else 2.6e6 * measured.busy(at, rng)
        return {
            "BytesOutToDestination": flow,
            "BytesInFromDestination": flow * 2.2,
            "ActiveConnectionCount": 0 if gone else rng.randint(14, 31),
            "ConnectionAttemptCount": 0 if gone else rng.randint(30, 70),
            "ConnectionEstablishedCount": 0 if gone else rng.randint(30, 69),
            "ErrorPortAllocation": 0,
            "PacketsDropCount": 0,
        }

    def service(at):
        return measured.service(rng, 0.7 if _minute(at, now) < CHANGED else 0.2, 48)

    moments = measured.moments(now)
    measured.publish(session, "AWS/SQS", {"QueueName": "payouts-due"}, moments, due)
    measured.publish(
        session, "AWS/SQS", {"QueueName": "payouts-due-dlq"}, moments[::6], lambda _: measured.queue(0, 0, 0, 0, 0)
    )
    measured.publish(session, "AWS/NATGateway", {"NatGatewayId": NAT}, moments, nat)
    sender = {"ClusterName": "treasury", "ServiceName": "payout-sender"}
    measured.publish(session, "AWS/ECS", sender, moments[::2], service)


def _alarms(session):
    put_alarm(
        session,
        "payouts-oldest-too-old",
        AlarmDescription="A payout has waited for more than 40 minutes.",
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions={"QueueName": "payouts-due"},
        Statistic="Maximum",
        Period=300,
        EvaluationPeriods=2,
        Threshold=2400,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "payouts-dlq-not-empty",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions={"QueueName": "payouts-due-dlq"},
        Statistic="Maximum",
        Threshold=1,
    )
    put_alarm(
        session,
        "nat-port-allocation",
        Namespace="AWS/NATGateway",
        MetricName="ErrorPortAllocation",
        Dimensions={"NatGatewayId": NAT},
        Period=300,
        Threshold=1,
    )
    for name in ("payouts-dlq-not-empty", "nat-port-allocation"):
        set_healthy(session, name)
