"""Fewer orders, since fewer people come; nothing else is different."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, put_metric, set_healthy, within

FALLS, LOW = -26, -18
"""Minutes, relative to now: visits begin to fall, and have fallen to what they are since."""

LEFT = 0.62
"""Share of the visits that is left."""

ORDERS = {-23: 49, -18: 38, -13: 36, -8: 35}
"""Orders of five minutes, in those before the alarm."""

BALANCER = "app/kiosk-alb/2f6b9d1e4a8c7035"
GROUP = "targetgroup/kiosk-web/5d0c3e8b7a19f426"
COUNTRIES = ("PL", "CZ", "SK", "HU", "RO", "LT", "HR")
SOURCES = ("direct", "search", "mail", "social", "partner")


def seed(session, now, rng):
    """Make the account's state."""
    streams = [f"kiosk/php/{measured.task_id(f'kiosk {number}')}" for number in range(4)]
    put_lines(session, "/ecs/kiosk-web", _application(now, rng), streams)
    put_lines(session, "/kiosk/nginx/access", _access(now, rng), streams[:2])
    payments = [
        '{"ts":"{at}","level":"info","msg":"authorised","psp":"payline","ms":{n}}',
        '{"ts":"{at}","level":"info","msg":"captured","psp":"payline"}',
        '{"ts":"{at}","level":"warn","msg":"card declined","code":51}',
    ]
    measured.make_bystanding_service(session, now, rng, "kiosk", "payments", payments, per_hour=60)
    stock = ["{at} INFO reservation {n} kept", "{at} INFO reservation {n} released"]
    measured.make_bystanding_service(session, now, rng, "kiosk", "stock-keeper", stock, per_hour=40)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _share(minute):
    if minute < FALLS:
        return 1.0
    return max(LEFT, 1 - (1 - LEFT) * (minute - FALLS) / (LOW - FALLS))


def _application(now, rng):
    for minute in minutes(now, -6 * 60, 0):
        share = _share(_minute(minute, now))
        for _ in range(round(12 * share * rng.uniform(0.93, 1.07))):
            total = f"{rng.randint(900, 21_000) / 100:.2f}"
            told = {"order": rng.randint(10**6, 10**7), "total": total, "country": rng.choice(COUNTRIES)}
            yield _monolog(within(minute, rng), "INFO", "Order placed", told)
        if rng.random() < 0.12:
            told = {"voucher": f"{rng.getrandbits(24):06X}", "country": rng.choice(COUNTRIES)}
            yield _monolog(within(minute, rng), "WARNING", "Voucher unknown", told)
    for number in range(4):
        at = now - timedelta(minutes=94 - 2 * number, seconds=40)
        yield _monolog(at, "INFO", "Cache warmed", {"release": "2.118.0"})


def _monolog(at, level, message, context):
    told = json.dumps(context, separators=(",", ":"))
    return at, f"[{at:%Y-%m-%dT%H:%M:%S.%f}+00:00] app.{level}: {message} {told} []"


def _access(now, rng):
    for minute in minutes(now, -4 * 60, 0):
        share = _share(_minute(minute, now))
        for _ in range(round(26 * share * rng.uniform(0.95, 1.05))):
            at = within(minute, rng)
            status = 404 if rng.random() < 0.02 else 503 if rng.random() < 0.002 else 200
            page = rng.choice(["/", "/c/{n}", "/p/{n}", "/p/{n}", "/basket", "/checkout"])
            request = f"GET {page.replace('{n}', str(rng.randint(100, 9_999)))} HTTP/2.0"
            client, source = f"198.19.{rng.randint(0, 60)}.{rng.randint(2, 250)}", rng.choice(SOURCES)
            when = f"{at:%d/%b/%Y:%H:%M:%S} +0000"
            told = f'{client} - - [{when}] "{request}" {status} {rng.randint(900, 40_000)} src={source}'
            yield at, f"{told} country={rng.choice(COUNTRIES)} rt=0.{rng.randint(20, 160):03d}"


def _metrics(session, now, rng):
    def balancer(at):
        share = _share(_minute(at, now))
        found = measured.balancer(rng, 3_000 * share * rng.uniform(0.97, 1.03), 0.07, failing=0.0015)
        connections = 410 * share * rng.uniform(0.96, 1.04)
        return found | {"NewConnectionCount": connections, "ActiveConnectionCount": connections * 2.3}

    def group(at):
        requests = 3_000 * _share(_minute(at, now)) * rng.uniform(0.97, 1.03)
        found = measured.balancer(rng, requests, 0.07, failing=0.0015)
        return found | {"HealthyHostCount": 4, "UnHealthyHostCount": 0}

    moments = measured.moments(now)
    measured.publish(session, "AWS/ApplicationELB", {"LoadBalancer": BALANCER}, moments, balancer)
    both = {"LoadBalancer": BALANCER, "TargetGroup": GROUP}
    measured.publish(session, "AWS/ApplicationELB", both, moments[::2], group)
    five = list(minutes(now, -3 * 24 * 60 - 3, -7, 5))
    orders = {at: ORDERS.get(_minute(at, now)) or rng.randint(55, 62) for at in five}
    web = {"Channel": "web"}
    put_metric(session, "Kiosk/Shop", "OrdersPlaced", web, orders.items(), "Count")
    visits = ((at, round(410 * _share(_minute(at, now) + 2) * rng.uniform(0.97, 1.03))) for at in five)
    put_metric(session, "Kiosk/Shop", "VisitsStarted", web, visits, "Count")
    refused = {at: rng.randint(1, 3) for at in five}
    put_metric(session, "Kiosk/Shop", "PaymentsDeclined", web, refused.items(), "Count")
    for name, memory in (("kiosk-web", 52), ("payments", 33)):
        measured.publish(
            session,
            "AWS/ECS",
            {"ClusterName": "kiosk", "ServiceName": name},
            moments[::5],
            lambda at, memory=memory: measured.service(rng, _share(_minute(at, now)), memory),
        )
    measured.publish(
        session,
        "AWS/RDS",
        {"DBInstanceIdentifier": "kiosk-db"},
        moments[::5],
        lambda at: measured.database(rng, _share(_minute(at, now)), 70, 26, 330),
    )


def _alarms(session):
    put_alarm(
        session,
        "web orders too few",
        AlarmDescription="Fewer than 45 orders in five minutes in the web shop.",
        Namespace="Kiosk/Shop",
        MetricName="OrdersPlaced",
        Dimensions={"Channel": "web"},
        Period=300,
        EvaluationPeriods=3,
        Threshold=45,
        ComparisonOperator="LessThanThreshold",
        TreatMissingData="breaching",
    )
    put_alarm(
        session,
        "kiosk-5xx",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions={"LoadBalancer": BALANCER},
        EvaluationPeriods=3,
        Threshold=60,
    )
    put_alarm(
        session,
        "kiosk-slow",
        Namespace="AWS/ApplicationELB",
        MetricName="TargetResponseTime",
        Dimensions={"LoadBalancer": BALANCER},
        Statistic="Average",
        EvaluationPeriods=5,
        Threshold=0.5,
    )
    for name in ("kiosk-5xx", "kiosk-slow"):
        set_healthy(session, name)
