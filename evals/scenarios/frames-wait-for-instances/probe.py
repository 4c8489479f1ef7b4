"""Where the decisive evidence is."""


def probe(session, now):
    """Why the group's launches fail."""
    del now  # the group keeps its activities for six weeks
    activities = session.client("autoscaling").describe_scaling_activities(AutoScalingGroupName="render-fleet")
    failed = [one for one in activities["Activities"] if one["StatusCode"] == "Failed"]
    return {"failed-launch": failed[0]["StatusMessage"] if failed else ""}
