"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Requests of the shop, before the fall and after it."""
    points = session.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/ApplicationELB",
        MetricName="RequestCount",
        Dimensions=[{"Name": "LoadBalancer", "Value": "app/kiosk-alb/2f6b9d1e4a8c7035"}],
        StartTime=now - timedelta(minutes=60),
        EndTime=now - timedelta(minutes=3),
        Period=60,
        Statistics=["Sum"],
    )["Datapoints"]
    ordered = sorted(points, key=lambda point: point["Timestamp"])
    told = ", ".join(f"{point['Timestamp']:%H:%M} {point['Sum']:.0f}" for point in ordered[::8])
    return {"fewer-visits": f"RequestCount of kiosk-alb: {told}" if told else ""}
