"""No ledger rows are exported since a stack update switched its schedules off."""

import json
from datetime import timedelta

from evals.authoring import (
    invocation,
    make_bystander,
    make_function,
    make_role,
    put_alarm,
    put_function_lines,
    put_function_metrics,
    put_metric,
    set_healthy,
)

LAST_RUN = timedelta(days=2, minutes=10)
"""The run before the rule was disabled; every earlier one came a day before."""

OTHERS = {
    "ledger-post": [
        "[INFO] {n} entries posted",
        "[INFO] period still open",
        "[WARN] entry {n} came twice, ignored",
    ],
    "fx-import": ["[INFO] {n} rates imported", "[WARN] bank answered slowly, {n} ms"],
    "payout-files": ["[INFO] file with {n} payouts sent", "[INFO] no payouts due"],
    "dispute-inbox": ["[INFO] dispute {n} opened", "[INFO] dispute {n} closed"],
}


def seed(session, now, rng):
    """Make the account's state."""
    role = make_role(
        session, "ledger-export-role", "lambda.amazonaws.com", ["s3:PutObject", "rds-data:*", "logs:*"]
    )
    make_function(
        session,
        "ledger-export",
        role,
        MemorySize=2048,
        Timeout=900,
        Environment={"Variables": {"BUCKET": "ledger-exports", "NAMESPACE": "Finance/Ledger"}},
    )
    report = make_role(session, "ledger-report-role", "lambda.amazonaws.com", ["s3:GetObject", "logs:*"])
    make_function(session, "ledger-report", report, Environment={"Variables": {"BUCKET": "ledger-exports"}})
    session.client("s3").create_bucket(
        Bucket="ledger-exports", CreateBucketConfiguration={"LocationConstraint": session.region_name}
    )
    _settle(session)
    runs = [now - LAST_RUN - timedelta(days=day) for day in range(10)]
    rows = [rng.randint(181_000, 196_000) for _ in runs]
    put_function_lines(session, "ledger-export", _exports(runs, rows, rng))
    put_function_lines(session, "ledger-report", _reports(now, rng))
    _metrics(session, now, runs, rows, rng)
    _alarms(session)
    for name, says in OTHERS.items():
        make_bystander(session, now, rng, name, says)


def _settle(session):
    """What lets rules call the functions, and who may read the bucket."""
    for function, rule in (("ledger-export", "ledger-export-daily"), ("ledger-report", "ledger-report-hourly")):
        session.client("lambda").add_permission(
            FunctionName=function,
            StatementId=rule,
            Action="lambda:InvokeFunction",
            Principal="events.amazonaws.com",
        )
    bucket = "arn:aws:s3:::ledger-exports"
    statement = {
        "Sid": "OnlyEncrypted",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket, f"{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    session.client("s3").put_bucket_policy(Bucket="ledger-exports", Policy=policy)


def _exports(runs, rows, rng):
    for at, count in zip(runs, rows, strict=True):
        said = [f"[INFO] export of {at:%Y-%m-%d} started by aws.events rule ledger-export-daily"]
        parts = 24
        said += [f"[INFO] part {part} of {parts}: {count // parts} rows" for part in range(1, parts + 1)]
        said.append(f"[INFO] wrote s3://ledger-exports/{at:%Y/%m/%d}/ledger.parquet")
        said.append(f"[INFO] published RowsExported={count}")
        took = rng.uniform(210_000, 260_000)
        yield from invocation(at, rng, said, duration_ms=took, memory_mib=2048, used_mib=1011)


def _reports(now, rng):
    for hour in range(-7 * 24, 0):
        at = now + timedelta(hours=hour, minutes=rng.randint(0, 3), seconds=rng.randint(0, 59))
        latest = now - LAST_RUN
        while latest > at:
            latest -= timedelta(days=1)
        age = (at - latest).total_seconds() / 3600
        said = [f"[INFO] {rng.randint(20, 90)} balances compared"]
        if age > 25:
            said.insert(0, f"[WARN] latest export is {age:.0f} h old, report is based on old rows")
        yield from invocation(at, rng, said, duration_ms=rng.uniform(600, 1_900), used_mib=140)


def _metrics(session, now, runs, rows, rng):
    minute = [at.replace(second=0, microsecond=0) for at in runs]
    written = [(at + timedelta(minutes=4), count) for at, count in zip(minute, rows, strict=True)]
    put_metric(session, "Finance/Ledger", "RowsExported", {"Job": "ledger-export"}, written, "Count")
    for metric in ("TriggeredRules", "Invocations", "MatchedEvents"):
        dimensions = {"RuleName": "ledger-export-daily"}
        put_metric(session, "AWS/Events", metric, dimensions, [(at, 1) for at in minute], "Count")
    hourly = [now + timedelta(hours=hour) for hour in range(-9 * 24, 0)]
    put_metric(
        session, "AWS/Events", "TriggeredRules", {"RuleName": "ledger-report-hourly"}, _ones(hourly), "Count"
    )

    def export(_):
        return {"Invocations": 1, "Errors": 0, "Throttles": 0, "Duration": rng.uniform(210_000, 260_000)}

    def report(_):
        return {"Invocations": 1, "Errors": 0, "Throttles": 0, "Duration": rng.uniform(600, 1_900)}

    put_function_metrics(session, "ledger-export", minute, export)
    put_function_metrics(session, "ledger-report", hourly, report)


def _ones(moments):
    return [(at, 1) for at in moments]


def _alarms(session):
    put_alarm(
        session,
        "ledger-rows-missing",
        Namespace="Finance/Ledger",
        MetricName="RowsExported",
        Dimensions={"Job": "ledger-export"},
        AlarmDescription="The ledger was not exported. Finance closes the day with it.",
        Period=86_400,
        EvaluationPeriods=2,
        Threshold=1,
        ComparisonOperator="LessThanThreshold",
        TreatMissingData="breaching",
    )
    put_alarm(
        session,
        "ledger-export-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "ledger-export"},
        Period=300,
        Threshold=1,
    )
    set_healthy(session, "ledger-export-errors")
