"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the application says, and what was run before."""
    since = now - timedelta(hours=2)
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/lending-web",
        startTime=int(since.timestamp() * 1000),
        filterPattern='"OOM command not allowed"',
        limit=1,
    )["events"]
    runs = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "RunTask"}], StartTime=since, EndTime=now
    )["Events"]
    return {
        "refused": lines[0]["message"] if lines else "",
        "flood": runs[0]["CloudTrailEvent"] if runs else "",
    }
