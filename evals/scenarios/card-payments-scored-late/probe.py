"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What Kinesis answers fraud-score, and who else reads the stream."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/fraud-score",
        startTime=int((now - timedelta(minutes=30)).timestamp() * 1000),
        filterPattern='"Rate exceeded for Shard"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateEventSourceMapping20150331"}],
        StartTime=now - timedelta(hours=2),
        EndTime=now,
    )["Events"]
    return {
        "refused": lines[0]["message"] if lines else "",
        "mapping": changes[0]["CloudTrailEvent"] if changes else "",
    }
