"""Executions that all succeed, too late."""

import json
from datetime import timedelta
from pathlib import Path

from evals import measured
from evals.authoring import (
    invocation,
    make_bystander,
    make_function,
    make_role,
    minutes,
    put_alarm,
    put_function_lines,
    put_function_metrics,
    put_lines,
    put_metrics,
    set_healthy,
    within,
)

EXECUTIONS = json.loads(Path(__file__).with_name("executions.json").read_text())
"""Of the last four hours: seconds ago, name, seconds it takes, attempts refused; state.json has the latest."""

ENABLED = -82
"""Minutes, relative to now: the other function begins to ask the register."""

ALARMED = {-56: 248_400, -51: 287_900, -46: 306_600}
REGISTER = "https://api.openregister.example/v2/companies"
BUSY = {"errorMessage": "register answered 429 Too Many Requests", "errorType": "RegisterBusy"}


def seed(session, now, rng):
    """Make the account's state."""
    for name in ("company-check", "kyc-refresh"):
        role = make_role(session, f"{name}-role", "lambda.amazonaws.com", ["secretsmanager:GetSecretValue"])
        variables = {"REGISTER_URL": REGISTER, "REGISTER_KEY_SECRET": "supply/register-key"}
        make_function(session, name, role, Environment={"Variables": variables})
    make_role(session, "supplier-approval-role", "states.amazonaws.com", ["lambda:InvokeFunction"])
    session.client("sqs").create_queue(QueueName="kyc-refresh-jobs", Attributes={"VisibilityTimeout": "300"})
    account = session.client("sts").get_caller_identity()["Account"]
    where = f"{session.region_name}:{account}"
    streams = [f"states/supplier-approval/{now:%Y-%m-%d-%H}/{rng.getrandbits(32):08x}"]
    history = _history(now, f"arn:aws:states:{where}:execution:supplier-approval:")
    put_lines(session, "/aws/vendedlogs/states/supplier-approval", history, streams)
    put_function_lines(session, "company-check", _checks(now, rng))
    put_function_lines(session, "kyc-refresh", _refreshed(now, rng))
    lists = [
        "[INFO] supplier {n} is on no list",
        "[INFO] {n} lists are current",
        "[WARN] name {n} is similar to one",
    ]
    make_bystander(session, now, rng, "sanction-screen", lists, per_hour=90)
    forms = ["[INFO] form {n} accepted", "[INFO] supplier {n} told", "[WARN] form {n} has no tax number"]
    make_bystander(session, now, rng, "supplier-forms", forms, per_hour=40)
    _metrics(session, now, rng, f"arn:aws:states:{where}:stateMachine:supplier-approval")
    _alarms(session, f"arn:aws:states:{where}:stateMachine:supplier-approval")


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _attempts(now):
    """When CheckCompany calls its function: moment, execution, whether the register refused."""
    for ago, name, _, refused in EXECUTIONS:
        at = now - timedelta(seconds=ago)
        for number in range(refused + 1):
            yield at, name, number < refused
            at += timedelta(seconds=1 + 20 * 2**number)


def _history(now, prefix):
    for ago, name, took, refused in EXECUTIONS:
        at, number = now - timedelta(seconds=ago), 0
        steps = [("ExecutionStarted", {"input": json.dumps({"supplier": name})}, 0.0)]
        steps += [("TaskStateEntered", {"name": "CheckCompany"}, 0.1)]
        spent = 0.1
        for attempt in range(refused):
            steps += [("TaskScheduled", {"resource": "invoke"}, spent + 0.1)]
            steps += [("TaskFailed", {"error": "RegisterBusy", "cause": json.dumps(BUSY)}, spent + 1)]
            spent += 1 + 20 * 2**attempt
        steps += [
            ("TaskScheduled", {"resource": "invoke"}, spent),
            ("TaskSucceeded", {"resource": "invoke"}, spent + 1),
        ]
        steps += [("TaskStateEntered", {"name": "ScreenSanctions"}, spent + 1.2)]
        steps += [("TaskSucceeded", {"resource": "invoke"}, took - 0.2), ("ExecutionSucceeded", {}, took)]
        for kind, details, after in steps:
            moment, number = at + timedelta(seconds=after), number + 1
            told = {"id": str(number), "type": kind, "details": details, "previous_event_id": str(number - 1)}
            told |= {"event_timestamp": str(int(moment.timestamp() * 1_000)), "execution_arn": prefix + name}
            if moment < now:
                yield moment, json.dumps(told)


