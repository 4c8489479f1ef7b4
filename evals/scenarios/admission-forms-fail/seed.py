"""A host whose disk is full: what its application cannot write down, nginx tells."""

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, put_metrics, set_healthy, within

HOSTS = {"i-0c4e17a9d2b65f830": "10.44.1.21", "i-07b3f9d158e2c604a": "10.44.2.34"}
FULL_HOST = "i-0c4e17a9d2b65f830"
DEBUG, FULL = -(29 * 60 + 20), -22
"""Minutes, relative to now: debug logging begins; nothing can be written any more."""

ALARMED = {-22: 41, -21: 77, -20: 83}
BALANCER, GROUP = "app/admissions-alb/b29f6c048e1d7a35", "targetgroup/admissions-web/e5730ad81c4f962b"
PAGES = ("/apply/programme", "/apply/person", "/apply/documents", "/apply/submit", "/status")
FAILED = (
    "PHP message: PHP Warning:  file_put_contents(/srv/admissions/storage/framework/sessions/{id}): Failed "
    "to open stream: No space left on device in /srv/admissions/vendor/laravel/framework/src/Illuminate/"
    "Filesystem/"
    "Filesystem.php on line 204; PHP message: PHP Fatal error:  Uncaught UnexpectedValueException: The "
    'stream or file "/srv/admissions/storage/logs/laravel.log" could not be opened in append mode: Failed '
    "to open stream: "
    "No space left on device"
)
OLD = "PHP message: PHP Deprecated:  Optional parameter $term declared before required parameter $year in {where}"
QUERIES = (
    'select * from "programmes" where "id" = ? limit 1 {"bindings":[{n}],"time":0.51}',
    'select * from "documents" where "application_id" = ? {"bindings":[{n}],"time":1.12}',
    'Rendering view apply.person {"application":{n},"fields":41}',
    'update "applications" set "step" = ? where "id" = ? {"bindings":["person",{n}],"time":0.88}',
)


def seed(session, now, rng):
    """Make the account's state."""
    for host, address in HOSTS.items():
        for name, lines in (
            ("access", _access(now, rng, host)),
            ("error", _errors(now, rng, host, address)),
            ("laravel", _laravel(now, rng, host)),
        ):
            _put(session, f"/admissions/{name}", host, lines)
    timetable = [
        "{at} INFO timetable of course {n} published",
        "{at} INFO room {n} booked",
        "{at} WARN room {n} twice",
    ]
    measured.make_bystanding_service(session, now, rng, "campus", "timetable", timetable, per_hour=24)
    _metrics(session, now, rng)
    _alarms(session)


def _put(session, group, stream, lines):
    """The agent's way: a stream for each host."""
    known = session.client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    if not known:
        put_lines(session, group, lines, [stream])
        return
    logs = session.client("logs")
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    events = [{"timestamp": int(at.timestamp() * 1000), "message": text} for at, text in sorted(lines)]
    while events:
        day = [one for one in events[:2_000] if one["timestamp"] - events[0]["timestamp"] < 20 * 3_600_000]
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=day)
        events = events[len(day) :]


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _is_full(host, minute):
    return host == FULL_HOST and minute >= FULL


def _access(now, rng, host):
    for minute in minutes(now, -6 * 60, 0):
        for _ in range(rng.randint(3, 5)):
            at, page, verb = within(minute, rng), rng.choice(PAGES), rng.choice(["GET", "POST"])
            status = 500 if _is_full(host, _minute(minute, now)) else 200
            yield (
                at,
                (
                    f'192.0.2.{rng.randint(2, 250)} - - [{at:%d/%b/%Y:%H:%M:%S} +0000] "{verb} '
                    f'{page} HTTP/1.1" {status} {rng.randint(900, 40_000)} "-" "Mozilla/5.0" '
                    f"rt={rng.uniform(0.03, 0.3):.3f}"
                ),
            )
        yield (
            minute,
            (
                f'10.44.0.9 - - [{minute:%d/%b/%Y:%H:%M:%S} +0000] "GET /up HTTP/1.1" 200 2 "-" '
                '"ELB-HealthChecker/2.0"'
            ),
        )


def _errors(now, rng, host, address):
    for minute in minutes(now, -10 * 60, 0):
        if rng.random() < 0.3:
            where = (
                f"/srv/admissions/app/Services/{rng.choice(['Terms', 'Fees', 'Grades'])}.php on line "
                f"{rng.randint(20, 90)}"
            )
            yield _nginx(within(minute, rng), rng, address, OLD.format(where=where))
        if _is_full(host, _minute(minute, now)):
            for _ in range(rng.randint(4, 7)):
                yield _nginx(within(minute, rng), rng, address, FAILED.format(id=f"{rng.getrandbits(160):040x}"))


