"""Workers that do their work and do not say that they are at it."""

import json
from datetime import timedelta
from pathlib import Path

from evals import measured
from evals.authoring import (
    make_bystander,
    make_role,
    minutes,
    put_alarm,
    put_lines,
    put_metrics,
    set_healthy,
)

RUNS = json.loads(Path(__file__).with_name("runs.json").read_text())
"""Minutes ago, trailer, minutes it takes to encode."""

RELEASED = 146
"""Minutes ago."""

WORKER, MACHINE = "encode-worker", "trailer-encode"
GONE = (
    "botocore.errorfactory.TaskTimedOut: An error occurred (TaskTimedOut) when calling the SendTaskSuccess "
    "operation: Task Timed Out: 'Provided task does not exist anymore'"
)


def seed(session, now, rng):
    """Make the account's state."""
    make_role(session, f"{MACHINE}-role", "states.amazonaws.com", ["sqs:SendMessage", "sns:Publish"])
    session.client("sqs").create_queue(QueueName="encode-jobs", Attributes={"VisibilityTimeout": "3600"})
    session.client("sns").create_topic(Name="trailers-ready")
    names = [f"worker/{WORKER}/{measured.task_id(task)}" for task in "wxyz"]
    put_lines(session, f"/ecs/{WORKER}", _worker(now, rng), names)
    make_bystander(session, now, rng, "poster-frames", ["[INFO] {n} frames cut", "[WARN] master {n} has no audio"])
    make_bystander(session, now, rng, "master-index", ["[INFO] master {n} indexed"], per_hour=5)
    account = session.client("sts").get_caller_identity()["Account"]
    machine = f"arn:aws:states:{session.region_name}:{account}:stateMachine:{MACHINE}"
    _metrics(session, now, rng, machine)
    _alarms(session, machine)


def _failed(ago, takes):
    return ago < RELEASED and takes > 5


def _worker(now, rng):
    for ago, trailer, takes in RUNS:
        for at, told in _job(now - timedelta(minutes=ago), rng, ago, trailer, takes):
            if at < now:
                yield at, f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z {told}"
    at = now - timedelta(minutes=RELEASED - 2)
    for second in (1, 4, 9, 13):
        moment = at + timedelta(seconds=second)
        yield moment, f"{moment:%Y-%m-%dT%H:%M:%S}.000Z INFO {WORKER} 3.0.0 polls encode-jobs"


def _job(start, rng, ago, trailer, takes):
    start += timedelta(seconds=2)
    yield start, f"INFO {trailer}: job received, source s3://studio-masters/{trailer}.mov"
    for second in range(15, takes * 60, 15):
        frames = second * 24 + rng.randint(-40, 40)
        done = 100 * second / (takes * 60)
        at = start + timedelta(seconds=second, milliseconds=rng.randint(0, 900))
        yield at, f"INFO {trailer}: frame={frames} fps={rng.uniform(22, 26):.1f} {done:.0f} % done"
        if ago >= RELEASED and second % 120 == 0:
            yield at + timedelta(milliseconds=70), f"INFO {trailer}: heartbeat sent"
        if rng.random() < 0.01:
            yield at + timedelta(milliseconds=20), f"WARN {trailer}: non-monotonous DTS in output stream 0:1"
    end = start + timedelta(seconds=takes * 60 + 8)
    yield end, f"INFO {trailer}: 6 renditions written to s3://studio-trailers/{trailer}/"
    after = end + timedelta(milliseconds=240)
    yield after, f"ERROR {trailer}: {GONE}" if _failed(ago, takes) else f"INFO {trailer}: reported, done"


def _metrics(session, now, rng, machine):
    counted = {}
    for ago, _, takes in RUNS:
        ends = ago - (5 if _failed(ago, takes) else takes)
        of_minute = counted.setdefault(-ends, {})
        outcome = "ExecutionsFailed" if _failed(ago, takes) else "ExecutionsSucceeded"
        of_minute[outcome] = of_minute.get(outcome, 0) + 1
        counted.setdefault(-ago, {})["ExecutionsStarted"] = 1

    def executions(at):
        ago = round((at - now).total_seconds() / 60)
        found = dict.fromkeys(("ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed"), 0)
        found |= dict.fromkeys(("ExecutionsTimedOut", "ExecutionsAborted", "ExecutionThrottled"), 0)
        if ago < -RUNS[0][0] and rng.random() < 0.13:
            found |= {"ExecutionsStarted": 1, "ExecutionsSucceeded": 1}
        return found | counted.get(ago, {})

    span = measured.moments(now)
    put_metrics(session, "AWS/States", {"StateMachineArn": machine}, span, executions)
    where = {"ClusterName": "studio", "ServiceName": WORKER}
    measured.publish(session, "AWS/ECS", where, span, lambda _: measured.service(rng, 1.0, 37, 61))

    def waiting(_):
        return measured.queue(rng.choice([0, 0, 0, 1]), rng.choice([0, 0, 0, 1]), 0, 3, 0)

    measured.publish(session, "AWS/SQS", {"QueueName": "encode-jobs"}, minutes(now, -600, -2), waiting)


def _alarms(session, machine):
    put_alarm(
        session,
        "trailer-encode-failures",
        AlarmDescription="Encodings of trailers that ended in an error.",
        Namespace="AWS/States",
        MetricName="ExecutionsFailed",
        Dimensions={"StateMachineArn": machine},
        Period=900,
        EvaluationPeriods=2,
        Threshold=3,
    )
    put_alarm(
        session,
        "encode-worker-cpu",
        Namespace="AWS/ECS",
        MetricName="CPUUtilization",
        Dimensions={"ClusterName": "studio", "ServiceName": WORKER},
        Statistic="Average",
        Period=300,
        EvaluationPeriods=3,
        Threshold=95,
    )
    set_healthy(session, "encode-worker-cpu")
