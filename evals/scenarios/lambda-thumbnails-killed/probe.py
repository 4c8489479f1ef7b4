"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """A killed invocation's REPORT, the limit before and after, and who changed it."""
    logs = session.client("logs")
    since = int((now - timedelta(hours=24)).timestamp() * 1000)
    earlier = int((now - timedelta(hours=57)).timestamp() * 1000)
    killed = logs.filter_log_events(
        logGroupName="/aws/lambda/photo-resizer", startTime=since, filterPattern='"Max Memory Used: 1024 MB"'
    )["events"]
    limits = logs.filter_log_events(
        logGroupName="/aws/lambda/upload-gate", startTime=earlier, filterPattern='"max_upload_mb"'
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "upload-gate"}],
        StartTime=now - timedelta(days=2),
        EndTime=now,
    )["Events"]
    return {
        "killed": killed[0]["message"] if killed else "",
        "limit": limits[-1]["message"] if limits else "",
        "change": changes[0]["CloudTrailEvent"] if changes else "",
    }
