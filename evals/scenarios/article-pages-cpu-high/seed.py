"""Many readers at once, who were called; the service grows and bears them."""

import json

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, put_metric, set_healthy, within

SENT = -26
"""Minutes, relative to now: the push message leaves."""

CPU = dict(enumerate((58.2, 69.5, 81.0, 88.1, 93.8, 92.4, 90.6, 88.9, 86.3, 79.6, 70.9), SENT + 1))
TIMES = dict(enumerate((1.6, 2.7, 3.8, 4.4, 4.6, 4.6, 4.5, 4.3, 4.2, 4.0, 3.8), SENT + 1))
BALANCER, GROUP = "app/gazette-alb/4d8b0e6f1c92a753", "targetgroup/article-web/a60c3f9e7d1b5284"
PUSHED = "/a/88213/harbour-bridge?utm_source=push&utm_campaign=breaking-88213"
SECTIONS = ("politics", "sport", "culture", "city", "weather", "puzzles")
PHONES = ("GazetteApp/6.2.1 (iOS 26.1)", "GazetteApp/6.2.0 (Android 16)")
BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0",
    ("Mozilla/5.0 (iPhone) Safari/605.1.15"),
    *PHONES,
)


def seed(session, now, rng):
    """Make the account's state."""
    envoys = [f"ecs/envoy/{measured.task_id(f'article {number}')}" for number in range(18)]
    put_lines(session, "/ecs/article-web/envoy", _envoy(now, rng), envoys[:8])
    app = [f"ecs/article-web/{measured.task_id(f'article {number}')}" for number in range(8)]
    put_lines(session, "/ecs/article-web", _pages(now, rng), app)
    put_lines(session, "/ecs/push-gateway", _pushes(now, rng), [f"ecs/push-gateway/{measured.task_id('push 0')}"])
    puzzles = [
        "{at} INFO crossword {n} solved",
        "{at} INFO sudoku {n} solved",
        "{at} WARN crossword {n} without hint",
    ]
    measured.make_bystanding_service(session, now, rng, "gazette", "crossword", puzzles, per_hour=26)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _times(minute):
    """How often as many requests as usual."""
    return TIMES.get(minute, 1.0 if minute < SENT + 1 else max(2.0, 3.8 - 0.12 * (minute + 15)))


def _slow(minute):
    """What a page takes, in milliseconds."""
    return 62 if minute not in CPU else 62 + max(0.0, CPU[minute] - 70) * 8


def _envoy(now, rng):
    for minute in minutes(now, -5 * 60, 0):
        relative = _minute(minute, now)
        usual = rng.randint(4, 7)
        for number in range(round(usual * _times(relative))):
            at, pushed = within(minute, rng), number >= usual
            path = PUSHED if pushed else f"/a/{rng.randint(60_000, 88_200)}/{rng.choice(SECTIONS)}"
            took = round(_slow(relative) * rng.uniform(0.6, 1.5))
            entry = {
                "start_time": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z",
                "method": "GET",
                "path": path,
                "protocol": "HTTP/2",
                "response_code": 200 if rng.random() > 0.006 else 404,
                "response_flags": "-",
                "bytes_sent": rng.randint(18_000, 160_000),
                "duration": took,
                "upstream_service_time": str(max(1, took - 2)),
                "x_forwarded_for": f"198.18.{rng.randint(0, 255)}.{rng.randint(1, 254)}",
                "user_agent": rng.choice(PHONES if pushed else BROWSERS),
                "upstream_cluster": "local_article_web",
            }
            yield at, json.dumps(entry)


def _pages(now, rng):
    for minute in minutes(now, -12 * 60, 0):
        at = within(minute, rng)
        yield at, _zap(at, "info", "page cache", hits=rng.randint(900, 1_900), misses=rng.randint(20, 80))
        if rng.random() < 0.14:
            at = within(minute, rng)
            yield (
                at,
                _zap(
                    at,
                    "warn",
                    "related stories left out: context deadline exceeded",
                    story=rng.randint(60_000, 88_000),
                ),
            )


def _zap(at, level, message, **more):
    return json.dumps(
        {"level": level, "ts": round(at.timestamp(), 3), "caller": "page/render.go:118", "msg": message, **more}
    )


def _pushes(now, rng):
    for minute, title, devices in ((-1_190, "evening-88102", 402_118), (-640, "morning-88177", 388_930)):
        yield from _push(minute, title, devices, now, rng)
    yield from _push(SENT, "breaking-88213", 1_840_221, now, rng)


def _push(minute, title, devices, now, rng):
    told = (
        ("send requested by newsdesk", {"devices": devices}),
        ("batches handed to apns and fcm", {"batches": devices // 1_000 + 1}),
        ("send finished", {"delivered": round(devices * 0.97), "seconds": rng.randint(120, 170)}),
    )
    for moment, (message, more) in zip(minutes(now, minute, minute + 6, 2), told, strict=True):
        at = within(moment, rng, 12)
        yield at, _zap(at, "info", message, push=title, **more)


def _metrics(session, now, rng):
    def balanced(at):
        minute = _minute(at, now)
        found = measured.balancer(rng, 2_100 * _times(minute) * rng.uniform(0.96, 1.04), _slow(minute) / 1_000)
        tasks = 8 if minute < -20 else 13 if minute < -17 else 18
        requests = found["RequestCount"]
        found |= {"NewConnectionCount": requests * 0.4, "ActiveConnectionCount": requests * 1.3}
        return found | {"HealthyHostCount": tasks, "UnHealthyHostCount": 0, "HTTPCode_ELB_5XX_Count": 0}

    def pages(at):
        minute = _minute(at, now)
        cpu = CPU.get(minute) or (rng.uniform(38, 44) if minute < SENT + 1 else rng.uniform(50, 59))
        return {"CPUUtilization": cpu, "MemoryUtilization": rng.uniform(46, 49)}

    moments = measured.moments(now)
    measured.publish(
        session, "AWS/ApplicationELB", {"LoadBalancer": BALANCER, "TargetGroup": GROUP}, moments, balanced
    )
    article = {"ClusterName": "gazette", "ServiceName": "article-web"}
    measured.publish(session, "AWS/ECS", article, moments, pages)
    running = ((at, 8 if _minute(at, now) < -20 else 18) for at in moments[::2])
    put_metric(session, "ECS/ContainerInsights", "RunningTaskCount", article, running, "Count")
    load = lambda at: measured.service(rng, measured.busy(at, rng), 33, 20)  # noqa: E731 - used once
    push = {"ClusterName": "gazette", "ServiceName": "push-gateway"}
    measured.publish(session, "AWS/ECS", push, moments[::5], load)


def _alarms(session):
    put_alarm(
        session,
        "article-web-cpu",
        AlarmDescription="Article pages are short of CPU. Above 85 % readers wait.",
        Namespace="AWS/ECS",
        MetricName="CPUUtilization",
        Dimensions={"ClusterName": "gazette", "ServiceName": "article-web"},
        Statistic="Average",
        EvaluationPeriods=3,
        Threshold=85,
        ComparisonOperator="GreaterThanThreshold",
    )
    for metric, threshold in (("HTTPCode_Target_5XX_Count", 50), ("UnHealthyHostCount", 1)):
        put_alarm(
            session,
            f"article-web-{metric}",
            Namespace="AWS/ApplicationELB",
            MetricName=metric,
            Dimensions={"LoadBalancer": BALANCER, "TargetGroup": GROUP},
            EvaluationPeriods=3,
            Threshold=threshold,
        )
        set_healthy(session, f"article-web-{metric}")
