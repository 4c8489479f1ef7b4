"""A shop that answers 5XX: three services' logs, two load balancers' metrics and a database that is bored."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, set_healthy, within

CLUSTER = "retail"
SHOP, CATALOG = "app/storefront-alb/2c71f0be95d3a846", "app/catalog-alb/8e40a1d7c36b2f59"
SHOP_GROUP, CATALOG_GROUP = "targetgroup/storefront-tg/51b0d9e3a7c2f846", "targetgroup/catalog-tg/c7f3a94be2d01856"
ALARMED = {-12: 14, -11: 61, -10: 133, -9: 187, -8: 812, -7: 1290, -6: 1655, -5: 1802, -4: 1874}
SLOW, FAILING = -24, -12

TIMED_OUT = (
    "java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out "
    "after 30001ms (total=0, active=0, idle=0, waiting={waiting})"
)
REFRESH = (
    "HikariPool-1 - Failed to validate or add connection: org.postgresql.util.PSQLException: The connection "
    "attempt failed. | Caused by: java.net.SocketTimeoutException: Connect timed out | jdbc:postgresql://"
    "catalog-db.cq3v9k1x7w2m.{region}.rds.amazonaws.com:5432/catalog"
)


def seed(session, now, rng):
    """Make the account's state."""
    catalog = [f"svc/catalog-api/{measured.task_id(f'catalog {number}')}" for number in range(4)]
    web = [f"svc/storefront-web/{measured.task_id(f'web {number}')}" for number in range(4)]
    put_lines(session, "/ecs/catalog-api", _catalog(now, rng, session.region_name), catalog)
    put_lines(session, "/ecs/storefront-web", _web(now, rng), web)
    put_lines(session, "/aws/rds/instance/catalog-db/postgresql", _database_log(now, rng), ["catalog-db.0"])
    _shop_metrics(session, now, rng)
    _catalog_metrics(session, now, rng)
    _alarms(session)
    checkout = [
        '{"level":"info","time":"{at}","msg":"cart {n} updated"}',
        '{"level":"warn","time":"{at}","msg":"coupon {n} unknown"}',
    ]
    measured.make_bystanding_service(session, now, rng, CLUSTER, "checkout-api", checkout, per_hour=25)


def _minute(at, now):
    return (at - now).total_seconds() / 60


def _pool(minute):
    """Connections that are left in the pools: each lives up to 30 minutes after its rule has gone."""
    return max(0.0, min(1.0, (-19 - minute) / 30)) if minute > -49 else 1.0


def _catalog(now, rng, region):
    def java(at, level, thread, text):
        return at, f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z {level:>5} 1 --- [{thread}] {text}"

    for minute in minutes(now, -8 * 60, 0):
        relative = _minute(minute, now)
        for _ in range(rng.randint(3, 6)):
            thread, item = f"nio-8080-exec-{rng.randint(1, 40)}", rng.randint(10_000, 99_999)
            if relative >= FAILING - 2:
                waiting = TIMED_OUT.format(waiting=rng.randint(20, 190))
                text = f"c.r.catalog.ItemController : GET /items/{item} failed: {waiting}"
                yield java(within(minute, rng), "ERROR", thread, text)
            else:
                ms = rng.randint(4, 35) if relative < SLOW else rng.randint(900, 29_000)
                yield java(
                    within(minute, rng),
                    "INFO",
                    thread,
                    f"c.r.catalog.ItemController : GET /items/{item} 200 {ms} ms",
                )
        if relative >= -47 and rng.random() < 0.8:
            text = REFRESH.format(region=region)
            yield java(
                within(minute, rng),
                "WARN",
                "HikariPool-1:connection-adder",
                f"com.zaxxer.hikari.pool.HikariPool : {text}",
            )
        if rng.random() < 0.1:
            text = (
                f"c.r.catalog.ImageLinks : image of item {rng.randint(10_000, 99_999)} missing, placeholder used"
            )
            yield java(within(minute, rng), "WARN", "scheduling-1", text)


def _web(now, rng):
    for minute in minutes(now, -8 * 60, 0):
        relative = _minute(minute, now)
        failing = relative >= FAILING
        for _ in range(rng.randint(4, 7)):
            at = within(minute, rng)
            failed = failing and rng.random() < 0.85
            said = {
                "time": at.isoformat(timespec="milliseconds"),
                "level": "error" if failed else "info",
                "msg": "upstream failed" if failed else "page",
                "path": rng.choice(["/", "/p/{n}", "/c/shoes", "/c/bags", "/search"]).replace(
                    "{n}", str(rng.randint(1000, 9999))
                ),
                "status": 502 if failed else 200,
            }
            if failed:
                said |= {"upstream": "http://catalog.retail.internal/items", "upstream_status": 503}
            yield at, json.dumps(said)
        if rng.random() < 0.12:
            at = within(minute, rng)
            yield (
                at,
                json.dumps(
                    {"time": at.isoformat(), "level": "warn", "msg": "recommendations empty, section hidden"}
                ),
            )
        if failing and rng.random() < 0.7:
            at = within(minute, rng)
            failed = {
                "time": at.isoformat(),
                "level": "error",
                "msg": "healthz",
                "status": 503,
                "failing": ["catalog"],
            }
            yield at, json.dumps(failed)
    for number in range(4):
        at = now - timedelta(minutes=26 - number)
        yield (
            at,
            json.dumps(
                {"time": at.isoformat(), "level": "info", "msg": "storefront-web 2.62.0 listening on 3000"}
            ),
        )


