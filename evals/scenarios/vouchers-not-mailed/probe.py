"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Why a mail was refused, and who used the quota up."""
    logs = session.client("logs")
    start = int((now - timedelta(hours=3)).timestamp() * 1000)

    def first(group, pattern):
        try:
            found = logs.filter_log_events(logGroupName=group, startTime=start, filterPattern=pattern)["events"]
        except logs.exceptions.ResourceNotFoundException:
            return ""
        return found[0]["message"] if found else ""

    return {
        "quota": first("/aws/lambda/voucher-mailer", '"Send failed"'),
        "campaign": first("/ecs/winback-campaign", "AUDIENCE"),
    }
