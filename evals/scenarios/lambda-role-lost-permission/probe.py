"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """The denied line in the function's log, and the change of the role's policy in CloudTrail."""
    since = now - timedelta(hours=1)
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/order-writer",
        startTime=int(since.timestamp() * 1000),
        filterPattern='"AccessDeniedException"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail", region_name="us-east-1").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "order-writer-role"}],
        StartTime=since,
        EndTime=now,
    )["Events"]
    return {
        "denied-line": lines[0]["message"] if lines else "",
        "policy-change": changes[0]["CloudTrailEvent"] if changes else "",
    }
