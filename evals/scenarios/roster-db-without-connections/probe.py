"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What RDS did to the instance."""
    events = session.client("rds").describe_events(
        SourceIdentifier="roster-db",
        SourceType="db-instance",
        StartTime=now - timedelta(hours=1),
        EndTime=now,
    )["Events"]
    applied = [event["Message"] for event in events if "instance class" in event["Message"]]
    return {"applied": applied[0] if applied else ""}
