"""Limits that were set too low days before, filters that keep back what is wanted, subnets without addresses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.first_look.builders import breach, change, changes, configuration, error, logs, ranked, section
from triage.domain.report import Category

FELL = "40 → 0 Mailed/min at 02:13 UTC, still low"
A_DAY = -20 * 60


def of(name: str, *metrics: str) -> dict[str, Any]:
    """Metrics of a neighbour."""
    told = {"what": name, "link": "named by its configuration", "hop": 1, "metrics": list(metrics)}
    return section("neighbourhood", {"changed": [told]})


def best(*sections: dict[str, Any]) -> tuple[str, Category, str]:
    found = ranked(*sections)[0].candidate
    return found.signature, found.category, found.statement


def signatures(*sections: dict[str, Any]) -> list[str]:
    return [each.candidate.signature for each in ranked(*sections)]


# Limits ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "given", "resource", "line", "limit"),
    [
        (
            "rds:ModifyDBCluster",
            "dBClusterIdentifier=shop, serverlessV2ScalingConfiguration.maxCapacity=4",
            "rds_cluster shop",
            "Maximum 38% → 100% ACUUtilization at 02:11 UTC, still high",
            "maxCapacity 4",
        ),
        (
            "dynamodb:UpdateTable",
            "tableName=carts, provisionedThroughput.writeCapacityUnits=20",
            "dynamodb carts",
            "Sum 0 → 310 WriteThrottleEvents/min at 02:12 UTC, still high",
            "writeCapacityUnits 20",
        ),
        (
            "lambda:PutFunctionConcurrency",
            "functionName=quotes, reservedConcurrentExecutions=5",
            "lambda quotes",
            "Sum 0 → 95 Throttles/min at 02:13 UTC, still high",
            "reservedConcurrentExecutions 5",
        ),
        (
            "elasticache:ModifyReplicationGroup",
            "replicationGroupId=sessions, cacheNodeType=cache.t4g.small",
            "elasticache sessions",
            "Sum 0 → 900 Evictions/min at 02:13 UTC, still high",
            "cacheNodeType cache.t4g.small",
        ),
        (
            "kinesis:UpdateShardCount",
            "streamName=clicks, targetShardCount=1",
            "kinesis clicks",
            "Sum 0 → 80 WriteProvisionedThroughputExceeded/min at 02:12 UTC, still high",
            "targetShardCount 1",
        ),
    ],
)
def test_a_limit_set_long_before_explains_what_is_at_it_now(
    call: str, given: str, resource: str, line: str, limit: str
) -> None:
    name, category, says = best(breach(), of(resource, line), changes(change(call, given, A_DAY)))

    is_rate = "oncurrentExecutions" in limit  # the service itself refuses what is above it
    expected = ("rate-set-too-low", Category.THROTTLED) if is_rate else ("limit-set-too-low", Category.CAPACITY)
    assert (name, category) == expected
    assert limit in says
    assert "ci/run-7" in says


def test_the_limit_of_before_is_told_where_an_older_call_says_it() -> None:
    given = "dBClusterIdentifier=shop, serverlessV2ScalingConfiguration.maxCapacity={}"
    at_most = of("rds_cluster shop", "Maximum 38% → 100% ACUUtilization at 02:11 UTC, still high")
    lowered = changes(
        change("rds:ModifyDBCluster", given.format(4), A_DAY),
        change("rds:ModifyDBCluster", given.format(32), 4 * A_DAY),
    )
    raised = changes(
        change("rds:ModifyDBCluster", given.format(32), A_DAY),
        change("rds:ModifyDBCluster", given.format(4), 4 * A_DAY),
    )

    assert "maxCapacity 4 (before 32)" in best(breach(), at_most, lowered)[2]
    assert "limit-set-too-low" not in signatures(breach(), at_most, raised)


@pytest.mark.parametrize(
    ("given", "resource", "line"),
    [
        ("tableName=carts, provisionedThroughput.writeCapacityUnits=20", "dynamodb carts", "Sum 310 → 0 "),
        ("tableName=other, provisionedThroughput.writeCapacityUnits=20", "dynamodb carts", "Sum 0 → 310 "),
        ("tableName=carts, deletionProtectionEnabled=True", "dynamodb carts", "Sum 0 → 310 "),
    ],
)
def test_another_table_another_setting_and_throttles_that_ended_are_not_explained(
    given: str, resource: str, line: str
) -> None:
    throttled = of(resource, f"{line}WriteThrottleEvents/min at 02:12 UTC, still high")

    assert "limit-set-too-low" not in signatures(
        breach(), throttled, changes(change("dynamodb:UpdateTable", given, A_DAY))
    )


def test_a_database_at_its_most_capacity_is_seen_without_any_change() -> None:
    at_most = of("rds_cluster shop", "Maximum 38% → 100% ACUUtilization at 02:11 UTC, still high")

    assert best(breach(), at_most)[:2] == ("at-maximum-capacity", Category.CAPACITY)


def test_traffic_that_came_yesterday_at_this_hour_is_no_hypothesis() -> None:
    more = "Sum 600 → 3,000 RequestCount/min at 02:12 UTC{}, still high"

    assert "traffic-spike" in signatures(breach(), of("elb app/shop/50dc6c49", more.format("")))
    usual = more.format(", as usual at this hour")
    assert "traffic-spike" not in signatures(breach(), of("elb app/shop/50dc6c49", usual))


# Filters ---------------------------------------------------------------------------------------------

ARN = "arn:aws:sns:eu-west-1:123456789012:parcels:5b0e7c1a-93d4-4f6e-8a2b-c7d91f3e6054"


@pytest.mark.parametrize(
    ("call", "given", "resource", "line", "asks"),
    [
        (
            "sns:SetSubscriptionAttributes",
            f'attributeName=FilterPolicy, attributeValue={{"kind": ["sent"]}}, subscriptionArn={ARN}',
            "sqs parcel-mails",
            "Sum 40 → 0 NumberOfMessagesSent/min at 02:13 UTC, still low",
            "asks for kind",
        ),
        (
            "events:PutRule",
            'name=uploads, eventPattern={"detail-type": ["Object Copied"]}, state=ENABLED',
            "rule uploads",
            "Sum 40 → 0 TriggeredRules/min at 02:13 UTC, still low",
            "asks for detail-type",
        ),
        (
            "lambda:UpdateEventSourceMapping",
            'functionName=mailer, filterCriteria.filters.pattern={"body": {"type": ["mail"]}}',
            "lambda mailer",
            "Sum 40 → 0 Invocations/min at 02:13 UTC, still low",
            "asks for body, type",
        ),
        (
            "logs:PutSubscriptionFilter",
            "logGroupName=/ecs/shop, filterName=all, filterPattern=ERRROR",
            "kinesis audit",
            "Sum 400 → 0 IncomingRecords/min at 02:13 UTC, still low",
            "ERRROR",
        ),
    ],
)
def test_a_filter_that_was_changed_as_things_stopped_arriving_is_the_cause(
    call: str, given: str, resource: str, line: str, asks: str
) -> None:
    silent = breach(FELL, name="Mailed", before=40, after=0)

    name, category, says = best(silent, of(resource, line), changes(change(call, given, -0.5)))

    assert (name, category) == ("filter-keeps-back", Category.CONFIGURATION_MISSING)
    assert asks in says


def test_what_a_topic_filters_out_and_what_others_ask_for_is_told() -> None:
    given = f'attributeName=FilterPolicy, attributeValue={{"kind": ["sent"]}}, subscriptionArn={ARN}'
    topic = configuration(
        "parcels",
        "sns",
        subscriptions=[{"protocol": "sqs", "endpoint": "e", "filter": '{"type": ["sent"]}'}],
    )
    kept_back = of("sns parcels", "Sum 1 → 40 NumberOfNotificationsFilteredOut/min at 02:13 UTC, still high")

    says = best(
        breach(FELL, name="Mailed", before=40, after=0),
        topic,
        kept_back,
        changes(change("sns:SetSubscriptionAttributes", given, -0.5)),
    )[2]

    assert "filters of other subscriptions ask for type" in says
    assert "1 → 40 NumberOfNotificationsFilteredOut" in says


@pytest.mark.parametrize(
    ("given", "minutes", "members"),
    [
        (f"attributeName=RawMessageDelivery, attributeValue=true, subscriptionArn={ARN}", -0.5, {}),
        (f"attributeName=FilterPolicy, attributeValue={{}}, subscriptionArn={ARN}", -300, {}),
        (
            f"attributeName=FilterPolicy, attributeValue={{}}, subscriptionArn={ARN}",
            -0.5,
            {"refused": "AuthorizationError"},
        ),
    ],
)
def test_another_attribute_an_old_filter_and_a_refused_call_are_none(
    given: str, minutes: float, members: dict[str, Any]
) -> None:
    call = change("sns:SetSubscriptionAttributes", given, minutes, **members)
    silent = breach(FELL, name="Mailed", before=40, after=0)

    assert "filter-keeps-back" not in signatures(silent, changes(call))


# Addresses -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "says",
    [
        "The specified subnet does not have enough free addresses to satisfy the request.",
        "Lambda was not able to create an ENI: InsufficientFreeAddressesInSubnet",
        "failed to assign an IP address to container",
    ],
)
def test_who_holds_the_addresses_of_a_full_subnet_is_named_with_the_call_that_scaled_it(says: str) -> None:
    failed = configuration(
        "nightly", "stepfunctions", failures=[{"error": "States.TaskFailed", "cause": says, "in_state": "Load"}]
    )
    addresses = section(
        "addresses",
        {
            "subnets": [{"subnet": "subnet-0a1b2c3d", "cidr": "10.0.0.0/26", "free": 1, "usable": 59}],
            "holders": [{"holder": "ecs shop/crawler", "addresses": 40}],
        },
        "subnet_addresses",
    )
    scaled = changes(change("ecs:UpdateService", "cluster=shop, service=crawler, desiredCount=40", A_DAY))

    first = ranked(breach(), failed, addresses, scaled)[0]

    assert first.candidate.signature == "addresses-held"
    assert "only 1 free addresses left of 59" in first.candidate.statement
    assert first.link is not None
    assert first.link.change.about == "crawler"


def test_a_run_that_was_started_is_no_reason_for_its_failure() -> None:
    failed = configuration(
        "nightly",
        "stepfunctions",
        failures=[{"error": "States.TaskFailed", "cause": "InsufficientFreeAddressesInSubnet", "startDate": ""}],
    )
    started = changes(change("states:StartExecution", "stateMachineArn=nightly", -1))

    assert ranked(breach(), failed, started)[0].link is None


# What may grow no further ----------------------------------------------------------------------------

GROUP = {"MinSize": 2, "MaxSize": 5, "DesiredCapacity": 5}
SCALES_OUT = "TargetTracking-web-AlarmHigh-0f1e2d3c-1111-2222-3333-444455556666"
PROXY = 'upstream timed out (110: Connection timed out) while reading response header from upstream, upstream: "http://{}"'


def rings(name: str) -> dict[str, Any]:
    return section("related_alarms", {"in_alarm_now": [{"alarm": name, "since": "2026-11-21T02:20:00Z"}]})


def group(**sizes: Any) -> dict[str, Any]:
    return configuration("web", "asg", **(GROUP | sizes))


def test_a_group_at_its_maximum_whose_scale_out_alarm_rings_cannot_grow() -> None:
    found = ranked(breach(), group(), rings(SCALES_OUT))[0].candidate

    assert (found.signature, found.category) == ("scaled-to-maximum", Category.CAPACITY)
    assert "all 5 instances that its maximum allows" in found.statement
    assert SCALES_OUT in found.statement


@pytest.mark.parametrize(
    ("sizes", "alarm"),
    [
        ({}, "TargetTracking-other-AlarmHigh-0f1e2d3c"),
        ({}, "TargetTracking-web-AlarmLow-0f1e2d3c"),
        ({"DesiredCapacity": 4}, SCALES_OUT),
        ({"MinSize": 5}, SCALES_OUT),
    ],
)
def test_a_group_that_wants_no_more_may_grow_or_never_scales_is_not_at_a_bound(
    sizes: dict[str, int], alarm: str
) -> None:
    assert "scaled-to-maximum" not in signatures(breach(), group(**sizes), rings(alarm))


def test_a_maximum_that_was_set_the_day_before_is_the_cause_and_that_it_had_more_says_so() -> None:
    lowered = changes(change("autoscaling:UpdateAutoScalingGroup", "autoScalingGroupName=web, maxSize=5", A_DAY))
    had = group(had_more="9 instances at 2026-11-20T02:15:00Z")

    alone = ranked(breach(), group(), rings(SCALES_OUT), lowered)[0]
    before = ranked(breach(), had, rings(SCALES_OUT), lowered)[0]

    assert alone.candidate.signature == before.candidate.signature == "limit-set-too-low"
    assert alone.score < before.score
    assert "9 instances at 2026-11-20T02:15:00Z before" in before.candidate.statement


@pytest.mark.parametrize("address", ["127.0.0.1:3000/", "localhost:8080/", "[::1]:3000/"])
def test_an_application_on_the_proxys_own_host_is_no_dependency_and_yields_to_the_bound(address: str) -> None:
    slow = logs(error(PROXY.format(address)), group="/web/nginx-error")

    found = ranked(breach(), group(), rings(SCALES_OUT), slow)

    assert found[0].candidate.signature == "scaled-to-maximum"
    assert "own-process-slow" in [each.candidate.signature for each in found]
    assert "dependency_unreachable" not in [each.candidate.category for each in found]


def test_an_upstream_elsewhere_stays_a_dependency() -> None:
    slow = logs(error(PROXY.format("10.1.2.3:3000/")), group="/web/nginx-error")

    assert "own-process-slow" not in signatures(breach(), slow)
