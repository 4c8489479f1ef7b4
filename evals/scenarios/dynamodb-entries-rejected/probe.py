"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Autoscaling at its end, and where the requests come from."""
    scaling = session.client("application-autoscaling")
    activities = scaling.describe_scaling_activities(
        ServiceNamespace="dynamodb", ResourceId="table/giveaway-entries", IncludeNotScaledActivities=True
    )["ScalingActivities"]
    stopped = [str(one) for one in activities if one.get("NotScaledReasons")]
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/giveaway-api",
        startTime=int((now - timedelta(minutes=10)).timestamp() * 1000),
        filterPattern='"winter-draw-mail"',
        limit=1,
    )["events"]
    requests = session.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/ApplicationELB",
        MetricName="RequestCount",
        Dimensions=[{"Name": "LoadBalancer", "Value": "app/giveaway-web/6f0d1c7a93be5428"}],
        StartTime=now - timedelta(minutes=60),
        EndTime=now,
        Period=600,
        Statistics=["Sum"],
    )["Datapoints"]
    shown = ", ".join(f"{one['Timestamp']:%H:%M} {one['Sum']:.0f}" for one in sorted(requests, key=_when))
    return {
        "at-maximum": stopped[0] if stopped else "",
        "mailing": lines[0]["message"] if lines else "",
        "requests": f"RequestCount {shown}" if shown else "",
    }


def _when(datapoint):
    return datapoint["Timestamp"]
