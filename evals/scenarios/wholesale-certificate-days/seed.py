"""A certificate that was to renew itself."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import make_bystander, minutes, put_alarm, put_lines, put_metric, set_healthy, within

CERTIFICATES = {
    "4b7e19c2-8d3f-4a60-b5e1-c97d02f6a384": 9,
    "91d6a3f8-02cb-4e75-8a1d-5f3e7c90b264": 41,
    "c58e02b7-6a4f-4d19-93b0-e12d7f8a5c36": 392,
}
"""Days they have left."""

BALANCER = "app/wholesale-alb/1a3c5e7092b4d6f8"
PAGES = ("/login", "/lists", "/lists/{n}", "/orders", "/orders/{n}", "/pallets/{n}/label")


def seed(session, now, rng):
    """Make the account's state."""
    streams = [f"ecs/wholesale-web/{measured.task_id(f'wholesale {number}')}" for number in range(4)]
    put_lines(session, "/ecs/wholesale-web", _shop(now, rng), streams)
    put_lines(session, "/orchard/external-dns", _dns(now, rng), ["external-dns"])
    orders = ["{at} INFO order {n} accepted", "{at} INFO order {n} picked", "{at} WARN order {n} has no pallet"]
    measured.make_bystanding_service(session, now, rng, "orchard", "orchard-orders", orders, per_hour=40)
    prices = ["{at} INFO list {n} read", "{at} INFO list {n} published", "{at} WARN list {n} ends today"]
    measured.make_bystanding_service(session, now, rng, "orchard", "price-lists", prices, per_hour=12)
    mirror = ["[INFO] {n} objects copied", "[INFO] nothing to copy", "[WARN] object {n} has no checksum"]
    make_bystander(session, now, rng, "asset-mirror", mirror, per_hour=6)
    _metrics(session, now, rng)
    _alarms(session)


def _shop(now, rng):
    for minute in minutes(now, -12 * 60, -1):
        for _ in range(rng.randint(3, 6)):
            at, page = within(minute, rng), rng.choice(PAGES).replace("{n}", str(rng.randint(100, 9_999)))
            status = 200 if rng.random() < 0.96 else rng.choice((302, 404))
            told = {"ts": f"{at:%Y-%m-%dT%H:%M:%S.%f}Z", "path": page, "status": status, "ms": rng.randint(9, 240)}
            yield at, json.dumps(told)
        if rng.random() < 0.05:
            at = within(minute, rng)
            yield (
                at,
                json.dumps({"ts": f"{at:%Y-%m-%dT%H:%M:%S.%f}Z", "warn": "session without a customer number"}),
            )


def _dns(now, rng):
    for minute in minutes(now, -6 * 24 * 60, -1, 15):
        at = within(minute, rng, 30)
        changed = rng.random() < 0.01
        told = "Desired change: UPSERT preview CNAME" if changed else "All records are already up to date"
        yield at, f'time="{at:%Y-%m-%dT%H:%M:%SZ}" level=info msg="{told}"'


def _metrics(session, now, rng):
    for certificate, left in CERTIFICATES.items():
        account = session.client("sts").get_caller_identity()["Account"]
        arn = f"arn:aws:acm:{session.region_name}:{account}:certificate/{certificate}"
        published = [now - timedelta(hours=13 + 12 * number) for number in range(23)]
        days = [(at, left + int((now - at) / timedelta(days=1))) for at in published]
        put_metric(session, "AWS/CertificateManager", "DaysToExpiry", {"CertificateArn": arn}, days, "Count")

    def balanced(at):
        found = measured.balancer(rng, 260 * measured.busy(at, rng) + 40, 0.07)
        return found | {
            "ClientTLSNegotiationErrorCount": rng.randint(0, 5),
            "NewConnectionCount": rng.randint(40, 90),
        }

    moments = measured.moments(now)
    measured.publish(session, "AWS/ApplicationELB", {"LoadBalancer": BALANCER}, moments[::2], balanced)
    cpu = lambda at: measured.service(rng, measured.busy(at, rng), 40, 24)  # noqa: E731 - used once
    web = {"ClusterName": "orchard", "ServiceName": "wholesale-web"}
    measured.publish(session, "AWS/ECS", web, moments[::4], cpu)


def _alarms(session):
    account = session.client("sts").get_caller_identity()["Account"]
    for name, certificate in zip(("wholesale", "shop"), CERTIFICATES, strict=False):
        arn = f"arn:aws:acm:{session.region_name}:{account}:certificate/{certificate}"
        put_alarm(
            session,
            f"{name}-certificate-days",
            AlarmDescription=f"The certificate of the {name} shop ends soon." if name == "wholesale" else "",
            Namespace="AWS/CertificateManager",
            MetricName="DaysToExpiry",
            Dimensions={"CertificateArn": arn},
            Statistic="Minimum",
            Period=86_400,
            Threshold=10,
            ComparisonOperator="LessThanThreshold",
        )
    put_alarm(
        session,
        "wholesale-alb-5xx",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions={"LoadBalancer": BALANCER},
        Threshold=10,
    )
    for name in ("shop-certificate-days", "wholesale-alb-5xx"):
        set_healthy(session, name)
