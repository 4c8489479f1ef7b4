"""A release that does not expect coaches without a layout's name."""

from datetime import timedelta

from evals import measured
from evals.authoring import minutes, within

DEPLOYED, BEGAN = -34, -32
"""Minutes, relative to now; the first error comes 26 s after the second of them begins."""

TRACE = (
    "Traceback (most recent call last):",
    '  File "/srv/maps/draw.py", line 77, in draw',
    "    heading = layout.title_of(coach)",
    '  File "/srv/maps/layout.py", line 142, in title_of',
    "    return coach.layout_name.strip().title()",
    "AttributeError: 'NoneType' object has no attribute 'strip'",
)
OLD = (
    "Traceback (most recent call last):",
    '  File "/srv/maps/fonts.py", line 19, in load',
    "    raise FontMissing(name)",
    "maps.fonts.FontMissing: no bold face of Frutiger, drawn without",
)


def seed(session, now, rng):
    """Make the account's state."""
    streams = {f"new {number}": _task(now, rng, number, DEPLOYED, 0) for number in range(3)}
    streams |= {f"old {number}": _task(now, rng, number, -28 * 60, DEPLOYED) for number in range(3)}
    _write(session, "seat-maps", streams)
    fares = ["{at} INFO fare {n} quoted", "{at} INFO fare {n} kept", "{at} WARN fare class of {n} unknown"]
    measured.make_bystanding_service(session, now, rng, "rail", "fare-quotes", fares, per_hour=60)
    trains = ["{at} INFO train {n} on time", "{at} INFO train {n} 4 min late"]
    measured.make_bystanding_service(session, now, rng, "rail", "train-times", trains, per_hour=90)
    measured.publish(
        session,
        "AWS/ECS",
        {"ClusterName": "rail", "ServiceName": "seat-maps"},
        measured.moments(now),
        lambda at: measured.service(rng, measured.busy(at, rng)),
    )


def _write(session, service, streams):
    """Each task writes to a stream of its own, the rows of a stack trace one event each."""
    logs, group = session.client("logs"), f"/ecs/{service}"
    logs.create_log_group(logGroupName=group)
    for task, said in streams.items():
        stream = f"ecs/{service}/{measured.task_id(task)}"
        if task == "new 0":
            stream = f"ecs/{service}/5f1d2c7b90ae4836b1c5d7e9f0a2b4c6"
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        ordered = sorted(said, key=lambda line: line[0])
        for start in range(0, len(ordered), 2_000):
            for part in _days(ordered[start : start + 2_000]):
                logs.put_log_events(
                    logGroupName=group,
                    logStreamName=stream,
                    logEvents=[{"timestamp": int(at.timestamp() * 1000), "message": text} for at, text in part],
                )


def _days(lines):
    """A call of PutLogEvents holds a day at most."""
    half = [line for line in lines if line[0] - lines[0][0] < timedelta(hours=20)]
    rest = lines[len(half) :]
    return [part for part in (half, rest) if part]


def _task(now, rng, number, first, last):
    found = []
    version = "2.31.0" if first == DEPLOYED else "2.30.2"
    for minute in minutes(now, first, last, 1 if first == DEPLOYED else 3):
        for _ in range(rng.randint(3, 6)):
            at = within(minute, rng)
            told = f"train={rng.randint(100, 9_900)} seat map drawn in {rng.randint(12, 80)} ms"
            found.append(
                (at, f"{_stamp(at)} INFO  [worker-{rng.randint(1, 8)}] maps.draw version={version} {told}")
            )
        if rng.random() < 0.02:
            found += _trace(within(minute, rng), rng, version, "maps.fonts", "heading without its font", OLD)
        relative = round((minute - now).total_seconds() / 60)
        if version == "2.31.0" and relative > BEGAN and rng.random() < 0.5:
            found += _trace(within(minute, rng), rng, version, "maps.draw", "seat map not drawn", TRACE)
    if version == "2.31.0" and number == 0:
        at = now + timedelta(minutes=BEGAN, seconds=26)
        found += _trace(at, rng, version, "maps.draw", "seat map not drawn", TRACE, train=8841, worker=3)
    return found


def _trace(at, rng, version, logger, says, rows, *, train=None, worker=None):
    train = train or rng.randint(100, 9_900)
    worker = worker or rng.randint(1, 8)
    head = f"{_stamp(at)} ERROR [worker-{worker}] {logger} version={version} train={train} {says}"
    return [(at, row) for row in (head, *rows)]


def _stamp(at):
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
