"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What DynamoDB answered, and what began in that minute."""
    logs, since = session.client("logs"), int((now - timedelta(minutes=40)).timestamp() * 1000)
    refused = logs.filter_log_events(
        logGroupName="/ecs/order-intake", startTime=since, filterPattern="ThrottlingException", limit=1
    )["events"]
    opened = logs.filter_log_events(
        logGroupName="/ecs/sale-clock", startTime=since, filterPattern='"sale opened"', limit=1
    )["events"]
    return {
        "exceeds": refused[0]["message"] if refused else "",
        "opened": opened[0]["message"] if opened else "",
    }
