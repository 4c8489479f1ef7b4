"""A heartbeat that is published under another name since an upgrade."""

from datetime import timedelta

from evals.authoring import (
    make_bystander,
    minutes,
    of_day,
    put_alarm,
    put_lines,
    put_metrics,
    within,
)

UPGRADED = timedelta(minutes=46)

NEW = {"service": "ledger-sync", "environment": "production"}


def seed(session, now, rng):
    """Make the account's state."""
    tasks = ("4b1e9c7d2f6a4830b5e7c9d1f3a5b726", "8d0f2a6c4e9b4715a3c5e7f9b1d3c548")
    put_lines(session, "/ecs/ledger-sync", _lines(now, rng), [f"app/ledger-sync/{task}" for task in tasks])
    make_bystander(session, now, rng, "fx-rates", ["[INFO] stored {n} rates", "[WARNING] slow source"])
    make_bystander(session, now, rng, "payout-batch", ["[INFO] batch of {n} payouts prepared"])
    make_bystander(session, now, rng, "tax-report", ["[INFO] wrote report {n}"])
    _metrics(session, now, rng)
    put_alarm(
        session,
        "ledger-sync heartbeat",
        AlarmDescription="The ledger is not synchronised: page finance-platform, the books depend on it.",
        Namespace="LedgerSync",
        MetricName="Heartbeat",
        Dimensions={"Service": "ledger-sync"},
        Period=300,
        EvaluationPeriods=3,
        Threshold=1,
        ComparisonOperator="LessThanThreshold",
        TreatMissingData="breaching",
    )


def _lines(now, rng):
    start = now - UPGRADED - timedelta(minutes=1)
    for second, text in enumerate(
        (
            "[main] c.l.LedgerSyncApplication : Starting LedgerSyncApplication v4.0.0",
            "[main] o.s.b.w.e.tomcat.TomcatWebServer : Tomcat initialized with port 8080 (http)",
            "[main] c.z.h.HikariDataSource : HikariPool-1 - Start completed.",
            "[main] c.l.m.MetricsConfiguration : CloudWatch registry namespace=Ledger/Runtime step=PT1M",
            "[main] c.l.LedgerSyncApplication : Started LedgerSyncApplication in 8.214 seconds",
        )
    ):
        yield _line(start + timedelta(seconds=second), "INFO", text)
    for minute in minutes(now, -20 * 60, 0):
        for _ in range(2):
            count, took = rng.randint(20, 420), rng.uniform(0.3, 2.4)
            text = f"[scheduling-{rng.randint(1, 4)}] c.l.s.SyncJob : synced {count} entries in {took:.1f} s"
            yield _line(within(minute, rng), "INFO", text)
        if rng.random() < 0.06:
            text = "[scheduling-1] c.l.s.SyncJob : entry rejected by validation, kept for manual booking"
            yield _line(within(minute, rng), "WARN", text)


def _line(at, level, text):
    return at, f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z {level:>5} 1 --- {text}"


def _metrics(session, now, rng):
    def measured(at):
        entries = int(of_day(at, 120, 700) * rng.uniform(0.8, 1.2))
        return {"EntriesSynced": entries, "LagSeconds": rng.uniform(1, 6)}

    def of_service(at):
        return {
            "CPUUtilization": of_day(at, 8, 21) * rng.uniform(0.9, 1.1),
            "MemoryUtilization": rng.uniform(52, 57),
        }

    before = list(minutes(now, -2 * 24 * 60, -45))
    since = list(minutes(now, -46, 0))
    old = {"Service": "ledger-sync"}
    put_metrics(session, "LedgerSync", old, before, lambda at: {"Heartbeat": 2, **measured(at)})
    put_metrics(session, "Ledger/Runtime", NEW, since, lambda at: {"HeartbeatCount": 2, **measured(at)})
    percent = {"CPUUtilization": "Percent", "MemoryUtilization": "Percent"}
    service = {"ClusterName": "finance", "ServiceName": "ledger-sync"}
    put_metrics(session, "AWS/ECS", service, list(minutes(now, -2 * 24 * 60, -1, 5)), of_service, percent)
