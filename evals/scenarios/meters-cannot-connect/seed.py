"""Brokers that are up, and that nobody new can reach."""

from evals import measured
from evals.authoring import make_bystander, minutes, put_alarm, put_lines, put_metrics, set_healthy, within

CLOSED, UNHEALTHY = -24, -23
"""Minutes, relative to now: the rule is removed; three health checks have failed."""

BALANCER, GROUP = "net/mqtt-nlb/3f8a1c6e0b7d2954", "targetgroup/mqtt-brokers-8883/a6d04e9b17c5f382"
BROKERS = {"a": "i-0a5c7e1f93b2d8460", "b": "i-0e8b3d6a1c9f57240", "c": "i-04f2a9c7e5d1b8630"}
USUAL = 41_000
"""Meters that are connected."""


def seed(session, now, rng):
    """Make the account's state."""
    put_lines(session, "/grid/mosquitto", _brokers(now, rng), [*BROKERS.values()])
    tariffs = ["[INFO] {n} tariffs are current", "[INFO] fetched {n} rows", "[WARN] tariff {n} ends this month"]
    make_bystander(session, now, rng, "tariff-sync", tariffs, per_hour=14)
    stored = [
        "{at} INFO stored {n} readings",
        "{at} INFO GET /readings/{n} 200",
        "{at} WARN reading of {n} is late",
    ]
    measured.make_bystanding_service(session, now, rng, "grid", "readings-api", stored, per_hour=40)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _brokers(now, rng):
    for minute in minutes(now, -9 * 60, -1):
        closed = _minute(minute, now) >= CLOSED
        for _ in range(0 if closed else rng.randint(2, 4)):
            at, meter = within(minute, rng, 55), rng.randint(10**6, 10**7)
            source = f"203.0.113.{rng.randint(2, 250)}:{rng.randint(1_025, 65_000)}"
            yield at, f"{int(at.timestamp())}: New connection from {source} on port 8883."
            yield at, f"{int(at.timestamp())}: New client connected from {source} as meter-{meter} (p2, c1, k900)."
        for _ in range(rng.randint(1, 2)):
            at, meter = within(minute, rng), rng.randint(10**6, 10**7)
            told = rng.choice(["has exceeded timeout, disconnecting.", "closed its connection.", "disconnected."])
            yield at, f"{int(at.timestamp())}: Client meter-{meter} {told}"
        if rng.random() < 0.06:
            at = within(minute, rng)
            yield at, f"{int(at.timestamp())}: Saving in-memory database to /var/lib/mosquitto/mosquitto.db."


def _metrics(session, now, rng):
    def balanced(at):
        since = _minute(at, now) - CLOSED
        connected = USUAL * rng.uniform(0.995, 1.005) if since < 0 else USUAL - 71 * since
        return {
            "NewFlowCount": rng.randint(62, 110) if since < 1 else rng.randint(180, 420),
            "ActiveFlowCount": connected,
            "ProcessedBytes": connected * rng.uniform(2_900, 3_300),
            "TCP_Client_Reset_Count": rng.randint(8, 30) if since < 1 else rng.randint(90, 240),
            "TCP_Target_Reset_Count": rng.randint(1, 7),
            "TCP_ELB_Reset_Count": rng.randint(0, 4) if since < 1 else rng.randint(160, 380),
        }

    def hosts(at):
        failed = 3 if _minute(at, now) >= UNHEALTHY else 0
        return {"HealthyHostCount": 3 - failed, "UnHealthyHostCount": failed}

    def broker(_):
        sent = rng.uniform(4.1e7, 5.2e7)
        return {"CPUUtilization": rng.uniform(19, 27), "NetworkIn": sent, "NetworkOut": sent * 0.7}

    names = ("NewFlowCount", "ActiveFlowCount", "HealthyHostCount", "UnHealthyHostCount")
    resets = (f"TCP_{side}_Reset_Count" for side in ("Client", "Target", "ELB"))
    counts = dict.fromkeys((*names, *resets), "Count")
    moments = measured.moments(now)
    units = {**counts, "ProcessedBytes": "Bytes"}
    put_metrics(session, "AWS/NetworkELB", {"LoadBalancer": BALANCER}, moments, balanced, units)
    both = {"LoadBalancer": BALANCER, "TargetGroup": GROUP}
    put_metrics(session, "AWS/NetworkELB", both, moments, hosts, units)
    units = {"CPUUtilization": "Percent", "NetworkIn": "Bytes", "NetworkOut": "Bytes"}
    for instance in BROKERS.values():
        put_metrics(session, "AWS/EC2", {"InstanceId": instance}, moments[::5], broker, units)


def _alarms(session):
    put_alarm(
        session,
        "mqtt-nlb-unhealthy-brokers",
        AlarmDescription="Two brokers or more do not pass the health check of the meters' load balancer.",
        Namespace="AWS/NetworkELB",
        MetricName="UnHealthyHostCount",
        Dimensions={"TargetGroup": GROUP, "LoadBalancer": BALANCER},
        Statistic="Maximum",
        EvaluationPeriods=3,
        Threshold=2,
    )
    for zone, instance in BROKERS.items():
        put_alarm(
            session,
            f"mqtt-broker-{zone}-cpu",
            Namespace="AWS/EC2",
            MetricName="CPUUtilization",
            Dimensions={"InstanceId": instance},
            Statistic="Average",
            Period=300,
            EvaluationPeriods=3,
            Threshold=80,
        )
        set_healthy(session, f"mqtt-broker-{zone}-cpu")
