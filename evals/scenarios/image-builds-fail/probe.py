"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the builds say, and who changed the project."""
    logs, since = session.client("logs"), now - timedelta(hours=2)

    def first(pattern):
        found = logs.filter_log_events(
            logGroupName="/aws/codebuild/storefront-image",
            startTime=int(since.timestamp() * 1000),
            filterPattern=pattern,
        )["events"]
        return found[0]["message"] if found else ""

    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "storefront-image"}],
        StartTime=now - timedelta(hours=12),
        EndTime=now,
    )["Events"]
    updated = [one["CloudTrailEvent"] for one in changes if one["EventName"] == "UpdateProject"]
    return {
        "refused": first("toomanyrequests"),
        "no-login": first('"is not set"'),
        "project": updated[0] if updated else "",
    }
