"""A policy of the organization forbids another region."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import (
    invocation,
    make_bystander,
    make_function,
    minutes,
    put_alarm,
    put_function_lines,
    put_function_metrics,
    put_lines,
    put_metrics,
    set_healthy,
    within,
)

NAME = "banner-studio"
ROLE = "banner-studio-role"
DENIED_AT = -47
"""Minute, relative to now, in which the first picture is refused."""

ALARMED = {-46: (31, 53), -45: (34, 56), -44: (33, 57)}
"""Errors and invocations of the minutes the alarm names."""

MODEL = "arn:aws:bedrock:us-west-2::foundation-model/stability.stable-image-core-v1:1"
GUARD = "arn:aws:organizations::884412076623:policy/o-k3v9q1x7ze/service_control_policy/p-8d21u6rw"


def seed(session, now, rng):
    """Make the account's state."""
    account = session.client("sts").get_caller_identity()["Account"]
    _role(session)
    make_function(session, NAME, f"arn:aws:iam::{account}:role/{ROLE}", MemorySize=1024, Timeout=60)
    put_function_lines(session, NAME, _calls(now, rng, account))
    put_function_metrics(session, NAME, measured.moments(now), lambda at: _measured(_minute(at, now), rng))
    queue = {"QueueName": "banner-jobs"}
    put_metrics(session, "AWS/SQS", queue, list(minutes(now, -24 * 60, -2)), lambda at: _queue(at, now, rng))
    put_lines(session, "/ecs/seller-desk", _desk(now, rng), ["web/seller-desk/1", "web/seller-desk/2"])
    make_bystander(session, now, rng, "listing-texts", ["text {n} checked", "text {n} has no title"], per_hour=40)
    make_bystander(session, now, rng, "photo-moderation", ["photo {n} passed", "WARN photo {n}: low confidence"])
    _alarms(session)


def _minute(at, now):
    return (at - now).total_seconds() / 60


def _role(session):
    iam = session.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    iam.create_role(
        RoleName=ROLE, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )
    allowed = (
        ("DrawBanners", ["bedrock:InvokeModel"], "arn:aws:bedrock:*::foundation-model/stability.*"),
        ("KeepBanners", ["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::seller-banners/*"),
        ("Log", ["logs:CreateLogStream", "logs:PutLogEvents"], "*"),
    )
    statements = [{"Sid": s, "Effect": "Allow", "Action": a, "Resource": r} for s, a, r in allowed]
    iam.put_role_policy(
        RoleName=ROLE,
        PolicyName="banner-studio",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
    )


def _refusal(account):
    who = f"arn:aws:sts::{account}:assumed-role/{ROLE}/{NAME}"
    return (
        "[ERROR] AccessDeniedException: An error occurred (AccessDeniedException) when calling the InvokeModel "
        f"operation: User: {who} is not authorized to perform: bedrock:InvokeModel on resource: {MODEL} "
        f"with an explicit deny in a service control policy: {GUARD}\n"
        "Traceback (most recent call last):\n"
        '  File "/var/task/app.py", line 88, in handler\n    picture = draw(job)\n'
        '  File "/var/task/drawing.py", line 41, in draw\n    answer = bedrock.invoke_model(modelId=MODEL)'
    )


def _calls(now, rng, account):
    for minute in minutes(now, -15 * 60, 0):
        for _ in range(rng.randint(2, 4)):
            at, job = within(minute, rng), rng.randint(410_000, 470_000)
            if rng.random() < 0.42:
                said = [f"INFO job {job} resize seller-banners/{job}.png to 1200x400", f"INFO job {job} done"]
                yield from invocation(at, rng, said, duration_ms=rng.uniform(240, 700), memory_mib=1024)
            elif _minute(at, now) >= DENIED_AT:
                said = [f"INFO job {job} generate region=us-west-2 model=stable-image-core", _refusal(account)]
                yield from invocation(at, rng, said, duration_ms=rng.uniform(310, 520), memory_mib=1024)
            else:
                said = [f"INFO job {job} generate region=us-west-2 model=stable-image-core"]
                if rng.random() < 0.01:
                    said += [f"WARN job {job} prompt filtered, asking again"]
                said += [f"INFO job {job} picture stored as seller-banners/{job}.png"]
                yield from invocation(at, rng, said, duration_ms=rng.uniform(4_200, 7_900), memory_mib=1024)


def _measured(minute, rng):
    calls, failed = rng.randint(48, 61), int(rng.random() < 0.03)
    if minute in ALARMED:
        failed, calls = ALARMED[minute]
    elif minute >= DENIED_AT:
        failed = round(calls * rng.uniform(0.55, 0.63) * (0.6 if minute == DENIED_AT else 1))
    slow = 400 if minute >= DENIED_AT else 3_700
    return {
        "Invocations": calls,
        "Errors": failed,
        "Throttles": 0,
        "Duration": slow * rng.uniform(0.9, 1.1),
        "ConcurrentExecutions": rng.randint(2, 6),
    }


def _queue(at, now, rng):
    since = _minute(at, now) - DENIED_AT
    waiting = since * 29 if since > 0 else rng.randint(0, 9)
    return {"ApproximateNumberOfMessagesVisible": round(waiting), "NumberOfMessagesSent": rng.randint(30, 45)}


def _desk(now, rng):
    for minute in minutes(now, -10 * 60, 0):
        for _ in range(2):
            at = within(minute, rng)
            yield at, f"{at:%Y-%m-%dT%H:%M:%SZ} INFO banner job queued seller={rng.randint(1_000, 9_999)}"
        if _minute(minute, now) > DENIED_AT + 6 and rng.random() < 0.4:
            at = within(minute, rng)
            yield at, f"{at:%Y-%m-%dT%H:%M:%SZ} WARN banner of seller={rng.randint(1_000, 9_999)} not ready"
    at = now - timedelta(minutes=3 * 60 + 3)
    yield at, f"{at:%Y-%m-%dT%H:%M:%SZ} INFO seller-desk 9.2.1 ready"


def _alarms(session):
    dimensions = [{"Name": "FunctionName", "Value": NAME}]
    parts = [
        {
            "Id": key,
            "MetricStat": {
                "Metric": {"Namespace": "AWS/Lambda", "MetricName": metric, "Dimensions": dimensions},
                "Period": 60,
                "Stat": "Sum",
            },
            "ReturnData": False,
        }
        for key, metric in (("failed", "Errors"), ("calls", "Invocations"))
    ]
    rate = {"Id": "rate", "Expression": "100 * failed / calls", "Label": "errors, percent", "ReturnData": True}
    put_alarm(
        session,
        "banner-studio-error-rate",
        AlarmDescription="More than 10 % of the banner jobs fail. Team: seller-tools",
        Metrics=[rate, *parts],
        EvaluationPeriods=3,
        Threshold=10,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "banner-jobs-age",
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions={"QueueName": "banner-jobs"},
        Statistic="Maximum",
        Period=300,
        Threshold=14_400,
    )
    set_healthy(session, "banner-jobs-age")
