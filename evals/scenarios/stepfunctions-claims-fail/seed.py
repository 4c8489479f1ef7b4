"""Claims fail in the intake since the portal calls a field by another name."""

import json
from datetime import timedelta
from pathlib import Path

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
    within,
)

EXECUTIONS = json.loads(Path(__file__).with_name("executions.json").read_text())
"""Executions of the last forty minutes: seconds ago, name, source, whether it failed; state.json has the same."""

ROLLED_OUT = -37

OTHERS = {
    "claims-app-api": ["[INFO] claim {n} published schema=3 source=app", "[INFO] photo {n} attached"],
    "postcode-check": ["[INFO] postcode {n} found", "[WARN] register slow, attempt 2 for {n}"],
    "claims-archive": ["[INFO] archived {n} claims", "[INFO] nothing to archive"],
}


def seed(session, now, rng):
    """Make the account's state."""
    role = make_role(session, "portal-forms-role", "lambda.amazonaws.com", ["events:PutEvents", "logs:*"])
    make_function(session, "portal-forms", role, Runtime="nodejs22.x", Handler="index.handler")
    make_role(session, "claims-intake-role", "states.amazonaws.com", ["lambda:InvokeFunction", "logs:*"])
    put_function_lines(session, "portal-forms", _forms(now, rng))
    account = session.client("sts").get_caller_identity()["Account"]
    prefix = f"arn:aws:states:{session.region_name}:{account}:execution:claims-intake:"
    streams = [f"states/claims-intake/{now:%Y-%m-%d-%H}/{rng.getrandbits(32):08x}" for _ in range(2)]
    put_lines(session, "/aws/vendedlogs/states/claims-intake", _history(now, rng, prefix), streams)
    machine = f"arn:aws:states:{session.region_name}:{account}:stateMachine:claims-intake"
    _metrics(session, now, rng, machine)
    for name, says in OTHERS.items():
        make_bystander(session, now, rng, name, says, per_hour=14)


def _recent(now):
    """Executions of the last forty minutes: start, name, source, failed."""
    return [(now - timedelta(seconds=ago), name, source, failed) for ago, name, source, failed in EXECUTIONS]


def _earlier(now, rng):
    for minute in minutes(now, -9 * 60, -40):
        for _ in range(rng.choice([1, 1, 2])):
            name = f"claim-{rng.randint(10**7, 10**8)}"
            yield within(minute, rng), name, rng.choice(["portal", "portal", "app"]), False


def _history(now, rng, prefix):
    for at, name, source, failed in [*_earlier(now, rng), *_recent(now)]:
        claim = claim_input(name, source, failed)
        states = ["ExecutionStarted", "PassStateEntered", "ExecutionFailed" if failed else "PassStateExited"]
        details = [{"input": claim}, {"name": "ReadClaimant", "input": claim}, {"name": "ReadClaimant"}]
        if failed:
            details[2] = {"error": "States.Runtime", "cause": cause_of(claim)}
        else:
            retried = rng.random() < 0.1
            states += [
                "TaskStateEntered",
                *(["TaskFailed"] if retried else []),
                "TaskSucceeded",
                "ExecutionSucceeded",
            ]
            details += [{"name": "CheckAddress"}]
            if retried:
                details += [{"error": "PostcodeRegisterSlow", "cause": "register slow, will be retried"}]
            details += [{"resource": "invoke"}, {"output": '{"accepted":true}'}]
        moment = at
        for number, (kind, detail) in enumerate(zip(states, details, strict=True), 1):
            moment += timedelta(milliseconds=rng.randint(20, 160))
            event = {
                "id": str(number),
                "type": kind,
                "details": detail,
                "previous_event_id": str(number - 1),
                "event_timestamp": str(int(moment.timestamp() * 1000)),
                "execution_arn": prefix + name,
            }
            yield moment, json.dumps(event)


def claim_input(name, source, failed):
    """What an execution was started with."""
    schema, born = (4, "dateOfBirth") if failed else (3, "birthDate")
    claimant = {"id": f"p-{name[-5:]}", born: "REDACTED", "postcode": "REDACTED"}
    return json.dumps({"schemaVersion": schema, "source": source, "claim": name, "claimant": claimant})


def cause_of(claim):
    """How Step Functions says that a path is not there."""
    return (
        "An error occurred while executing the state 'ReadClaimant' (entered at the event id #2). The JSONPath "
        f"'$.claimant.birthDate' specified for the field 'birthDate.$' could not be found in the input '{claim}'"
    )


def _forms(now, rng):
    sent = [(at, name, failed) for at, name, source, failed in _recent(now) if source == "portal"]
    sent += [(at, name, failed) for at, name, source, failed in _earlier(now, rng) if source == "portal"]
    for at, name, failed in sent:
        version, schema = (31, 4) if failed else (30, 3)
        said = [f"{{at}}\t{{id}}\tINFO\tform accepted for {name}"]
        if rng.random() < 0.1:
            said.append("{at}\t{id}\tWARN\tattachment preview skipped: too many pages")
        said.append(f"{{at}}\t{{id}}\tINFO\t{name} published to claims-bus schema={schema} source=portal")
        lines = invocation(at - timedelta(seconds=2), rng, said, duration_ms=rng.uniform(60, 190))
        yield from [(when, text.replace("Version: $LATEST", f"Version: {version}")) for when, text in lines]
    for minute in (ROLLED_OUT, ROLLED_OUT + 6, ROLLED_OUT + 17):
        at = now + timedelta(minutes=minute, seconds=21)
        yield at, f"{at:%Y-%m-%dT%H:%M:%S}.000Z\tundefined\tINFO\tportal-forms build 31: publishing schema 4"


def _metrics(session, now, rng, machine):
    started, failures = {}, {}
    for at, _, _, failed in _recent(now):
        minute = at.replace(second=0, microsecond=0)
        started[minute] = started.get(minute, 0) + 1
        failures[minute] = failures.get(minute, 0) + failed

    def executions(at):
        count = started.get(at, 0) if at >= now - timedelta(minutes=40) else rng.choice([1, 1, 2])
        lost = failures.get(at, 0)
        return {
            "ExecutionsStarted": count,
            "ExecutionsFailed": lost,
            "ExecutionsSucceeded": count - lost,
            "ExecutionsTimedOut": 0,
            "ExecutionsAborted": 0,
            "ExecutionThrottled": 0,
            **({"ExecutionTime": rng.uniform(350, 900)} if count > lost else {}),
        }

    def forms(_):
        return {"Invocations": rng.randint(0, 2), "Errors": 0, "Throttles": 0}

    dimensions = {"StateMachineArn": machine}
    units = {"ExecutionTime": "Milliseconds", "ExecutionsFailed": "Count", "ExecutionsStarted": "Count"}
    put_metrics(session, "AWS/States", dimensions, minutes(now, -2 * 24 * 60, -2), executions, units)
    put_function_metrics(session, "portal-forms", minutes(now, -24 * 60, -2), forms)
    put_alarm(
        session,
        "claims-intake-failed",
        Namespace="AWS/States",
        MetricName="ExecutionsFailed",
        Dimensions=dimensions,
        Period=300,
        EvaluationPeriods=2,
        Threshold=5,
    )
