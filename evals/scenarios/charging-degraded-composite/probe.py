"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """The error of DynamoDB, and what AWS says of it."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/session-start",
        startTime=int((now - timedelta(minutes=50)).timestamp() * 1000),
        filterPattern='"InternalServerError"',
        limit=1,
    )["events"]
    health = session.client("health", region_name="us-east-1")
    told = ""
    for event in health.describe_events(filter={"services": ["DYNAMODB"]})["events"]:
        details = health.describe_event_details(eventArns=[event["arn"]])["successfulSet"]
        description = details[0]["eventDescription"]["latestDescription"]
        told = f"{event['eventTypeCode']} {event['statusCode']}: {description}"
    return {"error": lines[0]["message"] if lines else "", "health": told}
