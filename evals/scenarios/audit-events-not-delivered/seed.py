"""A delivery stream whose bucket does not take its objects any more."""

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
from evals.measured import busy

REFUSED = -57
"""Minute, relative to now, since when nothing is delivered."""

BUCKETS = ("ledger-audit-lake", "ledger-exports", "ledger-statements")
DENIED = (
    "Access was denied. Ensure that the trust policy for the provided IAM role allows Firehose to assume the "
    "role, and the access policy allows access to the S3 bucket."
)
OTHERS = {
    "statement-index": ['{"level":"info","msg":"indexed","n":{n}}', '{"level":"info","msg":"nothing new"}'],
    "fx-rates": [
        '{"level":"info","msg":"rates stored","pairs":{n}}',
        '{"level":"warn","msg":"kept","id":{n}}',
    ],
}


def seed(session, now, rng):
    """Make the account's state."""
    account = session.client("sts").get_caller_identity()["Account"]
    stream = f"arn:aws:firehose:{session.region_name}:{account}:deliverystream/audit-events"
    _buckets(session, account)
    _stream(session)
    role = make_role(session, "audit-writer-role", "lambda.amazonaws.com", ["firehose:PutRecordBatch", "sqs:*"])
    make_function(
        session,
        "audit-writer",
        role,
        Runtime="provided.al2023",
        Handler="bootstrap",
        MemorySize=128,
        Environment={"Variables": {"DELIVERY_STREAM": "audit-events"}},
    )
    put_function_lines(session, "audit-writer", _writer(now, rng))
    put_lines(session, "/aws/kinesisfirehose/audit-events", _refusals(stream, now), ["DestinationDelivery"])
    for name, says in OTHERS.items():
        make_bystander(session, now, rng, name, says, Runtime="provided.al2023", Handler="bootstrap")
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _buckets(session, account):
    s3 = session.client("s3")
    key = f"arn:aws:kms:{session.region_name}:{account}:key/8d0e5b3c-41f7-4a69-b2d8-e6c90a17f354"
    for bucket in BUCKETS:
        where = {"LocationConstraint": session.region_name}
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=where)
        wanted = {"s3:x-amz-server-side-encryption-aws-kms-key-id": key}
        statements = [
            {
                "Sid": "OnlyTls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": f"arn:aws:s3:::{bucket}/*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
            {
                "Sid": "OnlyCompanyKey",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:PutObject",
                "Resource": f"arn:aws:s3:::{bucket}/*",
                "Condition": {"StringNotEquals": wanted},
            },
        ]
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))


def _stream(session):
    role = make_role(session, "audit-delivery-role", "firehose.amazonaws.com", ["s3:PutObject", "logs:*"])
    session.client("firehose").create_delivery_stream(
        DeliveryStreamName="audit-events",
        DeliveryStreamType="DirectPut",
        ExtendedS3DestinationConfiguration={
            "RoleARN": role,
            "BucketARN": "arn:aws:s3:::ledger-audit-lake",
            "Prefix": "events/",
            "BufferingHints": {"SizeInMBs": 64, "IntervalInSeconds": 60},
            "CompressionFormat": "GZIP",
            "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"},
            "CloudWatchLoggingOptions": {
                "Enabled": True,
                "LogGroupName": "/aws/kinesisfirehose/audit-events",
                "LogStreamName": "DestinationDelivery",
            },
        },
    )


def _writer(now, rng):
    for minute in minutes(now, -10 * 60, 0):
        for _ in range(rng.randint(1, 3)):
            at, events = within(minute, rng, 55), rng.randint(20, 400)
            said = [f'{{"level":"info","msg":"put","stream":"audit-events","records":{events},"failed":0}}']
            if rng.random() < 0.08:
                kept = rng.randint(1, 4)
                said.insert(0, f'{{"level":"warn","msg":"event without actor, stored as system","count":{kept}}}')
            yield from invocation(at, rng, said, duration_ms=rng.uniform(18, 140), memory_mib=128, used_mib=34)


def _refusals(stream, now):
    """One for every attempt; Firehose tries again for 24 hours."""
    at = now + timedelta(minutes=REFUSED, seconds=41)
    while at < now:
        told = {
            "deliveryStreamARN": stream,
            "destination": "arn:aws:s3:::ledger-audit-lake",
            "deliveryStreamVersionId": 1,
            "message": DENIED,
            "errorCode": "S3.AccessDenied",
        }
        yield at, json.dumps(told, separators=(",", ":"))
        at += timedelta(seconds=77)


def _metrics(session, now, rng):
    def delivery(at):
        minute, records = _minute(at, now), round(400 * busy(at, rng))
        delivered = minute < REFUSED
        late = rng.uniform(62, 85) if delivered else 75 + (minute - REFUSED) * 60
        return {
            "IncomingRecords": records,
            "IncomingBytes": records * 910,
            "PutRecordBatch.Requests": records // 200 + 1,
            "ThrottledRecords": 0,
            "DeliveryToS3.Records": records if delivered else 0,
            "DeliveryToS3.Bytes": records * 905 if delivered else 0,
            "DeliveryToS3.Success": 1 if delivered else 0,
            "DeliveryToS3.DataFreshness": late,
        }

    def writer(_at):
        calls = rng.randint(1, 3)
        return {"Invocations": calls, "Errors": 0, "Throttles": 0, "Duration": rng.uniform(30, 90)}

    span = [*minutes(now, -3 * 24 * 60, -24 * 60, 5), *minutes(now, -24 * 60, -1)]
    units = {
        **dict.fromkeys(("IncomingRecords", "DeliveryToS3.Records", "ThrottledRecords"), "Count"),
        **dict.fromkeys(("IncomingBytes", "DeliveryToS3.Bytes"), "Bytes"),
        "DeliveryToS3.DataFreshness": "Seconds",
        "PutRecordBatch.Requests": "Count",
    }
    put_metrics(session, "AWS/Firehose", {"DeliveryStreamName": "audit-events"}, span, delivery, units)
    put_function_metrics(session, "audit-writer", span, writer)


def _alarms(session):
    put_alarm(
        session,
        "audit-events-freshness",
        AlarmDescription="Audit events reach the lake more than 45 minutes late.",
        Namespace="AWS/Firehose",
        MetricName="DeliveryToS3.DataFreshness",
        Dimensions={"DeliveryStreamName": "audit-events"},
        Statistic="Maximum",
        EvaluationPeriods=5,
        Threshold=2700,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "audit-writer-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "audit-writer"},
        Threshold=1,
    )
    set_healthy(session, "audit-writer-errors")
