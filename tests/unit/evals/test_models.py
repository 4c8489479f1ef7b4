"""The word people write names a model, and the id by which its price is known."""

from __future__ import annotations

import pytest

from evals.investigators import models
from local_aws.model.wire import check_model_id
from triage.domain.prices import price_of


@pytest.mark.parametrize(
    ("word", "priced"),
    [
        ("bedrock:global.anthropic.claude-sonnet-4-6", True),
        ("http://127.0.0.1:9000#us.amazon.nova-pro-v1:0", True),
        ("http://127.0.0.1:9000", False),
        ("openai:http://127.0.0.1:11434/v1#some-model", False),
        ("scripted", False),
    ],
)
def test_a_model_is_priced_where_its_word_says_which_it_is(word: str, priced: bool) -> None:
    found = models.id_of(word)

    check_model_id(found)
    assert (price_of(found) is not None) is priced


def test_tokens_of_a_priced_model_cost_what_the_list_says() -> None:
    used = {"turns": 2, "input_tokens": 1_000_000, "output_tokens": 100_000, "cache_read_tokens": 0}

    assert models.cost_of("bedrock:global.anthropic.claude-sonnet-4-6", used) == {"usd": 4.5}
    assert models.cost_of("scripted", used) == {}
