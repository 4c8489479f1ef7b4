"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """The reason of the refusals, the quota, who uses it up, and since when."""
    refused = session.client("logs").filter_log_events(
        logGroupName="/ecs/checkout-web",
        startTime=int((now - timedelta(minutes=30)).timestamp() * 1000),
        filterPattern="TooManyRequestsException",
        limit=1,
    )["events"]
    quota = session.client("service-quotas").get_service_quota(ServiceCode="lambda", QuotaCode="L-B99A9384")[
        "Quota"
    ]
    points = session.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName="ConcurrentExecutions",
        Dimensions=[{"Name": "FunctionName", "Value": "image-backfill"}],
        StartTime=now - timedelta(minutes=20),
        EndTime=now,
        Period=300,
        Statistics=["Maximum"],
    )["Datapoints"]
    connected = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateEventSourceMapping20150331"}],
        StartTime=now - timedelta(hours=3),
        EndTime=now,
    )["Events"]
    return {
        "refused": refused[0]["message"] if refused else "",
        "quota": f"{quota['QuotaName']}: {quota['Value']:.0f}",
        "eater": f"image-backfill ConcurrentExecutions {points[-1]['Maximum']:.0f}" if points else "",
        "connected": connected[0]["CloudTrailEvent"] if connected else "",
    }
