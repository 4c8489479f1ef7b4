"""Limits of one investigation and what it has used: spend is bounded by a value, not by hope."""

from __future__ import annotations

from dataclasses import dataclass, replace

from triage.domain.prices import price_of


@dataclass(frozen=True)
class TokenUsage:
    """Tokens of one or more model calls, as Bedrock Converse counts them.

    ``input_tokens`` excludes tokens read from or written to the prompt cache.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0

    @property
    def total(self) -> int:
        """All tokens that count against a token limit."""
        return self.input_tokens + self.output_tokens + self.cache_read_tokens + self.cache_write_tokens

    def plus(self, other: TokenUsage) -> TokenUsage:
        """The sum of both."""
        return TokenUsage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
        )

    def minus(self, other: TokenUsage) -> TokenUsage:
        """What is left without the other's."""
        return TokenUsage(
            self.input_tokens - other.input_tokens,
            self.output_tokens - other.output_tokens,
            self.cache_read_tokens - other.cache_read_tokens,
            self.cache_write_tokens - other.cache_write_tokens,
        )


@dataclass(frozen=True)
class Usage:
    """What an investigation has used so far.

    Attributes:
        usd: spend at list price; a model without a known price adds nothing, so the token limit binds.
        priced: whether every model call so far had a known price.
    """

    turns: int = 0
    tool_calls: int = 0
    tokens: TokenUsage = TokenUsage()
    usd: float = 0.0
    priced: bool = True

    def after_turn(self, model_id: str, tokens: TokenUsage) -> Usage:
        """Usage after one more model call."""
        price = price_of(model_id)
        return replace(
            self,
            turns=self.turns + 1,
            tokens=self.tokens.plus(tokens),
            usd=self.usd + (price.cost(tokens) if price else 0.0),
            priced=self.priced and price is not None,
        )

    def without_turns_of(self, earlier: Usage) -> Usage:
        """Usage without the model calls that an earlier attempt made and paid for."""
        return replace(
            self,
            turns=self.turns - earlier.turns,
            tokens=self.tokens.minus(earlier.tokens),
            usd=max(0.0, self.usd - earlier.usd),
        )

    def with_another(self, turn: Usage) -> Usage:
        """Usage after one more model call that takes as much as ``turn`` did."""
        return replace(self, turns=self.turns + 1, tokens=self.tokens.plus(turn.tokens), usd=self.usd + turn.usd)

    def after_tool_calls(self, count: int) -> Usage:
        """Usage after ``count`` more tool calls."""
        return replace(self, tool_calls=self.tool_calls + count)


@dataclass(frozen=True)
class Budget:
    """Upper limits of one investigation. The time limit is the function's own deadline."""

    max_turns: int = 40
    max_tool_calls: int = 100
    max_tokens: int = 600_000
    max_usd: float = 1.0

    def exceeded_by(self, usage: Usage) -> str | None:
        """The first limit that is reached, in words for the report, or ``None``."""
        checks = (
            (usage.turns >= self.max_turns, f"turn limit ({self.max_turns})"),
            (usage.tool_calls >= self.max_tool_calls, f"tool call limit ({self.max_tool_calls})"),
            (usage.tokens.total >= self.max_tokens, f"token limit ({self.max_tokens:,})"),
            (usage.usd >= self.max_usd, f"spend limit ({self.max_usd:.2f} USD)"),
        )
        return next((name for reached, name in checks if reached), None)

    def tool_calls_left(self, usage: Usage) -> int:
        """How many more tool calls may be made."""
        return max(0, self.max_tool_calls - usage.tool_calls)
