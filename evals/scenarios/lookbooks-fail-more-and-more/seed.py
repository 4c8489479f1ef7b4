"""Work files that nobody removes."""

import hashlib
from datetime import timedelta

from evals import measured
from evals.authoring import (
    invocation,
    make_bystander,
    make_function,
    make_role,
    minutes,
    put_alarm,
    put_function_metrics,
    set_healthy,
    within,
)

FUNCTION, GROUP = "lookbook-render", "/aws/lambda/lookbook-render"
RELEASED = -112
ENVIRONMENTS = ((-112, -76), (-112, -69), (-111, -62), (-108, -54), (-90, -37), (-61, -21), (-33, 99), (-15, 99))
"""From when they run the release, and from when their /tmp is full."""

FAILED = {-51: 3, -50: 2, -49: 4, -48: 2, -47: 3}
"""As the alarm saw them."""


def seed(session, now, rng):
    """Make the account's state."""
    allowed = ["s3:GetObject", "s3:PutObject", "logs:CreateLogStream", "logs:PutLogEvents"]
    role = make_role(session, f"{FUNCTION}-role", "lambda.amazonaws.com", allowed)
    variables = {"BUCKET": "atelier-lookbooks", "DPI": "220"}
    make_function(session, FUNCTION, role, MemorySize=1024, Timeout=60, Environment={"Variables": variables})
    session.client("s3").create_bucket(
        Bucket="atelier-lookbooks",
        CreateBucketConfiguration={"LocationConstraint": session.region_name},
    )
    calls = {minute: _calls(minute, rng) for minute in range(-24 * 60, 0)}
    _lines(session, now, rng, calls)
    swatches = ["[INFO] {n} swatches indexed", "[INFO] swatch {n} unchanged", "[WARNING] swatch {n} has no colour"]
    make_bystander(session, now, rng, "swatch-index", swatches, per_hour=20)
    mails = ["[INFO] mail {n} sent", "[WARNING] address of customer {n} bounced"]
    make_bystander(session, now, rng, "order-mails", mails, per_hour=30)
    _metrics(session, now, rng, calls)
    _alarms(session)


def _full(minute):
    """How many environments run the release, and how many of them have no space left."""
    running = [full for began, full in ENVIRONMENTS if began <= minute]
    return len(running), sum(full <= minute for full in running)


def _calls(minute, rng):
    """Invocations of a minute that succeed and that fail."""
    count = rng.choice((3, 4, 4, 5)) if minute > -5 * 60 else rng.choice((0, 1, 2, 2))
    running, full = _full(minute)
    failed = sum(rng.random() < full / running for _ in range(count)) if running else 0
    if minute in FAILED:
        return 1, FAILED[minute]
    if minute > max(FAILED):
        failed = max(2, failed)
    elif minute % 4 == 0:
        failed = min(1, failed)
    return count - failed, failed


def _stream(at, number):
    digest = hashlib.sha256(f"{GROUP}{number}".encode()).hexdigest()[:32]
    return f"{at:%Y/%m/%d}/[$LATEST]{digest}"


def _lines(session, now, rng, calls):
    streams = {}
    for minute in minutes(now, -24 * 60, 0):
        ago = round((minute - now).total_seconds() / 60)
        for failed in (False, True):
            for _ in range(calls[ago][failed]):
                at, chosen = within(minute, rng, 48), _chosen(ago, rng, failed=failed)
                began = now + timedelta(minutes=ENVIRONMENTS[chosen][0] if chosen >= 0 else 6 * 60 * chosen)
                lines = _rendered(at, rng, released=ago >= RELEASED, failed=failed)
                streams.setdefault(_stream(began, chosen), []).extend(lines)
    logs = session.client("logs")
    logs.create_log_group(logGroupName=GROUP)
    for name, lines in streams.items():
        logs.create_log_stream(logGroupName=GROUP, logStreamName=name)
        events = [{"timestamp": int(at.timestamp() * 1000), "message": text} for at, text in sorted(lines)]
        for start in range(0, len(events), 1_000):
            logs.put_log_events(logGroupName=GROUP, logStreamName=name, logEvents=events[start : start + 1_000])


def _chosen(minute, rng, *, failed):
    """The environment that takes an invocation; those of before the release have negative numbers."""
    if minute < RELEASED:
        return minute // (6 * 60)
    fitting = [
        number
        for number, (began, full) in enumerate(ENVIRONMENTS)
        if began <= minute and (full <= minute) == failed
    ]
    return rng.choice(fitting or [0])


def _rendered(at, rng, *, released, failed):
    book, pages, size = rng.randint(40_000, 59_999), rng.randint(9, 22), rng.randint(17, 31)
    said = [f"[INFO] lookbook {book}: {pages} pages, images {size} MB to /tmp/lb-{book}"]
    if failed:
        traced = (
            f"[ERROR] OSError: [Errno 28] No space left on device: '/tmp/lb-{book}/p{rng.randint(1, 9):02d}.png'\n"
            "Traceback (most recent call last):\n"
            '  File "/var/task/app.py", line 61, in handler\n    pages = fetch_images(book, work)\n'
            '  File "/var/task/work.py", line 38, in fetch_images\n    target.write(part)'
        )
        return invocation(
            at, rng, [*said, traced], duration_ms=rng.uniform(300, 900), memory_mib=1024, used_mib=233
        )
    said.append(f"[INFO] lookbook {book} stored in atelier-lookbooks")
    if not released:
        said.append(f"[INFO] removed work files of {book}")
    if rng.random() < 0.04:
        said.insert(1, f"[WARNING] lookbook {book}: a picture is smaller than 220 dpi")
    return invocation(at, rng, said, duration_ms=rng.uniform(4_100, 9_800), memory_mib=1024, used_mib=241)


def _metrics(session, now, rng, calls):
    def function(at):
        minute = round((at - now).total_seconds() / 60)
        fine, failed = calls.get(minute, (rng.randint(0, 4), 0))
        if not fine + failed:
            return {}
        took = (fine * rng.uniform(6_000, 7_500) + failed * 600) / (fine + failed)
        found = {"Invocations": fine + failed, "Errors": failed, "Throttles": 0, "Duration": took}
        return found | {"ConcurrentExecutions": min(fine + failed, 4)}

    put_function_metrics(session, FUNCTION, measured.moments(now), function)


def _alarms(session):
    put_alarm(
        session,
        "lookbook-render-errors",
        AlarmDescription="Lookbooks for stylists cannot be rendered.",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": FUNCTION},
        EvaluationPeriods=5,
        Threshold=2,
    )
    put_alarm(
        session,
        "lookbook-render-throttles",
        Namespace="AWS/Lambda",
        MetricName="Throttles",
        Dimensions={"FunctionName": FUNCTION},
        Threshold=1,
    )
    set_healthy(session, "lookbook-render-throttles")
