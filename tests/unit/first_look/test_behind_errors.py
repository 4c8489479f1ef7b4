"""What stands behind an error is named: what took an object, who signed a certificate, what calls a function."""

from __future__ import annotations

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

GONE = [
    'An error occurred (404) when calling the HeadObject operation: Key "app/shop-3.1.tgz" does not exist',
    "An error occurred (NoSuchKey) when calling the GetObject operation: The specified key does not exist.",
    "An error occurred (404) when calling the HeadObject operation: Not Found",
    "curl: (22) The requested URL returned error: 404",
    "S3Exception: The specified key does not exist. (Service: S3, Status Code: 404, Request ID: 1)",
]
LIFECYCLE = change(
    "s3:PutBucketLifecycle",
    "bucketName=shop-releases, Rule.Status=Enabled, Rule.Expiration.Days=30",
    minutes=-3 * 24 * 60,
    by="cost-saver/run-9",
    touches="shop-releases: read from it, an object is missing",
)


@pytest.mark.parametrize("wording", GONE)
def test_given_a_missing_object_then_the_rule_that_lets_objects_expire_is_told_days_later(wording: str) -> None:
    best = ranked(breach(), logs(error(wording)), changes(LIFECYCLE))[0]

    assert (best.candidate.signature, best.candidate.category) == (
        "object-missing",
        Category.CONFIGURATION_MISSING,
    )
    assert best.link is not None
    assert best.link.change.by == "cost-saver/run-9"


def test_given_an_archived_object_then_the_rule_that_moved_it_is_told() -> None:
    wording = "InvalidObjectState: The operation is not valid for the object's storage class"

    best = ranked(breach(), logs(error(wording)), changes(LIFECYCLE))[0]

    assert best.candidate.signature == "object-archived"
    assert best.link is not None
    assert best.link.change.by == "cost-saver/run-9"


def test_given_a_rule_of_another_bucket_then_nothing_is_tied_to_it() -> None:
    other = "2026-11-21 02:05 s3:PutBucketLifecycle other-bucket by cost-saver/run-9"

    best = ranked(breach(), logs(error(GONE[0])), changes(other=(other,)))[0]

    assert best.link is None


def test_given_an_expired_image_then_the_registrys_rule_is_told() -> None:
    wording = "CannotPullContainerError: 1.dkr.ecr.eu-west-1.amazonaws.com/shop/web:41: not found"
    rule = change("ecr:PutLifecyclePolicy", "repositoryName=shop/web", minutes=-2 * 24 * 60)

    best = ranked(breach(), logs(error(wording)), changes(rule))[0]

    assert best.link is not None
    assert best.link.change.event == "ecr:PutLifecyclePolicy"


@pytest.mark.parametrize(
    "wording",
    [
        "PSQLException: PKIX path building failed: unable to find valid certification path to requested target",
        "sqlalchemy.exc.OperationalError: SSL error: certificate verify failed",
        "Error: unable to get local issuer certificate",
        "tls: failed to verify certificate: x509: certificate signed by unknown authority",
    ],
)
def test_given_an_unknown_authority_then_the_change_of_the_databases_authority_is_told(wording: str) -> None:
    other = "02:10 rds:ModifyDBInstance shop-db [cACertificateIdentifier=rds-ca-ecc384-g1] by DBA/ada"

    best = ranked(breach(), logs(error(wording)), changes(other=(other,)))[0]

    assert best.candidate.signature == "certificate-rejected"
    assert best.link is not None
    assert (best.link.tie, best.link.change.about, best.link.change.by) == (3, "shop-db", "DBA/ada")
    assert (
        "rds-ca-ecc384-g1"
        in reported(breach(), logs(error(wording)), changes(other=(other,))).root_cause.statement
    )


def test_given_an_expired_certificate_then_a_new_authority_is_not_called_its_reason() -> None:
    other = "02:10 rds:ModifyDBInstance shop-db [cACertificateIdentifier=rds-ca-ecc384-g1] by DBA/ada"

    best = ranked(breach(), logs(error("SSL error: certificate has expired")), changes(other=(other,)))[0]

    assert best.link is None or best.link.tie < 3


