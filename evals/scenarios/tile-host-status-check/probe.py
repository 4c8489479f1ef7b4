"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the kernel said last, and what somebody started on this host before."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/geo/host/messages",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern='"Out of memory"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "i-0c93e5a1f7d2b4860"}],
        StartTime=now - timedelta(hours=2),
        EndTime=now,
    )["Events"]
    sent = [one["CloudTrailEvent"] for one in changes if one["EventName"] == "SendCommand"]
    return {"killed": lines[0]["message"] if lines else "", "command": sent[0] if sent else ""}
