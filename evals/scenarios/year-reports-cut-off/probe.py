"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What report-api says of those it lost, and what was set."""
    since = now - timedelta(hours=2)
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/report-api",
        startTime=int(since.timestamp() * 1000),
        filterPattern='"client closed the connection"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "ModifyLoadBalancerAttributes"}],
        StartTime=since,
        EndTime=now,
    )["Events"]
    return {
        "idle": changes[0]["CloudTrailEvent"] if changes else "",
        "long": lines[0]["message"] if lines else "",
    }
