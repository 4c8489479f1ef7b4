"""Targets that are healthy, and clients that do not reach them."""

from evals import measured
from evals.authoring import (
    make_bystander,
    minutes,
    put_alarm,
    put_lines,
    put_metrics,
    set_healthy,
    within,
)

TURNED = -38
"""Minutes, relative to now: the servers see the tills' own addresses."""

ALARMED = {-34: 1_418, -33: 1_341, -32: 1_263, -31: 1_189, -30: 1_120}
BALANCER, GROUP = "net/till-prices/6c1e9a04b7d3f852", "targetgroup/till-prices-7700/b84d0f6e21c93a57"
HOSTS = {
    "10.72.8.21": ("i-0b17f4c96e28d3a50", "eni-0a5d1c7e93b2f8460"),
    "10.72.12.22": ("i-07d95a2c8f1b6e340", "eni-0e8b3d6a1c9f57214"),
    "10.72.16.23": ("i-0f3c81e6d4a97b205", "eni-04f2a9c7e5d1b8637"),
}


def seed(session, now, rng):
    """Make the account's state."""
    account = session.client("sts").get_caller_identity()["Account"]
    put_lines(session, "/retail/price-server", _servers(now, rng), [host for host, _ in HOSTS.values()])
    names = [f"{interface}-reject" for _, interface in HOSTS.values()]
    put_lines(session, "/vpc/retail/rejected", _rejected(now, rng, account), names)
    make_bystander(
        session, now, rng, "price-import", ["[INFO] {n} prices imported", "[WARN] article {n} has no price"]
    )
    make_bystander(session, now, rng, "shelf-tags", ["[INFO] {n} tags printed"], per_hour=5)
    told = ["{at} INFO receipt {n} kept", "{at} INFO GET /receipts/{n} 200", "{at} WARN receipt {n} came twice"]
    measured.make_bystanding_service(session, now, rng, "retail", "receipt-api", told, per_hour=50)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _till(rng):
    return f"10.{rng.randint(96, 111)}.{rng.randint(0, 250)}.{rng.randint(11, 60)}"


def _servers(now, rng):
    for minute in minutes(now, -9 * 60, 0):
        open_ = _minute(minute, now) < TURNED
        for _ in range(rng.randint(3, 6) if open_ else 0):
            at = within(minute, rng)
            source = f"10.72.{rng.randint(0, 2)}.{rng.randint(10, 30)}:{rng.randint(1_025, 65_000)}"
            told = f"INFO till {rng.randint(2_101, 4_890)} connected from {source}"
            yield at, f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z {told}"
        for _ in range(rng.randint(4, 7)):
            at, till = within(minute, rng), rng.randint(2_101, 4_890)
            told = rng.choice(
                [
                    f"INFO till {till} asked {rng.randint(40, 900)} prices",
                    f"INFO till {till} asked {rng.randint(40, 900)} prices",
                    f"INFO till {till} closed its connection",
                    f"WARN till {till} has version 8 of the catalogue",
                ]
            )
            yield at, f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z {told}"


def _rejected(now, rng, account):
    """The flow log of what the security groups refuse, version 2."""
    for minute in minutes(now, -12 * 60, -3):
        closed = _minute(minute, now) >= TURNED
        for _ in range(rng.randint(9, 16) if closed else 0):
            at = within(minute, rng)
            target, (_, interface) = rng.choice(list(HOSTS.items()))
            count = rng.randint(1, 4)
            ends = f"{_till(rng)} {target} {rng.randint(1_025, 65_000)} 7700 6 {count} {count * 60}"
            start = int(at.timestamp())
            yield at, f"2 {account} {interface} {ends} {start} {start + rng.randint(2, 55)} REJECT OK"
        if rng.random() < 0.5:
            at = within(minute, rng)
            target, (_, interface) = rng.choice(list(HOSTS.items()))
            ends = f"10.72.{rng.randint(30, 60)}.{rng.randint(4, 250)} {target} {rng.randint(1_025, 65_000)}"
            start = int(at.timestamp())
            yield at, f"2 {account} {interface} {ends} 445 6 1 40 {start} {start + 9} REJECT OK"


def _metrics(session, now, rng):
    span = measured.moments(now)

    def balanced(at):
        since = _minute(at, now) - TURNED
        connected = rng.uniform(1_588, 1_640) if since < 0 else max(180, 1_610 * 0.955**since)
        return {
            "ActiveFlowCount": ALARMED.get(_minute(at, now), connected),
            "NewFlowCount": rng.randint(24, 44)
            if since < 0
            else min(1_500, 60 + 52 * since) * rng.uniform(0.9, 1.1),
            "ProcessedBytes": connected * rng.uniform(40_000, 46_000),
            "TCP_Client_Reset_Count": rng.randint(1, 9) if since < 0 else rng.randint(60, 210),
            "TCP_Target_Reset_Count": rng.randint(0, 3),
            "TCP_ELB_Reset_Count": rng.randint(0, 3),
            "PortAllocationErrorCount": 0,
        }

    names = (
        "NewFlowCount",
        "ActiveFlowCount",
        "PortAllocationErrorCount",
        "HealthyHostCount",
        "UnHealthyHostCount",
    )
    resets = (f"TCP_{side}_Reset_Count" for side in ("Client", "Target", "ELB"))
    units = {**dict.fromkeys((*names, *resets), "Count"), "ProcessedBytes": "Bytes"}
    put_metrics(session, "AWS/NetworkELB", {"LoadBalancer": BALANCER}, span, balanced, units)
    both = {"LoadBalancer": BALANCER, "TargetGroup": GROUP}
    healthy = {"HealthyHostCount": 3, "UnHealthyHostCount": 0}
    put_metrics(session, "AWS/NetworkELB", both, span, lambda _: healthy, units)

    def server(at):
        since = _minute(at, now) - TURNED
        share = 1 if since < 0 else max(0.12, 0.955**since)
        sent = rng.uniform(1.9e7, 2.3e7) * share
        return {"CPUUtilization": 9 + rng.uniform(12, 15) * share, "NetworkIn": sent * 0.2, "NetworkOut": sent}

    units = {"CPUUtilization": "Percent", "NetworkIn": "Bytes", "NetworkOut": "Bytes"}
    for instance, _ in HOSTS.values():
        put_metrics(session, "AWS/EC2", {"InstanceId": instance}, span[::5], server, units)


def _alarms(session):
    put_alarm(
        session,
        "tills-connected",
        AlarmDescription="Fewer tills than usual hold a connection to the price server.",
        Namespace="AWS/NetworkELB",
        MetricName="ActiveFlowCount",
        Dimensions={"LoadBalancer": BALANCER},
        Statistic="Average",
        EvaluationPeriods=5,
        Threshold=1_450,
        ComparisonOperator="LessThanThreshold",
    )
    put_alarm(
        session,
        "till-prices-unhealthy",
        Namespace="AWS/NetworkELB",
        MetricName="UnHealthyHostCount",
        Dimensions={"LoadBalancer": BALANCER, "TargetGroup": GROUP},
        Statistic="Maximum",
        EvaluationPeriods=3,
        Threshold=1,
    )
    set_healthy(session, "till-prices-unhealthy")
