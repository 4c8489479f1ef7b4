"""An import that fails since a supplier's catalogue no longer fits through the state machine."""

from datetime import timedelta

from evals.authoring import (
    invocation,
    make_bystander,
    make_function,
    make_role,
    put_alarm,
    put_function_lines,
    put_function_metrics,
    put_metrics,
    set_healthy,
    within,
)

MACHINE = "supplier-import"
GROWN = 192
"""Minutes since the first import of the larger catalogue; imports of one supplier are an hour apart."""

SUPPLIERS = {
    "alpenholz": (GROWN - 8, 640, 147_802),
    "brisklamp": (GROWN - 17, 212, 48_977),
    "cottonlane": (GROWN - 26, 873, 201_490),
    "dunmore": (GROWN - 35, 95, 21_846),
    "nordvik": (GROWN, 418, 96_214),
    "velora": (GROWN - 49, 530, 122_318),
}
LARGER = (1_187, 271_904)


def seed(session, now, rng):
    """Make the account's state."""
    role = make_role(session, "catalogue-role", "lambda.amazonaws.com", ["s3:*", "dynamodb:*", "logs:*"])
    for name in ("catalogue-fetch", "catalogue-map", "stock-writer"):
        make_function(session, name, role, Runtime="nodejs22.x", Handler="index.handler", Timeout=120)
    runs = list(_runs(now))
    put_function_lines(session, "catalogue-fetch", _fetch(runs, rng))
    put_function_lines(session, "catalogue-map", _later(runs, rng, 9, "{s}: {n} articles mapped, 0 rejected"))
    put_function_lines(session, "stock-writer", _later(runs, rng, 14, "{s}: stock of {n} articles written"))
    make_bystander(session, now, rng, "shelf-labels", ["[INFO] label {n} drawn"], per_hour=30)
    make_bystander(
        session, now, rng, "return-slips", ["[INFO] slip {n} sent", "[WARNING] slip {n} without address"]
    )
    make_bystander(session, now, rng, "vat-report", ["[INFO] {n} rows"], per_hour=4)
    _metrics(session, rng, runs)
    _alarms(session)


def _runs(now):
    """Every import of two days: when, whose, how many articles and bytes, whether it fails."""
    for name, (first, articles, size) in SUPPLIERS.items():
        for hour in range(-48, 4):
            before = first - hour * 60
            if before < 3:
                continue
            large = name == "nordvik" and before <= GROWN
            yield now - timedelta(minutes=before), name, *(LARGER if large else (articles, size)), large


def _fetch(runs, rng):
    for at, name, articles, size, _ in runs:
        pages = -(-articles // 150)
        said = [f"{{at}}\t{{id}}\tINFO\t{name}: page {page} of {pages}" for page in range(1, pages + 1)]
        warned = [rng.randint(10_000, 99_999) for _ in range(rng.randint(1, 5))]
        said += [f"{{at}}\t{{id}}\tWARN\t{name}: article {article} without EAN" for article in warned]
        said.append(f"{{at}}\t{{id}}\tINFO\t{name}: {articles} articles, {size} bytes handed on")
        took = pages * rng.uniform(700, 1_150)
        yield from invocation(within(at, rng, 2.0), rng, said, duration_ms=took, memory_mib=512, used_mib=118)


def _later(runs, rng, seconds, text):
    for at, name, articles, _, failed in runs:
        if failed:
            continue
        said = [f"{{at}}\t{{id}}\tINFO\t{text}".replace("{s}", name).replace("{n}", str(articles))]
        start = at + timedelta(seconds=seconds + rng.uniform(0, 2))
        yield from invocation(start, rng, said, duration_ms=articles * rng.uniform(2.1, 3.4))


def _metrics(session, rng, runs):
    account = session.client("sts").get_caller_identity()["Account"]
    arn = f"arn:aws:states:{session.region_name}:{account}:stateMachine:{MACHINE}"
    started = {at: failed for at, _, _, _, failed in runs}

    def machine(at):
        failed = started[at]
        return {
            "ExecutionsStarted": 1,
            "ExecutionsSucceeded": int(not failed),
            "ExecutionsFailed": int(failed),
            "ExecutionsTimedOut": 0,
            "ExecutionsAborted": 0,
            "ExecutionTime": rng.uniform(8_000, 11_000) if failed else rng.uniform(14_000, 24_000),
        }

    units = {"ExecutionTime": "Milliseconds"}
    for name in ("Started", "Succeeded", "Failed", "TimedOut", "Aborted"):
        units[f"Executions{name}"] = "Count"
    span = sorted(started)
    put_metrics(session, "AWS/States", {"StateMachineArn": arn}, span, machine, units)
    for name, usual in (("catalogue-fetch", 4_600), ("catalogue-map", 1_300), ("stock-writer", 1_500)):

        def function(_, usual=usual):
            found = {"Invocations": 1, "Errors": 0, "Throttles": 0, "ConcurrentExecutions": 1}
            return found | {"Duration": usual * rng.uniform(0.5, 1.7)}

        reached = span if name == "catalogue-fetch" else [at for at in span if not started[at]]
        put_function_metrics(session, name, reached, function)


def _alarms(session):
    account = session.client("sts").get_caller_identity()["Account"]
    arn = f"arn:aws:states:{session.region_name}:{account}:stateMachine:{MACHINE}"
    put_alarm(
        session,
        "supplier-import-failed",
        AlarmDescription="An hourly import of a supplier's catalogue failed three hours in a row.",
        Namespace="AWS/States",
        MetricName="ExecutionsFailed",
        Dimensions={"StateMachineArn": arn},
        Period=3_600,
        EvaluationPeriods=3,
        Threshold=1,
    )
    for name, metric in (("timed-out", "ExecutionsTimedOut"), ("throttled", "ExecutionThrottled")):
        put_alarm(
            session,
            f"supplier-import-{name}",
            Namespace="AWS/States",
            MetricName=metric,
            Dimensions={"StateMachineArn": arn},
            Period=300,
            Threshold=1,
        )
        set_healthy(session, f"supplier-import-{name}")
