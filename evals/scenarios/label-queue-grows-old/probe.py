"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Killed tasks in the log of task events, five days of memory, and the release three days ago."""
    stopped = session.client("logs").filter_log_events(
        logGroupName="/aws/events/ecs-task-stopped",
        startTime=int((now - timedelta(days=5)).timestamp() * 1000),
        filterPattern='"OutOfMemoryError"',
    )["events"]
    memory = session.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/ECS",
        MetricName="MemoryUtilization",
        Dimensions=[
            {"Name": "ClusterName", "Value": "parcel-prod"},
            {"Name": "ServiceName", "Value": "label-renderer"},
        ],
        StartTime=now - timedelta(days=5),
        EndTime=now,
        Period=6 * 3600,
        Statistics=["Maximum"],
    )["Datapoints"]
    updates = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "label-renderer:212"}],
        StartTime=now - timedelta(days=5),
        EndTime=now,
    )["Events"]
    told = ", ".join(
        f"{one['Timestamp']:%d %H:%M} {one['Maximum']:.0f} %"
        for one in sorted(memory, key=lambda one: one["Timestamp"])
    )
    return {
        "oom-stops": stopped[0]["message"] if stopped else "",
        "memory-growth": f"MemoryUtilization maximum: {told}" if told else "",
        "release": updates[0]["CloudTrailEvent"] if updates else "",
    }
