"""Documents that a service behind the service cannot have sealed any more."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, put_metric, set_healthy, within

EXPIRED, ALL = -31, -20
"""Minutes, relative to now: new connections are refused since, and the last old one has ended."""

ALARMED = {-29: 6, -28: 7, -27: 8, -26: 10, -25: 9}
"""Documents not sealed, in the minutes the alarm names."""

SIGNER = "http://doc-signer.policies.internal:8080/v1/sign"
SEAL = "https://tsa.sealmark.example/v2/seal"


def seed(session, now, rng):
    """Make the account's state."""
    portal = [f"portal/app/{measured.task_id(f'portal {number}')}" for number in range(3)]
    signer = [f"signer/main/{measured.task_id(f'signer {number}')}" for number in range(2)]
    put_lines(session, "/ecs/policy-portal", _portal(now, rng), portal)
    put_lines(session, "/ecs/doc-signer", _signer(now, rng), signer)
    quotes = [
        "{at} INFO premium {n} computed",
        "{at} INFO quote {n} stored",
        "{at} WARN quote {n} is old",
    ]
    measured.make_bystanding_service(session, now, rng, "policies", "premium-calc", quotes, per_hour=40)
    claims = ["{at} INFO claim {n} opened", "{at} INFO claim {n} closed"]
    measured.make_bystanding_service(session, now, rng, "policies", "claims-desk", claims, per_hour=20)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _asked(minute):
    """Documents a minute, the same each time."""
    return 14 + minute * 7 % 5


def _failed(minute):
    if minute < EXPIRED:
        return 0
    if minute in ALARMED:
        return ALARMED[minute]
    return _asked(minute) if minute >= ALL else min(12, 2 + 2 * (minute - EXPIRED))


def _portal(now, rng):
    for minute in minutes(now, -7 * 60, 0):
        relative = _minute(minute, now)
        for number in range(_asked(relative) if relative > -90 else 4):
            at, policy = within(minute, rng), f"P-{rng.randint(10**6, 10**7)}"
            thread = f"task-{rng.randint(1, 12)}"
            if number < _failed(relative):
                told = (
                    f"Policy {policy} not sealed, goes back to drafts\n"
                    f"feign.FeignException$BadGateway: [502 Bad Gateway] during [POST] to [{SIGNER}] "
                    '[SignerClient#sign(Document)]: [{"error":"seal_unavailable"}]'
                )
                yield at, _spring(at, "ERROR", thread, "c.policies.documents.SealService", told)
            else:
                told = f"Policy {policy} sealed in {rng.randint(120, 480)} ms"
                yield at, _spring(at, "INFO", thread, "c.policies.documents.SealService", told)
        if rng.random() < 0.1:
            at = within(minute, rng)
            told = f"Broker {rng.randint(100, 999)} has no logo, footer left empty"
            yield at, _spring(at, "WARN", "render-1", "c.policies.documents.Footer", told)
    for number in range(3):
        at = now - timedelta(minutes=66 - 2 * number, seconds=14)
        told = f"Started PortalApplication using Java 21.0.7 with PID 1 in {9.1 + number / 10} seconds"
        yield at, _spring(at, "INFO", "main", "c.policies.PortalApplication", told)


def _spring(at, level, thread, logger, text):
    stamp = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
    return f"{stamp} {level:>5} 1 --- [policy-portal] [{thread:>12}] {logger:<36} : {text}"


def _signer(now, rng):
    for number in range(2):
        at = now - timedelta(days=2, hours=6, minutes=4 - number, seconds=33)
        yield at, _slog(at, "INFO", "doc-signer starting", version="0.22.4", go="go1.24.2")
        yield _loaded(at + timedelta(milliseconds=412), now)
    for minute in minutes(now, -7 * 60, 0):
        relative = _minute(minute, now)
        for number in range(_asked(relative) if relative > -90 else 4):
            at, doc = within(minute, rng), f"{rng.getrandbits(48):012x}"
            if number < _failed(relative):
                error = f'Post "{SEAL}": remote error: tls: expired certificate'
                yield at, _slog(at, "ERROR", "seal failed", doc=doc, err=error, attempt=3)
            else:
                yield at, _slog(at, "INFO", "sealed", doc=doc, ms=rng.randint(80, 390))
        if rng.random() < 0.05:
            at = within(minute, rng)
            yield at, _slog(at, "WARN", "fonts not embedded", doc=f"{rng.getrandbits(48):012x}", fonts=2)


def _loaded(at, now):
    ends = f"{now + timedelta(minutes=EXPIRED):%Y-%m-%dT%H:%M:%SZ}"
    subject = "CN=doc-signer,OU=policies"
    secret = "policies/doc-signer/client-tls"  # noqa: S105 - its name
    return at, _slog(at, "INFO", "client certificate loaded", secret=secret, subject=subject, not_after=ends)


def _slog(at, level, message, **members):
    stamp = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond:06d}Z"
    return json.dumps({"time": stamp, "level": level, "msg": message, **members}, separators=(",", ":"))


def _metrics(session, now, rng):
    moments = measured.moments(now)

    def signer(at):
        idle = 0.4 if _minute(at, now) >= ALL else 1.0
        return measured.service(rng, idle * measured.busy(at, rng), 24, 21)

    service = {"Service": "policy-portal"}
    unsealed = ((at, _failed(_minute(at, now))) for at in moments)
    asked = ((at, _asked(_minute(at, now))) for at in moments)
    put_metric(session, "Policies/Portal", "DocumentsNotSealed", service, unsealed, "Count")
    put_metric(session, "Policies/Portal", "DocumentsRendered", service, asked, "Count")
    cluster = {"ClusterName": "policies"}
    measured.publish(session, "AWS/ECS", {**cluster, "ServiceName": "doc-signer"}, moments[::3], signer)
    measured.publish(
        session,
        "AWS/ECS",
        {**cluster, "ServiceName": "policy-portal"},
        moments[::3],
        lambda at: measured.service(rng, measured.busy(at, rng), 58),
    )
    measured.publish(
        session,
        "AWS/RDS",
        {"DBInstanceIdentifier": "policies-db"},
        moments[::3],
        lambda at: measured.database(rng, measured.busy(at, rng), 48, 19, 220),
    )


def _alarms(session):
    put_alarm(
        session,
        "policies: documents not sealed",
        AlarmDescription="Policies cannot be issued. Portal team, business hours.",
        Namespace="Policies/Portal",
        MetricName="DocumentsNotSealed",
        Dimensions={"Service": "policy-portal"},
        EvaluationPeriods=5,
        Threshold=5,
    )
    put_alarm(
        session,
        "policies-db-connections",
        Namespace="AWS/RDS",
        MetricName="DatabaseConnections",
        Dimensions={"DBInstanceIdentifier": "policies-db"},
        Statistic="Maximum",
        Period=300,
        Threshold=160,
    )
    set_healthy(session, "policies-db-connections")
