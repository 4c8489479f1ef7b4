"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What health checks are answered, and who changed them."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/care/nginx/access",
        startTime=int((now - timedelta(minutes=20)).timestamp() * 1000),
        filterPattern='"ELB-HealthChecker" "404"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "ModifyTargetGroup"}],
        StartTime=now - timedelta(hours=2),
        EndTime=now,
    )["Events"]
    return {
        "refused-check": lines[0]["message"] if lines else "",
        "modified": changes[0]["CloudTrailEvent"] if changes else "",
    }