def _checks(now, rng):
    for at, name, refused in _attempts(now):
        if at >= now:
            continue
        said = [f"[INFO] GET {REGISTER}?q={name} 200 in {rng.randint(90, 400)} ms"]
        if refused:
            left = f"x-ratelimit-remaining: 0, retry-after: {rng.randint(2, 58)}"
            why = f"quota 600/min of key supply/register-key used up, {left}"
            said = [f"[WARN] GET {REGISTER}?q={name} 429 Too Many Requests, {why}"]
            said += ["[ERROR] RegisterBusy: register answered 429 Too Many Requests"]
        elif rng.random() < 0.06:
            said += ["[WARN] company has two entries, taking the older one"]
        yield from invocation(at, rng, said, duration_ms=rng.uniform(130, 900))


def _refreshed(now, rng):
    for minute in minutes(now, ENABLED, 0):
        for _ in range(12):
            at, refused = within(minute, rng, 40), rng.randint(0, 9)
            told = f"{50 - refused} companies refreshed from api.openregister.example"
            said = [f"[INFO] {told}, {refused} to be tried again"]
            if at < now - timedelta(seconds=30):
                yield from invocation(at, rng, said, duration_ms=rng.uniform(9_000, 26_000))


def _took(minute, rng):
    for first, value in ALARMED.items():
        if first <= minute < first + 5:
            return value
    if minute < ENABLED:
        return rng.uniform(5_200, 7_900)
    return rng.uniform(298_000, 316_000) if minute > -46 else 21_000 + 7_000 * (minute - ENABLED)


def _metrics(session, now, rng, machine):
    refused = {}
    for at, _, busy in _attempts(now):
        minute = int((at - now).total_seconds() // 60)
        refused[minute] = refused.get(minute, 0) + busy

    def executions(at):
        found = {"ExecutionsStarted": rng.choice([1, 2, 2]), "ExecutionsSucceeded": rng.choice([1, 2, 2])}
        found |= dict.fromkeys(
            ("ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted", "ExecutionThrottled"), 0
        )
        return found | {"ExecutionTime": _took(_minute(at, now), rng)}

    def check(at):
        busy = refused.get(_minute(at, now), 0)
        return {"Invocations": busy + rng.choice([1, 2, 2]), "Errors": busy, "Throttles": 0, "Duration": 420}

    def refresh(_):
        return {"Invocations": 12, "Errors": 0, "Throttles": 0, "Duration": 17_400, "ConcurrentExecutions": 12}

    moments = measured.moments(now)
    units = {"ExecutionTime": "Milliseconds"}
    put_metrics(session, "AWS/States", {"StateMachineArn": machine}, moments, executions, units)
    put_function_metrics(session, "company-check", moments, check)
    put_function_metrics(session, "kyc-refresh", minutes(now, ENABLED, -2), refresh)

    def waiting(at):
        return measured.queue(0, 0, 96_000 - 560 * max(0, _minute(at, now) - ENABLED), 0, 600_000)

    measured.publish(session, "AWS/SQS", {"QueueName": "kyc-refresh-jobs"}, moments[::3], waiting)


def _alarms(session, machine):
    put_alarm(
        session,
        "supplier-approval-time",
        AlarmDescription="Approvals of suppliers take longer than four minutes.",
        Namespace="AWS/States",
        MetricName="ExecutionTime",
        Dimensions={"StateMachineArn": machine},
        Statistic="Average",
        Period=300,
        EvaluationPeriods=3,
        Threshold=240_000,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "supplier-approval-failed",
        Namespace="AWS/States",
        MetricName="ExecutionsFailed",
        Dimensions={"StateMachineArn": machine},
        Period=300,
        Threshold=3,
    )
    set_healthy(session, "supplier-approval-failed")
