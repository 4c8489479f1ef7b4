"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What a new host says, and who let the release expire."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/ec2/returns-desk/cloud-init-output",
        startTime=int((now - timedelta(hours=3)).timestamp() * 1000),
        filterPattern="HeadObject",
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "returns-artifacts"}],
        StartTime=now - timedelta(days=3),
        EndTime=now,
    )["Events"]
    rules = [one["CloudTrailEvent"] for one in changes if one["EventName"].startswith("PutBucketLifecycle")]
    return {"not-there": lines[0]["message"] if lines else "", "lifecycle": rules[0] if rules else ""}
