"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What AWS says of the zone, and who times out."""
    health = session.client("health", region_name="us-east-1")
    try:
        events = health.describe_events(filter={"services": ["EC2"], "eventStatusCodes": ["open"]})["events"]
    except health.exceptions.ClientError:
        events = []
    told = [
        f"{one['eventTypeCode']} {one['statusCode']} in {one['availabilityZone']} since {one['startTime']:%H:%M}"
        for one in events
    ]
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/voyage-web",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern='"i/o timeout"',
        limit=1,
    )["events"]
    return {"health-event": told[0] if told else "", "zone-errors": lines[0]["message"] if lines else ""}
