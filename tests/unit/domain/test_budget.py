"""Budgets bind by the first limit that is reached; unknown prices leave the token limit to bind."""

from __future__ import annotations

import pytest

from triage.domain.budget import Budget, TokenUsage, Usage
from triage.domain.prices import price_of

SONNET = "global.anthropic.claude-sonnet-4-6"


@pytest.mark.parametrize(
    ("usage", "named"),
    [
        (Usage(turns=40), "turn limit"),
        (Usage(tool_calls=100), "tool call limit"),
        (Usage(tokens=TokenUsage(input_tokens=600_000)), "token limit"),
        (Usage(usd=1.0), "spend limit"),
    ],
)
def test_each_limit_is_named_when_reached(usage: Usage, named: str) -> None:
    assert named in (Budget().exceeded_by(usage) or "")


def test_below_every_limit_nothing_is_exceeded() -> None:
    usage = Usage(turns=39, tool_calls=99, tokens=TokenUsage(input_tokens=599_999), usd=0.99)

    assert Budget().exceeded_by(usage) is None


def test_a_turn_costs_what_the_price_list_says() -> None:
    tokens = TokenUsage(
        input_tokens=1_000_000, output_tokens=100_000, cache_read_tokens=1_000_000, cache_write_tokens=1_000_000
    )

    usage = Usage().after_turn(SONNET, tokens)

    assert usage.usd == pytest.approx(3.0 + 1.5 + 0.30 + 3.75)
    assert usage.priced


def test_an_unknown_model_costs_nothing_and_says_so() -> None:
    usage = Usage().after_turn("acme.unheard-of-v9", TokenUsage(input_tokens=1_000_000))

    assert usage.usd == 0.0
    assert not usage.priced
    assert "token limit" in (Budget().exceeded_by(usage) or "")


@pytest.mark.parametrize(
    ("model_id", "known"),
    [
        (SONNET, True),
        ("us.amazon.nova-premier-v1:0", True),
        ("arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-pro-v1:0", True),
        ("amazon.nova-prolific-v1:0", False),
        ("arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123", False),
    ],
)
def test_prices_are_found_by_family_at_a_word_boundary(model_id: str, known: bool) -> None:
    assert (price_of(model_id) is not None) is known
