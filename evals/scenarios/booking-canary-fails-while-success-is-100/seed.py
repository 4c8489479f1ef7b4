"""A canary that fails beside a success rate of 100 %."""

from datetime import timedelta

from evals.authoring import (
    make_bystander,
    make_function,
    make_role,
    minutes,
    of_day,
    put_alarm,
    put_lines,
    put_metrics,
    set_healthy,
    within,
)

FULL = timedelta(minutes=13)

SCALED = timedelta(minutes=20)

SLOTS = "FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute"

GOOD_RUNS = (10, 5)
"""Minutes before now at which the canary found a free connection."""


def seed(session, now, rng):
    """Make the account's state."""
    streams = [f"ecs/booking-api/{rng.getrandbits(128):032x}" for _ in range(4)]
    put_lines(session, "/ecs/booking-api", _application(now, rng), streams)
    put_lines(session, "/ecs/stats-relay", _sidecar(now, rng))
    put_lines(session, "/ecs/occupancy-report", _report(now, rng))
    put_lines(session, "/aws/lambda/cwsyn-booking-journey-3b7f2c", _canary(now, rng))
    role = make_role(session, "booking-journey-canary", "lambda.amazonaws.com", ["cloudwatch:PutMetricData"])
    make_function(session, "cwsyn-booking-journey-3b7f2c", role, Timeout=60)
    make_bystander(session, now, rng, "review-mails", ["[INFO] sent {n} mails", "[WARNING] {n} bounced"])
    make_bystander(session, now, rng, "voucher-codes", ["[INFO] redeemed {n}"], per_hour=14)
    make_bystander(session, now, rng, "city-guide", ["[INFO] page {n} built"])
    _metrics(session, now, rng)
    _database(session, now, rng)
    _alarms(session)


def _application(now, rng):
    for minute in minutes(now, -8 * 60, 0):
        for _ in range(int(of_day(minute, 2, 6)) + 1):
            path = rng.choice(("/rooms", "/prices", f"/bookings/{rng.randint(100, 9999)}"))
            yield _said(within(minute, rng), "INFO", f"GET {path} 200 {rng.uniform(4, 60):.0f} ms")
        for _ in range(2):
            at = within(minute, rng)
            if minute >= now - FULL and rng.random() < 0.7:
                yield _said(at, "ERROR", f"org.postgresql.util.PSQLException: {SLOTS}")
                yield _said(at, "INFO", f"POST /bookings/confirm 503 {rng.uniform(2, 9):.0f} ms")
            else:
                yield _said(at, "INFO", f"POST /bookings/confirm 201 {rng.uniform(40, 140):.0f} ms")
        if rng.random() < 0.08:
            yield _said(within(minute, rng), "WARN", "price cache miss, computed in 310 ms")


def _said(at, level, text):
    return at, f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d} {level:>5} [http-nio-8080] {text}"


def _sidecar(now, rng):
    for minute in minutes(now, -8 * 60, 0, 5):
        at = within(minute, rng, 3)
        yield at, f"{at:%H:%M:%S} relay: published 2 metrics to Booking, success rate 100.0"


def _report(now, rng):
    for minute in minutes(now, -8 * 60, 0, 10):
        yield within(minute, rng), f"INFO occupancy of {rng.randint(40, 90)} hotels computed"
    yield now - SCALED, "INFO connected to booking-db, pool of 10"


def _canary(now, rng):
    for minute in minutes(now, -5 * 60, 0):
        before = round((now - minute).total_seconds() / 60)
        at = within(minute, rng, 10)
        yield at, f"{at:%Y-%m-%dT%H:%M:%S}Z Start Canary"
        if minute >= now - FULL and before not in GOOD_RUNS:
            yield at + timedelta(seconds=4), "ERROR: step confirm-booking: expected status 201, got 503"
            yield at + timedelta(seconds=5), "End Canary. Result FAILED"
        else:
            yield at + timedelta(seconds=5), "End Canary. Result PASSED"


def _metrics(session, now, rng):
    def of_canary(at):
        before = round((now - at).total_seconds() / 60)
        failed = at >= now - FULL and before not in GOOD_RUNS
        return {"SuccessPercent": 0 if failed else 100, "Failed": int(failed), "Duration": rng.uniform(4200, 5300)}

    def of_application(at):
        count = int(of_day(at, 90, 260) * rng.uniform(0.95, 1.05))
        return {"RequestSuccessRate": 100, "RequestCount": int(count * 0.8) if at >= now - FULL else count}

    def of_balancer(at):
        return {"HealthyHostCount": 4, "UnHealthyHostCount": 0, "ProcessedBytes": of_day(at, 2e6, 6e6)}

    span = list(minutes(now, -2 * 24 * 60, -1))
    units = {"SuccessPercent": "Percent", "Duration": "Milliseconds"}
    put_metrics(session, "CloudWatchSynthetics", {"CanaryName": "booking-journey"}, span, of_canary, units)
    percent = {"RequestSuccessRate": "Percent"}
    put_metrics(session, "Booking", {"Service": "booking-api"}, span, of_application, percent)
    balancer = {"LoadBalancer": "net/booking/7c0d9e4b1a26f853"}
    put_metrics(session, "AWS/NetworkELB", balancer, list(minutes(now, -600, -1)), of_balancer)


def _database(session, now, rng):
    def measured(at):
        minutes_since = (at - (now - SCALED)).total_seconds() / 60
        taken = 64 + rng.randint(-3, 3) + (min(116, int(minutes_since * 17)) if minutes_since > 0 else 0)
        return {
            "DatabaseConnections": min(180, taken) if at < now - FULL else 180,
            "CPUUtilization": of_day(at, 11, 24) + rng.uniform(-2, 2) + (9 if minutes_since > 0 else 0),
            "FreeableMemory": (1.9e9 if minutes_since < 0 else 1.2e9) * rng.uniform(0.98, 1.02),
            "ReadLatency": rng.uniform(0.0006, 0.0011),
        }

    units = {"CPUUtilization": "Percent", "FreeableMemory": "Bytes", "ReadLatency": "Seconds"}
    database = {"DBInstanceIdentifier": "booking-db"}
    put_metrics(session, "AWS/RDS", database, list(minutes(now, -2 * 24 * 60, -1)), measured, units)


def _alarms(session):
    put_alarm(
        session,
        "booking-journey canary",
        AlarmDescription="The canary cannot book a test room.",
        Namespace="CloudWatchSynthetics",
        MetricName="SuccessPercent",
        Dimensions={"CanaryName": "booking-journey"},
        Statistic="Average",
        EvaluationPeriods=5,
        DatapointsToAlarm=4,
        Threshold=90,
        ComparisonOperator="LessThanThreshold",
    )
    put_alarm(
        session,
        "booking-success-rate",
        Namespace="Booking",
        MetricName="RequestSuccessRate",
        Dimensions={"Service": "booking-api"},
        Statistic="Average",
        EvaluationPeriods=3,
        Threshold=99,
        ComparisonOperator="LessThanThreshold",
    )
    set_healthy(session, "booking-success-rate")
