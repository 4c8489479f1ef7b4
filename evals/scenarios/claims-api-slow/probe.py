"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Whom the database refuses, whom it let in before, and how that service was scaled."""

    def first(group, pattern):
        found = session.client("logs").filter_log_events(
            logGroupName=group,
            startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
            filterPattern=pattern,
            limit=1,
        )["events"]
        return found[0]["message"] if found else ""

    scaled = session.client("application-autoscaling").describe_scaling_activities(ServiceNamespace="ecs")
    activities = [
        f"{one['ResourceId']}: {one['Description']} {one['Cause']}" for one in scaled["ScalingActivities"]
    ]
    database = "/aws/rds/instance/claims-db/postgresql"
    return {
        "refused": first(database, '"remaining connection slots"'),
        "holder": first(database, '"connection authorized" "broker_reports"'),
        "scale-out": activities[0] if activities else "",
    }
