"""What responders ask of one class of incident: renewals, records, credits, keep-alive, hot keys, statements."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.first_look.builders import (
    at,
    breach,
    change,
    changes,
    configuration,
    error,
    logs,
    ranked,
    related,
    reported,
    section,
)
from triage.domain.report import Category

BALANCER = {"LoadBalancer": "app/kiosk-alb/0123456789abcdef"}


def best(*sections: dict[str, Any]) -> tuple[str, Category, str]:
    found = ranked(*sections)[0].candidate
    return found.signature, found.category, found.statement


def signatures(*sections: dict[str, Any]) -> list[str]:
    return [each.candidate.signature for each in ranked(*sections)]


# Renewals --------------------------------------------------------------------------------------------

DAYS = breach(
    "20 → 12 DaysToExpiry at 02:13 UTC, still low", name="DaysToExpiry", before=20, after=12, threshold=14
)


def renewal(status: str = "PENDING_VALIDATION", *changed: dict[str, Any], record: str = "_ab1.kiosk.test") -> Any:
    certificate = {
        "certificate": "11112222-aaaa",
        "domain": "kiosk.test",
        "days_left": 12,
        "valid_until": "2026-12-03T00:00:00Z",
        "renewal": status,
        "renewal_since": "2026-10-11T06:00:00Z",
        "used_by": "kiosk-alb",
    }
    unproven = [{"domain": "kiosk.test", "validation": status, "method": "DNS", "type": "CNAME", "record": record}]
    data = {"certificates": [certificate], "unproven": unproven, "record_changes": list(changed)}
    return section("renewal", data, "certificate_renewal")


def test_given_a_renewal_that_waits_for_a_deleted_record_then_who_deleted_it_and_when_it_ends_is_told() -> None:
    deleted = {
        "at": "2026-09-30T08:04:11Z",
        "event": "route53:ChangeResourceRecordSets",
        "by": "Platform/kim",
        "given": "DELETE.CNAME=_ab1.kiosk.test",
    }

    name, category, says = best(DAYS, renewal("PENDING_VALIDATION", deleted))

    assert (name, category) == ("renewal-not-proven", Category.CERTIFICATE_EXPIRED)
    assert "_ab1.kiosk.test that validates the domain was deleted by Platform/kim" in says
    assert "2026-09-30 08:04 UTC" in says
    assert "valid until 2026-12-03 (12 days left), nothing fails yet" in says


def test_given_no_deletion_in_sight_then_only_that_the_record_is_not_found() -> None:
    _, _, says = best(DAYS, renewal())

    assert "is not found" in says
    assert "deleted" not in says


def test_given_a_renewal_that_succeeded_then_it_is_no_reason() -> None:
    assert "renewal-not-proven" not in signatures(DAYS, renewal("SUCCESS"))


# Records ---------------------------------------------------------------------------------------------

UNRESOLVED = logs(error("getaddrinfo ENOTFOUND prices.shop.local"))
DELETED = "DELETE.CNAME=prices.shop.local, hostedZoneId=Z1"


def test_given_a_name_that_does_not_resolve_and_its_record_was_deleted_then_the_deletion_is_the_cause() -> None:
    made = change("route53:ChangeResourceRecordSets", "CREATE.CNAME=rates.shop.local, hostedZoneId=Z1", -3.1)
    deleted = change("route53:ChangeResourceRecordSets", DELETED, -3)

    name, category, says = best(breach(), UNRESOLVED, changes(deleted, made))

    assert (name, category) == ("record-deleted", Category.CONFIGURATION_MISSING)
    assert "prices.shop.local no longer exists" in says
    assert "ci/run-7 deleted the CNAME record and made rates.shop.local instead" in says


def test_given_what_is_called_like_the_host_runs_then_that_is_told_too() -> None:
    service = configuration("shop/prices", "ecs", desiredCount=2, runningCount=2)
    deleted = change("route53:ChangeResourceRecordSets", DELETED, -3)

    _, _, says = best(breach(), UNRESOLVED, changes(deleted), service)

    assert "the service prices itself runs, 2 of 2 tasks" in says


@pytest.mark.parametrize(
    "given",
    [
        "DELETE.CNAME=other.shop.local, hostedZoneId=Z1",
        "DELETE.CNAME=prices.shop.local, CREATE.A=prices.shop.local, hostedZoneId=Z1",
        "DELETE.CNAME=shop.local, hostedZoneId=Z1",
    ],
)
def test_given_another_record_or_a_replaced_one_then_it_is_not_called_deleted(given: str) -> None:
    sections = (breach(), UNRESOLVED, changes(change("route53:ChangeResourceRecordSets", given, -3)))

    assert "record-deleted" not in signatures(*sections)


def test_given_a_record_deleted_after_the_onset_then_it_explains_nothing() -> None:
    late = change("route53:ChangeResourceRecordSets", DELETED, 12)

    assert "record-deleted" not in signatures(breach(), UNRESOLVED, changes(late))


# CPU credits -----------------------------------------------------------------------------------------

SLOW = breach("0.2 s → 3 s TargetResponseTime at 02:13 UTC, still high", name="TargetResponseTime")


def spent(now: str = "20.1%", *changed: dict[str, Any], **members: str) -> dict[str, Any]:
    instance = {
        "instance": "i-0aaa",
        "type": "t3.small",
        "baseline": "20% CPU",
        "CPUCreditBalance": "576 → 0",
        "falls_since": at(-2000),
        "spent_since": at(-2),
        "cpu_before": "12.0%",
        "cpu_while_falling": "28.5%",
        "cpu_now": now,
    } | members
    return section("credits", {"credits": [instance], "since_then": list(changed)}, "cpu_credits")


def test_given_instances_at_their_baseline_without_credits_then_that_is_the_cause_with_what_was_installed() -> (
    None
):
    installed = {
        "at": at(-2003),
        "event": "ssm:SendCommand",
        "by": "Fleet/lou",
        "given": "documentName=AWS-ConfigureAWSPackage, parameters.action=Install, parameters.name=DiskWatcher",
        "touches": "tag:Role=kiosk",
    }

    name, category, says = best(SLOW, spent("20.1%", installed))

    assert (name, category) == ("cpu-credits-spent", Category.CAPACITY)
    assert "CPUCreditBalance 576 → 0" in says
    assert "28.5% instead of 12% CPU" in says
    assert "Fleet/lou installed or ran DiskWatcher there (SendCommand AWS-ConfigureAWSPackage)" in says


def test_given_a_command_on_other_instances_then_it_is_not_tied_to_these() -> None:
    elsewhere = {"at": at(-2003), "event": "ssm:SendCommand", "by": "Fleet/lou", "given": "documentName=X"}

    _, _, says = best(SLOW, spent("20.1%", elsewhere))

    assert "Fleet/lou" not in says


def test_given_an_instance_that_goes_on_above_its_baseline_then_nothing_holds_it() -> None:
    assert "cpu-credits-spent" not in signatures(SLOW, spent("64.0%", mode="unlimited"))


# Keep-alive ------------------------------------------------------------------------------------------

BAD_GATEWAYS = breach("0 → 6 HTTPCode_ELB_502_Count/min at 02:13 UTC, still high", name="HTTPCode_ELB_502_Count")


def balancer(keep_alive: str, **service: Any) -> dict[str, Any]:
    behind = {
        "service": "kiosk/pages",
        "task_definition": {"containers": [{"environment": {"KEEP_ALIVE_MS": keep_alive}}]},
    }
    data = {"attributes": {"idle_timeout.timeout_seconds": 60}, "services": [behind | service]}
    return section("configuration", data, asked={"resource": "elb app/kiosk-alb/0123456789abcdef"})


def of_targets(line: str = "HTTPCode_Target_2XX_Count (Sum): 90 → 91/min at 02:14 UTC") -> dict[str, Any]:
    found = related(line, dimensions=BALANCER)
    return found | {"data": found["data"] | {"steady_at_0": ["HTTPCode_Target_5XX_Count"]}}


def test_given_targets_that_close_idle_connections_before_the_balancer_then_that_makes_its_502() -> None:
    name, category, says = best(BAD_GATEWAYS, balancer("5000"), of_targets())

    assert (name, category) == ("keep-alive-too-short", Category.CONFIGURATION_MISSING)
    assert "closes idle keep-alive connections after 5 s (KEEP_ALIVE_MS=5000)" in says
    assert "idle time-out is 60 s" in says


def test_given_the_setting_went_with_a_release_then_it_is_the_release() -> None:
    lost = ["KEEP_ALIVE_MS: 75000 before, not there now"]

    name, category, says = best(BAD_GATEWAYS, balancer("", unlike_version=lost), of_targets())

    assert (name, category) == ("keep-alive-shortened", Category.BAD_DEPLOY)
    assert lost[0] in says


def test_given_targets_that_keep_connections_for_longer_then_they_are_no_reason() -> None:
    assert "keep-alive-too-short" not in signatures(BAD_GATEWAYS, balancer("75000"), of_targets())


def test_given_targets_that_answer_5xx_themselves_then_the_time_out_is_no_reason() -> None:
    failing = related("HTTPCode_Target_5XX_Count (Sum): 0 → 6/min at 02:13 UTC, still high", dimensions=BALANCER)

    assert "keep-alive-too-short" not in signatures(BAD_GATEWAYS, balancer("5000"), failing)


def test_given_targets_without_5xx_then_the_report_says_that_the_balancer_makes_them_itself() -> None:
    found = [each.statement for each in reported(BAD_GATEWAYS, balancer("5000"), of_targets()).findings]

    assert "The load balancer makes these 502 itself: its targets answer no 5XX." in found


# Hot partitions --------------------------------------------------------------------------------------


def test_given_throttled_key_ranges_then_one_partition_is_hot_and_whose_it_is_is_told() -> None:
    throttled = related(
        "WriteKeyRangeThroughputThrottleEvents (Sum): 0 → 90 WriteKeyRangeThroughputThrottleEvents/min at 02:13 "
        "UTC, still high",
        dimensions={"TableName": "visits"},
    )
    table = configuration("visits", "dynamodb", keys=["shop_day (HASH)", "at (RANGE)"])
    shares = section(
        "shares",
        {"group": "/aws/lambda/visits-api", "failing": ["shop=s-814: 92% (46), others 12%"]},
        "log_shares",
    )
    lines = logs(
        error("ThrottlingException: Throughput exceeds the current capacity"), group="/aws/lambda/visits-api"
    )

    name, category, says = best(breach(), throttled, table, lines, shares)

    assert (name, category) == ("hot-partition", Category.THROTTLED)
    assert "its partition key is shop_day" in says
    assert "92% of the lines that fail in visits-api are of shop=s-814 (12% of the others)" in says


def test_given_a_table_that_is_throttled_as_a_whole_then_no_partition_is_blamed() -> None:
    throttled = related("WriteThrottleEvents (Sum): 0 → 90 WriteThrottleEvents/min at 02:13 UTC, still high")

    assert "hot-partition" not in signatures(breach(), throttled)


# Statements ------------------------------------------------------------------------------------------

BUSY = breach("12% → 97% CPUUtilization at 02:13 UTC, still high", name="CPUUtilization", before=12, after=97)


def statements(**members: Any) -> dict[str, Any]:
    new = {
        "statement": "SELECT id FROM seats WHERE UPPER(row) = ?",
        "user": "seat_api",
        "since": 210,
        "before": 0,
        "took_s": "4.1",
        "share": "97%",
        "day_before": 0,
        "rows_examined": 900_000,
        "rows_sent": 1,
        "first": at(0.5),
    } | members
    return section("statements", {"statements": [new]}, "slow_statements", asked={"database": "hall-db"})


def test_given_a_new_slow_statement_since_a_release_of_who_runs_it_then_that_release_is_the_cause() -> None:
    released = change("ecs:UpdateService", "cluster=hall, service=seat-api, taskDefinition=seat-api:9", -2)

    name, category, says = best(BUSY, statements(), changes(released))

    assert (name, category) == ("new-statement-slow", Category.BAD_DEPLOY)
    assert "UPPER(row)" in says
    assert "reads 900,000 rows to give back 1: no index seems to serve it" in says


def test_given_no_release_then_it_is_load_on_the_database() -> None:
    name, category, _ = best(BUSY, statements())

    assert (name, category) == ("statement-takes-database", Category.CAPACITY)


@pytest.mark.parametrize("members", [{"before": 40}, {"day_before": 12}, {"share": "20%"}, {"since": 2}])
def test_given_a_statement_that_is_usual_or_takes_little_then_it_is_no_reason(members: dict[str, Any]) -> None:
    found = signatures(BUSY, statements(**members))

    assert not {"new-statement-slow", "statement-takes-database"} & set(found)
