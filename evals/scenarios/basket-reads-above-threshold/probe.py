"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the table may be read, and since when."""
    table = session.client("dynamodb").describe_table(TableName="basket-lines")["Table"]
    units = table["ProvisionedThroughput"]["ReadCapacityUnits"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "UpdateTable"}],
        StartTime=now - timedelta(days=14),
        EndTime=now,
    )["Events"]
    told = [one["CloudTrailEvent"] for one in changes if "readCapacityUnits" in one["CloudTrailEvent"]]
    return {
        "capacity": f"ProvisionedThroughput ReadCapacityUnits {units}" if units != 600 else "",
        "raised": told[0] if told else "",
    }
