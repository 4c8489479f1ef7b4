"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Why requests fail, what the success rate counts, and who took the connections."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/booking-api",
        startTime=int((now - timedelta(minutes=15)).timestamp() * 1000),
        filterPattern="ERROR",
        limit=1,
    )["events"]
    ecs = session.client("ecs")
    service = ecs.describe_services(cluster="travel", services=["booking-api"])["services"][0]
    task = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    settings = [one for container in task["containerDefinitions"] for one in container.get("environment", [])]
    counted = [f"{one['name']}={one['value']}" for one in settings if one["name"].startswith("STATS_INCLUDE")]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "UpdateService"}],
        StartTime=now - timedelta(hours=1),
        EndTime=now,
    )["Events"]
    scaled = [one["CloudTrailEvent"] for one in changes if '"desiredCount": 12' in one["CloudTrailEvent"]]
    return {
        "no-slots": lines[0]["message"] if lines else "",
        "sidecar": counted[0] if counted else "",
        "scaled": scaled[0] if scaled else "",
    }