def _database_log(now, rng):
    yield from measured.checkpoints(now, rng, -12 * 60)
    for minute in minutes(now, -12 * 60, -19, 7):
        at = within(minute, rng)
        client = f"10.20.{rng.randint(1, 2)}.{rng.choice([102, 111, 120, 129])}({rng.randint(30_000, 60_000)})"
        yield (
            at,
            (
                f"{at:%Y-%m-%d %H:%M:%S} UTC:{client}:catalog_app@catalog:[{rng.randint(900, 30_000)}]:LOG:  "
                f"disconnection: session time: 0:{rng.randint(27, 30)}:{rng.randint(10, 59)}.381 "
                "user=catalog_app database=catalog"
            ),
        )


def _shop_metrics(session, now, rng):
    def shop(at):
        relative = round(_minute(at, now))
        found = measured.balancer(
            rng,
            2_150 * measured.busy(at, rng),
            0.08 if relative < SLOW else 4.0,
            failing=0.001 if relative < FAILING else 0.1 * min(8, relative - FAILING),
        )
        failed = ALARMED.get(relative)
        if failed:
            requests = max(found["RequestCount"], failed + 140)
            found |= {"RequestCount": requests, "HTTPCode_Target_5XX_Count": failed}
            found["HTTPCode_Target_2XX_Count"] = requests - failed - found["HTTPCode_Target_4XX_Count"]
        return found | {"HTTPCode_ELB_5XX_Count": rng.randint(2, 40) if relative >= FAILING else 0}

    def hosts(at):
        down = {-9: 1, -8: 2, -7: 3}.get(round(_minute(at, now)), 4 if _minute(at, now) > -7 else 0)
        return {"HealthyHostCount": 4 - down, "UnHealthyHostCount": down}

    moments, group = measured.moments(now), {"LoadBalancer": SHOP, "TargetGroup": SHOP_GROUP}
    measured.publish(session, "AWS/ApplicationELB", {"LoadBalancer": SHOP}, moments, shop)
    measured.publish(session, "AWS/ApplicationELB", group, moments, hosts)


def _catalog_metrics(session, now, rng):
    def catalog(at):
        relative = _minute(at, now)
        slow = 0.02 if relative < SLOW else 8.0 + 2 * max(0, relative - SLOW)
        return measured.balancer(
            rng, 3_900 * measured.busy(at, rng), min(30.0, slow), failing=0 if relative < FAILING - 2 else 0.9
        )

    def hosts(at):
        down = {-11: 1, -10: 3}.get(round(_minute(at, now)), 4 if _minute(at, now) > -10 else 0)
        return {"HealthyHostCount": 4 - down, "UnHealthyHostCount": down}

    def database(at):
        left = _pool(_minute(at, now))
        found = measured.database(rng, measured.busy(at, rng) * (0.15 + 0.85 * left), 3 + 77 * left)
        return found | {"FreeStorageSpace": 96 * measured.GIB}

    def service(at):
        return measured.service(rng, measured.busy(at, rng) * (1 if _minute(at, now) < SLOW else 0.3))

    moments, group = measured.moments(now), {"LoadBalancer": CATALOG, "TargetGroup": CATALOG_GROUP}
    measured.publish(session, "AWS/ApplicationELB", {"LoadBalancer": CATALOG}, moments, catalog)
    measured.publish(session, "AWS/ApplicationELB", group, moments, hosts)
    measured.publish(session, "AWS/RDS", {"DBInstanceIdentifier": "catalog-db"}, moments, database)
    for name in ("catalog-api", "storefront-web"):
        measured.publish(session, "AWS/ECS", {"ClusterName": CLUSTER, "ServiceName": name}, moments[::3], service)


def _alarms(session):
    put_alarm(
        session,
        "storefront-5xx-high",
        AlarmDescription="The shop answers with errors.",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions={"LoadBalancer": SHOP},
        EvaluationPeriods=5,
        Threshold=200,
        ComparisonOperator="GreaterThanThreshold",
    )
    for name, metric, threshold in (("cpu", "CPUUtilization", 85), ("connections", "DatabaseConnections", 300)):
        put_alarm(
            session,
            f"catalog-db-{name}-high",
            Namespace="AWS/RDS",
            MetricName=metric,
            Dimensions={"DBInstanceIdentifier": "catalog-db"},
            Statistic="Average",
            Period=300,
            EvaluationPeriods=3,
            Threshold=threshold,
        )
        set_healthy(session, f"catalog-db-{name}-high")
