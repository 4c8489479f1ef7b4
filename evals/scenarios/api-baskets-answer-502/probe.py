"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """The refusal in front, who calls the function behind, and what started the batch job."""
    logs = session.client("logs")
    since = int((now - timedelta(minutes=45)).timestamp() * 1000)
    refused = logs.filter_log_events(
        logGroupName="/aws/lambda/basket-api", startTime=since, filterPattern="TooManyRequestsException", limit=1
    )["events"]
    callers = logs.filter_log_events(
        logGroupName="/aws/lambda/price-engine", startTime=since, filterPattern='"caller=catalog-reprice"', limit=1
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventSource", "AttributeValue": "scheduler.amazonaws.com"}],
        StartTime=now - timedelta(hours=3),
        EndTime=now,
    )["Events"]
    return {
        "refused": refused[0]["message"] if refused else "",
        "caller": callers[0]["message"] if callers else "",
        "schedule": changes[0]["CloudTrailEvent"] if changes else "",
    }
