"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """The message that comes back, why it is refused, and the queue without a place to put it aside."""
    logs = session.client("logs")
    since = int((now - timedelta(hours=1)).timestamp() * 1000)
    group = "/aws/lambda/parcel-projector"
    errors = logs.filter_log_events(logGroupName=group, startTime=since, filterPattern="ValueError")["events"]
    counts = logs.filter_log_events(logGroupName=group, startTime=since, filterPattern='"messageId="')["events"]
    sqs = session.client("sqs")
    queues = sqs.list_queues(QueueNamePrefix="parcel-events").get("QueueUrls", [])
    described = [sqs.get_queue_attributes(QueueUrl=one, AttributeNames=["All"])["Attributes"] for one in queues]
    return {
        "error": errors[0]["message"] if errors else "",
        "again": counts[-1]["message"] if counts else "",
        "no-redrive": str(described[0]) if described and "RedrivePolicy" not in described[0] else "",
    }
