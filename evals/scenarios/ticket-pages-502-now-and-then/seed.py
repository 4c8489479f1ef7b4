"""A load balancer that answers 502 now and then, for targets that know nothing of it."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import (
    invocation,
    make_function,
    make_role,
    minutes,
    put_alarm,
    put_function_lines,
    put_function_metrics,
    put_lines,
    set_healthy,
    within,
)

ROLLED, COMPLETE = -170, -166
"""Minutes, relative to now: the first tasks of the new version take requests; all are new."""

ALARMED = {-37: (3, 2, 3, 3, 2), -32: (3, 3, 3, 4, 2), -27: (2, 3, 3, 3, 3)}
"""Bad gateways, minute by minute, in the alarmed periods."""

BALANCER, GROUP = "app/tickets-alb/6b9d1f3a7c5e0824", "targetgroup/ticket-shop/2e4c6a8b0d1f3957"
PAGES = ("/events", "/events/{n}", "/events/{n}/seats", "/basket", "/account/tickets", "/search")
NEW, OLD = ("new 0", "new 1", "new 2", "new 3", "new 4", "new 5"), ("old 0", "old 1", "old 2")


def seed(session, now, rng):
    """Make the account's state."""
    earlier = now + timedelta(minutes=COMPLETE)
    for names, lines in ((OLD, _before(now, rng)), (NEW, _after(now, rng))):
        chosen = [line for line in lines if (line[0] < earlier) == (names is OLD)]
        streams = [f"ecs/ticket-shop/{measured.task_id(name)}" for name in names]
        if names is OLD:
            put_lines(session, "/ecs/ticket-shop", chosen, streams)
        else:
            _append(session, chosen, streams)
    seats = ["{at} INFO hold {n} placed", "{at} INFO hold {n} released", "{at} WARN hold {n} has expired"]
    measured.make_bystanding_service(session, now, rng, "tickets", "seat-inventory", seats, per_hour=50)
    mails = ["{at} INFO ticket {n} mailed", "{at} INFO ticket {n} rendered", "{at} WARN mailbox of {n} is full"]
    measured.make_bystanding_service(session, now, rng, "tickets", "ticket-mailer", mails, per_hour=24)
    _canary(session, now, rng)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _append(session, lines, streams):
    logs = session.client("logs")
    for number, stream in enumerate(streams):
        logs.create_log_stream(logGroupName="/ecs/ticket-shop", logStreamName=stream)
        events = [{"timestamp": int(at.timestamp() * 1000), "message": text} for at, text in lines[number::6]]
        logs.put_log_events(logGroupName="/ecs/ticket-shop", logStreamName=stream, logEvents=events)


def _pino(at, level, message, **more):
    return at, json.dumps(
        {"level": level, "time": int(at.timestamp() * 1000), "name": "shop", **more, "msg": message}
    )


def _requests(minute, rng):
    for _ in range(rng.randint(5, 9)):
        at, url = within(minute, rng), rng.choice(PAGES).replace("{n}", str(rng.randint(1_000, 9_999)))
        more = {"url": url, "status": 200, "ms": round(rng.uniform(8, 130), 1)}
        yield _pino(at, 30, "request completed", **more)
    if rng.random() < 0.16:
        more = {"upstream": "seat-inventory", "ms": rng.randint(800, 2_400)}
        yield _pino(within(minute, rng), 40, "slow upstream", **more)
    if rng.random() < 0.1:
        yield _pino(
            within(minute, rng), 40, "session not found, starting a new one", sid=f"s{rng.randint(10**6, 10**7)}"
        )


def _before(now, rng):
    for number in range(3):
        at = now - timedelta(days=5, hours=2, minutes=9, seconds=7 * number)
        told = "ticket-shop 4.37.1 listens on 0.0.0.0:8080"
        yield _pino(at, 30, told, keepAliveTimeout=75_000, headersTimeout=80_000, node="v22.20.0")
    for minute in minutes(now, -20 * 60, COMPLETE):
        yield from _requests(minute, rng)
    for number in range(3):
        at = now + timedelta(minutes=COMPLETE - 1, seconds=11 * number)
        yield _pino(at, 30, "SIGTERM received, draining")


