"""A search cluster without room: last year's tickets were restored into it and left there."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, of_day, put_alarm, put_lines, put_metrics, set_healthy, within

DOMAIN = "desk-search"
BLOCKED = -44
"""Minute, relative to now, in which the cluster blocks writes."""

GIB = 1_024
RESTORED = (-27 * 60, -24 * 60)
"""From which minute to which the snapshot was restored."""

CLEANED = -23 * 60 - 30
"""Minute of the last nightly deletion."""

DAILY = 34.0
"""GiB that a day's tickets take on one node, and the nightly deletion frees."""


def seed(session, now, rng):
    """Make the account's state."""
    account = session.client("sts").get_caller_identity()["Account"]
    put_lines(session, "/ecs/ticket-indexer", _indexer(now, rng), [f"app/ticket-indexer/{n}" for n in range(3)])
    put_lines(session, f"/aws/OpenSearchService/domains/{DOMAIN}/application-logs", _cluster(now, rng, account))
    put_lines(session, "/ecs/ops-shell", _restore(now), ["ops/ops-shell/7c0d4f"])
    put_lines(session, "/ecs/index-janitor", _janitor(now), ["job/index-janitor/1"])
    words = ["{at} INFO macro {n} applied", "{at} INFO reply {n} sent", "{at} WARN reply {n} bounced"]
    measured.make_bystanding_service(session, now, rng, "desk", "reply-mailer", words, per_hour=40)
    _metrics(session, now, rng, account)
    _alarms(session, account)


def _minute(at, now):
    return (at - now).total_seconds() / 60


def _stamp(at):
    return f"{at:%Y-%m-%dT%H:%M:%S},{at.microsecond // 1000:03d}"


def _free(minute):
    """GiB free on the fullest node."""
    since = (minute - CLEANED) % (24 * 60)
    free = 165.0 - DAILY * since / (24 * 60)
    begin, end = RESTORED
    if minute > begin:
        free -= 106.0 * min(1.0, (minute - begin) / (end - begin))
    if minute > CLEANED:
        free -= 6.9 * min(1.0, (minute - CLEANED) / (BLOCKED - CLEANED))
    return max(free, 19.7)


def _indexer(now, rng):
    for minute in minutes(now, -12 * 60, 0):
        for _ in range(rng.randint(2, 5)):
            at, ticket = within(minute, rng), rng.randint(8_100_000, 8_400_000)
            if _minute(at, now) >= BLOCKED:
                yield (
                    at,
                    (
                        f"{_stamp(at)} ERROR index ticket={ticket} failed: AuthorizationException(403, "
                        "'cluster_block_exception', 'index [tickets-live] blocked by: "
                        "[FORBIDDEN/8/index write (api)];')"
                    ),
                )
                if rng.random() < 0.3:
                    yield at, f"{_stamp(at)} WARN  ticket={ticket} goes back to the queue, 2 more attempts"
            else:
                yield at, f"{_stamp(at)} INFO  indexed {rng.randint(20, 240)} tickets in {rng.randint(30, 190)} ms"
                if rng.random() < 0.02:
                    yield at, f"{_stamp(at)} WARN  ticket={ticket} has an attachment without text"
    for task in range(3):
        at = now - timedelta(minutes=79, seconds=14 * task)
        yield at, f"{_stamp(at)} INFO  ticket-indexer 6.14.2 started"


def _cluster(now, rng, account):
    """The domain's application log; OpenSearch Service hides addresses in it."""
    for minute in minutes(now, -30 * 60, 0, 6):
        at = within(minute, rng)
        collected = rng.randint(180, 420)
        yield (
            at,
            (
                f"[{_stamp(at)}][INFO ][o.o.m.j.JvmGcMonitorService] [4e1b09aa7c] [gc][young] overhead, spent "
                f"[{collected}ms] collecting in the last [1s]"
            ),
        )
    at = now - timedelta(minutes=-RESTORED[0])
    yield at, f"[{_stamp(at)}][INFO ][o.o.s.RestoreService] [c1f8d20e55] restoring [tickets-2024] as [legal-2024]"
    low = now - timedelta(hours=5, minutes=12)
    for at in [low, *minutes(now, BLOCKED, 0, 5)]:
        free = _free(_minute(at, now))
        yield (
            at,
            (
                f"[{_stamp(at)}][WARN ][o.o.c.r.a.DiskThresholdMonitor] [c1f8d20e55] disk watermark exceeded on "
                f"[b93e71d40f][__PATH__] free: {free:.1f}gb[{free / 3:.1f}%], account [{account}]"
            ),
        )