@pytest.mark.parametrize(
    ("event", "given"),
    [
        ("s3:PutBucketNotification", "bucketName=photos, Function=order-writer"),
        (
            "lambda:CreateEventSourceMapping",
            "functionName=order-writer, eventSourceArn=arn:aws:sqs:eu-west-1:1:out",
        ),
        ("sns:Subscribe", "topicArn=arn:aws:sns:eu-west-1:1:done, endpoint=order-writer"),
    ],
)
def test_given_dropped_loops_then_the_function_is_said_to_call_itself_and_the_new_trigger_is_told(
    event: str, given: str
) -> None:
    loop = related(
        "RecursiveInvocationsDropped (Sum): 0 → 140 RecursiveInvocationsDropped/min at 02:13 UTC, still high"
    )

    report = reported(breach(), loop, changes(change(event, given, minutes=-1, by="Media/eve")))

    assert report.root_cause.category is Category.CONFIGURATION_MISSING
    assert "recursive loop" in report.root_cause.statement
    assert "Media/eve" in report.root_cause.statement


@pytest.mark.parametrize(
    "wording",
    [
        "ERROR: toomanyrequests: You have reached your unauthenticated pull rate limit.",
        "toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating",
    ],
)
def test_given_a_registrys_limit_then_pulls_are_said_to_be_limited(wording: str) -> None:
    best = ranked(breach(), logs(error(wording)))[0]

    assert (best.candidate.signature, best.candidate.category) == ("pulls-limited", Category.QUOTA_EXCEEDED)


def test_given_a_long_error_then_its_end_is_told_too() -> None:
    text = f"ERROR failed to solve: {'layer ' * 80}Server message: the reason stands here"

    told = reported(breach(), logs(error(text))).findings[0].statement

    assert "failed to solve" in told
    assert "the reason stands here" in told


def test_given_successes_that_go_on_then_not_all_is_said_to_fail() -> None:
    told = [
        each.statement
        for each in reported(
            breach(), related("SuccessfulRequests (Sum): 90 → 40 SuccessfulRequests/min at 02:13 UTC, still low")
        ).findings
    ]

    assert any(each.startswith("Not all fail") for each in told)


def test_given_no_success_any_more_then_nothing_is_said_to_go_on() -> None:
    told = [
        each.statement
        for each in reported(
            breach(), related("SuccessfulRequests (Sum): 90 → 0 SuccessfulRequests/min at 02:13 UTC, still low")
        ).findings
    ]

    assert not any(each.startswith("Not all fail") for each in told)


def test_given_a_cache_that_is_well_then_it_is_ruled_out_and_a_revoked_rule_is_told() -> None:
    unreachable = "connect ETIMEDOUT 10.0.1.7:6379 master.carts.x1.euw1.cache.amazonaws.com"
    state = section("configuration:carts", {"Status": "available"}, "configuration") | {
        "asked": {"resource": "elasticache carts"}
    }
    metrics = section(
        "metrics:carts",
        {"metrics": ["CurrConnections (Maximum): 140 → 20 CurrConnections at 02:13 UTC, still low"]},
        "related_metrics",
    ) | {
        "asked": {"dimensions": {"CacheClusterId": "carts-001"}},
        "lead": {"about": "elasticache carts", "hop": 1},
    }
    revoked = change(
        "ec2:RevokeSecurityGroupIngress",
        "groupId=sg-1",
        minutes=-1,
        by="Admin/eve",
        touches="sg-1: security group of carts",
    )

    report = reported(
        alarm(), breach(), configuration(), logs(error(unreachable)), state, metrics, changes(revoked)
    )

    assert any(each.hypothesis == "carts itself is down" for each in report.ruled_out)
    assert any(
        "CurrConnections" in each.statement and each.statement.startswith("carts") for each in report.findings
    )
    assert "Admin/eve" in report.root_cause.statement
    assert FUNCTION in report.root_cause.statement


@pytest.mark.parametrize(
    ("count", "words"),
    [("100", "about half of the requests"), ("280", "one in 6; others succeed"), ("48", "97.9%")],
)
def test_a_share_of_failures_is_told_in_words(count: str, words: str) -> None:
    moved = related(f"RpcHandled (Sum): steady at {count} RpcHandled/min")

    told = reported(
        breach("0 → 47 RpcFailed/min at 02:13 UTC, still high", name="RpcFailed"), moved
    ).impact.statement

    assert words in told
