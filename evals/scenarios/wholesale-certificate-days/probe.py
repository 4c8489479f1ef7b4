"""Where the decisive evidence is."""

import json
from datetime import timedelta


def probe(session, now):
    """What ACM says of the renewal, and who deleted the record it asks for."""
    acm = session.client("acm")
    renewals = []
    for one in acm.list_certificates()["CertificateSummaryList"]:
        found = acm.describe_certificate(CertificateArn=one["CertificateArn"])["Certificate"]
        told = found.get("RenewalSummary", {}).get("RenewalStatus", "")
        renewals += [f"{found['DomainName']} RenewalStatus {told}"] if told.startswith("PENDING") else []
    changes = session.client("cloudtrail", region_name="us-east-1").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "ChangeResourceRecordSets"}],
        StartTime=now - timedelta(days=89),
        EndTime=now,
    )["Events"]
    deleted = [
        change
        for event in changes
        for change in json.loads(event["CloudTrailEvent"])["requestParameters"]["changeBatch"]["changes"]
        if change["action"] == "DELETE" and "acm-validations" in json.dumps(change)
    ]
    return {
        "pending": renewals[0] if renewals else "",
        "record": f"ChangeResourceRecordSets {json.dumps(deleted[0])}" if deleted else "",
    }
