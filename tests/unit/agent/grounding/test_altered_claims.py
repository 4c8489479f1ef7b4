"""The claims of ``test_true_claims`` with one detail altered: a direction, a state, an owner, a count."""

from __future__ import annotations

import pytest

from tests.unit.agent.grounding.checked import problems
from tests.unit.agent.grounding.test_true_claims import ALARM, CACHE, DEPLOY, ERRORS, LOG, POLICY, QUEUE

TWO = "i-0aaa1111bbbb2222c cpu 12, i-0ddd3333eeee4444f cpu 98"
THROTTLES = "fn-a: 12 throttles; fn-b: 0 throttles"


@pytest.mark.parametrize(
    ("output", "statement", "quote"),
    [
        (
            DEPLOY,
            "basket-api was moved from basket-api:89 to basket-api:88 at 14:02 UTC.",
            "basket-api:88 -> basket-api:89",
        ),
        (DEPLOY, "The rollback at 14:31 came before the deployment at 14:02.", "oncall/mara"),
        (DEPLOY, "Three deployments are on record.", "oncall/mara"),
        (DEPLOY, "Eight tasks are wanted.", "desiredCount 6 by"),
        (ERRORS, "5xx answers fell from 412 to 3 at 14:05.", "14:00 3, 14:05 412"),
        (ERRORS, "5xx answers rose to 4 at 14:35.", "14:30 377, 14:35 4"),
        (ERRORS, "Errors are still high at 14:35.", "14:30 377, 14:35 4"),
        (ERRORS, "Requests doubled at 14:05.", "RequestCount: 13:55 5210"),
        (ERRORS, "Half of the requests failed at 14:10.", "14:10 498"),
        (ERRORS, "At 14:10 the minimum of healthy hosts dropped.", "HealthyHostCount (Minimum): 13:55 6"),
        (ERRORS, "The maximum of healthy hosts was 6.", "HealthyHostCount (Minimum): 13:55 6"),
        (ERRORS, "Errors peaked at 498 at 14:05.", "14:05 412, 14:10 498"),
        (LOG, "Connections to carts.cache.internal were accepted.", "Connection refused"),
        (LOG, "There were five retries.", "3 x [WARN] retrying in 200 ms"),
        (CACHE, "The cache has four nodes.", '"NumCacheNodes": 2'),
        (CACHE, "Encryption in transit is enabled.", '"TransitEncryptionEnabled": false'),
        (CACHE, "The cache node is unavailable.", '"CacheNodeStatus": "available"'),
        (QUEUE, "The backlog shrank from 16,502 to 14.", "09:00 14, 09:30 8210, 10:00 16502"),
        (QUEUE, "The backlog fell to 16,502.", "09:00 14, 09:30 8210, 10:00 16502"),
        (QUEUE, "Messages received rose from 0 to 12,044.", "09:00 12044, 09:30 0, 10:00 0"),
        (
            QUEUE,
            "Sent messages dropped to zero by 10:00.",
            "NumberOfMessagesReceived of parcels (Sum): 09:00 12044, 09:30 0, 10:00 0",
        ),
        (
            QUEUE,
            "12,077 messages were received at 10:00.",
            "NumberOfMessagesSent of parcels (Sum): 09:00 12051, 09:30 12010, 10:00 12077",
        ),
        (POLICY, "otto detached deny-outside-vpc at 09:12:55 UTC.", "AttachRolePolicy role=parcels-role"),
        (POLICY, "sqs:SendMessage is denied.", "sqs:SendMessage: allowed"),
        (ALARM, "The alarm is still in ALARM.", "OK since 2026-11-21T14:38:12Z"),
        (ALARM, "The datapoints were below the threshold of 50.", "were greater than the threshold (50.0)"),
        (ALARM, "498 is less than the threshold of 50.", "498.0"),
        ("ingress open 443, egress open 5432", "Outbound 443 is open.", "ingress open 443"),
        ("replica lag 0 s, primary CPU 97 %", "The replica's CPU is at 97 %.", "primary CPU 97 %"),
        (
            "MemorySize 512 -> 256 by dana at 10:02:11Z",
            "Memory was raised to 512 MB by dana.",
            "MemorySize 512 -> 256",
        ),
        (
            "Timeout was 30 until 10:02:11Z, 3 since",
            "The time-out was raised from 3 to 30 s at 10:02.",
            "Timeout was 30 until",
        ),
    ],
)
def test_an_altered_claim_is_caught(output: str, statement: str, quote: str) -> None:
    assert problems(output, statement, quote)


@pytest.mark.parametrize(
    ("output", "statement", "quote"),
    [
        (TWO, "CPU of i-0ddd3333eeee4444f is at 98 %.", "cpu 98"),
        (TWO, "CPU of i-0aaa1111bbbb2222c is at 12 %, that of i-0ddd3333eeee4444f at 98 %.", "cpu 98"),
        (THROTTLES, "fn-a was throttled 12 times.", THROTTLES),
        (THROTTLES, "fn-b does not fail: the 12 throttles are of another function.", THROTTLES),
        (ERRORS, "412 errors at 14:05 were followed by 498 errors at 14:10.", "14:05 412"),
        (ERRORS, "5,201 requests came at 14:10.", "14:10 498"),
        (ERRORS, "Errors had risen to 377 at 14:30 before they fell to 4 at 14:35.", "14:30 377"),
    ],
)
def test_a_detail_with_its_own_name_and_time_is_accepted(output: str, statement: str, quote: str) -> None:
    assert problems(output, statement, quote) == ()
