"""The result of a backtest for people."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from cli.flapping import words
from untrusted import make_visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_COLUMNS = (
    ("rings", "rings"),
    ("investig.", "investigations"),
    ("suppressed", "suppressed"),
    ("linked", "linked"),
    ("digested", "digested"),
    ("notices", "notices"),
    ("digests", "digests"),
    ("USD", "usd"),
)
_NAME = 44


def page(result: Mapping[str, Any]) -> str:
    """Counts, a table by day, the alarms that cost most and those that flap."""
    return "\n".join(
        [*_head(result), "", *_days(result), "", *_costliest(result), "", *_flapping(result), "", *_notes(result)]
    )


def _head(result: Mapping[str, Any]) -> Iterator[str]:
    total, assumed = result["total"], result["assumed"]
    oldest = result["oldest"]
    rang = f"{result['alarms']:,} alarms, {result['alarms_that_rang']:,} rang"
    yield f"Account {result['account']}, {result['region']}: {rang}."
    if oldest is None:
        yield f"The history since {_day(result['asked_since'])} holds no change of state."
        return
    reached = datetime.fromisoformat(oldest) - datetime.fromisoformat(result["asked_since"]) < timedelta(days=1)
    days = (datetime.fromisoformat(result["until"]) - datetime.fromisoformat(oldest)).total_seconds() / 86_400
    yield f"The oldest change of state in the history is of {_minute(oldest)} UTC, {days:.1f} days ago." + (
        "" if reached else " Nothing older was found: there was none, or CloudWatch does not keep it that long."
    )
    yield ""
    cost = "price not known" if assumed["usd_per_investigation"] is None else f"{total['usd']:,.2f} USD"
    yield (
        f"{_count(total['rings'], 'change')} to ALARM would have been "
        f"{_count(total['investigations'], 'investigation')} ({cost}), {total['suppressed']:,} suppressed, "
        f"{total['linked']:,} linked, {total['digested']:,} in digests."
    )
    yield (
        f"People would have got {_count(total['messages'], 'message')}: "
        f"{_count(total['investigations'] + total['refused'], 'report')}, {_count(total['notices'], 'notice')}, "
        f"{_count(total['digests'], 'digest')}."
    )


def _days(result: Mapping[str, Any]) -> Iterator[str]:
    yield "By day (UTC)"
    yield _row("", [title for title, _ in _COLUMNS])
    for day, counts in result["days"].items():
        if counts["rings"] or counts["messages"]:
            yield _row(day, _cells(counts))
    yield _row("all", _cells(result["total"]))


def _costliest(result: Mapping[str, Any]) -> Iterator[str]:
    yield "Alarms with the most investigations"
    for one in result["costliest"]:
        counted = f"{one['investigations']:>4} of {_count(one['rings'], 'ring')}"
        yield f"  {_short(one['name']):<{_NAME}} {counted}, {one['usd']:,.2f} USD"


def _flapping(result: Mapping[str, Any]) -> Iterator[str]:
    yield "Alarms that flap"
    if not result["flapping"]:
        yield "  none rang often enough to say so"
    for one in result["flapping"]:
        median = one["median_in_alarm_s"]
        lasted = "never left ALARM" if median is None else f"median {words(timedelta(seconds=median))} in ALARM"
        yield f"  {_short(one['name']):<{_NAME}} {one['rings']:>4} rings, {lasted}"
        for advice in one["advice"]:
            yield f"      - {advice}"


def _notes(result: Mapping[str, Any]) -> Iterator[str]:
    assumed, settings = result["assumed"], result["settings"]
    price = assumed["usd_per_investigation"]
    cost = "no known price" if price is None else f"{price:.4f} USD at list price without a prompt cache"
    yield "Assumed"
    yield (
        f"  each investigation: {assumed['model']}, {assumed['input_tokens']:,} tokens read and "
        f"{assumed['output_tokens']:,} written, {cost}, {assumed['minutes_per_investigation']:g} min"
    )
    yield "  (no model was measured; your own reports say what they used: report.json, usage)"
    yield "  every alarm is watched, and no tags, maintenance windows or minimum severities apply"
    yield "Settings"
    yield "  " + ", ".join(f"{name} {_plain(value)}" for name, value in settings.items())


def _row(name: str, cells: Sequence[str]) -> str:
    return f"  {name:<10} " + " ".join(f"{cell:>10}" for cell in cells)


def _cells(counts: Mapping[str, Any]) -> list[str]:
    return [f"{counts[key]:,.2f}" if key == "usd" else f"{counts[key]:,}" for _, key in _COLUMNS]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).lower()


def _short(name: str) -> str:
    shown = make_visible(name)
    return shown if len(shown) <= _NAME else f"{shown[: _NAME - 1]}…"


def _day(moment: str) -> str:
    return moment[:10]


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")
