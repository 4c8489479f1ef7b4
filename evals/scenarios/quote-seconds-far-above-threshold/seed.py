"""Seconds that are milliseconds since a release."""

import json

from evals import measured
from evals.authoring import make_bystander, minutes, put_alarm, put_lines, put_metric, set_healthy, within

SERVICE = "quote-engine"
FIRST, LAST = -34, -32
"""The minutes between which new tasks take over from old ones."""

ALARMED = {-33: 417.3, -32: 829.4, -31: 851.7, -30: 838.9, -29: 846.2}
TARGETS = {
    "LoadBalancer": "app/cover/c4d5e6f708192a3b",
    "TargetGroup": "targetgroup/quote-engine/0f1e2d3c4b5a6978",
}


def seed(session, now, rng):
    """Make the account's state."""
    names = [f"engine/{SERVICE}/{measured.task_id(f'{SERVICE} {number}')}" for number in range(4)]
    put_lines(session, f"/ecs/{SERVICE}", _quotes(now, rng), names)
    tables = ["{at} INFO table {n} loaded", "{at} INFO {n} postcodes rated", "{at} WARN postcode {n} is new"]
    measured.make_bystanding_service(session, now, rng, "cover", "risk-tables", tables, per_hour=24)
    letters = ["{at} INFO policy {n} printed", "{at} WARN policy {n}: second page is empty"]
    measured.make_bystanding_service(session, now, rng, "cover", "policy-print", letters)
    make_bystander(session, now, rng, "quote-reminders", ["[INFO] reminder {n} sent"], per_hour=9)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _quotes(now, rng):
    for minute in minutes(now, -9 * 60, 0):
        ago = _minute(minute, now)
        for _ in range(rng.randint(5, 9)):
            at, took = within(minute, rng), rng.gauss(850, 90)
            stamp = at.isoformat(timespec="milliseconds")
            product = rng.choice(("home", "car", "bike", "travel"))
            yield at, json.dumps({"ts": stamp, "level": "info", "msg": "quote made", "product": product})
            fresh = ago > LAST or (ago >= FIRST and rng.random() < 0.5)
            yield at, _measured(at, round(took, 1) if fresh else round(took / 1000, 4))
        if rng.random() < 0.06:
            told = {"level": "warn", "msg": "postcode unknown, asked again", "quote": rng.randint(10**6, 10**7)}
            yield within(minute, rng), json.dumps(told)


def _measured(at, value):
    """What the agent makes a datapoint of (embedded metric format)."""
    metric = {"Namespace": "Cover/Quotes", "Dimensions": [["Service"]]}
    metric["Metrics"] = [{"Name": "QuoteSeconds", "Unit": "Seconds"}]
    told = {"_aws": {"Timestamp": int(at.timestamp() * 1000), "CloudWatchMetrics": [metric]}}
    return json.dumps({**told, "Service": SERVICE, "QuoteSeconds": value})


def _metrics(session, now, rng):
    moments = measured.moments(now)
    service = {"Service": SERVICE}

    def seconds(at):
        minute = _minute(at, now)
        usual = rng.uniform(0.815, 0.885)
        return ALARMED.get(minute) or (usual if minute < min(ALARMED) else usual * 1000)

    put_metric(session, "Cover/Quotes", "QuoteSeconds", service, [(at, seconds(at)) for at in moments], "Seconds")
    made = [(at, round(210 * measured.busy(at, rng))) for at in moments]
    put_metric(session, "Cover/Quotes", "QuotesMade", service, made, "Count")

    def balancer(at):
        found = measured.balancer(rng, 225 * measured.busy(at, rng), 0.86)
        return found | {"HealthyHostCount": 4, "UnHealthyHostCount": 0}

    measured.publish(session, "AWS/ApplicationELB", TARGETS, moments, balancer)
    used = lambda at: measured.service(rng, measured.busy(at, rng), 52, 44)  # noqa: E731 - used once
    measured.publish(session, "AWS/ECS", {"ClusterName": "cover", "ServiceName": SERVICE}, moments[::2], used)
    database = lambda at: measured.database(rng, measured.busy(at, rng), 48, 27)  # noqa: E731 - used once
    measured.publish(session, "AWS/RDS", {"DBInstanceIdentifier": "tariff-db"}, moments[::3], database)


def _alarms(session):
    put_alarm(
        session,
        "quote-seconds",
        AlarmDescription="A quote takes more than four seconds on average.",
        Namespace="Cover/Quotes",
        MetricName="QuoteSeconds",
        Dimensions={"Service": SERVICE},
        Statistic="Average",
        EvaluationPeriods=5,
        Threshold=4,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "cover-alb-response-time",
        Namespace="AWS/ApplicationELB",
        MetricName="TargetResponseTime",
        Dimensions=TARGETS,
        Statistic="Average",
        EvaluationPeriods=5,
        Threshold=3,
    )
    set_healthy(session, "cover-alb-response-time")
