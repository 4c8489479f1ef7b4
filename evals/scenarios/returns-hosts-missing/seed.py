"""Hosts that cannot install what they should run."""

from datetime import timedelta

from evals import measured
from evals.authoring import make_bystander, minutes, put_alarm, put_lines, put_metrics, set_healthy, within

LAUNCHED = (
    ("i-31d7fee42f5946a96", -186),
    ("i-83103f7b7d14b8dc0", -172),
    ("i-08e62af3e74dc7c24", -158),
    ("i-015d082247a3aacc0", -144),
    ("i-a18a3293cb7aa63ad", -130),
    ("i-86e1bb465593b379b", -116),
    ("i-85948ae6feb9489eb", -102),
    ("i-a0492b77ef4e77a59", -94),
    ("i-75bb873c5b9aa19bf", -86),
    ("i-4d7f436a56d4c84ab", -78),
    ("i-ab5c0b1859bb46f98", -70),
    ("i-593817766262cb740", -62),
    ("i-a35f525fef6ae6317", -54),
    ("i-608d85971c919370a", -46),
    ("i-d440ffa961ea85851", -41),
    ("i-9c9529aac95fe35d9", -36),
    ("i-b87e0a9ccb62d2247", -31),
    ("i-321f70c30257e048f", -26),
    ("i-18e77977b826b5b78", -21),
    ("i-55efbcdf8b9fbbbff", -16),
    ("i-87c3ae817451778e8", -11),
    ("i-6b5d7505ee0dbaacd", -6),
)
"""Hosts that were launched since, and the minute."""

OLD = ("i-58f8cb079f1d18f15", "i-105d4e4bbe2981954", "i-5acd5f012d70710cf")
RETIRED = (("i-f1c8f350c08ab1a93", -188), ("i-1b1e84edc1fd4b1e6", -112), ("i-2d0ac294032bde81a", -47))
"""Hosts that reached their lifetime, and the minute."""

BALANCER, GROUP = "app/returns-alb/c95a1e7d30b6f248", "targetgroup/returns-desk/4b8f20d61ce7a395"

BEFORE = (
    "Cloud-init v. 24.4 running 'modules:final'. Up 14.2 seconds.",
    "+ aws configure set region eu-west-1",
    "+ dnf -q -y install java-21-amazon-corretto-headless",
    "+ systemctl enable --now amazon-cloudwatch-agent",
)
FETCH = "+ aws s3 cp s3://returns-artifacts/releases/returns-desk-7.14.2.tar.gz /opt/returns-desk/"
MISSING = (
    "fatal error: An error occurred (404) when calling the HeadObject operation: "
    'Key "releases/returns-desk-7.14.2.tar.gz" does not exist'
)
FAILED = (
    "Cloud-init v. 24.4 finished: 1 module failed, see /var/log/cloud-init.log",
    "cc_scripts_user.py[WARNING]: Failed to run module scripts_user (scripts in /var/lib/cloud/instance/scripts)",
    "[WARNING]: Running module scripts_user (<module 'cloudinit.config.cc_scripts_user'>) failed",
)
STARTED = ("+ systemctl enable --now returns-desk", "Cloud-init v. 24.4 finished. Up 61.88 seconds")


def seed(session, now, rng):
    """Make the account's state."""
    _bucket(session)
    _boots(session, now, rng)
    _hosts(session, now, rng)
    _metrics(session, now, rng)
    make_bystander(
        session,
        now,
        rng,
        "refund-mailer",
        ["[INFO] refund {n} announced", "[WARNING] refund {n} twice"],
        per_hour=20,
    )
    make_bystander(
        session, now, rng, "label-check", ["[INFO] label {n} is fine", "[INFO] label {n} printed"], per_hour=26
    )
    put_alarm(
        session,
        "returns-desk-in-service",
        AlarmDescription="Fewer than four hosts of the returns desk are in service.",
        Namespace="AWS/AutoScaling",
        MetricName="GroupInServiceInstances",
        Dimensions={"AutoScalingGroupName": "returns-desk"},
        Statistic="Minimum",
        ComparisonOperator="LessThanThreshold",
        EvaluationPeriods=5,
        Threshold=4,
    )
    put_alarm(
        session,
        "returns-alb-5xx",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_ELB_5XX_Count",
        Dimensions={"LoadBalancer": BALANCER},
        EvaluationPeriods=3,
        Threshold=20,
    )
    set_healthy(session, "returns-alb-5xx")


