"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the courier answers, and which route changed."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/courier-book",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern='"refused by courier"',
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "ReplaceRoute"}],
        StartTime=now - timedelta(hours=3),
        EndTime=now,
    )["Events"]
    return {
        "refused": lines[0]["message"] if lines else "",
        "route": changes[0]["CloudTrailEvent"] if changes else "",
    }
