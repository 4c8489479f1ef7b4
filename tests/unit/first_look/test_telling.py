"""How findings are told: each name once, values that belong together in one, errors in plain words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.first_look.builders import (
    FUNCTION,
    alarm,
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
from triage.first_look.plain import plain

if TYPE_CHECKING:
    from triage.domain.report import Report

CLIENT = (
    "apiKeyId=m0t9: 64% (345), before 1%",
    "ip=192.0.2.77: 64% (345), before 1%",
    "status=429: 50% (266), before 0%",
)


def said(report: Report) -> list[str]:
    return [each.statement for each in report.findings]


def of_log(*since_onset: str) -> dict[str, Any]:
    return section("shares", {"group": "/ecs/quotes", "since_onset": list(since_onset)}, "log_shares")


def test_the_name_of_a_metric_is_told_once() -> None:
    told = said(reported(breach(), related("Duration (p99): 20 ms → 900 ms Duration at 02:13 UTC, still high")))

    assert [each.count("Errors") for each in told if "47" in each] == [1]
    assert [each.count("Duration") for each in told if "900 ms" in each] == [1]


def test_values_that_the_same_lines_have_are_one_finding_and_one_client_is_called_so() -> None:
    told = said(reported(breach(), of_log(*CLIENT)))

    assert [each for each in told if "apiKeyId=m0t9, ip=192.0.2.77" in each and "One client" in each]
    assert len([each for each in told if "64%" in each]) == 1


def test_what_many_clients_do_is_not_called_one_client() -> None:
    shared = of_log("apiKeyId=m0t9: 64% (345), before 50%", "status=500: 64% (345), before 50%")
    elsewhere = of_log("city=9: 64% (345), before 1%")

    assert not [each for each in said(reported(breach(), shared, elsewhere)) if "One client" in each]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            {"level": "error", "msg": "call failed", "error": "dial tcp: i/o timeout"},
            "call failed: dial tcp: i/o timeout",
        ),
        ({"errorType": "TypeError", "errorMessage": "x is null", "stack": ["a"]}, "TypeError: x is null"),
        ({"message": 'refused "p"', "error": 'refused "p"'}, 'refused "p"'),
        ({"level": "error"}, '{"level": "error"}'),
    ],
)
def test_json_is_told_in_plain_words(line: dict[str, Any], words: str) -> None:
    assert plain(json.dumps(line)) == words


def test_json_that_was_cut_is_told_as_far_as_it_goes() -> None:
    assert plain('{"level": "error", "msg": "no connection to ord') == "no connection to ord"


def test_an_error_of_code_is_told_with_its_message_and_its_own_frame() -> None:
    line = json.dumps({"errorType": "TypeError", "errorMessage": "Cannot read properties of undefined"})
    report = reported(breach(), logs(error(line, frames=["bonus.js:12 in seasonalBonus"])))

    assert report.root_cause is not None
    assert "TypeError: Cannot read properties of undefined at bonus.js:12 in seasonalBonus" in (
        report.root_cause.statement
    )
    assert "{" not in report.root_cause.statement


def test_what_was_said_once_is_told_as_once() -> None:
    told = said(reported(breach(), logs(error("KeyError: 'RATES'", count=1))))

    assert not [each for each in told if "1 times" in each]
    assert [each for each in told if "(once since" in each]


FELL = breach(
    "59 → 37 OrdersPlaced/5 min at 02:13 UTC, still low", name="OrdersPlaced", before=59, after=37, threshold=45
)


def test_a_metric_that_falls_in_the_same_proportion_is_told_and_another_is_not() -> None:
    visits = "VisitsStarted (Sum): 407 → 257 VisitsStarted/5 min at 02:13 UTC, still low"
    other = "VisitsStarted (Sum): 407 → 100 VisitsStarted/5 min at 02:13 UTC, still low"

    assert [
        each for each in said(reported(FELL, related(visits))) if "same proportion as OrdersPlaced (to 63%" in each
    ]
    assert not [each for each in said(reported(FELL, related(other))) if "same proportion" in each]
    assert [each for each in said(reported(FELL)) if "37% down" in each]


def test_a_quiet_log_is_told_where_no_error_is_the_cause() -> None:
    silent = logs(group="/ecs/quotes", lines=0)
    silent["data"]["groups"][0]["lines"] = 0

    def is_told(*sections: dict[str, Any]) -> bool:
        return any(each.startswith("No errors in the log of quotes") for each in said(reported(*sections)))

    assert is_told(breach(), silent)
    assert not is_told(breach(), silent, logs(error("AccessDeniedException: not authorized"), id="others"))


def test_interrupted_spot_instances_are_a_hypothesis_and_never_the_named_cause() -> None:
    taken = changes(other=("02:12 ec2:BidEvictedEvent i-0a6d1f8e3c5b79024 by ec2.amazonaws.com",))
    best = ranked(alarm(), breach(), taken)[0]

    assert best.candidate.category is Category.CAPACITY
    assert "Spot" in best.candidate.statement
    assert best.score < 0.3


def test_limits_are_told_only_where_they_matter() -> None:
    settings = configuration(Timeout=10, MemorySize=256)
    denied = said(reported(breach(), logs(error("AccessDeniedException: not authorized")), settings))
    late = said(reported(breach(), logs(error("Task timed out after 10.00 seconds")), settings))

    assert not [each for each in denied if "Timeout 10" in each or "MemorySize" in each]
    assert [each for each in late if "Timeout 10" in each]


def test_a_cause_that_is_not_known_is_not_called_uncertain() -> None:
    check = "StatusCheckFailed_Instance (Maximum): 0 → 1 StatusCheckFailed_Instance at 02:13 UTC, still high"
    cause = reported(breach(), related(check), changes(change("s3:PutObject", FUNCTION))).root_cause

    assert cause is not None
    assert cause.category is Category.UNKNOWN
    assert "not seen" in cause.statement
    assert "Not certain" not in cause.statement


def test_limits_of_one_resource_are_one_finding() -> None:
    settings = configuration("shop/cart", "ecs", desiredCount=4, scaling=["DesiredCount 2 to 4"])
    told = said(
        reported(
            breach(),
            related("CPUUtilization (Maximum): 30% → 97% CPUUtilization at 02:12 UTC, still high"),
            settings,
        )
    )

    assert len([each for each in told if "desiredCount 4" in each]) == 1
    assert [each for each in told if "desiredCount 4" in each and "scaling DesiredCount 2 to 4" in each]


@pytest.mark.parametrize(("used", "is_told"), [(981, True), (120, False)])
def test_a_quota_of_which_little_is_left_is_told(used: int, is_told: bool) -> None:
    quotas = section("quotas", {"quotas": [{"name": "Executions", "limit": 1000, "used": used}]}, "service_quotas")

    assert any("981 of 1000 used" in each for each in said(reported(breach(), quotas))) is is_told


def test_the_timeline_tells_a_call_once() -> None:
    full = change("ecs:UpdateService", f"service={FUNCTION}, desiredCount=13")
    report = reported(breach(), changes(full, other=(f"02:10 ecs:UpdateService {FUNCTION} by ci/run-7",)))

    assert len([each for each in report.timeline if "UpdateService" in each.event]) == 1


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ('POST https://login.partner.example answered 401 {"error":"invalid_client"}', True),
        ("KeyError: 'x'", False),
    ],
)
def test_where_credentials_are_rejected_the_age_of_the_secret_is_told(text: str, is_told: bool) -> None:
    state = {"changed": "2025-11-22T10:00:00Z", "rotates": False}
    secret = {"variable": "SECRET_ID", "kind": "secret", "name": "shop/partner", "state": state}

    report = reported(breach(), logs(error(text)), section("surroundings", {"depends_on": [secret]}))

    told = "The secret shop/partner was last changed 2025-11-22; it is not rotated by itself (no rotation)."
    assert (told in [each.statement for each in report.findings]) is is_told
