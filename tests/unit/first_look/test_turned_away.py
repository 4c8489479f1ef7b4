"""Requests that are refused before they are served, answers that are too large, services that may not grow."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.first_look.builders import (
    FUNCTION,
    alarm,
    breach,
    change,
    changes,
    configuration,
    error,
    grounded,
    logs,
    ranked,
    related,
    reported,
    section,
    the_signal,
)
from triage.domain.report import Category
from triage.domain.signal import Metric

BALANCER = Metric("m1", "AWS/ApplicationELB", "HTTPCode_ELB_4XX_Count", {"LoadBalancer": "app/web/1f"}, "Sum", 60)
REFUSED = breach(
    "3 → 60 HTTPCode_ELB_4XX_Count/min at 02:13 UTC, still high", name=BALANCER.name, before=3, after=60
)
SIGNAL = the_signal(metrics=(BALANCER,))


def _firewall(rises: bool = True) -> list[dict[str, Any]]:
    levels = "2 → 58" if rises else "58 → 2"
    told = {"web_acl": "front", "rule": "ALL", "blocks": f"{levels} BlockedRequests/min at 02:13 UTC, still high"}
    shares = {
        "group": "aws-waf-logs-front",
        "failing": ["httpRequest.uri=/photos/*: 100% (87), others 8%"],
        "since_onset": ["ruleGroupList.terminatingRule.ruleId=SizeRestrictions_BODY: 100% (87), before 0%"],
    }
    return [
        section("firewall", {"blocked": [told]}, "blocked_requests"),
        section("firewall_log", shares, "log_shares"),
    ]


def test_given_a_firewall_that_blocks_more_then_its_rule_and_what_it_blocks_are_the_cause() -> None:
    report = grounded(
        REFUSED,
        *_firewall(),
        changes(change("wafv2:UpdateWebACL", "name=front, rules[0].priority=0", -1, by="sec/leo")),
        signal=SIGNAL,
    )

    assert not report.problems
    cause = report.report.root_cause
    assert cause.category is Category.PERMISSION_DENIED
    for word in ("front", "SizeRestrictions_BODY", "/photos/*", "UpdateWebACL of front by sec/leo"):
        assert word in cause.statement


def test_given_a_firewall_that_blocks_less_then_it_is_no_cause() -> None:
    found = ranked(REFUSED, *_firewall(rises=False), signal=SIGNAL)

    assert "firewall-blocks" not in [each.candidate.signature for each in found]


def _targets(**states: int) -> dict[str, Any]:
    groups = [{"name": "web", "targets": states}]
    return configuration("app/web/1f", "elb", target_groups=groups)


OF_TARGETS = related(
    "HTTPCode_Target_4XX_Count (Sum): no clear change: 80 to 90 HTTPCode_Target_4XX_Count/min, median 86",
    dimensions=BALANCER.dimensions,
)


def test_given_targets_that_answer_as_before_then_the_balancers_refusals_do_not_reach_them() -> None:
    found = [
        each.statement
        for each in grounded(REFUSED, _targets(healthy=4), OF_TARGETS, signal=SIGNAL).report.findings
    ]

    assert (
        "The load balancer makes these 4XX itself: its targets, 4 of them healthy, answer no more 4XX than before."
        in found
    )


@pytest.mark.parametrize(
    ("states", "told"), [({"healthy": 3}, True), ({"healthy": 2, "unhealthy": 1}, False), ({"healthy": 0}, False)]
)
def test_given_all_targets_healthy_then_that_is_told(states: dict[str, int], told: bool) -> None:
    slow = breach("0.1 s → 2 s TargetResponseTime at 02:13 UTC, still high", name="TargetResponseTime")
    found = [each.statement for each in grounded(slow, _targets(**states), signal=SIGNAL).report.findings]

    assert ("All targets are healthy: 3 of web." in found) is told


@pytest.mark.parametrize(
    ("text", "signature", "category"),
    [
        (
            "LAMBDA_RUNTIME Failed to post handler success response. Http response code: 413.",
            "response-too-large",
            Category.QUOTA_EXCEEDED,
        ),
        (
            "Response payload size (6400000 bytes) exceeded maximum allowed payload size (6291556 bytes).",
            "response-too-large",
            Category.QUOTA_EXCEEDED,
        ),
        ("403 Missing Authentication Token", "no-such-route", Category.CONFIGURATION_MISSING),
        ("No quota left for account", "sending-limit", Category.QUOTA_EXCEEDED),
    ],
)
def test_given_an_error_then_it_is_read(text: str, signature: str, category: Category) -> None:
    best, *_ = ranked(breach(), logs(error(text)))

    assert (best.candidate.signature, best.candidate.category) == (signature, category)


def test_given_a_reason_in_a_field_only_then_it_counts_as_an_error() -> None:
    told = {
        "group": "sns/eu-west-1/1/DirectPublishToPhoneNumber/Failure",
        "since_onset": [
            "delivery.providerResponse=No quota left for account: 100% (349), before 0%",
            "delivery.mcc=436: 36% (126), before 0%",
        ],
    }
    best, *_ = ranked(breach(), section("shares", told, "log_shares"))

    assert best.candidate.signature == "sending-limit"


def test_given_a_reason_that_came_before_too_then_it_is_no_error() -> None:
    told = {"group": "x", "since_onset": ["error=No quota left for account: 60% (349), before 30%"]}

    assert not [
        each for each in ranked(breach(), section("shares", told, "log_shares")) if each.candidate.complaint
    ]


SUSPENDED = "DesiredCount 2 to 20; SUSPENDED: scaling out, scaling in"
ASKS = "TargetTracking-service/shop/worker-AlarmHigh-6f2b"


def _service(scaling: str) -> dict[str, Any]:
    return configuration("shop/worker", "ecs", desiredCount=2, runningCount=2, scaling=[scaling])


def _rings() -> dict[str, Any]:
    return section("related_alarms", {"in_alarm_now": [{"alarm": ASKS, "since": "2026-11-21T02:16:00Z"}]})


def test_given_suspended_scaling_and_an_alarm_that_wants_more_then_that_is_the_cause() -> None:
    given = "resourceId=service/shop/worker, suspendedState.dynamicScalingOutSuspended=True"
    best, *_ = ranked(
        alarm(),
        breach(),
        _service(SUSPENDED),
        _rings(),
        related("NumberOfMessagesSent (Sum): 90 → 1,262/min at 02:12 UTC, still high"),
        changes(change("application-autoscaling:RegisterScalableTarget", given, -3_800, by="ops/oskar")),
    )

    assert best.candidate.signature == "scaling-suspended"
    assert (
        "scaling out, scaling in is suspended by ops/oskar (RegisterScalableTarget at" in best.candidate.statement
    )


def test_given_scaling_that_is_suspended_with_nothing_that_wants_more_then_it_is_unlikely() -> None:
    calm = breach("40 → 2 Errors/min at 02:13 UTC, back: 40", still=False)

    assert all(
        each.score < 0.5
        for each in ranked(calm, _service(SUSPENDED))
        if each.candidate.signature == "scaling-suspended"
    )
    assert not [
        each
        for each in ranked(breach(), _service("DesiredCount 2 to 20"))
        if each.candidate.signature == "scaling-suspended"
    ]


def test_given_slow_commands_then_they_go_before_clients_that_wait() -> None:
    cache = Metric("m1", "AWS/ElastiCache", "EngineCPUUtilization", {"CacheClusterId": "lobby-001"}, "Average", 60)
    name = cache.name
    slow = {"group": "/cache/slow-log", "since_onset": ["Command=KEYS presence:<n>:*: 90% (360), before 0%"]}
    best, *_ = ranked(
        breach(f"16.3% → 96.7% {name} at 02:13 UTC, still high", name=name, before=16.3, after=96.7),
        configuration("lobby-001", "elasticache", CacheNodeType="cache.r7g.large"),
        section("slow_commands", slow, "log_shares"),
        logs(error("TimeoutError: Timeout reading from lobby (0.25 s)"), group="/ecs/api", id="logs:api"),
        signal=the_signal(metrics=(cache,)),
    )

    assert best.candidate.signature == "slow-commands"
    assert "KEYS presence:<n>:* (360 in its slow log since the onset, none before)" in best.candidate.statement
    assert FUNCTION not in best.candidate.statement


def test_given_an_acl_that_is_not_seen_to_guard_it_then_it_is_no_certain_cause() -> None:
    told = {"web_acl": "others", "rule": "ALL", "blocks": "2 → 58 BlockedRequests/min at 02:13 UTC, still high"}
    rows = section("firewall", {"blocked": [told | {"tie": "not seen"}]}, "blocked_requests")
    app = section("shares", {"group": "/app", "failing": ["path=/login: 88% (87), others 8%"]}, "log_shares")
    best = next(each for each in ranked(REFUSED, rows, app, signal=SIGNAL) if each.candidate.speaks_against)

    assert "that it stands in front of it was not seen" in best.candidate.statement
    assert "/login" not in best.candidate.statement
    assert best.score < 0.7


def test_given_a_command_in_another_log_then_it_is_no_slow_command_of_a_cache() -> None:
    told = {"group": "/var/log/secure", "since_onset": ["command=sort -u /tmp/x: 90% (40), before 0%"]}
    busy = breach("20% → 97% CPUUtilization at 02:13 UTC, still high", name="CPUUtilization", before=20, after=97)

    assert "slow-commands" not in [
        each.candidate.signature for each in ranked(busy, section("shares", told, "log_shares"))
    ]


@pytest.mark.parametrize(
    "groups", [[{"healthy": 3}, {"healthy": 0}], [{"healthy": 3}, {}]], ids=["none", "unknown"]
)
def test_given_a_group_without_healthy_targets_then_not_all_are(groups: list[dict[str, int]]) -> None:
    slow = breach("0.1 s → 2 s TargetResponseTime at 02:13 UTC, still high", name="TargetResponseTime")
    told = [{"name": f"web-{place}", "targets": states} for place, states in enumerate(groups)]
    found = reported(slow, configuration("app/web/1f", "elb", target_groups=told), signal=SIGNAL).findings

    assert not [each for each in found if "healthy" in each.statement]
