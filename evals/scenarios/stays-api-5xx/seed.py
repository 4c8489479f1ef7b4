"""A holiday-home API of which one route fails since a release."""

from collections import defaultdict
from datetime import timedelta

from evals import measured
from evals.authoring import make_bystander, minutes, put_alarm, set_healthy, within

ALB, GROUP = "app/public-alb/6f0d2b7a91c4e853", "targetgroup/stays-api-tg/3e8c51f7a0b94d26"
WEB_GROUP = "targetgroup/guest-web-tg/90ad4c7be16f2358"
RELEASED = -21
FAILED = {
    -21: 2,
    -20: 3,
    -19: 5,
    -18: 8,
    -17: 9,
    -16: 12,
    -15: 13,
    -14: 14,
    -13: 21,
    -12: 24,
    -11: 22,
    -10: 26,
    -9: 23,
    -8: 27,
    -7: 22,
    -6: 25,
    -5: 28,
    -4: 24,
    -3: 25,
    -2: 26,
    -1: 23,
}
TAKES_OVER = {0: -22, 1: -22, 2: -18, 3: -18, 4: -15, 5: -15}
"""When a task of the new revision takes the place of an old one."""

FLASK = "/usr/local/lib/python3.12/site-packages/flask/app.py"
TRACEBACK = (
    "Traceback (most recent call last):",
    f'  File "{FLASK}", line 1511, in wsgi_app',
    "    response = self.full_dispatch_request()",
    f'  File "{FLASK}", line 917, in full_dispatch_request',
    "    rv = self.dispatch_request()",
    '  File "/app/stays/api/v1.py", line 142, in availability',
    "    return blocked_dates(availability(stay_id, since, until))",
    '  File "/app/stays/availability.py", line 88, in blocked_between',
    "    return [b for b in blocks if b.start <= until and b.end >= since]",
    "TypeError: can't compare offset-naive and offset-aware datetimes",
)
PARTNER = (
    "Traceback (most recent call last):",
    '  File "/app/stays/reviews.py", line 31, in latest',
    "    answer = session.get(url, timeout=2)",
    "requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='rv.partner.example', port=443): Read timed out.",
)
ROUTES = (
    "/v1/stays/{stay}",
    "/v1/stays/{stay}/photos",
    "/v1/search",
    "/v1/stays/{stay}/price",
    "/v1/hosts/{stay}",
)


def seed(session, now, rng):
    """Make the account's state."""
    _put(session, "/ecs/stays-api", _lines(now, rng))
    _metrics(session, now, rng)
    _alarms(session)
    web = [
        "{at} INFO page /stays/{n} rendered",
        "{at} INFO page /search rendered",
        "{at} WARN consent banner {n} shown twice",
    ]
    measured.make_bystanding_service(session, now, rng, "prod", "guest-web", web, per_hour=40)
    make_bystander(
        session, now, rng, "calendar-import-sync", ["[INFO] {n} calendars read", "[WARN] calendar {n} gone"]
    )


def _put(session, group, streams):
    """A stack trace is many events of one stream, in its order."""
    logs = session.client("logs")
    logs.create_log_group(logGroupName=group)
    for name, lines in streams.items():
        logs.create_log_stream(logGroupName=group, logStreamName=name)
        events = [
            {"timestamp": int(at.timestamp() * 1000), "message": text} for at, text in sorted(lines, key=_when)
        ]
        for start in range(0, len(events), 2_000):
            logs.put_log_events(logGroupName=group, logStreamName=name, logEvents=events[start : start + 2_000])


def _when(line):
    return int(line[0].timestamp() * 1000)


def _task(number, minute):
    word = "new" if minute >= TAKES_OVER[number] else "old"
    return f"stays-api/stays-api/{measured.task_id(f'{word} {number}')}"


def _lines(now, rng):
    found = defaultdict(list)
    for at in minutes(now, -9 * 60, 0):
        minute = round((at - now).total_seconds() / 60)
        for _ in range(rng.randint(5, 9)):
            _usual(found[_task(rng.randrange(6), minute)], within(at, rng), rng)
        if rng.random() < 0.08:
            moment, stay = within(at, rng), rng.randint(10_000, 99_999)
            failed = [f"[WARNING] reviews of stay {stay} left out", *PARTNER]
            found[_task(rng.randrange(6), minute)] += [(moment, text) for text in failed]
        for _ in range(FAILED.get(minute, 0)):
            new = [number for number, since in TAKES_OVER.items() if minute >= since]
            _failure(found[_task(rng.choice(new), minute)], within(at, rng), rng)
    for number, minute in TAKES_OVER.items():
        at = now + timedelta(minutes=minute, seconds=-40 + number)
        started = ["Starting gunicorn 23.0.0", "Listening at: http://0.0.0.0:8000 (1)", "stays build v319 ready"]
        found[_task(number, minute)] += [
            (at, f"[{at:%Y-%m-%d %H:%M:%S} +0000] [1] [INFO] {text}") for text in started
        ]
    return found


