"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the signer says of the provider's answer, and of the certificate it has shown since it started."""
    logs = session.client("logs")

    def first(pattern, since):
        found = logs.filter_log_events(
            logGroupName="/ecs/doc-signer",
            startTime=int((now - since).timestamp() * 1000),
            filterPattern=pattern,
            limit=1,
        )["events"]
        return found[0]["message"] if found else ""

    return {
        "refused": first('"expired certificate"', timedelta(hours=1)),
        "loaded": first('"client certificate loaded"', timedelta(days=4)),
    }
