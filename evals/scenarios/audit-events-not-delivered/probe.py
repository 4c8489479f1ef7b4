"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What Firehose says of its deliveries, and who changed the policy of the bucket it names."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/kinesisfirehose/audit-events",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern='"S3.AccessDenied"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "ledger-audit-lake"}],
        StartTime=now - timedelta(hours=3),
        EndTime=now,
    )["Events"]
    put = [one["CloudTrailEvent"] for one in changes if one["EventName"] == "PutBucketPolicy"]
    return {"refused": lines[0]["message"] if lines else "", "policy": put[0] if put else ""}
