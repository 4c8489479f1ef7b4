"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the renderer skips, the state of the key its bucket names, and who brought it about."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/statement-renderer",
        startTime=int((now - timedelta(minutes=45)).timestamp() * 1000),
        filterPattern="skipped",
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventSource", "AttributeValue": "kms.amazonaws.com"}],
        StartTime=now - timedelta(hours=5),
        EndTime=now,
    )["Events"]
    rules = session.client("s3").get_bucket_encryption(Bucket="account-snapshots")
    default = rules["ServerSideEncryptionConfiguration"]["Rules"][0]["ApplyServerSideEncryptionByDefault"]
    arn = default["KMSMasterKeyID"]
    scheduled = [
        one["CloudTrailEvent"]
        for one in changes
        if one["EventName"] == "ScheduleKeyDeletion" and arn in one["CloudTrailEvent"]
    ]
    kms = session.client("kms")
    try:
        state = kms.describe_key(KeyId=arn)["KeyMetadata"]["KeyState"]
    except kms.exceptions.NotFoundException:
        state = ""
    return {
        "skipped": lines[0]["message"] if lines else "",
        "scheduled": scheduled[0] if scheduled else "",
        "key-state": state,
    }
