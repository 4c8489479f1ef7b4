"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """The error of the import, and the alias that was moved."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/invoice-renderer",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern="ImportModuleError",
        limit=1,
    )["events"]
    moves = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "UpdateAlias20150331"}],
        StartTime=now - timedelta(hours=2),
        EndTime=now,
    )["Events"]
    return {
        "import-error": lines[0]["message"] if lines else "",
        "deployment": moves[0]["CloudTrailEvent"] if moves else "",
    }
