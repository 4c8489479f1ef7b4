"""Credentials that a new release takes once, and that hold for an hour."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, put_metrics, set_healthy, within

STARTED = (timedelta(minutes=80, seconds=31), timedelta(minutes=79, seconds=12), timedelta(minutes=77, seconds=50))
"""How long ago the tasks of the new release took their credentials."""

HOUR = timedelta(hours=1)
ROLE = "arn:aws:iam::714250983361:role/exchange-writer"
FIRST = timedelta(minutes=20, seconds=24)
"""How long ago the first manifest was not put."""

ERROR = "An error occurred (ExpiredToken) when calling the PutObject operation: The provided token has expired."


def seed(session, now, rng):
    """Make the account's state."""
    logs = session.client("logs")
    put_lines(session, "/ecs/manifest-relay", [])
    for number in range(3):
        stream = f"relay/manifest-relay/{measured.task_id(f'relay {number}')}"
        _write(logs, stream, _relay(now, rng, number))
        stream = f"relay/manifest-relay/{measured.task_id(f'relay old {number}')}"
        _write(logs, stream, _relay_before(now, rng, number))
    berths = [
        "{at} INFO berth {n} free",
        "{at} INFO berth {n} taken",
        "{at} WARN berth {n}: the tide table is old",
    ]
    measured.make_bystanding_service(session, now, rng, "harbour", "berth-board", berths, per_hour=25)
    pilots = ["{at} INFO pilot {n} aboard", "{at} INFO pilot {n} ordered"]
    measured.make_bystanding_service(session, now, rng, "harbour", "pilot-orders", pilots, per_hour=14)
    _metrics(session, now, rng)
    put_alarm(
        session,
        "manifest-relay-cpu",
        Namespace="AWS/ECS",
        MetricName="CPUUtilization",
        Dimensions={"ClusterName": "harbour", "ServiceName": "manifest-relay"},
        Statistic="Average",
        Period=300,
        EvaluationPeriods=3,
        Threshold=85,
    )
    set_healthy(session, "manifest-relay-cpu")


def _write(logs, stream, lines):
    logs.create_log_stream(logGroupName="/ecs/manifest-relay", logStreamName=stream)
    events = [
        {"timestamp": int(at.timestamp() * 1000), "message": text}
        for at, text in sorted(lines, key=lambda line: line[0])
    ]
    for start in range(0, len(events), 2_000):
        logs.put_log_events(
            logGroupName="/ecs/manifest-relay", logStreamName=stream, logEvents=events[start : start + 2_000]
        )


def _said(at, level, message, **more):
    return at, json.dumps({"time": f"{at:%Y-%m-%dT%H:%M:%SZ}", "level": level, "message": message, **more})


def _manifest(rng):
    return f"MF-{rng.randint(310_000, 389_999)}"


def _assumed(at, version):
    until = f"{at + HOUR:%Y-%m-%dT%H:%M:%SZ}"
    return _said(at, "INFO", f"assumed {ROLE}, credentials valid until {until}", version=version)


def _relay(now, rng, number):
    started = now - STARTED[number]
    yield _said(started - timedelta(seconds=4), "INFO", "manifest-relay starts", version="3.1.0")
    yield _assumed(started, "3.1.0")
    first = now - FIRST
    if number == 0:
        yield _said(first, "ERROR", "manifest not put", manifest="MF-351184", error=ERROR)
    for minute in minutes(now, -76, 0):
        for _ in range(rng.randint(2, 4)):
            at = within(minute, rng, 58.0)
            ends = max(started + HOUR, first) if number == 0 else started + HOUR
            if at > ends:
                yield _said(at, "ERROR", "manifest not put", manifest=_manifest(rng), error=ERROR)
            else:
                yield _said(at, "INFO", "manifest put", manifest=_manifest(rng), bytes=rng.randint(9_000, 90_000))
        if rng.random() < 0.03:
            yield _said(
                within(minute, rng), "WARN", "the ship has no IMO number, sent without", manifest=_manifest(rng)
            )


def _relay_before(now, rng, number):
    for minute in minutes(now, -11 * 60, -77):
        for _ in range(rng.randint(2, 4)):
            at = within(minute, rng, 58.0)
            yield _said(at, "INFO", "manifest put", manifest=_manifest(rng), bytes=rng.randint(9_000, 90_000))
        if rng.random() < 0.03:
            yield _said(
                within(minute, rng), "WARN", "the ship has no IMO number, sent without", manifest=_manifest(rng)
            )
    for minute in minutes(now, -11 * 60 + 7 * number, -80, 50):
        yield _assumed(minute + timedelta(seconds=11), "3.0.6")


def _metrics(session, now, rng):
    moments = measured.moments(now)

    def counted(at):
        usual = max(3, round(9 * measured.busy(at, rng)))
        failing = sum(at >= now - started + HOUR for started in STARTED) if at >= now - FIRST else 0
        lost = round(usual * failing / 3)
        return {"ManifestsPut": usual - lost, "ManifestsNotPut": lost}

    units = {"ManifestsPut": "Count", "ManifestsNotPut": "Count"}
    put_metrics(session, "Harbour", {"Service": "manifest-relay"}, moments, counted, units)
    whose = {"ClusterName": "harbour", "ServiceName": "manifest-relay"}
    load = lambda at: measured.service(rng, measured.busy(at, rng), 36, 21)  # noqa: E731 - used once
    measured.publish(session, "AWS/ECS", whose, moments[::3], load)
