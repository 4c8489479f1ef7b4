"""Orders for parts whose numbers the stock does not know."""

import hashlib
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
"""Of the last 75 minutes: seconds ago, order, source, part, quantity, failed; state.json has the same."""

RELEASED = -39
ERROR = "DynamoDB.ConditionalCheckFailedException"
PARTS = [
    "RL-2568-21",
    "KT-9421-89",
    "KT-8580-20",
    "HV-5965-35",
    "BX-8273-14",
    "KT-3832-55",
    "KT-1051-33",
    "RL-7340-35",
    "HV-4199-71",
    "HV-4776-49",
    "KT-1375-46",
    "RL-4325-81",
    "RL-8574-25",
    "RL-1284-60",
    "RL-8535-67",
    "BX-8173-65",
    "BX-9410-89",
    "RL-8809-71",
    "BX-3271-38",
    "HV-2660-38",
    "BX-4359-17",
    "RL-1389-11",
    "RL-4049-34",
    "KT-5037-66",
    "HV-5169-51",
    "BX-1279-47",
    "HV-5126-51",
    "RL-2685-40",
    "BX-8928-53",
    "HV-3552-72",
    "BX-4832-73",
    "HV-9060-81",
    "BX-7332-47",
    "BX-1942-53",
    "BX-4797-98",
    "KT-5805-90",
    "HV-7892-37",
    "HV-7783-47",
    "RL-4390-21",
    "HV-2358-11",
    "HV-9353-62",
    "HV-5343-29",
    "HV-1311-39",
    "RL-1416-40",
    "HV-2198-28",
    "RL-7632-55",
    "HV-5039-16",
    "BX-7156-13",
]


def seed(session, now, rng):
    """Make the account's state."""
    _table(session, rng)
    allowed = ["states:StartExecution", "dynamodb:GetItem", "logs:*"]
    settings = {"Runtime": "nodejs22.x", "Handler": "index.handler"}
    machine = _machine(session)
    variables = {"Variables": {"FULFILMENT": machine}}
    for name in ("dealer-checkout", "phone-orders"):
        role = make_role(session, f"{name}-role", "lambda.amazonaws.com", allowed)
        make_function(session, name, role, Environment=variables, **settings)
        put_function_lines(session, name, _producer(name, now, rng))
    make_role(
        session, "part-fulfilment-role", "states.amazonaws.com", ["dynamodb:UpdateItem", "lambda:InvokeFunction"]
    )
    streams = [f"states/part-fulfilment/{now:%Y-%m-%d-%H}/{rng.getrandbits(32):08x}" for _ in range(2)]
    executions = machine.replace(":stateMachine:", ":execution:")
    put_lines(session, "/aws/vendedlogs/states/part-fulfilment", _history(now, rng, executions), streams)
    _metrics(session, now, rng, machine)
    says = ["[INFO] carrier booked for order {n}", "[WARN] carrier slow, attempt 2 for order {n}"]
    make_bystander(session, now, rng, "carrier-booking", says, per_hour=40)
    says = ["[INFO] {n} parts updated, 3 set to zero", "[INFO] no new delivery notes"]
    make_bystander(session, now, rng, "stock-import", says, per_hour=6)
    _alarms(session, machine)


def _machine(session):
    account = session.client("sts").get_caller_identity()["Account"]
    return f"arn:aws:states:{session.region_name}:{account}:stateMachine:part-fulfilment"


