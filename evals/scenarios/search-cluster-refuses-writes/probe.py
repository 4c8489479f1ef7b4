"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """How much room is left, and what took it."""
    account = session.client("sts").get_caller_identity()["Account"]
    points = session.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/ES",
        MetricName="FreeStorageSpace",
        Dimensions=[{"Name": "DomainName", "Value": "desk-search"}, {"Name": "ClientId", "Value": account}],
        StartTime=now - timedelta(days=2),
        EndTime=now,
        Period=3600,
        Statistics=["Minimum"],
    )["Datapoints"]
    points = sorted(points, key=lambda point: point["Timestamp"])
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/ops-shell",
        startTime=int((now - timedelta(days=2)).timestamp() * 1000),
        filterPattern='"restored 318.2"',
    )["events"]
    return {
        "room": f"FreeStorageSpace {[round(point['Minimum']) for point in points]} MB" if points else "",
        "restored": lines[0]["message"] if lines else "",
    }
