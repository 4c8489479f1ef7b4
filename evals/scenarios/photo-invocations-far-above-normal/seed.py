"""A function that is called by what it writes."""

from datetime import timedelta

from evals import measured
from evals.authoring import (
    invocation,
    make_bystander,
    make_function,
    make_role,
    minutes,
    of_day,
    put_alarm,
    put_function_lines,
    put_function_metrics,
    put_metrics,
    within,
)

CHANGED, LOOPS = timedelta(minutes=56, seconds=50), -56
"""When the notification applied, before now; the first minute full of loops."""

ALARMED = {-55: 2_214, -54: 2_391, -53: 2_448, -52: 2_376, -51: 2_430}


def seed(session, now, rng):
    """Make the account's state."""
    allowed = ["s3:GetObject", "s3:PutObject", "logs:CreateLogStream", "logs:PutLogEvents"]
    role = make_role(session, "photo-normalizer-role", "lambda.amazonaws.com", allowed)
    make_function(
        session, "photo-normalizer", role, MemorySize=1024, Description="Turns, crops and compresses photos."
    )
    _bucket(session)
    put_function_lines(session, "photo-normalizer", _lines(now, rng))
    put_function_metrics(session, "photo-normalizer", measured.moments(now), lambda at: _measured(at, now, rng))

    def dropped(at):
        return {"RecursiveInvocationsDropped": round(_uploads(at, rng))} if _minute(at, now) >= LOOPS else {}

    who = {"FunctionName": "photo-normalizer"}
    put_metrics(
        session, "AWS/Lambda", who, measured.moments(now), dropped, {"RecursiveInvocationsDropped": "Count"}
    )
    uploads = lambda at: {"PhotosUploaded": round(_uploads(at, rng))}  # noqa: E731 - used once
    put_metrics(
        session,
        "Marketplace",
        {"Service": "seller-web"},
        measured.moments(now),
        uploads,
        {"PhotosUploaded": "Count"},
    )
    web = [
        "{at} INFO listing {n} kept",
        "{at} INFO photo of listing {n} uploaded to incoming/",
        "{at} WARN listing {n} has no price",
    ]
    measured.make_bystanding_service(session, now, rng, "media", "seller-web", web, per_hour=60)
    make_bystander(session, now, rng, "video-poster", ["[INFO] poster of video {n} made"], per_hour=14)
    make_bystander(
        session,
        now,
        rng,
        "listing-index",
        ["[INFO] {n} listings indexed", "[WARNING] listing {n} is empty"],
        per_hour=20,
    )
    put_alarm(
        session,
        "photo-normalizer-invocations",
        AlarmDescription="Far more invocations than sellers upload photos: money.",
        Namespace="AWS/Lambda",
        MetricName="Invocations",
        Dimensions={"FunctionName": "photo-normalizer"},
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=5,
        Threshold=1_000,
    )


def _bucket(session):
    """marketplace-photos, which calls the function for every .jpg."""
    s3 = session.client("s3")
    where = {"LocationConstraint": session.region_name}
    s3.create_bucket(Bucket="marketplace-photos", CreateBucketConfiguration=where)
    arn = session.client("lambda").get_function(FunctionName="photo-normalizer")["Configuration"]["FunctionArn"]
    calls = {
        "Id": "normalize",
        "LambdaFunctionArn": arn,
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "suffix", "Value": ".jpg"}]}},
    }
    s3.put_bucket_notification_configuration(
        Bucket="marketplace-photos", NotificationConfiguration={"LambdaFunctionConfigurations": [calls]}
    )


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _uploads(at, rng):
    return of_day(at, 138, 162) * rng.uniform(0.94, 1.06)


def _lines(now, rng):
    lines = []
    for minute in minutes(now, -7 * 60, 0):
        for _ in range(rng.randint(2, 3)):
            at, photo = within(minute, rng), f"{rng.getrandbits(64):016x}"
            lines += _normalized(at, rng, f"incoming/{photo}.jpg", photo, rng.randint(900, 4_800))
            if at < now - CHANGED or rng.random() < 0.5:
                continue
            for turn in range(1, 16):
                again = at + timedelta(seconds=1.6 * turn)
                if again < now:
                    lines += _normalized(again, rng, f"normalized/{photo}.jpg", photo, rng.randint(210, 260))
    return lines


def _normalized(at, rng, key, photo, kilobytes):
    written = rng.randint(200, 240)
    told = (
        f"[INFO]\t{{at}}\t{{id}}\tphoto normalized from={key} to=normalized/{photo}.jpg kB={kilobytes}->{written}"
    )
    return invocation(
        at, rng, [told], duration_ms=rng.uniform(240, 900), memory_mib=1024, used_mib=rng.randint(180, 240)
    )


def _measured(at, now, rng):
    minute, photos = _minute(at, now), _uploads(at, rng)
    loops = minute >= LOOPS
    calls = ALARMED.get(minute) or round(photos * (16 if loops else 5 if minute == LOOPS - 1 else 1))
    return {
        "Invocations": calls,
        "Errors": 0,
        "Throttles": 0,
        "ConcurrentExecutions": round(calls * 0.55 / 60) + 1,
        "Duration": rng.uniform(430, 560),
        "AsyncEventsReceived": calls,
        "AsyncEventAge": rng.uniform(40, 140),
    }
