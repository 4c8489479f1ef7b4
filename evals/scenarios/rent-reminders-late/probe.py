"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Why tasks stopped, and what became of the secret."""
    ecs = session.client("ecs")
    listed = ecs.list_tasks(cluster="tenancy", serviceName="reminder-mailer", desiredStatus="STOPPED")["taskArns"]
    tasks = ecs.describe_tasks(cluster="tenancy", tasks=listed)["tasks"] if listed else []
    reasons = [task.get("stoppedReason", "") for task in tasks]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "DeleteSecret"}],
        StartTime=now - timedelta(hours=6),
        EndTime=now,
    )["Events"]
    return {
        "no-start": next((reason for reason in reasons if reason), ""),
        "recreated": changes[0]["CloudTrailEvent"] if changes else "",
    }
