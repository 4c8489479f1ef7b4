"""List prices of models. Prices are data: an unknown model has none, and then the token limit binds.

USD per million tokens, public price lists, late 2026. Unless a model's own figure is known, a cache read costs a
tenth of the input price and a cache write 1.25 times of it (Amazon Bedrock user guide, "Prompt caching").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from triage.domain.budget import TokenUsage

CACHE_READ_FACTOR = 0.1
CACHE_WRITE_FACTOR = 1.25


@dataclass(frozen=True)
class Price:
    """USD per million tokens; ``cache_read`` only where it differs from the usual tenth of ``input``."""

    input: float
    output: float
    cache_read: float | None = None

    def cost(self, tokens: TokenUsage) -> float:
        """USD for these tokens."""
        cache_read = self.input * CACHE_READ_FACTOR if self.cache_read is None else self.cache_read
        return (
            tokens.input_tokens * self.input
            + tokens.output_tokens * self.output
            + tokens.cache_read_tokens * cache_read
            + tokens.cache_write_tokens * self.input * CACHE_WRITE_FACTOR
        ) / 1_000_000


PRICES: dict[str, Price] = {
    "claude-sonnet-5-5": Price(2.0, 10.0, cache_read=0.10),
    "claude-opus-5-5": Price(4.0, 20.0),
    "claude-sonnet-4-6": Price(3.0, 15.0),
    "claude-haiku-4-5": Price(1.0, 5.0),
    "nova-2-lite": Price(0.30, 2.50),
    "nova-pro": Price(0.80, 3.20),
    "nova-premier": Price(2.50, 12.50),
}


def price_of(model_id: str) -> Price | None:
    """The price of a model or inference profile id or ARN, or ``None`` when it is not known.

    The family name is matched at a word boundary of the id, so ``nova-pro`` never prices ``nova-prolific``.
    """
    for family, price in PRICES.items():
        position = model_id.find(family)
        if position < 0:
            continue
        after = model_id[position + len(family) :]
        if not after or after[0] in "-:.":
            return price
    return None
