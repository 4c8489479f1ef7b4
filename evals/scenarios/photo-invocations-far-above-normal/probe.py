"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the function reads, and who told the bucket to call it."""
    since = now - timedelta(hours=1)
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/photo-normalizer",
        startTime=int(since.timestamp() * 1000),
        filterPattern='"from=normalized/"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "PutBucketNotification"}],
        StartTime=since,
        EndTime=now,
    )["Events"]
    return {
        "own-output": lines[0]["message"] if lines else "",
        "changed": changes[0]["CloudTrailEvent"] if changes else "",
    }