def _usual(stream, at, rng):
    route = rng.choice(ROUTES).replace("{stay}", str(rng.randint(10_000, 99_999)))
    said = rng.choices(
        (
            f"slow request {rng.randint(510, 1900)} ms GET {route}",
            f"GET {route} 404",
            f"cache warmed for GET {route}",
        ),
        (3, 2, 5),
    )[0]
    level = "WARNING" if said.startswith("slow") else "INFO"
    stream.append((at, f"[{at:%Y-%m-%d %H:%M:%S} +0000] [{rng.randint(8, 24)}] [{level}] {said}"))


def _failure(stream, at, rng):
    stay, worker = rng.randint(10_000, 99_999), rng.randint(8, 24)
    stamp = f"[{at:%Y-%m-%d %H:%M:%S} +0000] [{worker}]"
    stream.append((at, f"{stamp} [ERROR] Exception on /v1/stays/{stay}/availability [GET]"))
    stream += [(at, text) for text in TRACEBACK]
    client = f"10.60.{rng.randint(1, 2)}.{rng.randint(10, 30)}"
    request = f'"GET /v1/stays/{stay}/availability HTTP/1.1" 500 265'
    stream.append((at, f"{client} - - [{at:%d/%b/%Y:%H:%M:%S} +0000] {request}"))


def _metrics(session, now, rng):
    def minute_of(at):
        return round((at - now).total_seconds() / 60)

    def api(at):
        found = measured.balancer(rng, 640 * rng.uniform(0.95, 1.05) * _load(at, now), 0.07)
        failed = FAILED.get(minute_of(at), 0)
        good = found["HTTPCode_Target_2XX_Count"] - failed
        return found | {"HTTPCode_Target_2XX_Count": good, "HTTPCode_Target_5XX_Count": failed}

    def whole(at):
        found, more = api(at), round(1_250 * _load(at, now))
        both = {name: found[name] + more for name in ("RequestCount", "HTTPCode_Target_2XX_Count")}
        return found | both | {"HTTPCode_ELB_5XX_Count": 0}

    def hosts(at):
        return {"HealthyHostCount": 8 if -22 <= minute_of(at) < -14 else 6, "UnHealthyHostCount": 0}

    moments = measured.moments(now, 2)
    by_group = {"LoadBalancer": ALB, "TargetGroup": GROUP}
    measured.publish(session, "AWS/ApplicationELB", by_group, moments, lambda at: api(at) | hosts(at))
    measured.publish(session, "AWS/ApplicationELB", {"LoadBalancer": ALB}, moments, whole)
    web = {"LoadBalancer": ALB, "TargetGroup": WEB_GROUP}
    measured.publish(session, "AWS/ApplicationELB", web, moments[::2], lambda at: _web(at, now, rng))
    service = {"ClusterName": "prod", "ServiceName": "stays-api"}
    measured.publish(session, "AWS/ECS", service, moments[::2], lambda at: measured.service(rng, _load(at, now)))
    database = {"DBClusterIdentifier": "stays-db"}
    measured.publish(session, "AWS/RDS", database, moments[::3], lambda at: measured.database(rng, _load(at, now)))


def _load(at, now):
    """The day's traffic as a share of what there is now."""
    return measured.of_day(at, 0.4, 1.0) / measured.of_day(now, 0.4, 1.0)


def _web(at, now, rng):
    hosts = {"HealthyHostCount": 3, "UnHealthyHostCount": 0}
    return measured.balancer(rng, 1_250 * _load(at, now), 0.12) | hosts


def _alarms(session):
    dimensions = {"LoadBalancer": ALB, "TargetGroup": GROUP}
    put_alarm(
        session,
        "stays-api-target-5xx",
        AlarmDescription="Targets of stays-api answer 5XX.",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions=dimensions,
        EvaluationPeriods=10,
        Threshold=15,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "stays-api-unhealthy-targets",
        Namespace="AWS/ApplicationELB",
        MetricName="UnHealthyHostCount",
        Dimensions=dimensions,
        Statistic="Maximum",
        EvaluationPeriods=5,
        Threshold=1,
    )
    put_alarm(
        session,
        "stays-db-cpu",
        Namespace="AWS/RDS",
        MetricName="CPUUtilization",
        Dimensions={"DBClusterIdentifier": "stays-db"},
        Statistic="Average",
        Period=300,
        EvaluationPeriods=3,
        Threshold=85,
    )
    set_healthy(session, "stays-api-unhealthy-targets")
    set_healthy(session, "stays-db-cpu")
