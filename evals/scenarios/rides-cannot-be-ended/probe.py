"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the API waits for, and who has it."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/rental-api",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern='"Lock wait timeout"',
        limit=1,
    )["events"]
    runs = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "RunTask"}],
        StartTime=now - timedelta(hours=1),
        EndTime=now,
    )["Events"]
    return {
        "lock-wait": lines[0]["message"] if lines else "",
        "backfill": runs[0]["CloudTrailEvent"] if runs else "",
    }