def _nginx(at, rng, address, told):
    return (
        at,
        (
            f"{at:%Y/%m/%d %H:%M:%S} [error] 1187#1187: *{rng.randint(10**6, 10**7)} FastCGI sent in stderr: "
            f'"{told}" while '
            f"reading response header from upstream, client: 192.0.2.{rng.randint(2, 250)}, server: apply."
            "campus.example, "
            f'request: "GET {rng.choice(PAGES)} HTTP/1.1", upstream: "fastcgi://unix:/run/php/php8.3-fpm.'
            f'sock:", host: "{address}"'
        ),
    )


def _laravel(now, rng, host):
    for minute in minutes(now, -40 * 60, 0, 2):
        relative = _minute(minute, now)
        if _is_full(host, relative):
            continue  # it cannot be written
        if rng.random() < 0.5:
            at = within(minute, rng)
            yield (
                at,
                f"[{at:%Y-%m-%d %H:%M:%S}] production.INFO: application {rng.randint(10**4, 10**5)} submitted",
            )
        if host == FULL_HOST and relative >= DEBUG:
            for _ in range(4):
                at, told = (
                    within(minute, rng, 119),
                    rng.choice(QUERIES).replace("{n}", str(rng.randint(10**4, 10**5))),
                )
                yield at, f"[{at:%Y-%m-%d %H:%M:%S}] production.DEBUG: {told}"


def _metrics(session, now, rng):
    def balanced(at):
        minute = _minute(at, now)
        requests = round(175 * rng.uniform(0.92, 1.08))
        failed = ALARMED.get(minute) or (round(requests * rng.uniform(0.46, 0.54)) if minute >= FULL else 0)
        found = measured.balancer(rng, requests, 0.11) | {"HTTPCode_Target_5XX_Count": failed}
        found["HTTPCode_Target_2XX_Count"] = max(0, found["HTTPCode_Target_2XX_Count"] - failed)
        return found | {"HealthyHostCount": 2, "UnHealthyHostCount": 0}

    def used(host, at):
        minute, at_first = _minute(at, now), 41.0 if host == FULL_HOST else 40.2
        if host == FULL_HOST and minute >= DEBUG:
            return min(100.0, at_first + (100.0 - at_first) * (minute - DEBUG) / (FULL - DEBUG))
        return at_first + 0.004 * (minute + 4 * 24 * 60) / 60

    moments = measured.moments(now)
    both = {"LoadBalancer": BALANCER, "TargetGroup": GROUP}
    measured.publish(session, "AWS/ApplicationELB", both, moments, balanced)
    for host in HOSTS:
        disk = {"InstanceId": host, "path": "/srv", "device": "nvme1n1", "fstype": "xfs"}
        fives = list(minutes(now, -3 * 24 * 60, -2, 5))
        percent = {"disk_used_percent": "Percent", "mem_used_percent": "Percent"}
        put_metrics(
            session, "CWAgent", disk, fives, lambda at, host=host: {"disk_used_percent": used(host, at)}, percent
        )
        root = {**disk, "path": "/", "device": "nvme0n1p1"}
        put_metrics(session, "CWAgent", root, fives, lambda _: {"disk_used_percent": 33.7}, percent)
        memory = lambda _: {"mem_used_percent": rng.uniform(50, 56)}  # noqa: E731 - used once
        put_metrics(session, "CWAgent", {"InstanceId": host}, fives, memory, percent)
        cpu = lambda at: {"CPUUtilization": 30 * measured.busy(at, rng), "StatusCheckFailed": 0}  # noqa: E731
        measured.publish(session, "AWS/EC2", {"InstanceId": host}, fives, cpu)
    load = lambda at: measured.database(rng, measured.busy(at, rng), 40, 18, 121)  # noqa: E731 - used once
    measured.publish(session, "AWS/RDS", {"DBInstanceIdentifier": "admissions-db"}, moments[::3], load)


def _alarms(session):
    both = {"LoadBalancer": BALANCER, "TargetGroup": GROUP}
    put_alarm(
        session,
        "admissions-5xx",
        AlarmDescription="Applicants get errors.",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions=both,
        EvaluationPeriods=3,
        Threshold=25,
        ComparisonOperator="GreaterThanThreshold",
    )
    for name, namespace, metric, dimensions, threshold in (
        ("admissions-unhealthy-hosts", "AWS/ApplicationELB", "UnHealthyHostCount", both, 1),
        ("admissions-db-cpu", "AWS/RDS", "CPUUtilization", {"DBInstanceIdentifier": "admissions-db"}, 85),
    ):
        put_alarm(
            session,
            name,
            Namespace=namespace,
            MetricName=metric,
            Dimensions=dimensions,
            Statistic="Maximum",
            EvaluationPeriods=3,
            Threshold=threshold,
        )
        set_healthy(session, name)
