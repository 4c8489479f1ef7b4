"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the service says, and who else reads the table it names."""
    logs = session.client("logs")
    since = int((now - timedelta(minutes=40)).timestamp() * 1000)
    refused = logs.filter_log_events(
        logGroupName="/ecs/fare-quote",
        startTime=since,
        filterPattern='"ProvisionedThroughputExceededException"',
        limit=1,
    )["events"]
    runs = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "RunTask"}],
        StartTime=now - timedelta(hours=1),
        EndTime=now,
    )["Events"]
    return {
        "refused": refused[0]["message"] if refused else "",
        "export": runs[0]["CloudTrailEvent"] if runs else "",
    }
