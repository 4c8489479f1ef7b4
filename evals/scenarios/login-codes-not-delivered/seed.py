"""Codes for numbers far away, and none for customers."""

import json
from datetime import timedelta

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
    put_lines,
    put_metrics,
    request_id,
    set_healthy,
    within,
)

WAVE, EMPTY = -380, -51
"""Minutes, relative to now: the sign-ups by machine begin; nothing is left to spend."""

FIVE_MINUTES = {-49: 84, -44: 167, -39: 159}
LIMIT, BEFORE = 900.0, 371.0
"""USD a month; spent when the wave began."""

HOME = (("+358", 244, "FI", 0.079), ("+46", 240, "SE", 0.061), ("+351", 268, "PT", 0.047))
FAR = (("+992", 436, "TJ", 0.318), ("+994", 400, "AZ", 0.274))


def seed(session, now, rng):
    """Make the account's state."""
    account = session.client("sts").get_caller_identity()["Account"]
    session.client("sns").create_topic(Name="wallet-notices")
    role = make_role(session, "login-codes-role", "lambda.amazonaws.com", ["sns:Publish", "dynamodb:PutItem"])
    make_function(
        session, "login-codes", role, Environment={"Variables": {"SENDER": "WALLET", "CODE_DIGITS": "6"}}
    )
    done, failed, function = _messages(now, rng)
    group = f"sns/{session.region_name}/{account}/DirectPublishToPhoneNumber"
    put_lines(session, group, done, [request_id(rng)])
    put_lines(session, f"{group}/Failure", failed, [request_id(rng)])
    put_function_lines(session, "login-codes", function)
    make_bystander(session, now, rng, "wallet-balance", ["[INFO] balance {n} read", "[WARN] balance {n} is stale"])
    make_bystander(session, now, rng, "push-notices", ["[INFO] {n} notices pushed", "[INFO] device {n} is gone"])
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _number(prefix, rng):
    return prefix + "".join(str(rng.randint(0, 9)) for _ in range(9))


def _asked(now, rng):
    """Each code that is asked for: moment, where, number, address."""
    for minute in minutes(now, -20 * 60, -1):
        for _ in range(rng.choice([0, 1, 1, 2, 2, 3])):
            where = rng.choice(HOME)
            yield within(minute, rng), where, _number(where[0], rng), f"192.0.2.{rng.randint(2, 250)}"
        for _ in range(rng.randint(4, 7) if _minute(minute, now) >= WAVE else 0):
            where = rng.choice(FAR)
            number = where[0] + "90" + f"{rng.randint(0, 9_999_999):07d}"
            yield within(minute, rng), where, number, f"203.0.113.{rng.choice([14, 15, 22, 71])}"


def _messages(now, rng):
    done, failed, function = [], [], []
    for at, where, number, address in _asked(now, rng):
        message = request_id(rng)
        refused = _minute(at, now) >= EMPTY
        answer = "No quota left for account" if refused else "Message has been accepted by phone carrier"
        if not refused and rng.random() < 0.006:
            answer, refused = "Phone is currently unreachable/unavailable", True
        dwell = rng.randint(20, 60) if "quota" in answer else rng.randint(600, 2_900)
        outcome = {
            "notification": {
                "messageId": message,
                "timestamp": f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d}",
            },
            "delivery": {
                "mnc": rng.randint(1, 9),
                "mcc": where[1],
                "destination": number,
                "priceInUSD": 0.0 if refused else where[3],
                "smsType": "Transactional",
                "providerResponse": answer,
                "dwellTimeMs": dwell,
            },
            "status": "FAILURE" if refused else "SUCCESS",
        }
        (failed if refused else done).append((at + timedelta(milliseconds=dwell), json.dumps(outcome)))
        agent = "okhttp/4.9.0" if where in FAR else rng.choice(["Wallet/7.2 iOS", "Wallet/7.2 Android"])
        reason = "sign-up" if where in FAR or rng.random() < 0.06 else "login"
        told = f"code for {number} ({reason}) asked from {address}, {agent}, message {message}"
        function += invocation(at, rng, [f"[INFO] {told}"], duration_ms=rng.uniform(70, 160))
    return done, failed, function


def _spent(minute):
    if minute < WAVE:
        return BEFORE + (minute - WAVE) * 0.012
    return min(LIMIT, BEFORE + (LIMIT - BEFORE) * (minute - WAVE) / (EMPTY - WAVE))


def _metrics(session, now, rng):
    span = measured.moments(now)
    counts = {}
    for first in range(-49, -3, 5):
        total = FIVE_MINUTES.get(first, rng.randint(30, 41) * 4)
        for step in range(5):
            counts[first + step] = total // 5 + (1 if step < total % 5 else 0)

    def delivered(at):
        minute = _minute(at, now)
        wave = rng.randint(26, 30) if minute >= WAVE else 0
        usual = rng.choice([2, 3, 4, 5, 6])
        failed = counts.get(minute, rng.choice([0, 0, 0, 0, 1]))
        return {
            "NumberOfMessagesPublished": failed if minute >= EMPTY + 2 else usual + wave,
            "NumberOfNotificationsDelivered": 0 if minute >= EMPTY + 2 else usual + wave - min(failed, 1),
            "NumberOfNotificationsFailed": failed,
        }

    names = ("NumberOfMessagesPublished", "NumberOfNotificationsDelivered", "NumberOfNotificationsFailed")
    where = {"PhoneNumber": "PhoneNumberDirect"}
    put_metrics(session, "AWS/SNS", where, span, delivered, dict.fromkeys(names, "Count"))
    spent = {at: {"SMSMonthToDateSpentUSD": round(_spent(_minute(at, now)), 2)} for at in span[::5]}
    put_metrics(session, "AWS/SNS", {}, span[::5], spent.get)

    def calls(at):
        made = rng.randint(28, 34) if _minute(at, now) >= WAVE else rng.randint(2, 6)
        return {"Invocations": made, "Errors": 0, "Throttles": 0, "Duration": rng.uniform(90, 120)}

    put_function_metrics(session, "login-codes", span, calls)


def _alarms(session):
    put_alarm(
        session,
        "sms-deliveries-failed",
        AlarmDescription="Text messages to phones that SNS could not deliver.",
        Namespace="AWS/SNS",
        MetricName="NumberOfNotificationsFailed",
        Dimensions={"PhoneNumber": "PhoneNumberDirect"},
        Period=300,
        EvaluationPeriods=3,
        Threshold=60,
    )
    put_alarm(
        session,
        "login-codes-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "login-codes"},
        Period=300,
        Threshold=3,
    )
    set_healthy(session, "login-codes-errors")
