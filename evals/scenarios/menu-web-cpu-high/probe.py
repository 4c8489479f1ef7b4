"""Where the decisive evidence is."""

import json
from datetime import timedelta


def probe(session, now):
    """How large the group may be, and who changed it."""
    groups = session.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=["menu-web"])
    sizes = [
        json.dumps({name: one[name] for name in ("MinSize", "MaxSize", "DesiredCapacity")})
        for one in groups["AutoScalingGroups"]
        if one["MaxSize"] == one["DesiredCapacity"]
    ]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "menu-web"}],
        StartTime=now - timedelta(hours=24),
        EndTime=now,
    )["Events"]
    ours = [one["CloudTrailEvent"] for one in changes if one["EventName"] == "UpdateAutoScalingGroup"]
    return {"at-maximum": sizes[0] if sizes else "", "change": ours[0] if ours else ""}
