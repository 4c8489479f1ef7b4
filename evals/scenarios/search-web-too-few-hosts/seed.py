"""Two hosts of the search are gone and none come."""

from datetime import timedelta

from evals import measured
from evals.authoring import (
    invocation,
    make_bystander,
    make_function,
    make_role,
    minutes,
    put_alarm,
    put_function_lines,
    put_function_metrics,
    put_lines,
    put_metrics,
    set_healthy,
    within,
)

GROUP, JANITOR = "search-web", "image-janitor"
BALANCER = "app/search/91c4d07e5ab3f268"
TARGETS = {"LoadBalancer": BALANCER, "TargetGroup": f"targetgroup/{GROUP}/5d3e81b7f02c94a6"}
LOST = 54
"""Minutes since the two hosts are out of service."""
HOSTS = ("ip-10-31-0-40", "ip-10-31-16-41", "ip-10-31-0-42", "ip-10-31-16-43", "ip-10-31-0-44", "ip-10-31-16-45")
IMAGES = (("ami-0b6e29d41f7c8a350", "search-web-2026-08-27", 87), ("ami-0f19c37a5e8b6d242", "jump-host-14", 133))
IMAGES += (("ami-04d7e1b9c2f35a860", "facet-batch-8", 71),)


def seed(session, now, rng):
    """Make the account's state."""
    put_lines(session, "/search/web", _web(now, rng), ["all-hosts/web.log"])
    role = make_role(session, f"{JANITOR}-role", "lambda.amazonaws.com", ["ec2:DescribeImages", "ec2:Deregister*"])
    variables = {"KEEP_DAYS": "60", "DRY_RUN": "false"}
    make_function(session, JANITOR, role, Environment={"Variables": variables})
    put_function_lines(session, JANITOR, _janitor(now, rng))
    make_bystander(session, now, rng, "facet-counts", ["[INFO] facet {n} counted", "[WARNING] facet {n} is empty"])
    make_bystander(session, now, rng, "suggest-words", ["[INFO] {n} words kept"], per_hour=20)
    make_bystander(session, now, rng, "index-diff", ["[INFO] {n} documents differ", "[INFO] shard {n} the same"])
    _metrics(session, now, rng)
    _alarms(session)


def _web(now, rng):
    for minute in minutes(now, -9 * 60, 0):
        ago = round((now - minute).total_seconds() / 60)
        for _ in range(rng.randint(9, 13)):
            took = rng.uniform(140, 280) * (1.55 if ago < LOST else 1.0)
            at = within(minute, rng)
            host = rng.choice(HOSTS[:4] if ago < LOST else HOSTS)
            told = f"GET /search?q={rng.getrandbits(24):06x} 200 {took:.0f} ms {rng.randint(0, 480)} hits"
            if rng.random() < 0.03:
                told = f"GET /search?q={rng.getrandbits(24):06x} 400 1 ms query too short"
            yield at, f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z {host} INFO {told}"
    for number, host in enumerate(HOSTS):
        at = now - timedelta(minutes=86 - number, seconds=11)
        yield at, f"{at:%Y-%m-%dT%H:%M:%S}.000Z {host} INFO search-web 6.3.1 listens on 8080"
    for second, host in ((3_372, HOSTS[4]), (3_364, HOSTS[5])):
        at = now - timedelta(seconds=second - 4)
        yield at, f"{at:%Y-%m-%dT%H:%M:%S}.000Z {host} WARN spot interruption notice: stops in 2 minutes, draining"


def _janitor(now, rng):
    for day in range(8):
        at = now - timedelta(days=day, hours=22, minutes=40, seconds=20)
        keep = 60 if day == 0 else 180
        old = [f"[INFO] image {image} ({name}) is {age} days old, deregister" for image, name, age in IMAGES]
        said = [f"[INFO] images of the last {keep} days are kept", *(old if day == 0 else [])]
        said.append(f"[INFO] {len(IMAGES) if day == 0 else 0} of 41 images removed")
        yield from invocation(at, rng, said, duration_ms=rng.uniform(7_000, 9_000))


def _metrics(session, now, rng):
    span = measured.moments(now)
    ago = {at: round((now - at).total_seconds() / 60) for at in span}
    load = {
        at: 4_200 * measured.busy(at, rng) if ago[at] > 240 else 3_900 * rng.uniform(0.97, 1.03) for at in span
    }
    usual = 3_900

    def group(at):
        there = 4 if ago[at] < LOST else 6
        return {
            "GroupDesiredCapacity": 6,
            "GroupInServiceInstances": there,
            "GroupPendingInstances": 0,
            "GroupTerminatingInstances": 2 if ago[at] == LOST else 0,
            "GroupMinSize": 6,
            "GroupMaxSize": 12,
            "GroupTotalInstances": there,
        }

    put_metrics(session, "AWS/AutoScaling", {"AutoScalingGroupName": GROUP}, span, group)

    def targets(at):
        few = ago[at] < LOST
        found = measured.balancer(rng, load[at], 0.33 if few else 0.21)
        hosts = 4 if few else 6
        found |= {"HealthyHostCount": hosts, "UnHealthyHostCount": 0}
        return found | {"RequestCountPerTarget": round(load[at] / hosts)}

    measured.publish(session, "AWS/ApplicationELB", TARGETS, span, targets)

    def cpu(at):
        return {"CPUUtilization": 47 * load[at] / usual * (1.5 if ago[at] < LOST else 1) * rng.uniform(0.96, 1.04)}

    measured.publish(session, "AWS/EC2", {"AutoScalingGroupName": GROUP}, span, cpu)

    def cleaned(at):
        return (
            {"Invocations": 1, "Errors": 0, "Throttles": 0, "Duration": 8_100} if ago[at] % 1_440 == 1_360 else {}
        )

    put_function_metrics(session, JANITOR, span, cleaned)


def _alarms(session):
    put_alarm(
        session,
        f"{GROUP}-few-hosts",
        AlarmDescription="Fewer than five hosts of search-web are in service.",
        Namespace="AWS/AutoScaling",
        MetricName="GroupInServiceInstances",
        Dimensions={"AutoScalingGroupName": GROUP},
        Statistic="Minimum",
        EvaluationPeriods=5,
        Threshold=5,
        ComparisonOperator="LessThanThreshold",
    )
    for name, metric, statistic, limit in (
        ("5xx", "HTTPCode_Target_5XX_Count", "Sum", 50),
        ("slow", "TargetResponseTime", "Average", 1),
    ):
        put_alarm(
            session,
            f"{GROUP}-{name}",
            Namespace="AWS/ApplicationELB",
            MetricName=metric,
            Dimensions=TARGETS,
            Statistic=statistic,
            EvaluationPeriods=5,
            Threshold=limit,
        )
        set_healthy(session, f"{GROUP}-{name}")
