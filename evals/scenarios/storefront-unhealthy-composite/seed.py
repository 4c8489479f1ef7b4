"""Three alarms and a composite of them; two are consequences of the third."""

from datetime import timedelta

from evals.authoring import (
    make_bystander,
    minutes,
    of_day,
    put_alarm,
    put_lines,
    put_metrics,
    within,
)

SMALL = timedelta(minutes=24)

BALANCER = {"LoadBalancer": "app/vitrine/8e3f5a0c7b92d164"}

RULE = "ALARM(vitrine-latency-p95) AND (ALARM(vitrine-db-cpu) OR ALARM(vitrine-cache-hit-rate))"


def seed(session, now, rng):
    """Make the account's state."""
    streams = [f"web/web/{rng.getrandbits(128):032x}" for _ in range(6)]
    put_lines(session, "/ecs/vitrine-web", _web(now, rng), streams)
    put_lines(session, "/aws/rds/instance/vitrine-db/slowquery", _slow_queries(now, rng), ["vitrine-db"])
    make_bystander(session, now, rng, "outlet-feed", ["[INFO] feed of {n} articles"], per_hour=14)
    make_bystander(session, now, rng, "style-advice", ["[INFO] advice {n}", "[WARNING] no size for {n}"])
    make_bystander(session, now, rng, "banner-server", ["[INFO] banner {n} served"], per_hour=20)
    _front(session, now, rng)
    _cache(session, now, rng)
    _database(session, now, rng)
    _alarms(session)


def _before(at, now):
    return round((now - at).total_seconds() / 60)


def _web(now, rng):
    for minute in minutes(now, -6 * 60, 0):
        small = minute >= now - SMALL
        for _ in range(int(of_day(minute, 3, 6))):
            hit = rng.random() < (0.33 if small else 0.96)
            took = rng.uniform(8, 60) if hit else rng.uniform(900, 2400) if small else rng.uniform(80, 160)
            text = f"GET /p/{rng.randint(10**5, 10**6)} 200 {took:.0f} ms cache={'hit' if hit else 'miss'}"
            yield _said(within(minute, rng), "info", text)
        if small and rng.random() < 0.25:
            yield _said(within(minute, rng), "warn", "page rendered without recommendations: query took 2100 ms")
        if rng.random() < 0.05:
            yield _said(within(minute, rng), "warn", "image 404, placeholder used")


def _said(at, level, text):
    return at, f'{{"t":"{at:%Y-%m-%dT%H:%M:%SZ}","level":"{level}","msg":"{text}"}}'


def _slow_queries(now, rng):
    for minute in minutes(now, -22, 0):
        for _ in range(rng.randint(1, 3)):
            at = within(minute, rng)
            took = rng.uniform(1.1, 3.2)
            query = f"CALL product_page({rng.randint(10**5, 10**6)})"
            yield at, f"# Time: {at:%Y-%m-%dT%H:%M:%SZ} Query_time: {took:.6f} Rows_examined: 5120; {query};"


def _front(session, now, rng):
    def measured(at):
        before = _before(at, now)
        slow = before <= 22
        requests = int(of_day(at, 700, 2600) * rng.uniform(0.93, 1.07))
        return {
            "RequestCount": requests,
            "HTTPCode_Target_2XX_Count": requests - requests // 90,
            "HTTPCode_Target_4XX_Count": requests // 90,
            "TargetResponseTime": round(1.9 + (before * 7 % 5) * 0.08, 2) if slow else rng.uniform(0.09, 0.16),
        }

    span = list(minutes(now, -2 * 24 * 60, -1))
    put_metrics(session, "AWS/ApplicationELB", BALANCER, span, measured, {"TargetResponseTime": "Seconds"})


def _cache(session, now, rng):
    def measured(at):
        before = _before(at, now)
        small = at >= now - SMALL
        return {
            "CacheHitRate": round(31.0 + before * 5 % 7, 1) if small else rng.uniform(95.2, 97.1),
            "Evictions": rng.randint(2100, 3900) if small else 0,
            "DatabaseMemoryUsagePercentage": rng.uniform(99.1, 99.9) if small else rng.uniform(61, 63),
            "FreeableMemory": rng.uniform(6e7, 9e7) if small else rng.uniform(4.6e9, 4.8e9),
            "CurrConnections": rng.randint(58, 64),
            "EngineCPUUtilization": rng.uniform(17, 24) if small else rng.uniform(5, 8),
        }

    units = {"CacheHitRate": "Percent", "Evictions": "Count", "FreeableMemory": "Bytes"}
    span = list(minutes(now, -26 * 60, -1))
    put_metrics(session, "AWS/ElastiCache", {"CacheClusterId": "vitrine-cache-001"}, span, measured, units)
    put_metrics(
        session,
        "AWS/ElastiCache",
        {"CacheClusterId": "session-cache-001"},
        list(minutes(now, -26 * 60, -1, 5)),
        lambda _: {"CacheHitRate": rng.uniform(88, 91), "Evictions": 0, "CurrConnections": rng.randint(20, 24)},
    )


def _database(session, now, rng):
    def measured(at):
        before = _before(at, now)
        busy = before <= 22
        return {
            "CPUUtilization": round(93.0 + before * 3 % 5, 1) if busy else of_day(at, 14, 31) + rng.uniform(-2, 2),
            "DatabaseConnections": rng.randint(110, 140) if busy else rng.randint(34, 42),
            "ReadIOPS": rng.uniform(3100, 3900) if busy else rng.uniform(160, 260),
            "ReadLatency": rng.uniform(0.004, 0.009) if busy else rng.uniform(0.0005, 0.0009),
        }

    units = {"CPUUtilization": "Percent", "ReadLatency": "Seconds"}
    span = list(minutes(now, -2 * 24 * 60, -1))
    put_metrics(session, "AWS/RDS", {"DBInstanceIdentifier": "vitrine-db"}, span, measured, units)


def _alarms(session):
    above, below = "GreaterThanThreshold", "LessThanThreshold"
    put_alarm(
        session,
        "vitrine-latency-p95",
        Namespace="AWS/ApplicationELB",
        MetricName="TargetResponseTime",
        Dimensions=BALANCER,
        ExtendedStatistic="p95",
        EvaluationPeriods=3,
        Threshold=0.8,
        ComparisonOperator=above,
    )
    put_alarm(
        session,
        "vitrine-db-cpu",
        Namespace="AWS/RDS",
        MetricName="CPUUtilization",
        Dimensions={"DBInstanceIdentifier": "vitrine-db"},
        Statistic="Average",
        EvaluationPeriods=5,
        Threshold=85,
        ComparisonOperator=above,
    )
    put_alarm(
        session,
        "vitrine-cache-hit-rate",
        Namespace="AWS/ElastiCache",
        MetricName="CacheHitRate",
        Dimensions={"CacheClusterId": "vitrine-cache-001"},
        Statistic="Average",
        EvaluationPeriods=10,
        Threshold=60,
        ComparisonOperator=below,
    )
    session.client("cloudwatch").put_composite_alarm(
        AlarmName="vitrine-unhealthy", AlarmRule=RULE, AlarmDescription="The shop front is slow for customers."
    )
