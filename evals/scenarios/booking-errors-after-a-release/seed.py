"""Errors in bursts, from a third of the tasks: those in one zone."""

from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, set_healthy, within

BALANCER, GROUP = "app/voyage-alb/f7a1c3e5092b4d68", "targetgroup/voyage-tg/3b5d7f9102468ace"
RELEASED, BEGAN = -38, -28
QUIET = {-26, -22, -21, -18, -14, -13, -10, -7, -4}
"""Minutes of calm between the bursts."""

ALARMED = {-8: 38, -7: 3, -6: 52, -5: 47}


def seed(session, now, rng):
    """Make the account's state."""
    _streams(session, "voyage-web", {f"voyage {n}": _web(now, rng, n) for n in range(9)} | _before(now, rng))
    _streams(session, "fares-api", {f"fares {n}": _fares(now, rng, n) for n in range(6)})
    seats = ["{at} INFO hold {n} placed", "{at} INFO hold {n} expired", "{at} WARN hold {n} renewed twice"]
    measured.make_bystanding_service(session, now, rng, "voyage", "seat-holder", seats, per_hour=30)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _bad(minute):
    return minute >= BEGAN and minute not in QUIET


def _failures(minute, rng):
    if minute in ALARMED:
        return ALARMED[minute]
    if not _bad(minute):
        return rng.choice([0, 0, 1]) if minute < BEGAN else rng.randint(0, 3)
    return rng.randint(8, 26) if minute < -8 else rng.randint(34, 58)


def _streams(session, service, lines):
    """Each task writes to a stream of its own; only its name tells where the task is."""
    logs, group = session.client("logs"), f"/ecs/{service}"
    logs.create_log_group(logGroupName=group)
    for task, said in lines.items():
        stream = f"svc/{service}/{measured.task_id(task)}"
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        events = [{"timestamp": int(at.timestamp() * 1000), "message": text} for at, text in sorted(said)]
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


def _line(at, level, text):
    return at, f"time={at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z level={level} {text}"


def _web(now, rng, number):
    here, zone = f"10.90.{number % 3 + 1}.{31 + number}", number % 3
    started = now + timedelta(minutes=RELEASED - 2, seconds=9 * number)
    found = [_line(started, "INFO", f'msg="voyage-web 3.15.0 listening" addr={here}:8080')]
    for minute in minutes(now, RELEASED, 0):
        relative = _minute(minute, now)
        for _ in range(rng.randint(2, 4)):
            path = rng.choice(["/trips", "/trips/search", "/bookings", "/seats"])
            text = f"msg=request method=GET path={path} status=200 ms={rng.randint(14, 120)}"
            found.append(_line(within(minute, rng), "INFO", text))
        if zone == 2 and _bad(relative):
            for _ in range(rng.randint(1, 4) if relative < -8 else rng.randint(4, 7)):
                there = f"10.90.{rng.randint(1, 2)}.{rng.randint(52, 57)}:8080"
                why = f"read tcp {here}:{rng.randint(32_768, 60_999)}->{there}: i/o timeout"
                if rng.random() < 0.3:
                    why = f"dial tcp {there}: i/o timeout (from {here})"
                text = f'msg="request failed" method=POST path=/bookings status=502 ms=3001 err="fares: {why}"'
                found.append(_line(within(minute, rng), "ERROR", text))
        if rng.random() < 0.05:
            found.append(_line(within(minute, rng), "WARN", 'msg="translation missing" key=trip.luggage lang=fi'))
    return found


def _before(now, rng):
    """The tasks of the version before, up to their end."""
    found = {}
    for number in range(9):
        lines = []
        for minute in minutes(now, -8 * 60, RELEASED - 2, 2):
            text = f"msg=request method=GET path=/trips status=200 ms={rng.randint(14, 120)}"
            lines.append(_line(within(minute, rng, 110), "INFO", text))
        found[f"voy old {number}"] = lines
    return found


def _fares(now, rng, number):
    here, zone = f"10.90.{number % 3 + 1}.{52 + number}", number % 3
    found = []
    for minute in minutes(now, -10 * 60, 0, 2):
        text = f"msg=quoted trips={rng.randint(1, 40)} ms={rng.randint(5, 40)}"
        found.append(_line(within(minute, rng, 110), "INFO", text))
        if zone == 2 and _bad(_minute(minute, now)):
            why = f"read tcp {here}:{rng.randint(32_768, 60_999)}->10.90.1.19:6379: i/o timeout"
            text = f'msg="price table not renewed" err="{why}"'
            found.append(_line(within(minute, rng), "ERROR", text))
        if rng.random() < 0.04:
            found.append(_line(within(minute, rng), "WARN", 'msg="fare class unknown" class=Q'))
    return found


def _metrics(session, now, rng):
    failures = {minute: _failures(minute, rng) for minute in range(-3 * 24 * 60, 0)}

    def all_zones(at):
        minute = _minute(at, now)
        return _with(measured.balancer(rng, 1_900 * measured.busy(at, rng), 0.062), failures[minute], _bad(minute))

    def zone(letter):
        def one(at):
            minute, mine = _minute(at, now), letter == "c"
            found = measured.balancer(rng, 633 * measured.busy(at, rng), 0.062)
            return _with(found, failures[minute] if mine else 0, mine and _bad(minute))

        return one

    def hosts(letter):
        def one(at):
            down = 1 if letter == "c" and _bad(_minute(at, now)) and rng.random() < 0.4 else 0
            return {"HealthyHostCount": 3 - down, "UnHealthyHostCount": down}

        return one

    moments = measured.moments(now)
    measured.publish(session, "AWS/ApplicationELB", {"LoadBalancer": BALANCER}, moments, all_zones)
    for letter in "abc":
        place = {"LoadBalancer": BALANCER, "AvailabilityZone": f"{session.region_name}{letter}"}
        measured.publish(
            session, "AWS/ApplicationELB", place, moments[::2] if letter != "c" else moments, zone(letter)
        )
        lately = moments[-720:]
        measured.publish(session, "AWS/ApplicationELB", place | {"TargetGroup": GROUP}, lately, hosts(letter))
    for name in ("voyage-web", "fares-api"):
        measured.publish(
            session,
            "AWS/ECS",
            {"ClusterName": "voyage", "ServiceName": name},
            moments[::4],
            lambda at: measured.service(rng, measured.busy(at, rng)),
        )


def _with(found, failed, slow):
    found |= {"HTTPCode_Target_5XX_Count": failed}
    return found | ({"TargetResponseTime": found["TargetResponseTime"] + 0.11} if slow else {})


def _alarms(session):
    put_alarm(
        session,
        "voyage-web-5xx",
        AlarmDescription="Bookings fail.",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions={"LoadBalancer": BALANCER},
        EvaluationPeriods=5,
        DatapointsToAlarm=3,
        Threshold=30,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "voyage-web-latency",
        Namespace="AWS/ApplicationELB",
        MetricName="TargetResponseTime",
        Dimensions={"LoadBalancer": BALANCER},
        Statistic="Average",
        EvaluationPeriods=5,
        Threshold=1,
    )
    set_healthy(session, "voyage-web-latency")
