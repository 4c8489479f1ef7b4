"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """The denied line in the function's log, and the change of the key's policy."""
    since = now - timedelta(hours=1)
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/payslip-export",
        startTime=int(since.timestamp() * 1000),
        filterPattern='"GenerateDataKey"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "PutKeyPolicy"}],
        StartTime=since,
        EndTime=now,
    )["Events"]
    return {
        "denied": lines[0]["message"] if lines else "",
        "policy-change": changes[0]["CloudTrailEvent"] if changes else "",
    }
