"""Hosts that are replaced before they are ready."""

from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, set_healthy, within

GROUP = "festival-web"
BUSY = -66
"""The minute from which four hosts are not enough."""

ALARMED = {-56: 86.4, -51: 89.7, -46: 92.6}
OLD = ("i-0e52b1a7c94d3f608", "i-03c7d90ab5e81f264", "i-0bd4f8162c7a9e350", "i-09a17c3e5d20b4f86")
TARGETS = {
    "LoadBalancer": "app/festival/7f3b0c9e2d5a8164",
    "TargetGroup": "targetgroup/festival-web/5ae8c93f1b0d7624",
}

BOOTS = (
    ("i-0108bf9ff3d80538d", 3690, 3530),
    ("i-07a9f4eadf76cdd95", 3689, 3522),
    ("i-097b730f17571739f", 3688, 3527),
    ("i-05e95a321fff47dcc", 3501, 3339),
    ("i-031d1933ae8ededc5", 3494, 3335),
    ("i-0c4cdc8feb3faee92", 3488, 3331),
    ("i-0c15e81443b298ddc", 3289, 3135),
    ("i-054779894ac6d5e6e", 3278, 3127),
    ("i-0c5f016c65460d9a7", 3261, 3106),
    ("i-0e8a7940652cd397b", 3103, 2927),
    ("i-0aee1d155e474f58e", 3081, 2928),
    ("i-0f60d23a43029efff", 3042, 2868),
    ("i-07b41a87f53b07075", 2873, 2720),
    ("i-0acf5b79e8c86af00", 2872, 2713),
    ("i-0e76e4fb79df8c786", 2833, 2681),
    ("i-0b9cbfc83dc6c8568", 2677, 2509),
    ("i-03142614ec936c9f8", 2658, 2482),
    ("i-00ca2db8354d5fc8c", 2625, 2466),
    ("i-0fee17dd00eff7a9a", 2486, 2307),
    ("i-0a2326ed58e20eed7", 2450, 2275),
    ("i-0c807f00f97006fdf", 2419, 2264),
    ("i-0d507efc0be036400", 2413, 2248),
    ("i-01a118342ebcedf22", 2255, 2099),
    ("i-0cd538697146ef5a2", 2238, 2070),
    ("i-0a2196af716efc82a", 2235, 2075),
    ("i-0dab2372b235f8b82", 2207, 2034),
    ("i-064d09c8ec60e343e", 2077, 1925),
    ("i-04f9d7e69a6b548cc", 2014, 1844),
    ("i-0fbfd712962074b25", 2011, 1850),
    ("i-0bcecc1f6631bc248", 1986, 1827),
    ("i-06839289bdbdeddea", 1878, 1715),
    ("i-0131aa9e268685bd5", 1812, 1651),
    ("i-023d4c7090e6983a9", 1792, 1627),
    ("i-0a002c5c0ad63fbf6", 1769, 1617),
    ("i-0a1468b07b3bab32e", 1691, 1534),
    ("i-0a2b1d3fbf080d1c1", 1625, 1458),
    ("i-03067ee0b107522c9", 1590, 1424),
    ("i-0d615ad6b7d4d4296", 1570, 1395),
    ("i-07b0643f108dc40ce", 1509, 1342),
    ("i-0f16073ec5f85e1b4", 1393, 1241),
    ("i-0d604b4e28f01cec4", 1378, 1223),
    ("i-0a32da10ecc1c056b", 1346, 1194),
    ("i-0ae939ec8a0f6ace7", 1295, 1144),
    ("i-05c667bc189268139", 1185, 1034),
    ("i-046e699a14d140859", 1169, 989),
    ("i-0e2c8535c5fc86bcf", 1155, 995),
    ("i-0e7655b0553ec5382", 1088, 935),
    ("i-076f8beeb3f69f804", 975, 819),
    ("i-0df165460b3595e7c", 966, 787),
    ("i-04762a37bfea1ef8b", 952, 787),
    ("i-0c7de0f6029fd95a9", 901, 731),
    ("i-0b0d7c7e6017d5c1f", 768, 597),
    ("i-035a3d85cf63292aa", 736, 573),
    ("i-02b98c5ad2dbf15ce", 723, 552),
    ("i-09898bedc9d4419c4", 671, 503),
    ("i-0b96edc8d8757a831", 551, 371),
    ("i-009eed0f461ce383b", 543, 380),
    ("i-059bb535a424feb27", 528, 377),
    ("i-019604f010990bc30", 480, 312),
    ("i-07bcd2a1c70ec1e98", 311, 139),
    ("i-00da6dbe68b4c0b00", 311, 151),
    ("i-0a80eafcc11a65234", 309, 157),
    ("i-0f9ff3450132d113d", 255, 93),
    ("i-092e801920b2ada3a", 102, 0),
    ("i-0aec3ccd85afc7225", 100, 0),
    ("i-0ffc5bd03ee82039e", 89, 0),
    ("i-01ea58de35d0c7898", 70, 0),
)
"""New hosts: launched and terminated so many seconds before now, 0 for not yet."""

