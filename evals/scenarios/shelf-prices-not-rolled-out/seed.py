"""Prices do not reach the shelf: a roll-out that grew out of its execution."""

import json
from datetime import timedelta

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

MACHINE, PUSH, LIST, IMPORT = "shelf-price-rollout", "shelf-label-push", "article-list", "assortment-import"
BEFORE, AFTER, DONE = 3_312, 3_874, 3_569
FIRST, EVERY, RUNS = 137, 60, 48
"""Minutes since the first run that failed, and between runs; how many runs are told about."""
IMPORTED = 161


def seed(session, now, rng):
    """Make the account's state."""
    region = session.region_name
    account = session.client("sts").get_caller_identity()["Account"]
    machine = f"arn:aws:states:{region}:{account}:stateMachine:{MACHINE}"
    make_role(session, f"{MACHINE}-role", "states.amazonaws.com", ["lambda:InvokeFunction", "logs:*"])
    for name in (PUSH, LIST, IMPORT):
        role = make_role(session, f"{name}-role", "lambda.amazonaws.com", ["logs:*", "dynamodb:*"])
        make_function(session, name, role)
    put_lines(session, f"/aws/vendedlogs/states/{MACHINE}", _machine(now, rng, machine))
    put_function_lines(session, LIST, _list(now, rng))
    put_function_lines(session, IMPORT, _import(now, rng))
    put_function_lines(session, PUSH, _push(now, rng))
    make_bystander(session, now, rng, "till-sync", ["[INFO] till {n} has the prices", "[INFO] till {n} is closed"])
    make_bystander(session, now, rng, "stock-counts", ["[INFO] shelf {n} counted"], per_hour=20)
    make_bystander(session, now, rng, "label-layouts", ["[INFO] layout {n} drawn", "[WARNING] layout {n} is long"])
    _metrics(session, now, rng, machine)
    _alarms(session, machine)


def _starts():
    """Minutes ago, and whether the run fails."""
    return [(17 + EVERY * number, 17 + EVERY * number <= FIRST) for number in range(RUNS)]


def _execution(machine, number):
    name = f"{9000 - number}c4e1-7d0b-4a52-b6f3-1f{number:02d}e8a90c11"
    return f"{machine.replace(':stateMachine:', ':execution:')}:{name}"


def _machine(now, rng, machine):
    def told(at, number, event, kind, details):
        return at, json.dumps(
            {
                "id": str(event),
                "type": kind,
                "details": details,
                "previous_event_id": str(event - 1),
                "event_timestamp": str(int(at.timestamp() * 1000)),
                "execution_arn": _execution(machine, number),
                "redrive_count": "0",
            }
        )

    throttled = {
        "cause": "Rate Exceeded. (Service: Lambda, Status Code: 429)",
        "error": "Lambda.TooManyRequestsException",
        "resource": "invoke",
        "resourceType": "lambda",
    }
    for number, (ago, fails) in enumerate(_starts()):
        start = now - timedelta(minutes=ago)
        for _ in range(rng.randint(1, 4)):
            at = start + timedelta(seconds=rng.uniform(20, 600))
            yield told(at, number, rng.randint(200, 22_000), "TaskFailed", throttled)
        if fails:
            at = start + timedelta(minutes=11, seconds=(7, 22, 14)[number % 3])
            details = {
                "cause": "The execution reached the maximum number of history events (25000).",
                "error": "States.Runtime",
            }
            yield told(at, number, 25_000, "ExecutionFailed", details)


def _list(now, rng):
    for ago, _ in _starts():
        count = AFTER if ago < IMPORTED else BEFORE - (ago // 1_440) * 9
        at = now - timedelta(minutes=ago) + timedelta(seconds=2)
        yield from invocation(
            at, rng, [f"[INFO] {count} articles to roll out"], duration_ms=rng.uniform(2_000, 4_000)
        )


def _import(now, rng):
    for ago, who, name, added, total in (
        (2_930, "noor", "dairy-47", 9, BEFORE - 9),
        (1_470, "noor", "dairy-48", 9, BEFORE),
        (IMPORTED, "femke", "autumn-b", 562, AFTER),
    ):
        said = [
            f"[INFO] assortment {name}, uploaded by {who}: {added} articles to add",
            f"[INFO] assortment {name}: {added} articles added, 0 refused, {total} articles in all",
        ]
        at = now - timedelta(minutes=ago)
        yield from invocation(at, rng, said, duration_ms=added * rng.uniform(8, 12))


def _push(now, rng):
    for ago, fails in _starts()[:20]:
        for minute in range(11 if fails else 10):
            for _ in range(6):
                at = within(now - timedelta(minutes=ago - minute), rng)
                label, price = rng.randint(10_000, 99_999), rng.randint(79, 2_499) / 100
                said = f"[INFO] label {label} shows {price:.2f}"
                if rng.random() < 0.04:
                    said = f"[WARNING] label {label} answered at the second try, shows {price:.2f}"
                yield from invocation(at, rng, [said], duration_ms=rng.uniform(700, 1_500))


def _metrics(session, now, rng, machine):
    started, units = dict(_starts()), {}

    def runs(at):
        ago = round((now - at).total_seconds() / 60)
        found = {}
        if ago in started:
            found["ExecutionsStarted"] = 1
        if ago + 11 in started:
            fails = started[ago + 11]
            found |= {"ExecutionsFailed": int(fails), "ExecutionsSucceeded": int(not fails)}
            found |= {"ExecutionsTimedOut": 0, "ExecutionsAborted": 0, "ExecutionThrottled": 0}
            found["ExecutionTime"] = rng.uniform(664_000, 684_000) if fails else rng.uniform(606_000, 655_000)
        return found

    names = ("Started", "Failed", "Succeeded", "TimedOut", "Aborted")
    units |= {f"Executions{name}": "Count" for name in names} | {"ExecutionTime": "Milliseconds"}
    put_metrics(session, "AWS/States", {"StateMachineArn": machine}, minutes(now, -RUNS * 60, 0), runs, units)

    def pushed(at):
        ago = round((now - at).total_seconds() / 60)
        inside = next((start for start in started if start - 11 < ago <= start), None)
        if inside is None:
            return {}
        calls = round((DONE if started[inside] else BEFORE) / 11 * rng.uniform(0.97, 1.03))
        return {
            "Invocations": calls,
            "Errors": 0,
            "Throttles": rng.randint(0, 1),
            "ConcurrentExecutions": 8,
            "Duration": rng.uniform(1_050, 1_250),
        }

    put_function_metrics(session, PUSH, minutes(now, -RUNS * 60, -2), pushed)


def _alarms(session, machine):
    put_alarm(
        session,
        f"{MACHINE}-failed",
        AlarmDescription="The hourly roll-out of shelf prices failed twice within an hour or so.",
        Namespace="AWS/States",
        MetricName="ExecutionsFailed",
        Dimensions={"StateMachineArn": machine},
        Period=300,
        EvaluationPeriods=13,
        DatapointsToAlarm=2,
        Threshold=1,
    )
    put_alarm(
        session,
        f"{PUSH}-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": PUSH},
        Period=300,
        Threshold=20,
    )
    set_healthy(session, f"{PUSH}-errors")
