"""Quotes that fail while somebody else reads the same table from end to end."""

from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, put_metric, set_healthy, within

STARTED, SHORT = -23, -19
"""Minutes, relative to now: the other reader starts; the table's burst capacity is used up."""

ALARMED = {-19: 38.0, -18: 44.0, -17: 51.0}
CAPACITY = 800
BALANCER = "app/travel-alb/83d0f6a2c9e4715b"
GROUP = "targetgroup/fare-quote/2b7e90c4d5a1f683"
EXCEEDED = (
    "software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException: The level of "
    "configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level "
    "with the UpdateTable API. (Service: DynamoDb, Status Code: 400, Request ID: {id}) (SDK Attempt Count: 4)"
)
AIRPORTS = ("LIS", "GVA", "BGO", "KRK", "OPO", "HAM", "BLQ", "TLL", "SVQ", "CPH")


def seed(session, now, rng):
    """Make the account's state."""
    session.client("dynamodb").create_table(
        TableName="fare-rules",
        AttributeDefinitions=[{"AttributeName": "route", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "route", "KeyType": "HASH"}],
        ProvisionedThroughput={"ReadCapacityUnits": CAPACITY, "WriteCapacityUnits": 40},
    )
    streams = [f"quote/app/{measured.task_id(f'quote {number}')}" for number in range(4)]
    put_lines(session, "/ecs/fare-quote", _quotes(now, rng), streams)
    put_lines(session, "/ecs/fare-export", _export(now, rng), [f"export/main/{measured.task_id('export')}"])
    seats = ["{at} INFO seat map {n} drawn", "{at} INFO seat {n} held", "{at} WARN seat {n} held twice"]
    measured.make_bystanding_service(session, now, rng, "travel", "seat-map", seats, per_hour=40)
    measured.make_bystanding_service(session, now, rng, "analytics", "route-stats", ["{at} INFO {n} counted"])
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _failing(minute, rng):
    """Share of quotes that are refused."""
    return 0.0 if minute < SHORT else rng.uniform(0.22, 0.3)


def _quotes(now, rng):
    for minute in minutes(now, -6 * 60, 0):
        relative = _minute(minute, now)
        for _ in range(rng.randint(7, 10) if relative > -60 else rng.randint(2, 3)):
            at, thread = within(minute, rng), f"nio-8080-exec-{rng.randint(1, 32)}"
            route = "-".join(rng.sample(AIRPORTS, 2))
            if rng.random() < _failing(relative, rng):
                request = "".join(rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", k=52))
                told = f"Quote for {route} failed\n{EXCEEDED.format(id=request)}"
                yield at, _line(at, "ERROR", thread, "c.travel.fare.QuoteController", told)
            else:
                told = f"Quote for {route}: {rng.randint(2, 40)} fares in {rng.randint(14, 70)} ms"
                yield at, _line(at, "INFO", thread, "c.travel.fare.QuoteController", told)
        if rng.random() < 0.09:
            at = within(minute, rng)
            told = f"Rate of {rng.choice(['ISK', 'RON', 'BGN'])} is {rng.randint(61, 240)} min old"
            yield at, _line(at, "WARN", "scheduling-1", "c.travel.fare.Currencies", told)


def _line(at, level, thread, logger, text):
    stamp = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
    return f"{stamp} {level:>5} 1 --- [fare-quote] [{thread:>15}] {logger:<40} : {text}"


def _export(now, rng):
    began = now + timedelta(minutes=STARTED, seconds=48)
    yield _python(began, "INFO", "scan of table fare-rules: 16 segments, consistent read, target fares.parquet")
    pages = 0
    for minute in minutes(now, STARTED + 1, 0):
        for _ in range(5):
            pages += rng.randint(40, 70)
            consumed = rng.choice(["256.0", "256.5", "255.5"])
            told = (
                f"segment {rng.randint(0, 15):02d}/16: page {pages}, {rng.randint(400, 460)} items, {consumed} RCU"
            )
            yield _python(within(minute, rng), "INFO", told)
        if _minute(minute, now) >= SHORT:
            told = f"segment {rng.randint(0, 15):02d}/16 slowed down, again in {rng.randint(1, 9) * 50} ms"
            yield _python(within(minute, rng), "WARNING", told)


def _python(at, level, text):
    return at, f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d} {level} fare_export {text}"