def _after(now, rng):
    found = []
    for number in range(6):
        at = now + timedelta(minutes=COMPLETE, seconds=2 * number)
        told = "Server listening at http://0.0.0.0:8080"
        found.append(
            _pino(at, 30, told, version="5.0.0", keepAliveTimeout=5_000, requestTimeout=0, node="v22.20.0")
        )
    for minute in minutes(now, COMPLETE + 1, 0):
        found += [line for line in _requests(minute, rng) if line[0] < now]
    return sorted(found)


def _canary(session, now, rng):
    role = make_role(session, "shop-canary-role", "lambda.amazonaws.com", ["logs:PutLogEvents"])
    make_function(
        session, "shop-canary", role, Environment={"Variables": {"URL": "https://tickets.example/events"}}
    )
    lines = []
    for minute in minutes(now, -26 * 60, -1):
        failed = _minute(minute, now) > ROLLED and rng.random() < 0.035
        said = (
            f"[WARN] GET /events 502 Bad Gateway in {rng.randint(3, 9)} ms, server awselb/2.0"
            if failed
            else f"[INFO] GET /events 200 in {rng.randint(30, 160)} ms"
        )
        lines += invocation(within(minute, rng, 20), rng, [said], duration_ms=rng.uniform(60, 240))
    put_function_lines(session, "shop-canary", lines)
    calls = lambda _: {"Invocations": 1, "Errors": 0, "Throttles": 0, "Duration": rng.uniform(60, 240)}  # noqa: E731
    put_function_metrics(session, "shop-canary", minutes(now, -2 * 24 * 60, -2, 5), calls)


def _bad(minute, rng):
    for first, counts in ALARMED.items():
        if first <= minute < first + 5:
            return counts[minute - first]
    if minute >= -22:
        return rng.randint(2, 4)
    return rng.choice([0, 1, 1, 2]) if minute >= ROLLED else 0


def _metrics(session, now, rng):
    def balanced(at):
        found = measured.balancer(rng, 420 * measured.busy(at, rng) + 140, 0.055)
        bad = _bad(_minute(at, now), rng)
        found |= {"HTTPCode_Target_5XX_Count": 0, "TargetConnectionErrorCount": 0}
        found |= {"HTTPCode_ELB_502_Count": bad, "HTTPCode_ELB_5XX_Count": bad} if bad else {}
        return found | {"ActiveConnectionCount": rng.randint(210, 320), "NewConnectionCount": rng.randint(90, 160)}

    def group(at):
        found = measured.balancer(rng, 420 * measured.busy(at, rng) + 140, 0.055)
        return found | {"HealthyHostCount": 6, "UnHealthyHostCount": 0}

    moments = measured.moments(now)
    measured.publish(session, "AWS/ApplicationELB", {"LoadBalancer": BALANCER}, moments, balanced)
    both = {"LoadBalancer": BALANCER, "TargetGroup": GROUP}
    measured.publish(session, "AWS/ApplicationELB", both, moments[::2], group)
    load = lambda at: measured.service(rng, measured.busy(at, rng), 37, 31)  # noqa: E731 - used once
    shop = {"ClusterName": "tickets", "ServiceName": "ticket-shop"}
    measured.publish(session, "AWS/ECS", shop, moments[::3], load)


def _alarms(session):
    for name, metric, threshold, periods in (
        ("tickets-alb-502", "HTTPCode_ELB_502_Count", 12, 3),
        ("tickets-alb-target-5xx", "HTTPCode_Target_5XX_Count", 25, 1),
    ):
        put_alarm(
            session,
            name,
            AlarmDescription="Bad gateways in front of the ticket pages." if periods == 3 else "",
            Namespace="AWS/ApplicationELB",
            MetricName=metric,
            Dimensions={"LoadBalancer": BALANCER},
            Period=300,
            EvaluationPeriods=periods,
            Threshold=threshold,
            ComparisonOperator="GreaterThanThreshold",
        )
    set_healthy(session, "tickets-alb-target-5xx")