def _bucket(session):
    """returns-artifacts, and the rule that empties it."""
    s3 = session.client("s3")
    where = {"LocationConstraint": session.region_name}
    s3.create_bucket(Bucket="returns-artifacts", CreateBucketConfiguration=where)
    rule = {"ID": "expire-30d", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 30}}
    s3.put_bucket_lifecycle_configuration(Bucket="returns-artifacts", LifecycleConfiguration={"Rules": [rule]})


def _boots(session, now, rng):
    """What cloud-init writes while hosts come up: until yesterday well, today not."""
    logs = session.client("logs")
    group = "/ec2/returns-desk/cloud-init-output"
    lines = {}
    for number, days in enumerate((7.13, 7.08, 5.917, 5.833, 4.375)):
        name = OLD[number - 2] if number >= 2 else RETIRED[number][0]
        lines[name] = (
            now - timedelta(days=days),
            [
                *BEFORE,
                FETCH,
                f"download: s3://returns-artifacts/ to /opt/returns-desk/ ({84 + number} MiB/s)",
                *STARTED,
            ],
        )
    for name, minute in LAUNCHED:
        lines[name] = (now + timedelta(minutes=minute, seconds=40), [*BEFORE, FETCH, MISSING, *FAILED])
    logs.create_log_group(logGroupName=group)
    for name, (start, said) in lines.items():
        logs.create_log_stream(logGroupName=group, logStreamName=name)
        events, at = [], start
        for text in said:
            at += timedelta(seconds=rng.uniform(0.4, 6))
            if at < now:
                events.append({"timestamp": int(at.timestamp() * 1000), "message": text})
        if events:
            logs.put_log_events(logGroupName=group, logStreamName=name, logEvents=events)


def _hosts(session, now, rng):
    """The application, on hosts that run it."""
    lines = []
    for minute in minutes(now, -9 * 60, 0):
        for _ in range(rng.randint(4, 8)):
            at, order = within(minute, rng), rng.randint(70_000, 99_999)
            did = rng.choice(["accepted", "label printed for", "photo kept of", "refund asked for"])
            lines.append(
                (at, f"{at:%Y-%m-%dT%H:%M:%SZ} INFO  [desk] {did} return {order} in {rng.randint(8, 90)} ms")
            )
        if rng.random() < 0.07:
            at = within(minute, rng)
            lines.append(
                (at, f"{at:%Y-%m-%dT%H:%M:%SZ} WARN  [desk] return {rng.randint(70_000, 99_999)} has no order")
            )
    put_lines(session, "/ec2/returns-desk/app", lines, list(OLD))


def _metrics(session, now, rng):
    moments = measured.moments(now)
    minute_of = lambda at: round((at - now).total_seconds() / 60)  # noqa: E731 - short

    def group(at):
        minute = minute_of(at)
        lost = sum(minute >= gone for _, gone in RETIRED)
        pending = 1 if lost and rng.random() < 0.9 else 0
        found = {
            "GroupDesiredCapacity": 6,
            "GroupMinSize": 6,
            "GroupMaxSize": 12,
            "GroupInServiceInstances": 6 - lost,
        }
        return found | {
            "GroupPendingInstances": pending,
            "GroupTerminatingInstances": 0,
            "GroupTotalInstances": 6 - lost + pending,
        }

    put_metrics(session, "AWS/AutoScaling", {"AutoScalingGroupName": "returns-desk"}, moments, group)

    def balanced(at):
        lost = sum(minute_of(at) >= gone for _, gone in RETIRED)
        found = measured.balancer(rng, 420 * measured.busy(at, rng), 0.06 + 0.02 * lost)
        return found | {
            "HealthyHostCount": 6 - lost,
            "UnHealthyHostCount": 1 if lost and rng.random() < 0.6 else 0,
        }

    measured.publish(
        session, "AWS/ApplicationELB", {"LoadBalancer": BALANCER, "TargetGroup": GROUP}, moments, balanced
    )

    def cpu(at):
        lost = sum(minute_of(at) >= gone for _, gone in RETIRED)
        return {"CPUUtilization": min(96.0, 38 * measured.busy(at, rng) * 6 / (6 - lost))}

    measured.publish(session, "AWS/EC2", {"AutoScalingGroupName": "returns-desk"}, moments, cpu)
