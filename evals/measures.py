"""What a model costs and how often it is right, over all runs: the table `make eval` ends with.

Rates stand beside Wilson's 95 % interval, which stays inside 0 and 1 and holds for few runs too. It takes runs for
independent; those of one scenario are not quite, so that of all scenarios together is a little too narrow.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from evals.table import aligned

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from evals.suite import Outcome

UNKNOWN_PRICE = "unknown price"

_Z = 1.959964
"""Of a normal distribution, 95 % lies within so many standard deviations."""

_COUNTED = {
    "turns": "turns",
    "tool_calls": "tool calls",
    "input_tokens": "input",
    "output_tokens": "output",
    "cache_read_tokens": "cache read",
    "cache_write_tokens": "cache write",
}
_HEAD = ("mean of a run", "solved", "95 %", *_COUNTED.values(), "USD", "s", "report by", "stopped by")


def are_worth_a_table(outcomes: Iterable[Outcome]) -> bool:
    """Whether there is more to say than the table of one run does: a model took part."""
    return any(one.answer is not None and "turns" in one.answer.usage for one in outcomes)


def render(outcomes: Sequence[Outcome], frozen: Container[str]) -> str:
    """One line per scenario with means over its runs, then all of them and the frozen ones."""
    by_scenario: dict[str, list[Outcome]] = {}
    for one in outcomes:
        by_scenario.setdefault(one.scenario, []).append(one)
    own = [one for one in outcomes if one.scenario in frozen]
    totals = [("all", outcomes), *([("frozen", own)] if own else [])]
    rows = [_row(name, group) for name, group in (*by_scenario.items(), *totals)]
    return "\n".join(aligned([_HEAD, *rows]))


def wilson(passed: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a rate (E. B. Wilson, 1927).

    Args:
        passed: How often it went well.
        total: How often it was tried, at least once.
    """
    rate, spread = passed / total, _Z**2 / total
    middle = (rate + spread / 2) / (1 + spread)
    reach = _Z * math.sqrt(rate * (1 - rate) / total + spread / (4 * total)) / (1 + spread)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _row(name: str, group: Sequence[Outcome]) -> tuple[str, ...]:
    passed = sum(one.score is not None and one.score.solved for one in group)
    low, high = wilson(passed, len(group))
    answers = [one.answer for one in group if one.answer is not None]
    used = [answer.usage for answer in answers]
    return (
        name,
        f"{passed}/{len(group)}",
        f"{low:.0%} to {high:.0%}",
        *(f"{_mean(used, key):,.1f}" if key == "turns" else f"{_mean(used, key):,.0f}" for key in _COUNTED),
        _cost(used),
        f"{sum(one.seconds for one in group) / len(group):.1f}",
        _counted(["nobody: failed" if one.answer is None else one.answer.origin or "?" for one in group]),
        _counted([answer.stopped_by.partition(":")[0] for answer in answers if answer.stopped_by]) or "-",
    )


def _mean(used: Sequence[Mapping[str, float]], key: str) -> float:
    return sum(usage.get(key, 0.0) for usage in used) / len(used) if used else 0.0


def _cost(used: Sequence[Mapping[str, float]]) -> str:
    """The mean cost; never that of a part of the runs, which would look cheap."""
    asked = [usage for usage in used if usage.get("turns")]
    if not asked:
        return "-"
    return f"{_mean(asked, 'usd'):.4f}" if all("usd" in usage for usage in asked) else UNKNOWN_PRICE


def _counted(words: Sequence[str]) -> str:
    return ", ".join(f"{word} x {count}" for word, count in Counter(words).most_common())
