"""A threshold nobody moved when the table it watches was made larger."""

from datetime import timedelta

from evals import measured
from evals.authoring import (
    make_bystander,
    minutes,
    put_alarm,
    put_lines,
    put_metric,
    put_metrics,
    set_healthy,
    within,
)

TABLE, SERVICE = "basket-lines", "basket-api"
RAISED = timedelta(days=6, hours=2, minutes=11)
BEFORE, AFTER = 600, 2_400
SALE = 5 * 60 + 20
ALARMED = {-33: 144_930.0, -28: 147_215.0, -23: 149_480.0}
"""Units read in the five minutes from then on."""

UNITS = {
    **dict.fromkeys(("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"), "Count"),
    **dict.fromkeys(("ProvisionedReadCapacityUnits", "ProvisionedWriteCapacityUnits"), "Count"),
    "AccountProvisionedReadCapacityUtilization": "Percent",
}


def seed(session, now, rng):
    """Make the account's state."""
    session.client("dynamodb").create_table(
        TableName=TABLE,
        AttributeDefinitions=[
            {"AttributeName": "basket_id", "AttributeType": "S"},
            {"AttributeName": "line", "AttributeType": "N"},
        ],
        KeySchema=[
            {"AttributeName": "basket_id", "KeyType": "HASH"},
            {"AttributeName": "line", "KeyType": "RANGE"},
        ],
        ProvisionedThroughput={"ReadCapacityUnits": BEFORE, "WriteCapacityUnits": 800},
    )
    streams = [f"svc/{SERVICE}/{measured.task_id(f'{SERVICE} {number}')}" for number in range(4)]
    put_lines(session, f"/ecs/{SERVICE}", _service(now, rng), streams)
    make_bystander(session, now, rng, "basket-expiry", ["[INFO] {n} baskets expired"], per_hour=12)
    make_bystander(session, now, rng, "price-labels", ["[INFO] label {n} printed", "[WARNING] label {n} late"])
    wishes = ["{at} INFO wish {n} saved", "{at} INFO wish {n} dropped", "{at} WARN wish {n} is sold out"]
    measured.make_bystanding_service(session, now, rng, "shop", "wish-list", wishes, per_hour=35)
    _metrics(session, now, rng)
    _alarms(session)


def _service(now, rng):
    def line(at, level, text):
        return at, f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z {level} {text}"

    for minute in minutes(now, -11 * 60, 0):
        for _ in range(rng.randint(3, 5)):
            took, count = rng.uniform(7, 24), rng.randint(1, 14)
            said = f"GET /baskets/{rng.getrandbits(40):010x} 200 {count} lines {took:.1f} ms"
            yield line(within(minute, rng), "INFO", said)
        if rng.random() < 0.08:
            yield line(within(minute, rng), "WARN", f"basket {rng.getrandbits(40):010x} holds an article sold out")
    yield line(now - timedelta(minutes=SALE), "INFO", "sale prices in force")
    for number in range(4):
        at = now - timedelta(minutes=127 - number, seconds=9)
        yield line(at, "INFO", f"{SERVICE} 8.4.1 ready, table {TABLE}")


def _reads(now, rng):
    """Units read, minute by minute of the last day and in fives before; today's sale comes on top."""
    fixed = {}
    for start, units in ALARMED.items():
        for minute in range(5):
            fixed[now + timedelta(minutes=start + minute)] = units / 5
    found = {}
    for at in measured.moments(now, days=9):
        before = (now - at).total_seconds() / 60
        grown = 1.0 + 0.38 * max(0.0, 1 - before / SALE) if before <= SALE else 1.0
        found[at] = fixed.get(
            at, 20_900 * (measured.busy(at, rng) if before > SALE else grown * rng.uniform(0.992, 1.008))
        )
    for at in measured.minutes(now, -23, -2):
        found[at] = fixed.get(at, 30_150 * rng.uniform(0.995, 1.01))
    return found


def _metrics(session, now, rng):
    dimensions, reads = {"TableName": TABLE}, _reads(now, rng)

    def table(at):
        return {
            "ConsumedReadCapacityUnits": reads[at],
            "ConsumedWriteCapacityUnits": reads[at] * 0.31,
            "ProvisionedReadCapacityUnits": BEFORE if at < now - RAISED else AFTER,
            "ProvisionedWriteCapacityUnits": 800,
            "AccountProvisionedReadCapacityUtilization": (reads[at] / 60) / 80_000 * 100,
        }

    put_metrics(session, "AWS/DynamoDB", dimensions, list(reads), table, UNITS)
    for operation, usual in (("GetItem", 2.1), ("Query", 3.4)):
        of_operation = [(at, usual * rng.uniform(0.9, 1.15)) for at in reads]
        where = {**dimensions, "Operation": operation}
        put_metric(session, "AWS/DynamoDB", "SuccessfulRequestLatency", where, of_operation, "Milliseconds")
    service = {"ClusterName": "shop", "ServiceName": SERVICE}
    span = [at for at in reads if at > now - timedelta(days=2)]
    cpu = {at: min(1.0, reads[at] / 31_000) for at in span}
    measured.publish(session, "AWS/ECS", service, span, lambda at: measured.service(rng, cpu[at], 44, 51))
    targets = {
        "LoadBalancer": "app/shop/7b21f0c94e6a3d58",
        "TargetGroup": f"targetgroup/{SERVICE}/0f4be1927ac35d68",
    }
    measured.publish(
        session, "AWS/ApplicationELB", targets, span, lambda at: measured.balancer(rng, reads[at] / 24, 0.021)
    )


def _alarms(session):
    put_alarm(
        session,
        "basket-lines-reads-near-capacity",
        AlarmDescription="Reads use more than 80 % of what is provisioned: raise it before baskets are throttled.",
        Namespace="AWS/DynamoDB",
        MetricName="ConsumedReadCapacityUnits",
        Dimensions={"TableName": TABLE},
        Period=300,
        EvaluationPeriods=3,
        Threshold=144_000,
    )
    for kind in ("Read", "Write"):
        put_alarm(
            session,
            f"basket-lines-{kind.lower()}-throttled",
            Namespace="AWS/DynamoDB",
            MetricName=f"{kind}ThrottleEvents",
            Dimensions={"TableName": TABLE},
            Threshold=1,
        )
        set_healthy(session, f"basket-lines-{kind.lower()}-throttled")
