"""Where the decisive evidence is."""

import json
from datetime import timedelta


def probe(session, now):
    """Who may reach the database's subnets, since when, and who does not."""
    database = session.client("rds").describe_db_instances()["DBInstances"][0]
    subnets = [one["SubnetIdentifier"] for one in database["DBSubnetGroup"]["Subnets"]]
    acls = session.client("ec2").describe_network_acls(
        Filters=[{"Name": "association.subnet-id", "Values": subnets}]
    )
    entries = [
        f"{one['RuleNumber']} {one['RuleAction']} {one['CidrBlock']}"
        for acl in acls["NetworkAcls"]
        for one in acl["Entries"]
        if not one["Egress"]
    ]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateNetworkAclEntry"}],
        StartTime=now - timedelta(hours=2),
        EndTime=now,
    )["Events"]
    told = [
        one["CloudTrailEvent"]
        for one in changes
        if json.loads(one["CloudTrailEvent"])["requestParameters"]["cidrBlock"] == "10.42.12.0/24"
    ]
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/address-api",
        startTime=int((now - timedelta(minutes=30)).timestamp() * 1000),
        filterPattern='"Connect timed out"',
    )["events"]
    shown = "inbound of the database's subnets: " + "; ".join(entries)
    return {
        "rules": shown if "10.42.12.0/24" in shown else "",
        "change": told[0] if told else "",
        "timeout": lines[0]["message"] if lines else "",
    }
