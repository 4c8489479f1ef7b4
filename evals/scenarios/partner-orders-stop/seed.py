"""Partners whose HTTPS clients refuse the load balancer since its certificate has expired."""

from datetime import timedelta

from evals import measured
from evals.authoring import (
    invocation,
    make_function,
    make_role,
    minutes,
    put_alarm,
    put_function_lines,
    put_function_metrics,
    put_lines,
    put_metric,
    set_healthy,
    within,
)

BALANCER, GROUP = "app/partners-alb/c60d3b8f1e7a2945", "targetgroup/partner-orders-tg/2b9f7e0d4c61a835"
HOST = "orders.granary-trade.example"
EXPIRED = -31
FEW = {-27: 4, -26: 0, -25: 0, -24: 0, -23: 0, -22: 1, -17: 2, -16: 0, -15: 1}
REFUSED = (
    "[WARNING]\t{at}\t{id}\tdelivery of order GT-{n} failed, kept for retry: SSLError(SSLCertVerificationError(1, "
    "'[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1010)')) "
    "https://" + HOST + "/v2/orders"
)


def seed(session, now, rng):
    """Make the account's state."""
    streams = [f"svc/partner-orders/{measured.task_id(f'partner-orders {number}')}" for number in range(4)]
    put_lines(session, "/ecs/partner-orders", _orders(now, rng), streams)
    _bridge(session, now, rng)
    prices = ["{at} INFO published {n} prices", "{at} INFO feed of exchange 2 in step", "{at} WARN quote {n} late"]
    measured.make_bystanding_service(session, now, rng, "trade", "price-publisher", prices, per_hour=25)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _orders(now, rng):
    """The service sees nothing wrong: fewer orders, and the load balancer's health checks as ever."""
    for minute in minutes(now, -10 * 60, 0):
        relative = _minute(minute, now)
        for _ in range(rng.randint(3, 6) if relative < EXPIRED else FEW.get(relative, 0)):
            at, ms = within(minute, rng), rng.randint(11, 90)
            partner = rng.choice(["millhouse", "north-coop", "delta-feed", "agri-hub"])
            yield (
                at,
                f"{at:%Y-%m-%dT%H:%M:%SZ} INFO order of {partner} accepted lines={rng.randint(1, 40)} ms={ms}",
            )
        at = within(minute, rng)
        yield at, f'{at:%Y-%m-%dT%H:%M:%SZ} INFO "GET /healthz HTTP/1.1" 200 ELB-HealthChecker/2.0'
        if rng.random() < 0.05:
            yield (
                within(minute, rng),
                f"{at:%Y-%m-%dT%H:%M:%SZ} WARN partner=agri-hub sent unknown unit 'bsh', read as bushel",
            )


def _bridge(session, now, rng):
    """A function of ours that sends orders for the partners that still use EDI: a client like the others."""
    role = make_role(session, "edi-bridge-role", "lambda.amazonaws.com", ["logs:*", "s3:GetObject"])
    make_function(
        session, "edi-bridge", role, Environment={"Variables": {"ORDERS_URL": f"https://{HOST}/v2/orders"}}
    )
    lines = []
    for minute in minutes(now, -26 * 60, -1, 4):
        at, failing = within(minute, rng), _minute(minute, now) >= EXPIRED
        number = str(rng.randint(10**6, 10**7))
        sent = "[INFO]\t{at}\t{id}\torder GT-{n} delivered, 201"
        said = (REFUSED if failing else sent).replace("{n}", number)
        lines += invocation(at, rng, [said], duration_ms=rng.uniform(90, 340))
    put_function_lines(session, "edi-bridge", lines)

    def calls(_):
        return {"Invocations": 1, "Errors": 0, "Throttles": 0, "Duration": rng.uniform(90, 340)}

    put_function_metrics(session, "edi-bridge", minutes(now, -2 * 24 * 60, -2, 4), calls)


def _metrics(session, now, rng):
    def balanced(at):
        relative = _minute(at, now)
        if relative < EXPIRED:
            return measured.balancer(rng, 86 * rng.uniform(0.85, 1.15), 0.041) | {
                "ClientTLSNegotiationErrorCount": rng.choice([0, 0, 0, 1, 2])
            }
        found = {"ClientTLSNegotiationErrorCount": rng.randint(68, 90), "NewConnectionCount": rng.randint(70, 95)}
        few = FEW.get(relative, rng.choice([0, 0, 1]) if relative > -13 else 0)
        return found | ({"RequestCount": few, "HTTPCode_Target_2XX_Count": few} if few else {})

    moments = measured.moments(now)
    measured.publish(session, "AWS/ApplicationELB", {"LoadBalancer": BALANCER}, moments, balanced)
    hosts = {"LoadBalancer": BALANCER, "TargetGroup": GROUP}
    measured.publish(
        session,
        "AWS/ApplicationELB",
        hosts,
        moments[::4],
        lambda _: {"HealthyHostCount": 4, "UnHealthyHostCount": 0},
    )
    service = {"ClusterName": "trade", "ServiceName": "partner-orders"}
    measured.publish(
        session,
        "AWS/ECS",
        service,
        moments[::3],
        lambda at: measured.service(rng, 0.8 if _minute(at, now) < EXPIRED else 0.1),
    )
    arn = session.client("lambda").get_function_configuration(FunctionName="edi-bridge")["FunctionArn"]
    certificate = ":".join(
        ["arn:aws:acm", *arn.split(":")[3:5], "certificate/e7a4c2d9-5b81-4f36-9c0a-2d8e6f1b3a75"]
    )
    days = [(now - timedelta(minutes=-EXPIRED, days=day, hours=-12), day) for day in range(12)]
    put_metric(
        session,
        "AWS/CertificateManager",
        "DaysToExpiry",
        {"CertificateArn": certificate},
        [(at, day - 1) for at, day in days if at < now],
    )


def _alarms(session):
    put_alarm(
        session,
        "partner-orders-too-few",
        AlarmDescription=(
            "Partners send hundreds of orders every five minutes, day and night. "
            "Fewer than 120 means something is wrong."
        ),
        Namespace="AWS/ApplicationELB",
        MetricName="RequestCount",
        Dimensions={"LoadBalancer": BALANCER},
        Period=300,
        EvaluationPeriods=3,
        Threshold=120,
        ComparisonOperator="LessThanThreshold",
        TreatMissingData="breaching",
    )
    put_alarm(
        session,
        "partner-orders-5xx",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions={"LoadBalancer": BALANCER},
        EvaluationPeriods=3,
        Threshold=10,
    )
    set_healthy(session, "partner-orders-5xx")
