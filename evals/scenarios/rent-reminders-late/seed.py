"""A service that is to grow and cannot: what new tasks are told to read does not exist any more."""

from evals import measured
from evals.authoring import make_bystander, minutes, put_alarm, put_lines, put_metric, set_healthy, within

QUEUED = -46
"""Minutes, relative to now: the day's reminders are put on the queue, within a few minutes."""

REMINDERS = 21_600
MAILS = ("sent reminder {n} to tenant {t}", "sent second reminder {n} to tenant {t}")


def seed(session, now, rng):
    """Make the account's state."""
    session.client("sqs").create_queue(QueueName="rent-reminders", Attributes={"VisibilityTimeout": "120"})
    streams = [f"ecs/reminder-mailer/{measured.task_id(f'mailer {number}')}" for number in range(2)]
    put_lines(session, "/ecs/reminder-mailer", _mailer(now, rng), streams)
    make_bystander(
        session, now, rng, "rent-due-scan", ("{n} rents are due", "nothing due", "{n} rents paid"), per_hour=6
    )
    letters = [
        "{at} INFO letter {n} printed",
        "{at} INFO letter {n} posted",
        ("{at} WARN letter {n} has no address"),
    ]
    measured.make_bystanding_service(session, now, rng, "tenancy", "letters", letters, per_hour=28)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _celery(at, level, text):
    stamp = f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d}"
    return at, f"[{stamp}: {level}/ForkPoolWorker-{at.second % 8 + 1}] {text}"


def _mailer(now, rng):
    for minute in minutes(now, -26 * 60, 0):
        relative, day_before = _minute(minute, now), QUEUED - 24 * 60
        many = relative >= QUEUED or day_before <= relative < day_before + 34
        for _ in range(rng.randint(4, 7) if many else rng.choice([0, 0, 1])):
            at, took = within(minute, rng), rng.uniform(0.2, 1.9)
            told = rng.choice(MAILS).format(n=rng.randint(10**5, 10**6), t=rng.randint(1_000, 40_000))
            yield _celery(at, "INFO", f"{told} in {took:.2f}s")
        if many and rng.random() < 0.2:
            told = f"421 4.7.0 try again later, mx{rng.randint(1, 9)}.post.example, again in 300s"
            yield _celery(within(minute, rng), "WARNING", told)
        if relative % 30 == 0:
            yield _celery(minute, "INFO", "heartbeat, prefetch 20, queue rent-reminders")


def _age(minute, rng):
    """Age of the oldest reminder in seconds: the last is still there, whoever is served first."""
    return rng.uniform(0, 4) if minute < QUEUED else (minute - QUEUED) * 60


def _metrics(session, now, rng):
    def waiting(at):
        minute = _minute(at, now)
        yesterday = minute - (QUEUED - 24 * 60)
        if 0 <= yesterday < 34:  # eight tasks
            left = min(REMINDERS / 4 * (yesterday + 1), REMINDERS) - 660 * yesterday
            return measured.queue(5_400 if yesterday < 4 else 0, 660, max(0, left), 160, max(0, 34 * yesterday))
        if minute < QUEUED:
            return measured.queue(rng.choice([0, 0, 1]), rng.choice([0, 0, 1]), 0, 0, _age(minute, rng))
        since = minute - QUEUED
        left = min(REMINDERS / 4 * (since + 1), REMINDERS) - 16 * since
        return measured.queue(5_400 if since < 4 else 0, 16 * rng.uniform(0.9, 1.1), left, 40, _age(minute, rng))

    moments = list(minutes(now, -3 * 24 * 60, -1))
    measured.publish(session, "AWS/SQS", {"QueueName": "rent-reminders"}, moments, waiting)
    mailer = {"ClusterName": "tenancy", "ServiceName": "reminder-mailer"}
    load = lambda at: measured.service(rng, 1.0 if _minute(at, now) >= QUEUED else 0.1, 44, 61)  # noqa: E731
    measured.publish(session, "AWS/ECS", mailer, moments[::5], load)
    for name, late in (("DesiredTaskCount", 8), ("RunningTaskCount", 2)):
        counts = [(at, late if _minute(at, now) >= -34 else _tasks(_minute(at, now))) for at in moments[::2]]
        put_metric(session, "ECS/ContainerInsights", name, mailer, counts, "Count")


def _tasks(minute):
    """Two, and eight for an hour each day."""
    return 8 if 0 <= minute - (-34 - 24 * 60) < 60 else 2


def _alarms(session):
    put_alarm(
        session,
        "rent-reminders-age",
        AlarmDescription="Reminders leave more than twenty minutes late.",
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions={"QueueName": "rent-reminders"},
        Statistic="Maximum",
        Period=300,
        EvaluationPeriods=3,
        Threshold=1_200,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "reminder-mailer-cpu",
        Namespace="AWS/ECS",
        MetricName="CPUUtilization",
        Dimensions={"ClusterName": "tenancy", "ServiceName": "reminder-mailer"},
        Statistic="Average",
        Period=300,
        EvaluationPeriods=3,
        Threshold=90,
    )
    set_healthy(session, "reminder-mailer-cpu")
