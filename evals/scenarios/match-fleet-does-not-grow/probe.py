"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Why launches fail, how much of the quota is in use, and who else uses it."""
    activities = session.client("autoscaling").describe_scaling_activities(AutoScalingGroupName="match-servers")
    failed = [one for one in activities["Activities"] if one["StatusCode"] == "Failed"]
    used = session.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Usage",
        MetricName="ResourceCount",
        Dimensions=[
            {"Name": "Type", "Value": "Resource"},
            {"Name": "Resource", "Value": "vCPU"},
            {"Name": "Service", "Value": "EC2"},
            {"Name": "Class", "Value": "Standard/OnDemand"},
        ],
        StartTime=now - timedelta(hours=1),
        EndTime=now,
        Period=3600,
        Statistics=["Maximum"],
    )["Datapoints"]
    others = session.client("ec2").describe_instances(Filters=[{"Name": "tag:purpose", "Values": ["*"]}])
    found = [one for group in others["Reservations"] for one in group["Instances"]]
    names = {tag["Value"] for one in found for tag in one["Tags"]}
    return {
        "failed-launch": failed[0]["StatusMessage"] if failed else "",
        "usage": f"ResourceCount of vCPU: {used[0]['Maximum']:.0f}" if used else "",
        "holder": f"{len(found)} {found[0]['InstanceType']}: {', '.join(sorted(names))}" if found else "",
    }
