"""Bookings that never reach a calendar: the secret of its vendor has expired."""

import json

from evals import measured
from evals.authoring import (
    invocation,
    make_bystander,
    make_function,
    make_role,
    minutes,
    put_alarm,
    put_function_lines,
    put_function_metrics,
    put_metrics,
    set_healthy,
    within,
)

NAME, BUS = "calendar-writer", "appointments"
EXPIRED = 41
PER_MINUTE = 4
LOGIN = "https://login.kalenderwerk.example/oauth2/token"


def seed(session, now, rng):
    """Make the account's state."""
    _wiring(session)
    put_function_lines(session, NAME, _writer(now, rng))
    says = [
        "[INFO] appointment {n} confirmed",
        "[INFO] appointment {n} moved",
        "[WARNING] appointment {n}: no mail",
    ]
    make_bystander(session, now, rng, "appointment-mails", says, per_hour=40)
    make_bystander(session, now, rng, "room-plan", ["[INFO] plan of room {n} drawn"], per_hour=20)
    make_bystander(session, now, rng, "waiting-list", ["[INFO] {n} wait", "[INFO] slot {n} offered"])
    _metrics(session, now, rng)
    _alarms(session)


def _wiring(session):
    role = make_role(
        session, f"{NAME}-role", "lambda.amazonaws.com", ["secretsmanager:GetSecretValue", "logs:PutLogEvents"]
    )
    variables = {"TOKEN_URL": LOGIN, "SECRET_ID": "calendar-writer/kalenderwerk"}
    make_function(session, NAME, role, Timeout=20, Environment={"Variables": variables})
    events = session.client("events")
    events.create_event_bus(Name=BUS)
    pattern = json.dumps({"source": ["desk"], "detail-type": ["AppointmentBooked"]})
    events.put_rule(Name="appointment-booked", EventBusName=BUS, EventPattern=pattern, State="ENABLED")
    account = session.client("sts").get_caller_identity()["Account"]
    arn = f"arn:aws:lambda:{session.region_name}:{account}:function:{NAME}"
    events.put_targets(Rule="appointment-booked", EventBusName=BUS, Targets=[{"Id": "calendar", "Arn": arn}])


def _fresh(before):
    return PER_MINUTE if before <= EXPIRED else 0


def _failing(before):
    """Attempts that fail in a minute: the first, the second a minute later, the third two minutes after that."""
    return _fresh(before) + _fresh(before + 1) + _fresh(before + 3)


def _dropped(before):
    return _fresh(before + 3)


def _booked(at, rng):
    """Bookings in a minute of a good day."""
    return round(measured.busy(at, rng) * PER_MINUTE * 0.8)


def _refused(appointment):
    answer = '{"error":"invalid_client","error_description":"The client secret cw-2025 has expired."}'
    trace = (
        "[ERROR] TokenRefused: 401 invalid_client\nTraceback (most recent call last):\n"
        '  File "/var/task/app.py", line 38, in handler\n    entry = calendar.write(token(), booking)\n'
        '  File "/var/task/vendor.py", line 71, in token\n    raise TokenRefused(f"{answer.status} {error}")'
    )
    return [f"[ERROR]\t{{at}}\t{{id}}\tappointment {appointment}: POST {LOGIN} answered 401 {answer}", trace]


def _writer(now, rng):
    for minute in minutes(now, -22 * 60, 0):
        before = round((now - minute).total_seconds() / 60)
        for _ in range(_failing(before)):
            said = _refused(rng.randint(880_000, 889_999))
            yield from invocation(within(minute, rng), rng, said, duration_ms=rng.uniform(90, 160), used_mib=71)
        for _ in range(0 if _failing(before) else _booked(minute, rng)):
            appointment = rng.randint(880_000, 889_999)
            said = [f"[INFO]\t{{at}}\t{{id}}\tappointment {appointment} written, entry {rng.getrandbits(48):012x}"]
            if rng.random() < 0.07:
                said.insert(0, f"[WARNING]\t{{at}}\t{{id}}\tappointment {appointment} has no room")
            yield from invocation(within(minute, rng), rng, said, duration_ms=rng.uniform(240, 610), used_mib=74)


def _metrics(session, now, rng):
    def function(at):
        before = round((now - at).total_seconds() / 60)
        fresh = _fresh(before) or _booked(at, rng)
        found = {
            "Invocations": _failing(before) or fresh,
            "Errors": _failing(before),
            "Throttles": 0,
            "Duration": rng.uniform(100, 150) if _failing(before) else rng.uniform(300, 520),
            "ConcurrentExecutions": 1,
            "AsyncEventsReceived": fresh,
            "AsyncEventAge": rng.uniform(60_000, 70_000) if _failing(before) else rng.uniform(20, 90),
        }
        return found | ({"AsyncEventsDropped": _dropped(before)} if _dropped(before) else {})

    span = measured.moments(now)
    put_function_metrics(session, NAME, span, function)

    def rule(at):
        before = round((now - at).total_seconds() / 60)
        matched = _fresh(before) or _booked(at, rng)
        return {"MatchedEvents": matched, "TriggeredRules": matched, "Invocations": matched}

    dimensions = {"EventBusName": BUS, "RuleName": "appointment-booked"}
    counts = dict.fromkeys(("MatchedEvents", "TriggeredRules", "Invocations"), "Count")
    put_metrics(session, "AWS/Events", dimensions, span, rule, counts)


def _alarms(session):
    put_alarm(
        session,
        "calendar-writer-events-dropped",
        AlarmDescription="Bookings are lost on their way to the calendar.",
        Namespace="AWS/Lambda",
        MetricName="AsyncEventsDropped",
        Dimensions={"FunctionName": NAME},
        Period=300,
        Threshold=5,
    )
    put_alarm(
        session,
        "appointment-booked-failed-invocations",
        Namespace="AWS/Events",
        MetricName="FailedInvocations",
        Dimensions={"EventBusName": BUS, "RuleName": "appointment-booked"},
        Period=300,
        Threshold=1,
    )
    set_healthy(session, "appointment-booked-failed-invocations")
