"""No statements are mailed, and nothing reports an error."""

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
    put_metrics,
    set_healthy,
    within,
)

KEY = "3f8e1c7a-5b90-4d26-a1c4-7e92d0b6f583"

BROKEN = timedelta(hours=3, minutes=40)

LAST_RUN = 10
"""The renderer runs every thirty minutes; minutes before now of the last run."""

SKIPPED = (
    "[WARNING] skipped {object}: An error occurred (KMS.KMSInvalidStateException) when calling the GetObject "
    "operation: {key} is pending deletion."
)


def seed(session, now, rng):
    """Make the account's state."""
    account = session.client("sts").get_caller_identity()["Account"]
    key = f"arn:aws:kms:{session.region_name}:{account}:key/{KEY}"
    _resources(session, key)
    put_function_lines(session, "statement-renderer", _renderer(now, rng, key))
    put_function_lines(session, "statement-mailer", _mailer(now, rng))
    make_bystander(session, now, rng, "card-limits", ["[INFO] limit {n} set", "[WARNING] limit {n} unusual"])
    make_bystander(session, now, rng, "rate-sheet", ["[INFO] sheet {n} published"])
    make_bystander(session, now, rng, "pension-quotes", ["[INFO] quote {n} computed"], per_hour=14)
    _metrics(session, now, rng)
    _alarms(session)


def _resources(session, key):
    s3 = session.client("s3")
    s3.create_bucket(
        Bucket="account-snapshots", CreateBucketConfiguration={"LocationConstraint": session.region_name}
    )
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    rules = {"Rules": [{**rule, "BucketKeyEnabled": False}]}
    s3.put_bucket_encryption(Bucket="account-snapshots", ServerSideEncryptionConfiguration=rules)
    session.client("sqs").create_queue(QueueName="statement-ready")
    for name, variables in (
        ("statement-renderer", {"SNAPSHOTS": "account-snapshots", "QUEUE": "statement-ready"}),
        ("statement-mailer", {"SENDER": "statements@bank.example", "CONFIGURATION_SET": "statements"}),
    ):
        role = make_role(session, f"{name}-role", "lambda.amazonaws.com", ["s3:GetObject", "sqs:*", "kms:Decrypt"])
        make_function(session, name, role, Timeout=300, Environment={"Variables": variables})


def _run(minute, now):
    """How many snapshots a run of the renderer finds; None where none runs."""
    before = round((now - minute).total_seconds() / 60)
    return 18 + before // 30 * 7 % 11 if before % 30 == LAST_RUN else None


def _renderer(now, rng, key):
    for minute in minutes(now, -30 * 60, 0):
        count = _run(minute, now)
        if count is None:
            continue
        said = [f"[INFO] run started, {count} snapshots"]
        broken = minute >= now - BROKEN
        for _ in range(count):
            name = f"account-snapshots/{minute:%Y/%m/%d}/{rng.getrandbits(40):010x}.parquet"
            said.append(SKIPPED.format(object=name, key=key) if broken else f"[INFO] rendered {name}")
        said.append(f"[INFO] run finished, {0 if broken else count} announced on statement-ready")
        took = rng.uniform(900, 1600) if broken else rng.uniform(21_000, 48_000)
        yield from invocation(within(minute, rng, 4), rng, said, duration_ms=took)


def _mailer(now, rng):
    for minute in minutes(now, -30 * 60, 0):
        count = _run(minute, now)
        if count is None or minute >= now - BROKEN:
            continue
        for _ in range(count // 2):
            at = minute + timedelta(seconds=rng.uniform(5, 58))
            said = [f"[INFO] statement {rng.getrandbits(40):010x} mailed" for _ in range(2)]
            yield from invocation(at, rng, said, duration_ms=rng.uniform(180, 420))


def _metrics(session, now, rng):
    def of_renderer(at):
        count = _run(at, now)
        if count is None:
            return {}
        took = rng.uniform(900, 1600) if at >= now - BROKEN else rng.uniform(21_000, 48_000)
        return {"Invocations": 1, "Errors": 0, "Throttles": 0, "Duration": took}

    def of_mailer(at):
        count = _run(at, now)
        if count is None or at >= now - BROKEN:
            return {}
        return {"Invocations": count // 2, "Errors": 0, "Throttles": 0, "Duration": rng.uniform(200, 400)}

    def of_queue(at):
        count = (_run(at, now) or 0) if at < now - BROKEN else 0
        sent = {"NumberOfMessagesSent": count, "NumberOfMessagesReceived": count}
        return {**sent, "ApproximateAgeOfOldestMessage": 0}

    def mailed(at):
        count = _run(at, now)
        return {"Mailed": count // 2 * 2} if count and at < now - BROKEN else {}

    span = list(minutes(now, -3 * 24 * 60, 0))
    put_function_metrics(session, "statement-renderer", span, of_renderer)
    put_function_metrics(session, "statement-mailer", span, of_mailer)
    put_metrics(session, "Statements", {"Channel": "email"}, span, mailed)
    put_metrics(session, "AWS/SQS", {"QueueName": "statement-ready"}, list(minutes(now, -1440, -2)), of_queue)


def _alarms(session):
    put_alarm(
        session,
        "statements-mailed",
        AlarmDescription="No account statements were mailed for three hours. Legal duty: by the end of the day.",
        Namespace="Statements",
        MetricName="Mailed",
        Dimensions={"Channel": "email"},
        Period=3600,
        EvaluationPeriods=3,
        Threshold=1,
        ComparisonOperator="LessThanThreshold",
        TreatMissingData="breaching",
    )
    put_alarm(
        session,
        "statement-renderer-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "statement-renderer"},
        Threshold=1,
    )
    set_healthy(session, "statement-renderer-errors")
