"""A word taken for its opposite: what was written was not read, what was disabled was not enabled."""

from __future__ import annotations

import pytest

from tests.unit.agent.grounding.checked import problems

TABLE = "Table carts: ReadCapacityUnits 300, WriteCapacityUnits 40"
THROTTLES = f"{TABLE}\nWriteThrottleEvents (Sum): 11:00 0, 11:05 1840"
RUNS = "executions since 06:00 UTC: 212 SUCCEEDED, 37 FAILED"
TARGETS = "2 healthy, 4 unhealthy targets in refund-tg"
RULE = "2026-11-21T16:22:19Z events DisableRule nightly-export by arn:aws:iam::121212121212:user/jo"
MAPPING = '{"UUID": "14e0db71-5d35-4eb5-b481-8945cf9d10c2", "Enabled": false, "BatchSize": 10}'
POLICY = "iam DetachRolePolicy role=refund-role policy=ReadOnlyAccess"
GROUP = "2026-11-21T22:11:36Z RevokeSecurityGroupIngress sg-0c4d2f1e9b8a7d605 tcp/8080"
SLOW = "TargetResponseTime p99 of web-tg: 10:00 0.9, 10:05 4.2"
VOLUME = "VolumeWriteBytes of data-volume: 10:00 1200, 10:05 98000"


@pytest.mark.parametrize(
    ("output", "statement", "quote"),
    [
        (TABLE, "Write capacity of carts is 40 units.", "WriteCapacityUnits 40"),
        (TABLE, "Read capacity is 300 units.", "ReadCapacityUnits 300"),
        (THROTTLES, "Writes are throttled.", "WriteThrottleEvents (Sum): 11:00 0, 11:05 1840"),
        (THROTTLES, "Reads are not throttled.", "WriteThrottleEvents (Sum): 11:00 0, 11:05 1840"),
        (THROTTLES, "Reading carts was never a problem: writes are throttled.", "WriteThrottleEvents (Sum)"),
        (RUNS, "37 executions failed.", "212 SUCCEEDED, 37 FAILED"),
        (RUNS, "212 executions succeeded and 37 failed.", "212 SUCCEEDED, 37 FAILED"),
        ("212 of 249 succeeded", "37 executions failed.", "212 of 249 succeeded"),
        (TARGETS, "4 targets are unhealthy.", "2 healthy, 4 unhealthy"),
        (TARGETS, "Of 6 targets 2 are healthy.", "2 healthy, 4 unhealthy"),
        (RULE, "The rule nightly-export was disabled.", "DisableRule nightly-export"),
        (RULE, "The rule nightly-export was enabled until 16:22 UTC.", "DisableRule nightly-export"),
        (RULE, "The rule nightly-export is not enabled.", "DisableRule nightly-export"),
        (MAPPING, "The mapping is disabled.", '"Enabled": false'),
        (MAPPING, "The mapping is not enabled.", '"Enabled": false'),
        (POLICY, "ReadOnlyAccess was detached from refund-role.", "DetachRolePolicy"),
        (POLICY, "ReadOnlyAccess is no longer attached to refund-role.", "DetachRolePolicy"),
        (GROUP, "Inbound tcp 8080 was revoked.", "RevokeSecurityGroupIngress"),
        (SLOW, "p99 of the response time reached 4.2 s.", "10:05 4.2"),
        (SLOW, "The response time reached 4.2 s.", "10:05 4.2"),
        (VOLUME, "Writes to data-volume grew.", "10:00 1200, 10:05 98000"),
        ("task stopped: Essential container exited", "Errors started when the task stopped.", "task stopped"),
        ("created web-2; deleted web-1", "web-2 was created, web-1 deleted.", "created web-2; deleted web-1"),
        ("max 400 of 403 connections", "At most 400 connections were open.", "max 400"),
    ],
)
def test_the_word_of_the_lines_holds(output: str, statement: str, quote: str) -> None:
    said = [each for each in problems(output, statement, quote) if "derivations" not in each]
    assert said == []


@pytest.mark.parametrize(
    ("output", "statement", "quote"),
    [
        ("Table carts: WriteCapacityUnits 40", "Read capacity of carts is 40 units.", "WriteCapacityUnits 40"),
        (THROTTLES, "Reads are throttled.", "WriteThrottleEvents (Sum): 11:00 0, 11:05 1840"),
        (THROTTLES, "Read capacity is exhausted.", "ReadCapacityUnits 300"),
        (RUNS, "212 executions failed.", "212 SUCCEEDED, 37 FAILED"),
        (RUNS, "37 executions succeeded.", "212 SUCCEEDED, 37 FAILED"),
        (TARGETS, "4 targets are healthy.", "2 healthy, 4 unhealthy"),
        ('{"Succeeded": 212, "Failed": 37}', "212 runs failed.", '"Succeeded": 212'),
        (RULE, "The rule nightly-export was enabled at 16:22 UTC.", "DisableRule nightly-export"),
        (MAPPING, "The mapping is enabled with batches of 10.", '"Enabled": false, "BatchSize": 10'),
        (POLICY, "ReadOnlyAccess was attached to refund-role.", "DetachRolePolicy role=refund-role"),
        (GROUP, "Security group ingress was authorized for tcp 8080.", "RevokeSecurityGroupIngress"),
        (SLOW, "p50 of the response time reached 4.2 s.", "10:05 4.2"),
        (VOLUME, "Read bytes grew to 98000.", "10:00 1200, 10:05 98000"),
        (
            "2026-11-21T03:00:00Z DeleteTable carts",
            "The table carts was created at 03:00 UTC.",
            "DeleteTable carts",
        ),
    ],
)
def test_its_opposite_does_not(output: str, statement: str, quote: str) -> None:
    assert problems(output, statement, quote)