def _restore(now):
    """What the task said that brought last year's tickets back."""
    begin, end = (now + timedelta(minutes=minute) for minute in RESTORED)
    yield (
        begin - timedelta(seconds=40),
        "desk-ops restore --snapshot tickets-2024 --as legal-2024 (asked by ludovika)",
    )
    yield begin, "legal-2024: 12 shards, 318.2 GB, no replicas"
    for percent in range(10, 100, 10):
        yield begin + (end - begin) * percent / 100, f"legal-2024: {percent} % restored"
    yield end, "legal-2024: restored 318.2 GB in 2h59m, health green"
    yield end + timedelta(seconds=2), "remember to delete legal-2024 when the export is done"


def _janitor(now):
    for day in range(13):
        at = now + timedelta(minutes=CLEANED) - timedelta(days=day)
        name = f"tickets-{at - timedelta(days=90):%Y.%m.%d}"
        yield at, json.dumps({"msg": "deleted", "index": name, "gb": round(DAILY * 3)})
        yield at + timedelta(seconds=3), json.dumps({"msg": "done", "deleted": 1, "pattern": "tickets-*"})


def _metrics(session, now, rng, account):
    def domain(at):
        minute = _minute(at, now)
        blocked = minute >= BLOCKED
        load = of_day(at, 0.4, 1.0)
        return {
            "ClusterIndexWritesBlocked": int(blocked),
            "FreeStorageSpace": _free(minute) * GIB,
            "ClusterUsedSpace": (3 * 300 - 3 * _free(minute)) * GIB,
            "ClusterStatus.green": 1,
            "CPUUtilization": 31 * load * rng.uniform(0.9, 1.1),
            "JVMMemoryPressure": rng.uniform(44, 61),
            "IndexingRate": 0 if blocked else 900 * load * rng.uniform(0.9, 1.1),
            "SearchRate": 2_100 * load * rng.uniform(0.9, 1.1),
            "4xx": round(640 * load) if blocked else rng.randint(0, 4),
            "5xx": 0,
            "Nodes": 3,
        }

    def queue(at):
        since = _minute(at, now) - BLOCKED
        waiting = max(0, since) * 610
        return measured.queue(650, 12 if since > 0 else 650, waiting + rng.randint(0, 30), 40, max(2, since * 60))

    dimensions = {"DomainName": DOMAIN, "ClientId": account}
    units = {"FreeStorageSpace": "Megabytes", "ClusterUsedSpace": "Megabytes", "CPUUtilization": "Percent"}
    put_metrics(session, "AWS/ES", dimensions, measured.moments(now, 4), domain, units)
    measured.publish(session, "AWS/SQS", {"QueueName": "ticket-changes"}, measured.moments(now, 2), queue)


def _alarms(session, account):
    put_alarm(
        session,
        "desk-search-writes-blocked",
        AlarmDescription="OpenSearch takes no writes. Runbook: wiki/desk/search",
        Namespace="AWS/ES",
        MetricName="ClusterIndexWritesBlocked",
        Dimensions={"DomainName": DOMAIN, "ClientId": account},
        Statistic="Maximum",
        Threshold=1,
    )
    put_alarm(
        session,
        "desk-search-red",
        Namespace="AWS/ES",
        MetricName="ClusterStatus.red",
        Dimensions={"DomainName": DOMAIN, "ClientId": account},
        Statistic="Maximum",
        Threshold=1,
    )
    set_healthy(session, "desk-search-red")
