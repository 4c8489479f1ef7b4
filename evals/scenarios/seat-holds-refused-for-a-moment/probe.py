"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """The failover, what it was for, and what the service said."""
    events = session.client("elasticache").describe_events(
        StartTime=now - timedelta(hours=2), EndTime=now, SourceType="replication-group"
    )["Events"]
    told = [one["Message"] for one in events if "Failover" in one["Message"]]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "BatchApplyUpdateAction"}],
        StartTime=now - timedelta(hours=2),
        EndTime=now,
    )["Events"]
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/seat-api",
        startTime=int((now - timedelta(minutes=40)).timestamp() * 1000),
        filterPattern="READONLY",
    )["events"]
    return {
        "failover": told[0] if told else "",
        "applied": changes[0]["CloudTrailEvent"] if changes else "",
        "readonly": lines[0]["message"] if lines else "",
    }