def _metrics(session, now, rng):
    def group(at):
        minute = _minute(at, now)
        requests = round(190 * rng.uniform(0.9, 1.1))  # travellers of all continents: the same at any hour
        failed = ALARMED.get(minute) or round(requests * _failing(minute, rng))
        found = measured.balancer(rng, requests, 0.05 if minute < SHORT else 0.31)
        return found | {"HTTPCode_Target_5XX_Count": failed, "HealthyHostCount": 4, "UnHealthyHostCount": 0}

    def table(at):
        minute = _minute(at, now)
        used = 60 * 310 * rng.uniform(0.9, 1.1)
        if minute >= STARTED:
            used = CAPACITY * 60 * (rng.uniform(1.3, 1.6) if minute < SHORT else rng.uniform(0.985, 1.0))
        throttled = rng.randint(2_100, 3_900) if minute >= SHORT else 0
        return {
            "ConsumedReadCapacityUnits": used,
            "ConsumedWriteCapacityUnits": rng.randint(20, 200),
            "ReadThrottleEvents": throttled,
            "WriteThrottleEvents": 0,
        }

    def gets(at):
        minute = _minute(at, now)
        slow = rng.uniform(3, 5)
        return {
            "SuccessfulRequestLatency": slow,
            "ThrottledRequests": rng.randint(250, 420) if minute >= SHORT else 0,
        }

    def scans(at):
        minute = _minute(at, now)
        if minute < STARTED:
            return {}
        throttled = rng.randint(300, 700) if minute >= SHORT else 0
        items = rng.randint(88_000, 120_000)
        return {"SuccessfulRequestLatency": 41, "ReturnedItemCount": items, "ThrottledRequests": throttled}

    moments = measured.moments(now)
    both = {"LoadBalancer": BALANCER, "TargetGroup": GROUP}
    measured.publish(session, "AWS/ApplicationELB", both, moments, group)
    measured.publish(session, "AWS/DynamoDB", {"TableName": "fare-rules"}, moments, table)
    get = {"TableName": "fare-rules", "Operation": "GetItem"}
    measured.publish(session, "AWS/DynamoDB", get, moments[::2], gets)
    measured.publish(session, "AWS/DynamoDB", {**get, "Operation": "Scan"}, list(minutes(now, -60, -1)), scans)
    provisioned = ((at, CAPACITY) for at in minutes(now, -3 * 24 * 60, -2, 5))
    table_only = {"TableName": "fare-rules"}
    put_metric(session, "AWS/DynamoDB", "ProvisionedReadCapacityUnits", table_only, provisioned, "Count")
    quote = {"ClusterName": "travel", "ServiceName": "fare-quote"}
    load = lambda at: measured.service(rng, measured.busy(at, rng), 55)  # noqa: E731 - used once
    measured.publish(session, "AWS/ECS", quote, moments[::5], load)


def _alarms(session):
    both = {"LoadBalancer": BALANCER, "TargetGroup": GROUP}
    put_alarm(
        session,
        "fare-quote-5xx",
        AlarmDescription="More than 30 quotes a minute fail.",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions=both,
        EvaluationPeriods=3,
        Threshold=30,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "fare-quote-hosts",
        Namespace="AWS/ApplicationELB",
        MetricName="HealthyHostCount",
        Dimensions=both,
        Statistic="Minimum",
        Threshold=3,
        ComparisonOperator="LessThanThreshold",
    )
    set_healthy(session, "fare-quote-hosts")