REFRESHED = {host: 2 * 24 * 60 + 5 * 60 - 6 * number for number, host in enumerate(OLD)}
"""When the old hosts were launched, in minutes before now."""


def seed(session, now, rng):
    """Make the account's state."""
    put_lines(session, "/festival/web/app", _lines(now, rng), ["app"])
    stages = ["{at} INFO stage {n} changed", "{at} INFO act {n} announced", "{at} WARN act {n} has no picture"]
    measured.make_bystanding_service(session, now, rng, "fest", "stage-plan", stages, per_hour=20)
    posters = ["{at} INFO poster {n} printed", "{at} WARN poster {n}: colour replaced"]
    measured.make_bystanding_service(session, now, rng, "fest", "poster-shop", posters)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _said(at, host, text):
    return at, f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z {host} {text}"


def _lines(now, rng):
    for minute in minutes(now, -10 * 60, 0):
        slow = _minute(minute, now) >= BUSY
        for _ in range(rng.randint(4, 9)):
            took = rng.randint(900, 3_100) if slow else rng.randint(70, 420)
            path = rng.choice(("/tickets", "/lineup", "/camping", "/cart", "/checkout"))
            yield _said(within(minute, rng), rng.choice(OLD), f"INFO GET {path} 200 {took} ms")
        if rng.random() < 0.06:
            yield _said(
                within(minute, rng), rng.choice(OLD), f"WARN order {rng.randint(10**5, 10**6)}: card refused"
            )
    for host, before in REFRESHED.items():
        start = now - timedelta(minutes=before)
        yield from _boot(start, host, rng, 99_999)
        ready = start + timedelta(seconds=rng.uniform(246, 262))
        yield _said(ready, host, "INFO catalogue loaded, ready")
    for host, launched, ended in BOOTS:
        start = now - timedelta(seconds=launched)
        yield from _boot(start, host, rng, launched - max(ended, 2))
        if ended:
            yield _said(now - timedelta(seconds=ended - 1), host, "INFO SIGTERM while catalogue is loading, bye")


def _boot(start, host, rng, lives):
    """What a host says until its catalogue is loaded, or until it is terminated."""
    steps = [(41, "INFO festival-web 9.4.1 starting"), (44, "INFO catalogue: 218400 entries to load")]
    steps += [
        (44 + 50 * part, f"INFO catalogue: {24 * part} % loaded, /ready answers 503") for part in (1, 2, 3, 4)
    ]
    for after, text in steps:
        if after < lives:
            yield _said(start + timedelta(seconds=after + rng.uniform(0, 1.9)), host, text)


def _cpu(minute, rng):
    for first, value in ALARMED.items():
        if first <= minute < first + 5:
            return value
    if minute >= BUSY:
        return rng.uniform(92.8, 95.6) if minute > -46 else 74.0 if minute < -61 else 81.2
    return None


def _metrics(session, now, rng):
    alive = {}
    for _, launched, ended in BOOTS:
        for minute in range(-launched // 60 + 1, -ended // 60 + 1):
            alive[minute] = alive.get(minute, 0) + 1

    def group(at):
        minute = _minute(at, now)
        wanted = 4 if minute < -61 else 7 if minute < -41 else 8
        return {
            "GroupDesiredCapacity": wanted,
            "GroupInServiceInstances": 4 + max(0, alive.get(minute, 0) - 1),
            "GroupTotalInstances": 4 + alive.get(minute, 0),
            "GroupMaxSize": 14,
        }

    def balancer(at):
        minute = _minute(at, now)
        seconds = 1.9 if minute > -50 else 0.8 if minute >= BUSY else 0.16
        found = measured.balancer(rng, (2_900 if minute >= BUSY else 1_500) * rng.uniform(0.96, 1.04), seconds)
        return found | {"HealthyHostCount": 4, "UnHealthyHostCount": max(0, alive.get(minute, 0) - 1)}

    moments = measured.moments(now)
    measured.publish(session, "AWS/AutoScaling", {"AutoScalingGroupName": GROUP}, moments, group)
    measured.publish(session, "AWS/ApplicationELB", TARGETS, moments, balancer)
    fives = list(minutes(now, -3 * 24 * 60 - 1, -5, 5))

    def cpu(at):
        return {"CPUUtilization": _cpu(_minute(at, now), rng) or 24 + 31 * measured.busy(at, rng)}

    measured.publish(session, "AWS/EC2", {"AutoScalingGroupName": GROUP}, fives, cpu)
    for host in OLD:
        measured.publish(session, "AWS/EC2", {"InstanceId": host}, fives[-200:], cpu)


def _alarms(session):
    put_alarm(
        session,
        "festival-web-cpu",
        AlarmDescription="The web hosts of the festival shop use more than 85 percent of their CPU.",
        Namespace="AWS/EC2",
        MetricName="CPUUtilization",
        Dimensions={"AutoScalingGroupName": GROUP},
        Statistic="Average",
        Period=300,
        EvaluationPeriods=3,
        Threshold=85,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "festival-5xx",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions=TARGETS,
        EvaluationPeriods=3,
        Threshold=50,
    )
    set_healthy(session, "festival-5xx")
