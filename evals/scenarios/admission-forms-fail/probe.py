"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What nginx quotes, and the command of the day before."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/admissions/error",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern='"No space left on device"',
        limit=1,
    )["events"]
    sent = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "SendCommand"}],
        StartTime=now - timedelta(days=2),
        EndTime=now,
    )["Events"]
    return {
        "no-space": lines[0]["message"] if lines else "",
        "debug": sent[0]["CloudTrailEvent"] if sent else "",
    }
