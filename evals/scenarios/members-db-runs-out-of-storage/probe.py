"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the database says of its slots, what its transaction logs take, and what became of the reader."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/rds/instance/members-db/postgresql",
        startTime=int((now - timedelta(days=9)).timestamp() * 1000),
        filterPattern='"replication slot"',
    )["events"]
    wal = session.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/RDS",
        MetricName="TransactionLogsDiskUsage",
        Dimensions=[{"Name": "DBInstanceIdentifier", "Value": "members-db"}],
        StartTime=now - timedelta(days=9),
        EndTime=now,
        Period=24 * 3600,
        Statistics=["Maximum"],
    )["Datapoints"]
    updates = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "warehouse-cdc"}],
        StartTime=now - timedelta(days=9),
        EndTime=now,
    )["Events"]
    wal.sort(key=lambda one: one["Timestamp"])
    told = ", ".join(f"{one['Timestamp']:%Y-%m-%d} {one['Maximum'] / 2**30:.0f} GiB" for one in wal)
    return {
        "slot-log": lines[-1]["message"] if lines else "",
        "wal": f"TransactionLogsDiskUsage: {told}" if told else "",
        "scaled-to-zero": updates[0]["CloudTrailEvent"] if updates else "",
    }
