"""Search is slow: a crawler walks through every page."""

from datetime import timedelta

from evals.authoring import (
    make_bystander,
    minutes,
    of_day,
    put_alarm,
    put_lines,
    put_metrics,
    set_healthy,
    within,
)

CRAWLED = timedelta(minutes=34)

TARGETS = {
    "LoadBalancer": "app/catalog/91d7e3b5c0f2a684",
    "TargetGroup": "targetgroup/catalog-search/4c8a1e6f3d907b25",
}

BROWSERS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Mobile Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:144.0) Gecko/20100101 Firefox/144.0",
)

WORDS = ("lamp", "oak+table", "rug", "desk", "mirror", "shelf", "sofa", "curtain", "vase")


def seed(session, now, rng):
    """Make the account's state."""
    streams = [f"web/nginx/{rng.getrandbits(128):032x}" for _ in range(3)]
    put_lines(session, "/ecs/catalog-search/access", _access(now, rng), streams)
    put_lines(session, "/ecs/catalog-search/php", _php(now, rng))
    make_bystander(session, now, rng, "colour-facets", ["[INFO] {n} colours"], per_hour=14)
    make_bystander(session, now, rng, "sitemap-builder", ["[INFO] {n} pages", "[WARNING] page {n} gone"])
    make_bystander(session, now, rng, "seller-import", ["[INFO] offer {n} imported"])
    _metrics(session, now, rng)
    _alarms(session)


def _usual(minute):
    """Requests of customers in a minute."""
    return int(of_day(minute, 14, 24))


def _crawled(minute, now):
    """Requests of the crawler in a minute."""
    before = round((now - minute).total_seconds() / 60)
    return 88 + before * 3 % 7 if minute >= now - CRAWLED else 0


def _access(now, rng):
    page = 1
    for minute in minutes(now, -5 * 60, 0):
        for _ in range(_usual(minute)):
            yield _customer(within(minute, rng), rng)
        for _ in range(_crawled(minute, now)):
            at, page = within(minute, rng), page + 1
            source, took = f"192.0.2.{rng.randint(14, 21)}", rng.uniform(1.4, 3.6)
            yield _request(at, source, f"/search?q=&page={page}&sort=price", 200, took, "python-requests/2.32.5")


def _customer(at, rng):
    source = f"{rng.choice((198, 203))}.{rng.randint(1, 99)}.{rng.randint(1, 250)}.{rng.randint(1, 250)}"
    browser = rng.choice(BROWSERS)
    if rng.random() < 0.12:
        return _request(at, source, f"/img/{rng.randint(1000, 9999)}_old.jpg", 404, 0.002, browser)
    return _request(at, source, f"/search?q={rng.choice(WORDS)}", 200, rng.uniform(0.08, 0.3), browser)


def _request(at, source, path, status, took, agent):
    size = 162 if status == 404 else 18_211
    when = f"{at:%d/%b/%Y:%H:%M:%S} +0000"
    return at, f'{source} - - [{when}] "GET {path} HTTP/1.1" {status} {size} "-" "{agent}" {took:.3f}'


def _php(now, rng):
    for minute in minutes(now, -5 * 60, 0):
        if rng.random() < 0.4:
            line = rng.randint(20, 90)
            yield within(minute, rng), f"PHP Deprecated:  strlen(): Passing null in /app/Facet.php on line {line}"
        if rng.random() < 0.05:
            yield within(minute, rng), "PHP Warning:  Undefined array key in /app/Facet.php on line 41"


def _metrics(session, now, rng):
    def of_targets(at):
        before = round((now - at).total_seconds() / 60)
        requests = _usual(at) + _crawled(at, now)
        slow = round(2.7 + (before * 3 % 7) * 0.11, 2)
        missing = int(_usual(at) * 0.12)
        return {
            "RequestCount": requests,
            "HTTPCode_Target_2XX_Count": requests - missing,
            "HTTPCode_Target_4XX_Count": missing,
            "TargetResponseTime": slow if before <= 33 else rng.uniform(0.14, 0.24),
            "HealthyHostCount": 3 if before <= 26 else 2,
        }

    def of_service(at):
        busy = at >= now - CRAWLED
        cpu = rng.uniform(96, 99.6) if busy else of_day(at, 17, 33) * rng.uniform(0.9, 1.1)
        return {"CPUUtilization": cpu, "MemoryUtilization": rng.uniform(48, 53)}

    span = list(minutes(now, -3 * 24 * 60, -1))
    put_metrics(session, "AWS/ApplicationELB", TARGETS, span, of_targets, {"TargetResponseTime": "Seconds"})
    service = {"ClusterName": "catalog", "ServiceName": "catalog-search"}
    percent = {"CPUUtilization": "Percent", "MemoryUtilization": "Percent"}
    put_metrics(session, "AWS/ECS", service, list(minutes(now, -24 * 60, -1)), of_service, percent)


def _alarms(session):
    put_alarm(
        session,
        "catalog-search slow",
        AlarmDescription="Search in the catalogue is slow for customers.",
        Namespace="AWS/ApplicationELB",
        MetricName="TargetResponseTime",
        Dimensions=TARGETS,
        ExtendedStatistic="p95",
        EvaluationPeriods=5,
        Threshold=1.2,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "catalog-search-5xx",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions=TARGETS,
        EvaluationPeriods=3,
        Threshold=20,
    )
    set_healthy(session, "catalog-search-5xx")
