"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Who changed the attributes of the load balancer."""
    found = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "ModifyLoadBalancerAttributes"}],
        StartTime=now - timedelta(hours=1),
        EndTime=now,
    )["Events"]
    return {"attribute": found[0]["CloudTrailEvent"] if found else ""}
