"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What AWS says of the instance."""
    health = session.client("health", region_name="us-east-1")
    try:
        since = {"from": now - timedelta(hours=3)}
        events = health.describe_events(filter={"startTimes": [since]})["events"]
    except health.exceptions.ClientError:
        return {}
    found = [str(event) for event in events if "AUTO_RECOVERY" in event["eventTypeCode"]]
    return {"recovered": found[0] if found else ""}
