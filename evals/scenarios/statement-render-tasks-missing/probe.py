"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Why tasks stopped, and what the revision they run is like."""
    ecs = session.client("ecs")
    named = {"cluster": "documents", "serviceName": "statement-render", "desiredStatus": "STOPPED"}
    stopped = ecs.list_tasks(**named)["taskArns"]
    tasks = ecs.describe_tasks(cluster="documents", tasks=stopped)["tasks"] if stopped else []
    ended = [one for task in tasks for one in task["containers"]]
    reasons = [f"{one.get('reason')} exitCode: {one.get('exitCode')}" for one in ended]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "statement-render:204"}],
        StartTime=now - timedelta(hours=4),
        EndTime=now,
    )["Events"]
    memory = changes[0]["CloudTrailEvent"] if changes else ""
    return {"oom": reasons[0] if reasons else "", "memory": memory}
