"""Credits that were spent for four days, an hour at a time."""

from evals import measured
from evals.authoring import (
    make_bystander,
    minutes,
    put_alarm,
    put_lines,
    put_metrics,
    request_id,
    set_healthy,
    within,
)

SPENT = -47
"""Minutes, relative to now: no credit is left."""

FIRST = -6_245
"""Minutes, relative to now: the first verification; then one every hour, the last five minutes ago."""

READS_FOR = 20
"""Minutes a verification took while there were credits."""

ALARMED = {-46: 99.2, -45: 100.0, -44: 99.7, -43: 100.0, -42: 99.9}
FILES, WEB = "fs-0c7d41e9b2a85f360", "wiki-web"
MIB, FULL = 2**20, 2.31e12
BURST, BASE = 100 * MIB, 6 * MIB


def seed(session, now, rng):
    """Make the account's state."""
    names = [f"wiki/{WEB}/{measured.task_id(task)}" for task in "rst"]
    put_lines(session, f"/ecs/{WEB}", _wiki(now, rng), names)
    put_lines(session, "/ecs/wiki-backup-verify", _verifier(now, rng), ["verify/main/tasks"])
    make_bystander(
        session, now, rng, "page-mailer", ["[INFO] {n} watchers told", "[WARN] watcher {n} has no mail"]
    )
    make_bystander(session, now, rng, "link-checker", ["[INFO] {n} links are well", "[WARN] link {n} is dead"])
    _files(session, now, rng)
    _service(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _slow(at, now):
    return _minute(at, now) >= SPENT


def _wiki(now, rng):
    for minute in minutes(now, -9 * 60, 0):
        slow = _slow(minute, now)
        for _ in range(rng.randint(6, 10)):
            at, page = within(minute, rng), rng.randint(10_000, 480_000)
            took = rng.lognormvariate(8.6, 0.7) if slow else rng.lognormvariate(5.4, 0.5)
            stamp = f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d}"
            told = f"INFO [http-nio-8090-exec-{rng.randint(1, 60)}] GET /pages/{page} 200 {took:.0f} ms"
            if took > 2_500:
                told = f"WARN [http-nio-8090-exec-{rng.randint(1, 60)}] slow page {page}: {took:.0f} ms"
            yield at, f"{stamp} {told}"
            if slow and rng.random() < 0.12:
                kept = f"/var/wiki/attachments/ver003/{rng.randint(1, 249)}/{page}/1"
                told = f"WARN [attachments] reading {kept} took {rng.uniform(2_000, 26_000):.0f} ms"
                yield at, f"{stamp} {told}"
        if rng.random() < 0.05:
            at = within(minute, rng)
            yield at, f"{at:%Y-%m-%d %H:%M:%S},000 WARN [macros] macro {rng.randint(1, 400)} is obsolete"