def _table(session, rng):
    dynamodb = session.client("dynamodb")
    dynamodb.create_table(
        TableName="parts-stock",
        AttributeDefinitions=[{"AttributeName": "part_no", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "part_no", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for number, part in enumerate(PARTS):
        available = rng.randint(20, 900) if number else 1
        item = {"part_no": {"S": part}, "available": {"N": str(available)}}
        dynamodb.put_item(TableName="parts-stock", Item=item)


def _recent(now):
    """When, order, source, part, quantity, failed."""
    return [(now - timedelta(seconds=ago), *rest) for ago, *rest in EXECUTIONS]


def _earlier(now, rng):
    for at in minutes(now, -9 * 60, -75):
        for source, share in (("dealer-checkout", 1.0), ("phone-orders", 0.55)):
            if rng.random() < share:
                order = f"so-{rng.randint(10**6, 10**7)}"
                yield (
                    within(at, rng),
                    order,
                    source,
                    rng.choice(PARTS),
                    rng.choice([1, 1, 2, 4]),
                    rng.random() < 0.008,
                )


def _why(order):
    number = f"{hashlib.sha256(order.encode()).hexdigest()[:26].upper()}A3VV4KQNSO5AEMVJF66Q9ASUAAJG"
    return f"The conditional request failed (Service: DynamoDb, Status Code: 400, Request ID: {number})"


def _history(now, rng, executions):
    task = {"resourceType": "dynamodb", "resource": "updateItem"}
    for at, order, source, part, quantity, failed in [*_earlier(now, rng), *_recent(now)]:
        asked = json.dumps({"order": order, "source": source, "item": {"partNo": part, "quantity": quantity}})
        told = [
            ("ExecutionStarted", {"input": asked}),
            ("TaskStateEntered", {"name": "ReserveStock", "input": asked}),
        ]
        if failed:
            error = {"error": ERROR, "cause": _why(order)}
            told += [("TaskFailed", {**task, **error}), ("ExecutionFailed", error)]
        else:
            told += [("TaskSucceeded", task), ("TaskStateExited", {"name": "ReserveStock"})]
            told += [("TaskStateEntered", {"name": "BookCarrier"}), ("ExecutionSucceeded", {"output": "{}"})]
        moment = at
        for number, (kind, details) in enumerate(told, 1):
            moment += timedelta(milliseconds=rng.randint(20, 140))
            event = {
                "id": str(number),
                "type": kind,
                "details": details,
                "previous_event_id": str(number - 1),
                "event_timestamp": str(int(moment.timestamp() * 1000)),
                "execution_arn": f"{executions}:{order}",
            }
            yield moment, json.dumps(event)


def _producer(name, now, rng):
    for at, order, source, part, quantity, _ in [*_earlier(now, rng), *_recent(now)]:
        if source != name:
            continue
        said = [f"{{at}}\t{{id}}\tINFO\torder {order} accepted, {quantity} of {part}"]
        if rng.random() < 0.08:
            said.insert(0, "{at}\t{id}\tWARN\tdelivery address without a house number")
        said.append(f"{{at}}\t{{id}}\tINFO\torder {order} handed to fulfilment")
        yield from invocation(at - timedelta(seconds=1), rng, said, duration_ms=rng.uniform(80, 240))
    for minute in (-8 * 60, -5 * 60 - 7, -3 * 60 + 4, RELEASED, RELEASED + 9):
        at = now + timedelta(minutes=minute, seconds=33)
        version = "2.18.4" if minute < RELEASED else "2.19.0"
        known = version if name == "dealer-checkout" else "1.40.2"
        yield at, "INIT_START Runtime Version: nodejs:22.v48"
        yield (
            at + timedelta(milliseconds=350),
            f"{at:%Y-%m-%dT%H:%M:%S}.350Z\tundefined\tINFO\t{name} {known} started",
        )


def _metrics(session, now, rng, machine):
    started, failures = {}, {}
    for at, _, _, _, _, failed in _recent(now):
        minute = at.replace(second=0, microsecond=0)
        started[minute] = started.get(minute, 0) + 1
        failures[minute] = failures.get(minute, 0) + failed

    def executions(at):
        known = at >= now - timedelta(minutes=75)
        count, lost = started.get(at, 0) if known else rng.choice([1, 2, 2]), failures.get(at, 0)
        return {
            "ExecutionsStarted": count,
            "ExecutionsFailed": lost,
            "ExecutionsSucceeded": count - lost,
            "ExecutionsTimedOut": 0,
            "ExecutionsAborted": 0,
            "ExecutionThrottled": 0,
            **({"ExecutionTime": rng.uniform(400, 900)} if count > lost else {}),
        }

    def table(at):
        return {
            "ConditionalCheckFailedRequests": failures.get(at, 0),
            "ConsumedWriteCapacityUnits": rng.randint(1, 3),
        }

    def updates(_):
        return {"SuccessfulRequestLatency": rng.uniform(2.1, 5.2), "ThrottledRequests": 0}

    def producer(_):
        return {"Invocations": rng.randint(0, 2), "Errors": 0, "Throttles": 0, "Duration": rng.uniform(90, 220)}

    moments = measured.moments(now, 2, -1)
    units = {"ExecutionTime": "Milliseconds", "ExecutionsFailed": "Count", "ExecutionsStarted": "Count"}
    put_metrics(session, "AWS/States", {"StateMachineArn": machine}, moments, executions, units)
    by_table = {"TableName": "parts-stock"}
    units = {"ConditionalCheckFailedRequests": "Count", "ConsumedWriteCapacityUnits": "Count"}
    put_metrics(session, "AWS/DynamoDB", by_table, moments, table, units)
    by_operation = by_table | {"Operation": "UpdateItem"}
    put_metrics(
        session, "AWS/DynamoDB", by_operation, moments[::3], updates, {"SuccessfulRequestLatency": "Milliseconds"}
    )
    for name in ("dealer-checkout", "phone-orders"):
        put_function_metrics(session, name, moments[::2], producer)


def _alarms(session, machine):
    put_alarm(
        session,
        "part-fulfilment-failed",
        AlarmDescription="Orders for parts are not fulfilled.",
        Namespace="AWS/States",
        MetricName="ExecutionsFailed",
        Dimensions={"StateMachineArn": machine},
        Period=900,
        EvaluationPeriods=2,
        Threshold=8,
        ComparisonOperator="GreaterThanThreshold",
    )
    for name in ("dealer-checkout", "phone-orders"):
        put_alarm(
            session,
            f"{name}-errors",
            Namespace="AWS/Lambda",
            MetricName="Errors",
            Dimensions={"FunctionName": name},
            Period=300,
            Threshold=3,
        )
        set_healthy(session, f"{name}-errors")
