"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What fails and on which host, whom Run Command told, and what was deleted."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/checkout/app",
        startTime=int((now - timedelta(minutes=10)).timestamp() * 1000),
        filterPattern="ERROR",
        limit=1,
    )["events"]
    seen = f"{lines[0]['logStreamName']} {lines[0]['message']}" if lines else ""
    return {
        "not-found": seen,
        "seven-told": _event(session.client("cloudtrail"), "SendCommand", now),
        "record-deleted": _event(
            session.client("cloudtrail", region_name="us-east-1"), "ChangeResourceRecordSets", now
        ),
    }


def _event(cloudtrail, name, now):
    found = cloudtrail.lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": name}],
        StartTime=now - timedelta(days=2),
        EndTime=now,
    )["Events"]
    return found[0]["CloudTrailEvent"] if found else ""
