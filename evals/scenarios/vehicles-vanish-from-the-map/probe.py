"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the gateway says, and what became of the stream in the night."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/position-gateway",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern='"ProvisionedThroughputExceededException"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "UpdateShardCount"}],
        StartTime=now - timedelta(days=1),
        EndTime=now,
    )["Events"]
    return {
        "refused": lines[0]["message"] if lines else "",
        "shards": changes[0]["CloudTrailEvent"] if changes else "",
    }
