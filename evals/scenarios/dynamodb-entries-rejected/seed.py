"""Entries are rejected since a mailing brings more people than the table may take."""

from datetime import timedelta

from evals.authoring import (
    make_bystander,
    minutes,
    put_alarm,
    put_lines,
    put_metrics,
    set_healthy,
    within,
)

MAILED = -44
"""Minute in which the mailing went out."""

USUAL, RISE, CROWD = 60.0, 12.5, 535.0
"""Writes per second before, what each minute adds, and the most."""

BALANCER = {"LoadBalancer": "app/giveaway-web/6f0d1c7a93be5428"}

OTHERS = {
    "winner-draw": ["[INFO] no draw due", "[INFO] drew {n} winners"],
    "mail-bounces": ["[INFO] bounce {n} recorded", "[INFO] {n} addresses cleaned"],
    "partner-export": ["[INFO] {n} rows exported", "[WARN] partner slow, attempt 2"],
}

REJECTED = (
    "EntryRepository - PutItem on giveaway-entries gave up after 10 attempts: "
    "ProvisionedThroughputExceededException: The level of configured provisioned throughput for the table was "
    "exceeded. Consider increasing your provisioning level with the UpdateTable API. (Service: DynamoDb, Status "
    "Code: 400)"
)


def demand(minute):
    """Writes per second that people ask for."""
    return USUAL if minute < MAILED else min(CROWD, USUAL + (minute - MAILED) * RISE)


def capacity(minute):
    """Write units that autoscaling provides."""
    if minute < -41:
        return 100
    return 200 if minute < -34 else 400


def refused(minute):
    """Writes refused in a minute."""
    return round(max(0.0, demand(minute) - capacity(minute)) * 60)


def seed(session, now, rng):
    """Make the account's state."""
    put_lines(session, "/ecs/giveaway-api", _lines(now, rng), [f"giveaway-api/app/{rng.getrandbits(128):032x}"])
    _metrics(session, now, rng)
    _alarms(session)
    for name, says in OTHERS.items():
        make_bystander(session, now, rng, name, says)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _line(at, thread, level, text):
    return (
        at,
        f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d} {level:5} [http-nio-8080-exec-{thread}] {text}",
    )


def _lines(now, rng):
    for at in minutes(now, -6 * 60, -2):
        minute = _minute(at, now)
        for part in range(6):
            moment = at + timedelta(seconds=10 * part, milliseconds=rng.randint(1, 900))
            lost = refused(minute) / 6 * rng.uniform(0.04, 0.06)
            stored = min(demand(minute), capacity(minute)) * 10 * rng.uniform(0.97, 1.0)
            mailed = max(0.0, 1 - USUAL / demand(minute)) * rng.uniform(0.96, 1.0)
            text = f"EntryStats - last 10 s: stored={stored:.0f} failed={lost:.0f} sources: "
            text += f"site={stored * (1 - mailed):.0f} source=winter-draw-mail={stored * mailed:.0f}"
            yield _line(moment, 1, "INFO", text)
        for _ in range(rng.randint(2, 5)):
            yield _line(within(at, rng), rng.randint(2, 40), "INFO", "EntryController - entry accepted for draw 7")
        if rng.random() < 0.3:
            yield _line(within(at, rng), rng.randint(2, 40), "WARN", "Captcha - score below 0.3, asked again")
        for _ in range(min(9, refused(minute) // 500)):
            yield _line(within(at, rng), rng.randint(2, 40), "ERROR", REJECTED)


def _metrics(session, now, rng):
    def table(at):
        minute = _minute(at, now)
        used = min(demand(minute), capacity(minute)) * 60
        return {
            "ConsumedWriteCapacityUnits": round(used * rng.uniform(0.985, 1.0)),
            "ConsumedReadCapacityUnits": round(demand(minute) * 20 * rng.uniform(0.9, 1.0)),
            **({"WriteThrottleEvents": refused(minute)} if refused(minute) else {}),
        }

    def provisioned(at):
        return {"ProvisionedWriteCapacityUnits": capacity(_minute(at, now)), "ProvisionedReadCapacityUnits": 800}

    def puts(at):
        lost = refused(_minute(at, now))
        slow = {"SuccessfulRequestLatency": rng.uniform(4, 7) if lost else rng.uniform(3, 5)}
        return {**slow, **({"ThrottledRequests": lost} if lost else {})}

    def balancer(at):
        minute = _minute(at, now)
        return {
            "RequestCount": round(demand(minute) * 60 * 1.3 * rng.uniform(0.97, 1.03)),
            "HTTPCode_Target_5XX_Count": round(refused(minute) * 0.3),
            "TargetResponseTime": rng.uniform(0.9, 1.8) if refused(minute) else rng.uniform(0.03, 0.06),
        }

    def service(at):
        busy = demand(_minute(at, now)) / CROWD
        return {
            "CPUUtilization": 14 + 30 * busy + rng.uniform(-2, 2),
            "MemoryUtilization": 52 + rng.uniform(-1, 1),
        }

    name = {"TableName": "giveaway-entries"}
    units = {"TargetResponseTime": "Seconds", "SuccessfulRequestLatency": "Milliseconds"}
    units |= dict.fromkeys(("RequestCount", "HTTPCode_Target_5XX_Count", "WriteThrottleEvents"), "Count")
    units |= dict.fromkeys(("CPUUtilization", "MemoryUtilization"), "Percent")
    day = (-24 * 60, -2)
    put_metrics(session, "AWS/DynamoDB", name, minutes(now, -2 * 24 * 60, -2), table, units)
    put_metrics(session, "AWS/DynamoDB", name, minutes(now, *day, 5), provisioned, {})
    put_metrics(session, "AWS/DynamoDB", {**name, "Operation": "PutItem"}, minutes(now, *day), puts, units)
    put_metrics(session, "AWS/ApplicationELB", BALANCER, minutes(now, *day), balancer, units)
    dimensions = {"ClusterName": "web", "ServiceName": "giveaway-api"}
    put_metrics(session, "AWS/ECS", dimensions, minutes(now, *day), service, units)


def _alarms(session):
    put_alarm(
        session,
        "giveaway-entries-write-throttles",
        Namespace="AWS/DynamoDB",
        MetricName="WriteThrottleEvents",
        Dimensions={"TableName": "giveaway-entries"},
        EvaluationPeriods=5,
        Threshold=7000,
    )
    put_alarm(
        session,
        "giveaway-api-cpu",
        Namespace="AWS/ECS",
        MetricName="CPUUtilization",
        Dimensions={"ClusterName": "web", "ServiceName": "giveaway-api"},
        Statistic="Average",
        Threshold=85,
        EvaluationPeriods=5,
    )
    set_healthy(session, "giveaway-api-cpu")
