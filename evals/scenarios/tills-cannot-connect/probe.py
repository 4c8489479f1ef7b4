"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What was done to the target group, and what the servers' security group refuses."""
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "ModifyTargetGroupAttributes"}],
        StartTime=now - timedelta(hours=2),
        EndTime=now,
    )["Events"]
    lines = session.client("logs").filter_log_events(
        logGroupName="/vpc/retail/rejected",
        startTime=int((now - timedelta(minutes=30)).timestamp() * 1000),
        filterPattern='" 7700 6 "',
        limit=1,
    )["events"]
    return {
        "preserved": changes[0]["CloudTrailEvent"] if changes else "",
        "rejected": lines[0]["message"] if lines else "",
    }
