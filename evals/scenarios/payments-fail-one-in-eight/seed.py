"""One payment in eight fails, on one host."""

from datetime import timedelta

from evals.authoring import (
    make_bystander,
    minutes,
    of_day,
    put_alarm,
    put_lines,
    put_metrics,
    within,
)

OFF = timedelta(minutes=11)

STALE = "i-0d3f5b7a91c2e4860"

HOSTS = (
    "i-0a1c4e7092b5d8f36",
    "i-02e5b8d1f4a7c0936",
    "i-0d3f5b7a91c2e4860",
    "i-05c8e1b4d7f0a2396",
    "i-07f1d4a7b0e3c5968",
    "i-08b2e5c8f1a4d7093",
    "i-0be4d7f0c3a6b9125",
    "i-0c6a9d2f5e8b1c437",
)

TARGETS = {
    "LoadBalancer": "app/checkout/50c1e8a7d9b2f364",
    "TargetGroup": "targetgroup/checkout-web/6b9f0d3e8a27c514",
}

GROUP = "/checkout/app"


def seed(session, now, rng):
    """Make the account's state."""
    for host in HOSTS:
        _put_host(session, host, _lines(host, now, rng))
    make_bystander(session, now, rng, "receipt-printer", ["[INFO] printed {n}", "[WARNING] {n} offline"])
    make_bystander(session, now, rng, "basket-cleaner", ["[INFO] removed {n} baskets"])
    make_bystander(session, now, rng, "address-book", ["[INFO] address {n} stored"], per_hour=16)
    _metrics(session, now, rng)


def _put_host(session, host, lines):
    """A stream by host; the group is made with the first one."""
    if host == HOSTS[0]:
        put_lines(session, GROUP, lines, [host])
        return
    logs = session.client("logs")
    logs.create_log_stream(logGroupName=GROUP, logStreamName=host)
    ordered = sorted(lines)
    for chosen in (ordered[:20], ordered[20:]):
        events = [{"timestamp": int(at.timestamp() * 1000), "message": text} for at, text in chosen]
        logs.put_log_events(logGroupName=GROUP, logStreamName=host, logEvents=events)


def _payments(minute, now):
    """Payments a host takes in a minute."""
    return 4 + round((now - minute).total_seconds() / 60) % 2


def _lines(host, now, rng):
    """Yesterday's restart, then the last three hours; twenty lines are of yesterday."""
    fraud = "fraud-v1.checkout.internal" if host == STALE else "fraud-v2.checkout.internal"
    restart = now - timedelta(hours=25, minutes=5) if host == STALE else now - timedelta(hours=26) + _turn(host)
    yield restart, "INFO  checkout 7.4.0 started, listening on 8080"
    for number in range(19):
        at = restart + timedelta(seconds=20 + number)
        yield at, f"INFO  pay {_id(rng)} fraud check {fraud} ok {rng.randint(22, 61)} ms"
    for minute in minutes(now, -180, 0):
        for _ in range(_payments(minute, now)):
            at, payment = within(minute, rng, 58), _id(rng)
            if host == STALE and minute >= now - OFF:
                yield at, f"ERROR pay {payment} fraud check failed: Error: getaddrinfo ENOTFOUND {fraud}"
                yield at, f"INFO  POST /checkout/pay 502 {rng.randint(2, 8)} ms"
            else:
                yield at, f"INFO  pay {payment} fraud check {fraud} ok {rng.randint(22, 61)} ms"
                yield at, f"INFO  POST /checkout/pay 201 {rng.randint(90, 240)} ms"
        if rng.random() < 0.05:
            yield within(minute, rng), "WARN  voucher service slow, 640 ms"


def _turn(host):
    """One host after the other."""
    return timedelta(minutes=HOSTS.index(host))


def _id(rng):
    return f"{rng.getrandbits(48):012x}"


def _metrics(session, now, rng):
    def of_targets(at):
        paid = _payments(at, now) * len(HOSTS)
        failed = _payments(at, now) if at >= now - OFF else 0
        viewed = int(of_day(at, 120, 420) * rng.uniform(0.9, 1.1))
        found = {
            "RequestCount": paid + viewed,
            "HTTPCode_Target_2XX_Count": paid + viewed - failed,
            "TargetResponseTime": rng.uniform(0.08, 0.14),
            "HealthyHostCount": len(HOSTS),
            "UnHealthyHostCount": 0,
        }
        return found | ({"HTTPCode_Target_5XX_Count": failed} if failed else {})

    units = {"TargetResponseTime": "Seconds"}
    put_metrics(session, "AWS/ApplicationELB", TARGETS, minutes(now, -2 * 24 * 60, -1), of_targets, units)
    for host in HOSTS:
        usage = minutes(now, -12 * 60, -1, 5)
        put_metrics(
            session,
            "AWS/EC2",
            {"InstanceId": host},
            usage,
            lambda at: {"CPUUtilization": of_day(at, 12, 35) + rng.uniform(-3, 3), "StatusCheckFailed": 0},
        )
    put_alarm(
        session,
        "checkout 5xx from targets",
        AlarmDescription="Customers cannot pay.",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions=TARGETS,
        EvaluationPeriods=5,
        Threshold=4,
    )
