"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """A line of each kind of error, and the change of the table."""
    since = now - timedelta(hours=6)

    def first(pattern):
        events = session.client("logs").filter_log_events(
            logGroupName="/aws/lambda/stock-sync",
            startTime=int((now - timedelta(minutes=9)).timestamp() * 1000),
            filterPattern=pattern,
            limit=1,
        )["events"]
        return events[0]["message"] if events else ""

    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "stock-levels"}],
        StartTime=since,
        EndTime=now,
    )["Events"]
    return {
        "throttled-line": first('"ProvisionedThroughputExceededException"'),
        "denied-line": first('"AuthorizationError"'),
        "capacity-change": changes[0]["CloudTrailEvent"] if changes else "",
    }
