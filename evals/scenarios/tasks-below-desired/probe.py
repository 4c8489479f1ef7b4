"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Why tasks stopped, and what was released."""
    ecs = session.client("ecs")
    names = ecs.list_tasks(cluster="boxoffice", serviceName="seatmap-api", desiredStatus="STOPPED")["taskArns"]
    tasks = ecs.describe_tasks(cluster="boxoffice", tasks=names[:100])["tasks"] if names else []
    reasons = [f"{one['taskDefinitionArn']}: {one['stoppedReason']}" for one in tasks]
    registered = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "RegisterTaskDefinition"}],
        StartTime=now - timedelta(hours=2),
        EndTime=now,
    )["Events"]
    return {
        "stopped-task": next((one for one in reasons if "CannotPull" in one), ""),
        "release": next(
            (one["CloudTrailEvent"] for one in registered if "containerDefinitions" in one["CloudTrailEvent"]), ""
        ),
    }
