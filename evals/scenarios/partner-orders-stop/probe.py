"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """The certificate of the load balancer's listener, and what a client says of it."""
    balancer = session.client("elbv2").describe_load_balancers(Names=["partners-alb"])["LoadBalancers"][0]
    listeners = session.client("elbv2").describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])[
        "Listeners"
    ]
    arns = [one["CertificateArn"] for listener in listeners for one in listener.get("Certificates", [])]
    found = [session.client("acm").describe_certificate(CertificateArn=arn)["Certificate"] for arn in arns]
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/edi-bridge",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern='"CERTIFICATE_VERIFY_FAILED"',
        limit=1,
    )["events"]
    told = [
        f"{one['CertificateArn']} {one['DomainName']} {one['Type']} {one['Status']} "
        f"NotAfter {one['NotAfter']:%Y-%m-%dT%H:%M:%SZ}"
        for one in found
    ]
    return {"certificate": told[0] if told else "", "refused": lines[0]["message"] if lines else ""}
