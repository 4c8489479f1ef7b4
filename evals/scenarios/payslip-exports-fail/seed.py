"""Documents that cannot be written where they always were."""

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
    put_metrics,
    set_healthy,
    within,
)

DENIED_SINCE = timedelta(minutes=23, seconds=12)
ALARMED = {-23: 4, -18: 6, -13: 7, -8: 5}
"""Errors in the five minutes from there."""

BUCKET = "hr-payslips-archive"
KEY = "7d3b1c52-94e8-4f06-a2b7-c58e16d0934f"
NOT_AUTHORIZED = (
    "User: arn:aws:sts::{account}:assumed-role/{name}-role/{name} is not authorized to perform: {action} on "
    "resource: arn:aws:kms:{region}:{account}:key/{key} because no resource-based policy allows the {action} "
    "action"
)


def seed(session, now, rng):
    """Make the account's state."""
    allowed = ["s3:PutObject", "s3:GetObject", "kms:GenerateDataKey", "kms:Decrypt", "sqs:*", "logs:*"]
    for name, ran in (("payslip-export", "BUCKET"), ("payslip-view", "SOURCE")):
        role = make_role(session, f"{name}-role", "lambda.amazonaws.com", allowed)
        make_function(session, name, role, Timeout=60, Environment={"Variables": {ran: BUCKET}})
    _bucket(session)
    _exports(session, now, rng)
    _views(session, now, rng)
    sheets = ["[INFO] sheet {n} closed", "[INFO] {n} hours booked", "[WARN] sheet {n} without cost centre"]
    make_bystander(session, now, rng, "timesheets-sync", sheets, per_hour=20)
    make_bystander(session, now, rng, "leave-requests", ["[INFO] request {n} approved", "[INFO] {n} days left"])
    _storage(session, now, rng)
    put_alarm(
        session,
        "payslip-export-errors",
        AlarmDescription="Payslips are not written.",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "payslip-export"},
        Period=300,
        EvaluationPeriods=4,
        Threshold=3,
    )
    put_alarm(
        session,
        "payslip-view-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "payslip-view"},
        Period=300,
        Threshold=40,
    )
    set_healthy(session, "payslip-view-errors")


def _bucket(session):
    s3 = session.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": session.region_name})
    account = session.client("sts").get_caller_identity()["Account"]
    arn = f"arn:aws:kms:{session.region_name}:{account}:key/{KEY}"
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": arn}
    rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": False}
    tls_only = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [tls_only]})
    s3.put_bucket_policy(Bucket=BUCKET, Policy=policy)
    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [rule]})


def _denied(session, name, call, action):
    account = session.client("sts").get_caller_identity()["Account"]
    told = NOT_AUTHORIZED.format(account=account, region=session.region_name, name=name, action=action, key=KEY)
    return (
        f"[ERROR] ClientError: An error occurred (AccessDenied) when calling the {call} operation: {told}\n"
        f'Traceback (most recent call last):\n  File "/var/task/app.py", line 58, in handler\n'
        f"    s3.{'put' if call == 'PutObject' else 'get'}_object(Bucket=BUCKET, Key=key)"
    )


def _runs(now, rng):
    """When payslips are written: their number in each of the five minutes, the failed ones as the alarm counts."""
    for start in minutes(now, -27 * 60 - 3, 0, 5):
        relative = round((start - now).total_seconds() / 60)
        count = ALARMED.get(relative) or rng.randint(3, 7)
        for _ in range(count):
            yield within(start, rng, 290.0)


def _exports(session, now, rng):
    denied = _denied(session, "payslip-export", "PutObject", "kms:GenerateDataKey")
    lines, counted = [], {}
    for at in _runs(now, rng):
        failed = at >= now - DENIED_SINCE
        took = rng.uniform(260, 420) if failed else rng.uniform(600, 1_900)
        if at + timedelta(seconds=3) > now:
            continue
        month = f"{rng.randint(1, 12):02d}"
        said = [f"[INFO] payslip {rng.randint(10**5, 10**6)} month {month} rendered, {rng.randint(40, 180)} kB"]
        said.append(
            denied if failed else f"[INFO] written to s3://{BUCKET}/{month}/{rng.getrandbits(40):010x}.pdf"
        )
        if rng.random() < 0.06:
            said.insert(1, "[WARN] font Source Serif missing, fallback used")
        lines += invocation(at, rng, said, duration_ms=took, used_mib=201)
        calls = counted.setdefault(at.replace(second=0, microsecond=0), [])
        calls.append((took, failed))
    put_function_lines(session, "payslip-export", lines)
    put_function_metrics(session, "payslip-export", _closed(counted, now), lambda at: _measured(counted[at]))


def _closed(counted, now):
    return [at for at in sorted(counted) if at < now - timedelta(minutes=2)]


def _measured(calls):
    return {
        "Invocations": len(calls),
        "Errors": sum(failed for _, failed in calls),
        "Throttles": 0,
        "ConcurrentExecutions": 1,
        "Duration": sum(took for took, _ in calls) / len(calls),
    }


def _views(session, now, rng):
    """People who look at their payslips: rare at this hour, and they fail as well."""
    denied = _denied(session, "payslip-view", "GetObject", "kms:Decrypt")
    lines, counted = [], {}
    for minute in minutes(now, -26 * 60, -2, 6):
        at = within(minute, rng)
        failed = at >= now - DENIED_SINCE
        said = denied if failed else f"[INFO] link made for {rng.getrandbits(40):010x}.pdf"
        took = rng.uniform(60, 140)
        lines += invocation(at, rng, [said], duration_ms=took)
        counted.setdefault(at.replace(second=0, microsecond=0), []).append((took, failed))
    put_function_lines(session, "payslip-view", lines)
    put_function_metrics(session, "payslip-view", _closed(counted, now), lambda at: _measured(counted[at]))


def _storage(session, now, rng):
    objects = 1_204_000
    days = list(minutes(now, -3 * 24 * 60, -12 * 60, 24 * 60))
    for kind, name, value, unit in (
        ("AllStorageTypes", "NumberOfObjects", objects, "Count"),
        ("StandardStorage", "BucketSizeBytes", objects * 91_000, "Bytes"),
    ):
        put_metrics(
            session,
            "AWS/S3",
            {"BucketName": BUCKET, "StorageType": kind},
            days,
            lambda _, name=name, value=value: {name: value + rng.randint(0, 900)},
            {name: unit},
        )
