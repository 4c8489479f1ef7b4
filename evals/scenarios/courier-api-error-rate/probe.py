"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """From the API to its authorizer, to what that says and what was done to it."""
    authorizers = session.client("apigatewayv2").get_authorizers(ApiId="f7m2q9x4bd")["Items"]
    name = authorizers[0]["AuthorizerUri"].partition(":function:")[2].partition("/")[0]
    lines = session.client("logs").filter_log_events(
        logGroupName=f"/aws/lambda/{name}",
        startTime=int((now - timedelta(minutes=40)).timestamp() * 1000),
        filterPattern='"urlopen error"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": name}],
        StartTime=now - timedelta(hours=2),
        EndTime=now,
    )["Events"]
    moved = [one["CloudTrailEvent"] for one in changes if "vpcConfig" in one["CloudTrailEvent"]]
    return {"time-outs": lines[0]["message"] if lines else "", "attached": moved[0] if moved else ""}