def _verifier(now, rng):
    for start in minutes(now, FIRST, 0, 60):
        at, run = within(start, rng, 20), request_id(rng)[:8]
        yield at, f"{at:%Y-%m-%dT%H:%M:%S}Z run {run}: reading /var/wiki, comparing with backup wiki-content"
        begun = _minute(start, now)
        done_at = within(start, rng, 59)
        for part in range(1, 5):
            after = minutes(start, part * READS_FOR // 4, part * READS_FOR // 4 + 1)
            moment = within(next(after), rng, 50)
            if begun + READS_FOR >= SPENT and (part > 3 or begun > SPENT):
                break
            yield moment, f"{moment:%Y-%m-%dT%H:%M:%S}Z run {run}: {part * 29.6:.1f} GiB read, 0 differences"
            done_at = moment
        if begun + READS_FOR < SPENT:
            yield (
                done_at,
                f"{done_at:%Y-%m-%dT%H:%M:%S}Z run {run}: 118.4 GiB verified in {rng.randint(1_180, 1_240)} s",
            )
    for minute in minutes(now, SPENT + 2, -1, 9):
        at = within(minute, rng)
        yield at, f"{at:%Y-%m-%dT%H:%M:%S}Z slow: 1.1 GiB read in the last minutes, {rng.randint(12, 16)} MiB/s"


def _reading(minute):
    """Whether a verification reads at full speed."""
    return FIRST <= minute < SPENT and (minute - FIRST) % 60 < READS_FOR


def _balance(minute):
    if minute < FIRST:
        return FULL
    if minute >= SPENT:
        return 0.0
    return FULL * (SPENT - minute) / (SPENT - FIRST)


def _files(session, now, rng):
    span = measured.moments(now, days=9)

    def values(at):
        minute = _minute(at, now)
        permitted = BASE if minute >= SPENT else BURST
        own = 0.7 * MIB * measured.busy(at, rng)
        share = ALARMED.get(minute, rng.choice([99.6, 99.9, 100.0, 100.0])) / 100
        metered = permitted * share if minute >= SPENT else own + (33.3 * MIB if _reading(minute) else 0)
        read = 3 * (metered - own * 0.4)
        return {
            "BurstCreditBalance": _balance(minute),
            "PermittedThroughput": permitted,
            "MeteredIOBytes": metered * 60,
            "DataReadIOBytes": read * 60,
            "DataWriteIOBytes": own * 0.3 * 60,
            "MetadataIOBytes": own * 0.1 * 60,
            "TotalIOBytes": (read + own * 0.4) * 60,
            "PercentIOLimit": rng.uniform(2, 4) if minute < SPENT else rng.uniform(3, 6),
            "ClientConnections": 3 + (2 if minute >= -5 else 1 if minute >= SPENT or _reading(minute) else 0),
        }

    sums = ("BurstCreditBalance", "MeteredIOBytes", "DataReadIOBytes", "DataWriteIOBytes", "TotalIOBytes")
    units = dict.fromkeys((*sums, "MetadataIOBytes"), "Bytes") | {"PermittedThroughput": "Bytes/Second"}
    units |= {"PercentIOLimit": "Percent", "ClientConnections": "Count"}
    put_metrics(session, "AWS/EFS", {"FileSystemId": FILES}, span, values, units)


def _service(session, now, rng):
    span = measured.moments(now)
    where = {"ClusterName": "docs", "ServiceName": WEB}
    measured.publish(
        session, "AWS/ECS", where, span, lambda at: measured.service(rng, measured.busy(at, rng), 66, 31)
    )

    def asked(at):
        seconds = 6.1 if _slow(at, now) else 0.24
        return measured.balancer(rng, 900 * measured.busy(at, rng), seconds, failing=0.01 if seconds > 1 else 0)

    where = {"LoadBalancer": "app/docs/5b9f0c3d7e1a2864", "TargetGroup": "targetgroup/wiki/91d7c5e3b0a2f846"}
    measured.publish(session, "AWS/ApplicationELB", where, span, asked)
    where = {"DBInstanceIdentifier": "wiki-db"}
    measured.publish(session, "AWS/RDS", where, span, lambda at: measured.database(rng, measured.busy(at, rng)))


def _alarms(session):
    def metric(name, statistic):
        whose = [{"Name": "FileSystemId", "Value": FILES}]
        which = {"Namespace": "AWS/EFS", "MetricName": name, "Dimensions": whose}
        return {"Metric": which, "Period": 60, "Stat": statistic}

    share = "100 * (metered / PERIOD(metered)) / permitted"
    put_alarm(
        session,
        "wiki-files-throughput",
        AlarmDescription="The wiki's file system is used to more than 95 % of the throughput it may have.",
        Metrics=[
            {"Id": "used", "Expression": share, "Label": "share of the permitted throughput", "ReturnData": True},
            {"Id": "metered", "MetricStat": metric("MeteredIOBytes", "Sum"), "ReturnData": False},
            {"Id": "permitted", "MetricStat": metric("PermittedThroughput", "Average"), "ReturnData": False},
        ],
        EvaluationPeriods=5,
        Threshold=95,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "wiki-db-cpu",
        Namespace="AWS/RDS",
        MetricName="CPUUtilization",
        Dimensions={"DBInstanceIdentifier": "wiki-db"},
        Statistic="Average",
        Period=300,
        EvaluationPeriods=3,
        Threshold=85,
    )
    set_healthy(session, "wiki-db-cpu")
