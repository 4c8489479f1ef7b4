"""Messages that are given to the next worker while the first still has them."""

import json
import uuid
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, set_healthy, within

CHANGED, FIRST_DEAD = -136, -131
"""Minutes, relative to now: the visibility time-out becomes 90 s; the first dead letter (a bit later)."""

VISIBLE_AGAIN_S, ATTEMPTS = 90, 3
DEAD_AT_ALARM, DEAD_NOW = 26, 31


def seed(session, now, rng):
    """Make the account's state."""
    sqs = session.client("sqs")
    dead = sqs.create_queue(QueueName="invoice-scans-dead", Attributes={"MessageRetentionPeriod": "1209600"})
    arn = sqs.get_queue_attributes(QueueUrl=dead["QueueUrl"], AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": ATTEMPTS})
    # What Terraform set two hours ago is declared in state.json; this is what the queue had before.
    before = {"RedrivePolicy": redrive, "VisibilityTimeout": "900"}
    sqs.create_queue(QueueName="invoice-scans", Attributes=before)
    sqs.create_queue(QueueName="invoice-mails")
    streams = [f"ecs/scan-reader/{measured.task_id(f'reader {number}')}" for number in range(5)]
    put_lines(session, "/ecs/scan-reader", _reader(now, rng), streams)
    uploads = ["{at} INFO scan {n} uploaded", "{at} INFO {n} pages received", "{at} WARN scan {n} is upside down"]
    measured.make_bystanding_service(session, now, rng, "billing", "scan-upload", uploads, per_hour=70)
    dunning = [
        "{at} INFO reminder {n} written",
        "{at} INFO debtor {n} paid",
        ("{at} WARN debtor {n} has no address"),
    ]
    measured.make_bystanding_service(session, now, rng, "billing", "dunning", dunning, per_hour=24)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _line(at, level, who, text):
    return at, f"[{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d}: {level}/{who}] {text}"


def _reader(now, rng):
    for minute in minutes(now, -15 * 60, 0):
        for _ in range(rng.randint(2, 4)):
            is_long = rng.random() < 0.07
            pages = rng.randint(11, 24) if is_long else rng.randint(1, 5)
            yield from _scan(now, rng, within(minute, rng), pages)
        if rng.random() < 0.3:
            told = "TIFFReadDirectory: Warning, Unknown field with tag 37724 (0x935c) encountered."
            yield _line(within(minute, rng), "WARNING", _worker(rng), told)


def _worker(rng):
    return f"ForkPoolWorker-{rng.randint(1, 4)}"


def _scan(now, rng, at, pages):
    """One scan: received, read, and received again if that takes too long."""
    task, scan = uuid.UUID(int=rng.getrandbits(128), version=4), rng.randint(10**6, 10**7)
    took = pages * rng.uniform(9.2, 10.9)
    again = int(took // VISIBLE_AGAIN_S) if _minute(at, now) >= CHANGED else 0
    if again:  # who deletes with an old receipt handle deletes nothing
        again = ATTEMPTS - 1
    for number in range(again + 1):
        started = at + timedelta(seconds=number * (VISIBLE_AGAIN_S + 1))
        ended = started + timedelta(seconds=took)
        if started < now:
            yield _line(started, "INFO", "MainProcess", f"Task scans.read[{task}] received")
        if number and started < now:
            told = (
                f"scan {scan}: receive count {number + 1}, read by another worker since {at:%H:%M:%S}, "
                "reading again"
            )
            yield _line(started + timedelta(milliseconds=40), "WARNING", _worker(rng), told)
        if ended < now:
            told = f"Task scans.read[{task}] succeeded in {took:.3f}s: {{'scan': {scan}, 'pages': {pages}}}"
            yield _line(ended, "INFO", _worker(rng), told)


def _dead(minute):
    """Dead letters, ever more of them."""
    if minute < FIRST_DEAD:
        return 0
    return min(DEAD_NOW, 1 + int((minute - FIRST_DEAD) * (DEAD_AT_ALARM - 1) / (-20 - FIRST_DEAD)))


def _metrics(session, now, rng):
    def scans(at):
        long_ago = _minute(at, now) < CHANGED
        sent = rng.randint(2, 4)
        received = sent if long_ago else sent + rng.choice([0, 0, 0, 1, 1])
        in_flight = rng.randint(2, 5) if long_ago else rng.randint(6, 18)
        found = measured.queue(
            sent, received, rng.randint(0, 2), in_flight, rng.uniform(2, 30 if long_ago else 240)
        )
        return found | {"NumberOfMessagesDeleted": sent}

    def dead(at):
        minute = _minute(at, now)
        return measured.queue(0, 0, _dead(minute), 0, max(0, minute - FIRST_DEAD) * 60)

    moments = measured.moments(now)
    measured.publish(session, "AWS/SQS", {"QueueName": "invoice-scans"}, moments, scans)
    measured.publish(session, "AWS/SQS", {"QueueName": "invoice-scans-dead"}, moments, dead)
    reader = {"ClusterName": "billing", "ServiceName": "scan-reader"}

    def load(at):
        return measured.service(rng, 0.6 if _minute(at, now) < CHANGED else 0.8, 51, 70)

    measured.publish(session, "AWS/ECS", reader, moments[::4], load)


def _alarms(session):
    put_alarm(
        session,
        "invoice-scans-dead-letters",
        AlarmDescription="25 scans could not be read. Look for the supplier, then redrive.",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions={"QueueName": "invoice-scans-dead"},
        Statistic="Maximum",
        Period=300,
        Threshold=25,
    )
    put_alarm(
        session,
        "invoice-scans-age",
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions={"QueueName": "invoice-scans"},
        Statistic="Maximum",
        Period=300,
        EvaluationPeriods=3,
        Threshold=1_800,
    )
    set_healthy(session, "invoice-scans-age")
