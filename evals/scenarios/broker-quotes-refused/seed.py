"""Brokers get no quotes: the tariffs grow old, two steps away from the alarm."""

from datetime import timedelta

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
    put_metric,
    set_healthy,
    within,
)

QUOTES, DROP, BUCKET = "broker-quotes", "tariff-drop", "tariff-drops"
LAST, EVERY = 199, 15
"""Minutes since tariffs were stored for the last time, and between runs."""
LIMIT = 120
REFUSED = {79: 27, 78: 31, 77: 36, 76: 29, 75: 33}
"""Quotes refused, by how many minutes ago: what the alarm has seen."""
RESOURCE = f"arn:aws:s3:::{BUCKET}/eu"


def seed(session, now, rng):
    """Make the account's state."""
    account = session.client("sts").get_caller_identity()["Account"]
    refused = {ago: REFUSED.get(ago) or rng.randint(26, 37) for ago in range(LAST - LIMIT, 0, -1)}
    quotes = make_role(
        session, f"{QUOTES}-role", "lambda.amazonaws.com", ["s3:GetObject", "s3:ListBucket", "logs:*"]
    )
    variables = {"TARIFFS": BUCKET, "OLDEST_MINUTES": str(LIMIT), "WRITE_ANSWERED": "0.05"}
    make_function(session, QUOTES, quotes, Environment={"Variables": variables})
    allowed = ["s3:PutObject", "logs:CreateLogStream", "logs:PutLogEvents", "ec2:*NetworkInterface*"]
    drop = make_role(session, f"{DROP}-role", "lambda.amazonaws.com", allowed)
    make_function(session, DROP, drop, Environment={"Variables": {"BUCKET": BUCKET, "PREFIX": "eu"}}, Timeout=60)
    place = {"LocationConstraint": session.region_name}
    session.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
    put_function_lines(session, QUOTES, _quotes(now, rng, refused))
    put_function_lines(session, DROP, _drop(now, rng, account))
    session.client("logs").put_metric_filter(
        logGroupName=f"/aws/lambda/{QUOTES}",
        filterName="refused-quotes",
        filterPattern='"refused, newest"',
        metricTransformations=[
            {"metricNamespace": "Brokerage", "metricName": "RefusedQuotes", "metricValue": "1", "defaultValue": 0}
        ],
    )
    make_bystander(session, now, rng, "claim-intake", ["[INFO] claim {n} taken", "[WARNING] claim {n}: no photo"])
    make_bystander(session, now, rng, "agent-logins", ["[INFO] agent {n} logged in"], per_hour=25)
    make_bystander(session, now, rng, "premium-mail", ["[INFO] premium note {n} mailed"], per_hour=10)
    _metrics(session, now, rng, refused)
    _alarms(session)


def _key(at):
    return f"{at:%Y%m%dT%H%M}.json"


def _quotes(now, rng, refused):
    newest = now - timedelta(minutes=LAST)
    for minute in minutes(now, -8 * 60, 0):
        ago = round((now - minute).total_seconds() / 60)
        failing = refused.get(ago, 0)
        for _ in range(failing):
            at = within(minute, rng)
            old = int((at - newest).total_seconds() // 60)
            told = (
                f"[WARNING] quote {rng.randint(400_000, 499_000)} eu refused, newest tariffs "
                f"s3://{BUCKET}/eu/{_key(newest)} are {old} minutes old, {LIMIT} allowed"
            )
            yield from invocation(at, rng, [told], duration_ms=rng.uniform(20, 50))
        for _ in range(rng.randint(1, 3)):
            where = "uk" if failing or rng.random() < 0.3 else "eu"
            told = f"[INFO] quote {rng.randint(400_000, 499_000)} {where} answered, {rng.randint(90, 2_400)}.00"
            yield from invocation(within(minute, rng), rng, [told], duration_ms=rng.uniform(90, 210))


def _denied(account, key):
    who = f"arn:aws:sts::{account}:assumed-role/{DROP}-role/{DROP}"
    return (
        "An error occurred (AccessDenied) when calling the PutObject operation: "
        f'User: {who} is not authorized to perform: s3:PutObject on resource: "{RESOURCE}/{key}" '
        "because no VPC endpoint policy allows the s3:PutObject action"
    )


def _drop(now, rng, account):
    for ago in range(4, 30 * 60, EVERY):
        at = now - timedelta(minutes=ago) + timedelta(seconds=1)
        if ago >= LAST:
            said = [f"[INFO] {rng.randint(8_100, 8_300)} tariffs read", f"[INFO] eu/{_key(at)} stored"]
            yield from invocation(at, rng, said, duration_ms=rng.uniform(5_000, 7_000))
            continue
        said = [
            f"[INFO] {rng.randint(8_100, 8_300)} tariffs read",
            f"[WARNING] eu/{_key(at)} left to the next run: {_denied(account, _key(at))}",
            "[INFO] done",
        ]
        yield from invocation(at, rng, said, duration_ms=rng.uniform(4_000, 5_500))


def _metrics(session, now, rng, refused):
    span = measured.moments(now)
    ago = {at: round((now - at).total_seconds() / 60) for at in span}
    put_metric(session, "Brokerage", "RefusedQuotes", {}, [(at, refused.get(ago[at], 0)) for at in span])

    def quotes(at):
        return {
            "Invocations": rng.randint(41, 49),
            "Errors": 0,
            "Throttles": 0,
            "Duration": rng.uniform(70, 95) if ago[at] in refused else rng.uniform(130, 160),
            "ConcurrentExecutions": rng.randint(1, 3),
        }

    put_function_metrics(session, QUOTES, span, quotes)

    def drop(at):
        took = rng.uniform(4_000, 5_500) if at > now - timedelta(minutes=LAST) else rng.uniform(5_000, 7_000)
        return {"Invocations": 1, "Errors": 0, "Throttles": 0, "Duration": took, "ConcurrentExecutions": 1}

    put_function_metrics(session, DROP, minutes(now, -2_884, -2, EVERY), drop)


def _alarms(session):
    put_alarm(
        session,
        f"{QUOTES}-refused",
        AlarmDescription="Brokers get no quotes.",
        Namespace="Brokerage",
        MetricName="RefusedQuotes",
        EvaluationPeriods=5,
        Threshold=20,
    )
    for name in (QUOTES, DROP):
        put_alarm(
            session,
            f"{name}-errors",
            Namespace="AWS/Lambda",
            MetricName="Errors",
            Dimensions={"FunctionName": name},
            Period=300,
            Threshold=1,
        )
        set_healthy(session, f"{name}-errors")
