"""Two of four tasks: the logs and metrics of a service of which half is gone."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, set_healthy, within

CLUSTER, SERVICE = "boxoffice", "seatmap-api"
RELEASED = timedelta(minutes=30)
TASKS = [measured.task_id(f"seatmap {number}") for number in range(4)]
BALANCER = "app/boxoffice-alb/9b2e7d40c1f35a86"
GROUP = "targetgroup/seatmap-tg/6d1f0a9be27c4438"
VENUES = ("arena-north", "old-theatre", "harbour-hall", "city-stadium", "studio-2")


def seed(session, now, rng):
    """Make the account's state."""
    _registry(session)
    put_lines(
        session, "/ecs/seatmap-api", _lines(now, rng, TASKS[:2], 0), [f"svc/{SERVICE}/{one}" for one in TASKS[:2]]
    )
    _gone(session, now, rng)
    _metrics(session, now, rng)
    _alarms(session)
    basket = [
        '{"level":"info","at":"{at}","msg":"basket {n} saved"}',
        '{"level":"info","at":"{at}","msg":"GET /health 200"}',
    ]
    measured.make_bystanding_service(session, now, rng, CLUSTER, "basket-api", basket, per_hour=20)
    admission = ["{at} INFO admitted batch of {n} visitors", "{at} WARN turnstile feed late by {n} ms"]
    measured.make_bystanding_service(session, now, rng, CLUSTER, "admission-worker", admission)


def _registry(session):
    ecr = session.client("ecr")
    ecr.create_repository(repositoryName=SERVICE, imageTagMutability="IMMUTABLE")
    for tag in ("r476", "r477", "r478", "r479", "r480"):
        manifest = {"schemaVersion": 2, "config": {"digest": tag, "size": 7_023}, "layers": [{"size": 48_212_004}]}
        ecr.put_image(repositoryName=SERVICE, imageTag=tag, imageManifest=json.dumps(manifest))


def _lines(now, rng, tasks, until):
    """Requests of some tasks; a few of the errors every API has."""
    for minute in minutes(now, -9 * 60, until):
        for _ in range(len(tasks) * 2):
            at = within(minute, rng)
            status, ms = (200, rng.randint(9, 70)) if rng.random() < 0.97 else (404, rng.randint(4, 12))
            yield (
                at,
                json.dumps(
                    {
                        "level": "info",
                        "time": at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
                        "msg": "request",
                        "method": "GET",
                        "path": f"/venues/{rng.choice(VENUES)}/seats",
                        "status": status,
                        "ms": ms,
                    }
                ),
            )
        if rng.random() < 0.05:
            yield (
                within(minute, rng),
                '{"level":"warn","msg":"venue cache refresh took 2114 ms, serving stale map"}',
            )


def _gone(session, now, rng):
    """The two tasks that the deployment stopped wrote to streams of their own, in the same group."""
    logs = session.client("logs")
    for task in TASKS[2:]:
        stream = f"svc/{SERVICE}/{task}"
        logs.create_log_stream(logGroupName="/ecs/seatmap-api", logStreamName=stream)
        lines = sorted(_lines(now, rng, [task], -30))
        lines.append(
            (now - timedelta(minutes=29, seconds=44), '{"level":"info","msg":"SIGTERM received, draining"}')
        )
        lines.append((now - timedelta(minutes=29, seconds=19), '{"level":"info","msg":"drained, bye"}'))
        events = [{"timestamp": int(at.timestamp() * 1000), "message": text} for at, text in lines]
        logs.put_log_events(logGroupName="/ecs/seatmap-api", logStreamName=stream, logEvents=events)


def _metrics(session, now, rng):
    def insights(at):
        running = 4 if at < now - RELEASED else 2
        waiting = 2 if at >= now - RELEASED and rng.random() < 0.6 else 0
        return {
            "RunningTaskCount": running,
            "DesiredTaskCount": 4,
            "PendingTaskCount": waiting,
            "DeploymentCount": 1 + (running == 2),
        }

    def utilisation(at):
        return measured.service(rng, measured.busy(at, rng) * (1 if at < now - RELEASED else 1.85))

    def balanced(at):
        return measured.balancer(rng, 900 * measured.busy(at, rng), 0.034 if at < now - RELEASED else 0.047)

    def hosts(at):
        return {"HealthyHostCount": 4 if at < now - RELEASED else 2, "UnHealthyHostCount": 0}

    service = {"ClusterName": CLUSTER, "ServiceName": SERVICE}
    group = {"LoadBalancer": BALANCER, "TargetGroup": GROUP}
    recent = measured.moments(now)
    measured.publish(session, "ECS/ContainerInsights", service, recent, insights)
    measured.publish(session, "AWS/ECS", service, recent, utilisation)
    measured.publish(session, "AWS/ApplicationELB", group, recent, hosts)
    measured.publish(session, "AWS/ApplicationELB", group, recent, balanced)
    measured.publish(session, "AWS/ApplicationELB", {"LoadBalancer": BALANCER}, recent[::5], balanced)


def _alarms(session):
    put_alarm(
        session,
        "seatmap-api-running-tasks-low",
        AlarmDescription="Fewer than three tasks of seatmap-api for five minutes. Runbook: boxoffice/seatmap",
        Namespace="ECS/ContainerInsights",
        MetricName="RunningTaskCount",
        Dimensions={"ClusterName": CLUSTER, "ServiceName": SERVICE},
        Statistic="Minimum",
        EvaluationPeriods=5,
        Threshold=3,
        ComparisonOperator="LessThanThreshold",
        TreatMissingData="breaching",
    )
    put_alarm(
        session,
        "seatmap-api-5xx",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions={"LoadBalancer": BALANCER, "TargetGroup": GROUP},
        EvaluationPeriods=3,
        Threshold=20,
    )
    set_healthy(session, "seatmap-api-5xx")
