"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What SNS says of the messages it did not deliver, and where those went that it did."""
    logs = session.client("logs")
    found = {"refused": "", "numbers": ""}
    for group in logs.describe_log_groups(logGroupNamePrefix="sns/")["logGroups"]:
        for name, pattern in (("refused", '"No quota left"'), ("numbers", '"+99"')):
            lines = logs.filter_log_events(
                logGroupName=group["logGroupName"],
                startTime=int((now - timedelta(hours=2)).timestamp() * 1000),
                filterPattern=pattern,
                limit=1,
            )["events"]
            found[name] = found[name] or (lines[0]["message"] if lines else "")
    return found
