"""Figures, states and changes are recognised too; each signature is listed and says what it looks like."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.first_look.builders import (
    FUNCTION,
    ONSET,
    alarm,
    at,
    breach,
    change,
    changes,
    configuration,
    error,
    logs,
    ranked,
    related,
    section,
    the_signal,
)
from triage.domain.report import Category, Disposition
from triage.first_look.signatures import SIGNATURES, THEMES
from triage.first_look.signatures.base import Shape


def names(*sections: dict[str, Any], **more: Any) -> list[str]:
    return [each.candidate.signature for each in ranked(*sections, **more)]


def test_there_are_many_and_each_has_a_name_of_its_own() -> None:
    found = [each.name for each in SIGNATURES]

    assert len(found) >= 40
    assert len(set(found)) == len(found)
    assert all(each.looks_like for each in SIGNATURES)


def test_every_theme_is_in_the_registry_and_every_wording_is_a_regular_expression() -> None:
    shapes = [each for each in SIGNATURES if isinstance(each, Shape)]

    assert sum(map(len, THEMES.values())) == len(SIGNATURES)
    assert all(each._wanted for each in shapes)
    assert all(each._unwanted for each in shapes if each.unless)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Throttles (Sum): 0 → 40 Throttles/min at 02:13 UTC, still high", "function-throttled"),
        (
            "WriteThrottleEvents (Sum): 0 → 40 WriteThrottleEvents/min at 02:13 UTC, still high",
            "table-throttle-events",
        ),
        ("CPUUtilization (Maximum): 30% → 97% CPUUtilization at 02:10 UTC, still high", "resource-saturated"),
        ("CPUCreditBalance (Minimum): 144 → 0.5 CPUCreditBalance since 02:10 UTC, still low", "credits-used-up"),
        ("Evictions (Sum): 0 → 900 Evictions/min at 02:10 UTC, still high", "cache-misses"),
        ("CacheHitRate (Average): 94% → 31% CacheHitRate at 02:10 UTC, still low", "cache-misses"),
        (
            "FreeStorageSpace (Minimum): 40 GiB → 0.2 GiB FreeStorageSpace since 02:00 UTC, still low",
            "storage-runs-out",
        ),
        ("RequestCount (Sum): 20 → 111 RequestCount/min at 02:12 UTC, still high", "traffic-spike"),
        ("Invocations (Sum): 200 → 2 Invocations/min at 02:12 UTC, still low", "traffic-stopped"),
        (
            "HTTPCode_ELB_504_Count (Sum): 0 → 20 HTTPCode_ELB_504_Count/min at 02:13 UTC, still high",
            "load-balancer-gives-up",
        ),
        (
            "StatusCheckFailed_Instance (Maximum): 0 → 1 StatusCheckFailed_Instance at 02:13 UTC, still high",
            "status-check-failed",
        ),
        (
            "StatusCheckFailed_System (Maximum): 0 → 1 StatusCheckFailed_System at 02:13 UTC, still high",
            "host-check-failed",
        ),
        (
            "ErrorPortAllocation (Sum): 0 → 80 ErrorPortAllocation/min at 02:13 UTC, still high",
            "ports-used-up",
        ),
        ("DaysToExpiry (Minimum): steady at 3 DaysToExpiry", "certificate-runs-out"),
        (
            "DatabaseConnections (Maximum): 40 → 410 DatabaseConnections at 02:10 UTC, still high",
            "connections-pile-up",
        ),
        ("IteratorAge (Maximum): 1 s → 900 s IteratorAge rising from 02:13 UTC, still high", "backlog-grows"),
    ],
)
def test_a_metric_that_left_its_level_is_recognised(line: str, name: str) -> None:
    assert name in names(breach(), related(line))


@pytest.mark.parametrize(
    "line",
    [
        "Throttles (Sum): steady at 0 Throttles/min",
        "CPUUtilization (Maximum): 30% → 45% CPUUtilization at 02:10 UTC, still high",
        "Evictions (Sum): steady at 0 Evictions/min",
        "RequestCount (Sum): 1,779 → 1,654 RequestCount/min at 01:52 UTC, still low",
        "RequestCount (Sum): 20 → 111 RequestCount/min at 02:25 UTC, still high",
        "DaysToExpiry (Minimum): steady at 200 DaysToExpiry",
    ],
)
def test_a_metric_at_its_level_or_one_that_moved_later_is_no_hypothesis(line: str) -> None:
    assert names(breach(), related(line)) == []


@pytest.mark.parametrize(
    ("kind", "data", "name"),
    [
        ("kms", {"KeyState": "PendingDeletion"}, "key-state"),
        ("rds", {"DBInstanceStatus": "storage-full"}, "store-full"),
        ("rds", {"DBInstanceStatus": "rebooting"}, "store-stopped"),
        ("lambda", {"reserved_concurrency": 0}, "function-switched-off"),
        ("lambda", {"State": "Failed"}, "function-not-active"),
        ("ecs", {"desiredCount": 0}, "scaled-to-zero"),
        ("secret", {"deleted": "2026-11-20T10:00:00Z"}, "secret-deleted"),
        ("acm", {"NotAfter": "2026-11-20T10:00:00Z"}, "certificate-past-its-date"),
        (
            "lambda",
            {"event_sources": [{"function": FUNCTION, "source": "orders", "State": "Disabled"}]},
            "switched-off",
        ),
        ("ecs", {"deployments": [{"counts": "0/4 running, 2 pending, 12 failed"}]}, "tasks-do-not-start"),
        ("ecs", {"scaling": ["DesiredCount 1 to 3"], "desiredCount": 3}, "scaled-to-maximum"),
        ("sqs", {"dead_letters": {"queue": "orders-dlq", "waiting": 12}}, "dead-letters-arrive"),
        ("lambda", {"StateReason": "The ENI limit of the VPC: EniLimitExceeded exceeded"}, "subnet-full"),
    ],
)
def test_a_state_that_explains_a_failure_is_recognised(kind: str, data: dict[str, Any], name: str) -> None:
    assert name in names(breach(), configuration("orders", kind, **data))


def test_settings_that_are_well_are_no_hypothesis() -> None:
    data = {
        "KeyState": "Enabled",
        "DBInstanceStatus": "available",
        "State": "Active",
        "NotAfter": "2027-11-20T10:00:00Z",
    }

    assert names(breach(), configuration("orders", "rds", **data)) == []


def test_a_rule_that_a_neighbour_shows_as_disabled_is_recognised() -> None:
    rule = {
        "what": "rule orders-daily",
        "link": "target of the rule orders-daily",
        "hop": 1,
        "state": "DISABLED rate(1 day)",
    }

    [best, *_] = ranked(breach(), section("neighbourhood", {"changed": [rule]}))

    assert (best.candidate.signature, best.candidate.about) == ("switched-off", "orders-daily")


def test_a_route_that_leads_nowhere_is_recognised() -> None:
    path = {"routes": [{"table": "rtb-1", "routes": ["0.0.0.0/0 → nat-1 (blackhole)"]}]}

    assert names(breach(), section("network", path, "network_path", asked={"resource": "ecs shop/cart"})) == [
        "no-way-out"
    ]


def test_a_gateway_on_the_way_out_that_has_no_free_port_is_recognised() -> None:
    line = "ErrorPortAllocation (Sum): 0 → 900 ErrorPortAllocation/min at 02:13 UTC, still high"
    path = {"nat_gateways": ["nat-0a1b available"], "nat_metrics": [{"name": "nat-0a1b", "metrics": [line]}]}

    [best, *_] = ranked(breach(), section("network", path, "network_path", asked={"resource": "ecs shop/cart"}))

    assert (best.candidate.signature, best.candidate.about) == ("ports-used-up", "nat-0a1b")


def test_a_quota_in_full_use_is_recognised() -> None:
    quotas = {"quotas": [{"name": "Concurrent executions", "limit": 1000, "used": 1000, "used_percent": 100}]}

    assert names(breach(), section("quotas", quotas, "service_quotas")) == ["quota-used-up"]


def test_memory_at_its_limit_is_recognised_in_reports_of_invocations() -> None:
    reports = {"count": 20, "failed": 9, "at_memory_limit": 9, "memory_mb": 512, "most_used_mb": 512}
    data = {"since_onset": reports, "worst": "REPORT RequestId: 1 Max Memory Used: 512 MB"}

    [best] = ranked(breach(), section("invocations", data, "lambda_invocations", asked={"function": FUNCTION}))

    assert best.candidate.category is Category.OUT_OF_MEMORY
    assert "9 of 20 invocations" in best.candidate.statement


def test_a_new_error_of_code_shortly_after_a_deployment_is_a_bad_deployment() -> None:
    line = "TypeError: Cannot read properties of undefined (reading 'total')"
    deployed = changes(change("lambda:UpdateFunctionCode", f"functionName={FUNCTION}", -4))

    assert ranked(breach(), logs(error(line)), deployed)[0].candidate.category is Category.BAD_DEPLOY
    assert ranked(breach(), logs(error(line)))[0].candidate.category is Category.DATA_ERROR


@pytest.mark.parametrize(
    ("event", "given", "category"),
    [
        ("kms:ScheduleKeyDeletion", "keyId=1", Category.PERMISSION_DENIED),
        ("iam:DetachRolePolicy", f"roleName={FUNCTION}-role", Category.PERMISSION_DENIED),
        ("ec2:ReplaceRoute", "routeTableId=rtb-1", Category.DEPENDENCY_UNREACHABLE),
        ("elasticache:ModifyReplicationGroup", "replicationGroupId=c", Category.CAPACITY),
        ("events:DisableRule", "name=daily", Category.CONFIGURATION_MISSING),
        ("ssm:DeleteParameter", "name=/a/b", Category.CONFIGURATION_MISSING),
        ("lambda:UpdateFunctionCode", f"functionName={FUNCTION}", Category.BAD_DEPLOY),
    ],
)
def test_a_grave_change_shortly_before_is_a_hypothesis(event: str, given: str, category: Category) -> None:
    found = ranked(breach(), changes(change(event, given, -4)))

    assert category in {each.candidate.category for each in found}
    assert not found[0].candidate.direct


@pytest.mark.parametrize(
    ("event", "minutes"),
    [
        ("lambda:TagResource", -4),
        ("cloudwatch:PutDashboard", -4),
        ("rds:CreateDBSnapshot", -4),
        ("lambda:UpdateFunctionCode", 12),
        ("lambda:UpdateFunctionCode", -60 * 30),
    ],
)
def test_harmless_later_and_old_changes_are_none(event: str, minutes: float) -> None:
    assert names(breach(), changes(change(event, f"functionName={FUNCTION}", minutes))) == []


def test_an_alarm_that_was_edited_while_its_metric_is_as_usual_is_a_false_alarm() -> None:
    signal = the_signal()
    edits = [{"at": at(-40), "what": "threshold 500 → 50"}]
    usual = breach("25 → 58.5 Errors/min at 02:13 UTC, as usual at this hour, still high", baseline=_USUAL)

    [best, *_] = ranked(alarm(edits=edits, Threshold=50), usual, signal=signal)

    assert best.candidate.disposition is Disposition.FALSE_ALARM
    assert "threshold from 500 to 50" in best.candidate.statement


_USUAL = {"yesterday": {"median": 48, "max": 70, "min": 18}}


def test_a_threshold_within_the_usual_range_is_told() -> None:
    usual = breach("no clear change: 20 to 60 Errors/min, median 40", baseline=_USUAL, onset=None)

    assert names(alarm(Threshold=50), usual) == ["threshold-at-usual-level"]


def test_an_alarm_that_is_ok_again_is_over() -> None:
    recovered = [{"at": at(14), "to": "ALARM → OK"}, {"at": at(10), "to": "OK → ALARM"}]
    back = breach("0 → 48 Errors/min at 02:13 UTC, baseline 0, back: 0", still=False)

    [best, *_] = ranked(alarm(StateValue="OK", transitions=recovered), back)

    assert (best.candidate.category, best.candidate.disposition) == (Category.HEALTHY_NOW, Disposition.TRANSIENT)


def test_an_alarm_that_is_ok_while_its_metric_still_breaches_is_not_over() -> None:
    recovered = [{"at": at(14), "to": "ALARM → OK"}, {"at": at(10), "to": "OK → ALARM"}]

    assert names(alarm(StateValue="OK", transitions=recovered), breach()) == []


def test_missing_data_that_breaches_is_silence() -> None:
    signal = the_signal(reason="Threshold Crossed: no datapoints were received for 3 periods")
    silent = breach("10 → 0 Beat/min at 02:13 UTC, still low; no datapoint since 02:12", before=10, after=0)

    assert names(alarm(TreatMissingData="breaching"), silent, signal=signal) == ["metric-silent"]


@pytest.mark.parametrize(("status", "minutes", "expected"), [("open", -3, ["aws-event"]), ("open", -60 * 9, [])])
def test_an_event_of_aws_counts_when_it_began_near_the_onset(
    status: str, minutes: float, expected: list[str]
) -> None:
    event = {
        "service": "EC2",
        "eventTypeCode": "AWS_EC2_OPERATIONAL_ISSUE",
        "startTime": at(minutes),
        "statusCode": status,
        "says": "Packet loss in use1-az3. We are investigating.",
    }

    assert names(breach(), section("health", {"events": [event]}, "health_events")) == expected


def test_a_failover_shortly_before_is_recognised() -> None:
    event = [{"at": at(-1), "when": "1 min before", "what": "Multi-AZ instance failover started."}]

    assert names(breach(), configuration("orders-db", "rds", changes=event)) == ["failed-over"]
    assert ONSET.minute == 13


def test_one_hot_shard_is_recognised_among_its_siblings() -> None:
    shards = [{"shard": f"shardId-{n}", "share": "71%" if n == 2 else "10%"} for n in range(4)]
    data = {"open_shards": 4, "shards": shards}

    [best] = ranked(breach(), section("shards", data, "stream_shards", asked={"stream": "clicks"}))

    assert best.candidate.signature == "hot-shard"
    assert "one hot shard of clicks, shardId-2, takes 71 %" in best.candidate.statement


def test_even_shards_are_none() -> None:
    shards = [{"shard": f"shardId-{n}", "share": "25%"} for n in range(4)]

    assert names(breach(), section("shards", {"shards": shards}, "stream_shards")) == []


def test_a_metric_that_goes_on_under_another_name_is_a_false_alarm() -> None:
    signal = the_signal(reason="Threshold Crossed: no datapoints were received for 3 periods")
    silent = breach(
        "10 → 0 Beat/min at 02:13 UTC, still low; no datapoint since 02:12", name="Beat", before=10, after=0
    )
    rows = ["Ledger/New BeatCount {Service=x} Sum/60s: 0 → 2 BeatCount/min at 02:13 UTC, still high"]

    [best, *_] = ranked(silent, section("like", {"metrics": rows}, "metrics_like"), signal=signal)

    assert (best.candidate.signature, best.candidate.disposition) == ("metric-renamed", Disposition.FALSE_ALARM)
    assert "Ledger/New BeatCount" in best.candidate.headline


def test_storage_below_the_alarm_s_threshold_runs_out_however_slowly() -> None:
    low = breach(
        "no clear change: 3 GiB to 9 GiB FreeStorageSpace, median 5 GiB",
        name="FreeStorageSpace",
        onset=None,
        latest={"at": at(20), "value": 3e9},
        baseline=None,
    )

    assert names(alarm(ComparisonOperator="LessThanThreshold", Threshold=4e9), low) == ["storage-runs-out"]


def test_health_checks_that_get_404_do_not_fit() -> None:
    why = "due to (reason Health checks failed with these codes: [404])."
    unhealthy = configuration("shop/cart", "ecs", events=[f"2026-11-21 02:14 (service cart) is unhealthy {why}"])

    assert names(breach(), unhealthy)[0] == "health-check-mismatch"


def test_an_unknown_error_that_began_with_a_deployment_speaks_against_the_deployment() -> None:
    odd = logs(error("[ERROR] colour of cart unknown, giving up", 40))
    deployed = changes(change("lambda:UpdateFunctionCode", f"functionName={FUNCTION}", -4))
    long_ago = changes(change("lambda:UpdateFunctionCode", f"functionName={FUNCTION}", -50))

    assert names(breach(), odd, deployed)[0] == "new-error-after-release"
    assert "new-error-after-release" not in names(breach(), odd, long_ago)


def test_trouble_that_is_days_old_is_not_called_usual() -> None:
    slow = breach(
        "no clear change: 20 to 60 Errors/min, median 40",
        baseline=_USUAL,
        onset=None,
        earlier={"reading": "0 → 40 Errors/h at 2026-11-19 04:00 UTC, still high", "onset": at(-2800)},
    )

    assert names(alarm(Threshold=50), slow) == []


def of_log(*since_onset: str) -> dict[str, Any]:
    return section("shares", {"group": "/ecs/quotes", "since_onset": list(since_onset)}, "log_shares")


@pytest.mark.parametrize(
    ("share", "category"),
    [
        ("grpc_status=DeadlineExceeded: 94% (118), before 1%", Category.TIMEOUT),
        ("response_code=504: 40% (118), before 1%", Category.TIMEOUT),
        ("status=429: 50% (266), before 0%", Category.THROTTLED),
        ("errorResponseType=THROTTLED: 50% (266), before 0%", Category.THROTTLED),
    ],
)
def test_a_status_that_most_lines_have_since_the_onset_is_a_hypothesis(share: str, category: Category) -> None:
    best = ranked(breach(), of_log(share))[0].candidate

    assert best.category is category
    assert share in best.statement


@pytest.mark.parametrize(
    "share",
    [
        "status=504: 6% (7), before 1%",
        "status=504: 94% (118), before 90%",
        "status=504: 94% (2), before 0%",
        "elapsed=504: 94% (118), before 0%",
        "status=200: 94% (118), before 1%",
    ],
)
def test_a_status_of_few_lines_or_as_before_or_in_another_field_is_none(share: str) -> None:
    assert not {"status-timed-out", "status-throttled"} & set(names(breach(), of_log(share)))


def test_an_error_that_explains_itself_comes_before_a_status() -> None:
    found = names(
        breach(), logs(error("AccessDeniedException: not authorized")), of_log("status=504: 94% (118), before 1%")
    )

    assert found.index("status-timed-out") > 0


def test_a_setting_of_a_timeout_that_was_changed_shortly_before_is_told_with_the_timeouts() -> None:
    put = changes(other=("02:11 ssm:PutParameter pricing-timeout-ms by ops/jo",))
    other = changes(other=("02:11 ssm:PutParameter banner-text by ops/jo",))
    timed_out = of_log("grpc_status=DeadlineExceeded: 94% (118), before 1%")

    def tied(*sections: dict[str, Any]) -> bool:
        link = ranked(breach(), timed_out, *sections)[0].link
        return link is not None and link.tie == 3

    assert tied(put)
    assert not tied(other)


GONE = "HTTPCode_Target_2XX_Count (Sum): 458 → 36 HTTPCode_Target_2XX_Count/min at 02:13 UTC, still low"


@pytest.mark.parametrize(
    "more",
    [
        "HTTPCode_Target_5XX_Count (Sum): 0 → 421 HTTPCode_Target_5XX_Count/min at 02:13 UTC, still high",
        "RequestCount (Sum): steady at 461 RequestCount",
    ],
)
def test_traffic_that_is_answered_with_errors_has_not_stopped(more: str) -> None:
    assert "traffic-stopped" in names(breach(), related(GONE))
    assert "traffic-stopped" not in names(breach(), related(GONE, more))


def test_a_failed_instance_check_is_a_symptom_that_names_no_cause() -> None:
    check = "StatusCheckFailed_Instance (Maximum): 0 → 1 StatusCheckFailed_Instance at 02:13 UTC, still high"
    alone = ranked(breach(), related(check))[0].candidate
    explained = ranked(breach(), related(check), logs(error("Out of memory: Killed process 88 (tiled)")))[
        0
    ].candidate

    assert alone.category is Category.UNKNOWN
    assert explained.category is Category.OUT_OF_MEMORY


TIMES_OUT = logs(error("2026-11-21T02:13:15Z Task timed out after 5.00 seconds", since=9))


@pytest.mark.parametrize("by", ["audit-runner/drill", "dev/eve"])
def test_what_a_stranger_may_not_do_to_a_resource_does_not_stand_before_the_resources_own_error(by: str) -> None:
    refused = change(
        "lambda:UpdateFunctionConfiguration", f"functionName={FUNCTION}", by=by, refused="AccessDenied"
    )

    first, *others = ranked(breach(), TIMES_OUT, changes(refused))

    assert first.candidate.category is Category.TIMEOUT
    assert Category.PERMISSION_DENIED in {each.candidate.category for each in others}


def test_what_is_refused_again_and_again_may_be_what_kept_a_resource_running() -> None:
    given = f"functionName={FUNCTION}"
    calls = [change("lambda:UpdateAlias", given, -n, by="shifter/run", refused="AccessDenied") for n in range(3)]

    first, *_ = ranked(breach(), TIMES_OUT, changes(*calls))

    assert first.candidate.category is Category.PERMISSION_DENIED


@pytest.mark.parametrize(
    "by",
    [
        "order-writer-role/session-1",
        f"some-role/{FUNCTION}",
        "ecs.amazonaws.com",
        "web/i-0a1b2c3d4e5f60718",
        "tasks/0123456789abcdef0123456789abcdef",
        "pods/botocore-session-1763690000",
    ],
)
def test_what_takes_part_may_not_do_explains_its_errors(by: str) -> None:
    refused = change("sqs:SendMessage", "queueName=invoices", by=by, refused="AccessDenied")
    asked = {"names": [FUNCTION, "arn:aws:iam::123456789012:role/order-writer-role"]}

    first, *_ = ranked(breach(), TIMES_OUT, changes(refused) | {"asked": asked})

    assert first.candidate.category is Category.PERMISSION_DENIED


def test_that_a_strangers_role_was_deleted_afterwards_makes_it_no_cause() -> None:
    refused = change(
        "lambda:UpdateFunctionConfiguration",
        f"functionName={FUNCTION}",
        by="audit-runner/drill",
        refused="AccessDenied",
    )
    deleted = change("iam:DeleteRole", "roleName=audit-runner", by="root")

    first, *others = ranked(breach(), TIMES_OUT, changes(refused, deleted))

    assert first.candidate.category is Category.TIMEOUT
    assert any("may not lambda:UpdateFunctionConfiguration" in each.candidate.statement for each in others)
