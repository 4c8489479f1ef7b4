"""Numbers in words are checked as those in digits are."""

from __future__ import annotations

import pytest

from tests.unit.agent.grounding.checked import problems
from triage.agent.grounding.reading.number_words import SPOKEN, in_digits

PODS = (
    "pod cart-6c9f7d5b8-kq2wz OOMKilled, restarts 7\n"
    "pod cart-6c9f7d5b8-x7vtn OOMKilled, restarts 3\n"
    "pod cart-6c9f7d5b8-zz4lm Running, restarts 0"
)
RATE = "PutRecords.Success per minute: 10:00 2400, 10:05 1180, 10:10 790"


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("four hundred and fifty orders", "450 orders"),
        ("Twenty-one errors", "21 errors"),
        ("a hundred and five", "105"),
        ("a dozen pods, half a dozen nodes", "12 pods, 6 nodes"),
        ("two million three hundred thousand", "2300000"),
        ("between two and three minutes", "between 2 and 3 minutes"),
        ("it ran twice", "it ran 2 times"),
        ("a two-minute gap", "a 2-minute gap"),
        ("one of four tasks", "1 of 4 tasks"),
        ("half of the calls", "about 50 % of the calls"),
        ("two thirds of all calls", "about 67 % of all calls"),
        ("within half an hour", "within 30 minutes"),
        ("on the fourth attempt", "on the number 4 attempt"),
        ("the 3rd retry", "the number 3 retry"),
        # Manners of speaking.
        ("no one of them, one batch, at one point", "no one of them, one batch, at one point"),
        ("two-factor, zero-downtime, one-off", "two-factor, zero-downtime, one-off"),
        ("several hundred, a few, a couple", "several hundred, a few, a couple"),
        ("a third party, the fourth quarter", "a third party, the fourth quarter"),
        ("the second half of the hour", "the second half of the hour"),
        ("someone tone attend weight", "someone tone attend weight"),
    ],
)
def test_words_become_digits(words: str, digits: str) -> None:
    assert in_digits(words).replace(SPOKEN, "") == digits


@pytest.mark.parametrize(
    ("output", "statement"),
    [
        ("412 orders received", "Four hundred and twelve orders were received."),
        ("412 orders received", "About four hundred orders were received."),
        ("three deliveries, then the dead-letter queue", "A message is delivered 3 times."),
        ("maxReceiveCount: 3", "A message is delivered three times."),
        ("maxReceiveCount: 3", "After the third receive a message moves on."),
        (PODS, "Two pods were OOMKilled."),
        (PODS, "Two of three pods were OOMKilled."),
        ("25 of 50 calls failed", "Half of the calls failed."),
        ("2 of 6 nodes are NotReady", "A third of the nodes are NotReady."),
        (RATE, "The rate halved within five minutes."),
        (RATE, "The rate at 10:10 was a third of the one at 10:00."),
        (RATE, "The rate fell to half of what it was at 10:00."),
        (RATE, "At 10:10 the rate was at a third of its usual level."),
        ("Errors: 10:00 50\nRequests: 10:00 100", "Half of the requests failed at 10:00."),
        (RATE, "The rate at 10:00 was three times as high as at 10:10."),
        ("first 03:10:02Z last 03:12:04Z", "The errors lasted two minutes."),
        ("Timeout: 30", "The time-out is half a minute."),
        ("Timeout: 30", "The time-out is thirty seconds."),
        ("EvaluationPeriods 2, Period 300", "Two periods of five minutes are watched."),
        ("cart: 5 errors; web: 9 errors", "Both services, cart and web, log errors."),
        ("retry 1 failed\nretry 2 failed\nretry 3 failed", "All three retries failed."),
        ("Invocations 05:00 1, 05:05 1", "It ran twice."),
        ("no datapoints", "Zero datapoints were received."),
        ("one replica of orders is behind", "One replica is behind."),
    ],
)
def test_words_that_say_what_the_evidence_says_hold(output: str, statement: str) -> None:
    assert problems(output, statement) == ()


@pytest.mark.parametrize(
    ("output", "statement"),
    [
        ("412 orders received", "Four hundred and fifty orders were received."),
        ("412 orders received", "About five hundred orders were received."),
        ("maxReceiveCount: 3", "A message is delivered five times."),
        ("maxReceiveCount: 3", "After the fifth receive a message moves on."),
        (PODS, "Five pods were OOMKilled."),
        (PODS, "Nine of ten pods were OOMKilled."),
        ("Errors: 10:00 2, 10:05 4\nRequests: 10:00 100, 10:05 99", "Half of the requests failed at 10:05."),
        ("47 of 50 calls failed", "Half of the calls failed."),
        ("2 of 6 nodes are NotReady", "Two thirds of the nodes are NotReady."),
        ("Errors per minute: 05:00 40, 05:05 44, 05:10 41", "Errors doubled by 05:10."),
        ("Errors per minute: 05:00 40, 05:05 44, 05:10 41", "Errors tripled by 05:10."),
        (RATE, "The rate at 10:00 was nine times as high as at 10:10."),
        ("first 03:10:02Z last 03:12:04Z", "The errors lasted ten minutes."),
        ("Timeout: 30", "The time-out is fifteen seconds."),
        ("5 errors", "A dozen errors were logged."),
    ],
)
def test_other_words_do_not(output: str, statement: str) -> None:
    assert problems(output, statement)
