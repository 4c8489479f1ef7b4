"""How much fails, by the metrics and the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_aws.model.wording import counted, since_of

if TYPE_CHECKING:
    from local_aws.model.backend import JsonObject
    from local_aws.model.reading import Fact, Facts

_ENDS = {"Errors": "failed", "Throttles": "were throttled"}


@dataclass(frozen=True)
class _Share:
    """A metric that counts failures beside the one that counts calls, where both belong to one function."""

    failing: Fact
    calls: Fact

    @property
    def total(self) -> float:
        """A throttled request is no invocation (Lambda developer guide, "Types of metrics"); an error is one."""
        refused = self.failing.number("sum") if self.failing.text("name") == "Throttles" else 0
        return self.calls.number("sum") + refused

    @property
    def statement(self) -> str:
        failed, total = f"{self.failing.number('sum'):g}", f"{self.total:g}"
        end, span = _ENDS[self.failing.text("name")], since_of(self.failing)
        what = "request" if end == "were throttled" else "invocation"
        if failed == total:
            end = end.replace("were", "was") if total == "1" else end
            return f"{f'The only {what}' if total == '1' else f'All {total} {what}s'}{span} {end}."
        return f"{failed} of {counted(total, what)}{span} {end.replace('were', 'was') if failed == '1' else end}."


def failing_share(facts: Facts) -> float | None:
    """Part of the calls that fail, 0 to 1; ``None`` when no metric shows it."""
    share = _share(facts)
    return share.failing.number("sum") / share.total if share else None


def impact(facts: Facts) -> tuple[str, list[JsonObject]]:
    """How much fails, in words, and where that can be seen; empty when nothing shows it."""
    if share := _share(facts):
        return share.statement, share.failing.cite("name", "sum") + share.calls.cite("name", "sum")
    if failing := _failing(facts):
        total = f"Metric {failing.text('name')} adds up to {failing.text('sum')}{since_of(failing)}."
        return total, failing.cite("name", "sum")
    errors = sorted(facts.all("log_error"), key=lambda fact: -fact.number("count"))
    if not errors:
        return "", []
    group = facts.first("log_group", name=errors[0].text("group"))
    lines = counted(errors[0].text("count"), "line")
    statement = f"The log holds {lines} of the most frequent error{since_of(group) if group else ''}."
    return statement, errors[0].cite("count", "first")


def _failing(facts: Facts) -> Fact | None:
    return next((fact for name in _ENDS for fact in facts.all("metric", name=name) if fact.number("sum")), None)


def _share(facts: Facts) -> _Share | None:
    failing, calls = _failing(facts), facts.first("metric", name="Invocations")
    return _Share(failing, calls) if failing and calls and calls.number("sum") else None
