"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Why requests fail, when the password was changed, and where the application has it from."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/orders-portal",
        startTime=int((now - timedelta(minutes=20)).timestamp() * 1000),
        filterPattern='"password authentication failed"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "RotateSecret"}],
        StartTime=now - timedelta(hours=6),
        EndTime=now,
    )["Events"]
    ecs = session.client("ecs")
    service = ecs.describe_services(cluster="portal", services=["orders-portal"])["services"][0]
    task = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    secrets = [one for container in task["containerDefinitions"] for one in container.get("secrets", [])]
    return {
        "auth-failed": lines[0]["message"] if lines else "",
        "rotation": changes[0]["CloudTrailEvent"] if changes else "",
        "where-from": f"{secrets[0]['name']} from {secrets[0]['valueFrom']}" if secrets else "",
    }
