"""When a metric alarm changes state: its own dimensions, periods, M out of N, and missing data.

The emulator pools every dimension of a metric over one window and knows neither missing data nor M out of N.
Follows the CloudWatch user guide, "Alarm evaluation" and "Configuring how CloudWatch alarms treat missing
data", whose tables are the contract tests.
"""

from __future__ import annotations

import json
import math
import operator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from local_aws.metrics.store import Metric

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_EXTRA_PERIODS = 2
"""CloudWatch looks at somewhat more periods than EvaluationPeriods; the guide's examples use two more."""

_COMPARISONS: dict[str, tuple[Callable[[float, float], bool], str]] = {
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}


@dataclass(frozen=True)
class Datapoint:
    """One period's value of an alarm's statistic."""

    start: float
    value: float
    samples: float | None = None


@dataclass(frozen=True)
class Verdict:
    """The state an alarm should be in, with CloudWatch's own wording and data."""

    state: str
    reason: str
    reason_data: str


def supported(alarm: Mapping[str, Any]) -> bool:
    """Whether an alarm is one on a metric or on metric math with a static threshold, which can be judged here."""
    return bool(alarm.get("MetricName") or alarm.get("Metrics")) and (
        alarm.get("ComparisonOperator") in _COMPARISONS
    )


def period_of(alarm: Mapping[str, Any]) -> int:
    """Seconds between the datapoints an alarm looks at; the metrics of an expression share theirs."""
    queries = alarm.get("Metrics") or ()
    own = [query["Period"] for query in queries if query.get("Period")]
    of_metrics = [query["MetricStat"]["Period"] for query in queries if "MetricStat" in query]
    return int(next(iter([*of_metrics, *own]), None) or alarm.get("Period") or 60)


def watched_metrics(alarm: Mapping[str, Any]) -> list[Metric]:
    """The metrics an alarm is about."""
    queries = alarm.get("Metrics") or ()
    given = [query["MetricStat"]["Metric"] for query in queries if "MetricStat" in query] or [alarm]
    return [Metric.of(one["Namespace"], one["MetricName"], one.get("Dimensions") or ()) for one in given]


def evaluated_range(alarm: Mapping[str, Any], now: float) -> tuple[float, float]:
    """From when until when datapoints matter, in epoch seconds: the finished periods, and the running one."""
    period = period_of(alarm)
    running = math.floor(now / period) * period
    return running - (int(alarm.get("EvaluationPeriods") or 1) + _EXTRA_PERIODS) * period, running + period


def settled_early(alarm: Mapping[str, Any]) -> bool:
    """Whether a period that still runs may already count.

    It may when more data cannot undo a breach: a sum, count or maximum above, or a minimum below the threshold.
    """
    statistic = alarm.get("Statistic")
    above = str(alarm.get("ComparisonOperator", "")).startswith("GreaterThan")
    return (above and statistic in {"Sum", "SampleCount", "Maximum"}) or (not above and statistic == "Minimum")


def judge(alarm: Mapping[str, Any], datapoints: Sequence[Datapoint], now: float) -> Verdict | None:
    """The alarm's state by the datapoints of its metric; None to keep the state it has.

    Args:
        alarm: An alarm as DescribeAlarms returns it.
        datapoints: The statistic per period, any order, any span.
        now: Epoch seconds.
    """
    periods = int(alarm.get("EvaluationPeriods") or 1)
    needed = int(alarm.get("DatapointsToAlarm") or periods)
    recent = _evaluation_range(alarm, datapoints, now)
    considered = recent[-periods:] if len(recent) >= periods else recent
    breaching = [point for point in considered if _breaches(alarm, point)]
    state = _state(alarm, considered, breaching, needed, periods)
    if state is None:
        return None
    return Verdict(
        state, _reason(alarm, state, considered, breaching, needed), _reason_data(alarm, considered, now)
    )


def _evaluation_range(alarm: Mapping[str, Any], datapoints: Sequence[Datapoint], now: float) -> list[Datapoint]:
    oldest, end = evaluated_range(alarm, now)
    running = end - period_of(alarm)
    kept = [point for point in datapoints if oldest <= point.start < running]
    if settled_early(alarm):
        kept += [point for point in datapoints if point.start >= running and _breaches(alarm, point)]
    return sorted(kept, key=lambda point: point.start)


def _breaches(alarm: Mapping[str, Any], point: Datapoint) -> bool:
    compare, _ = _COMPARISONS[str(alarm["ComparisonOperator"])]
    return compare(point.value, float(alarm.get("Threshold") or 0))


def _state(
    alarm: Mapping[str, Any],
    considered: Sequence[Datapoint],
    breaching: Sequence[Datapoint],
    needed: int,
    periods: int,
) -> str | None:
    """The guide's tables: what existing datapoints say, then how missing ones are filled."""
    treatment = str(alarm.get("TreatMissingData") or "missing")
    missing = periods - len(considered)
    if not considered:
        return {"missing": "INSUFFICIENT_DATA", "breaching": "ALARM", "notBreaching": "OK"}.get(treatment)
    if len(breaching) >= needed:
        return "ALARM"
    if treatment == "breaching":
        return "ALARM" if len(breaching) + missing >= needed else "OK"
    if len(breaching) == len(considered) and missing > 0:
        return {"missing": "ALARM", "notBreaching": "OK"}.get(treatment)
    return "OK"


def _reason(
    alarm: Mapping[str, Any],
    state: str,
    considered: Sequence[Datapoint],
    breaching: Sequence[Datapoint],
    needed: int,
) -> str:
    if state == "INSUFFICIENT_DATA":
        periods = int(alarm.get("EvaluationPeriods") or 1)
        return f"Insufficient Data: {periods} datapoint{'s were' if periods != 1 else ' was'} unknown."
    _, wording = _COMPARISONS[str(alarm["ComparisonOperator"])]
    threshold = float(alarm.get("Threshold") or 0)
    if not considered:
        unknown = "no datapoints were received for 1 period"
        return f"Threshold Crossed: {unknown} and 1 missing datapoint was treated as [{_filled(alarm)}]."
    shown = (breaching or considered) if state == "ALARM" else considered
    values = ", ".join(f"{point.value!r} ({_short_time(point.start)})" for point in reversed(shown))
    verb = "was" if len(shown) == 1 else "were"
    plural = "" if len(considered) == 1 else "s"
    text = (
        f"Threshold Crossed: {len(shown)} out of the last {len(considered)} datapoint{plural} [{values}] {verb} "
    )
    text += f"{'' if state == 'ALARM' else 'not '}{wording} the threshold ({threshold!r})"
    if state == "ALARM":
        text += f" (minimum {needed} datapoint{'' if needed == 1 else 's'} for OK -> ALARM transition)"
    return text + "."


def _filled(alarm: Mapping[str, Any]) -> str:
    return "Breaching" if alarm.get("TreatMissingData") == "breaching" else "NonBreaching"


def _reason_data(alarm: Mapping[str, Any], considered: Sequence[Datapoint], now: float) -> str:
    data: dict[str, Any] = {"version": "1.0", "queryDate": timestamp(now)}
    if considered:
        data["startDate"] = timestamp(considered[0].start)
    if alarm.get("Unit"):
        data["unit"] = alarm["Unit"]
    statistic = alarm.get("Statistic") or alarm.get("ExtendedStatistic")
    if statistic:
        data["statistic"] = statistic
    data |= {
        "period": period_of(alarm),
        "recentDatapoints": [point.value for point in considered],
        "threshold": float(alarm.get("Threshold") or 0),
        "evaluatedDatapoints": [
            {"timestamp": timestamp(point.start), **_samples(point), "value": point.value}
            for point in reversed(considered)
        ],
    }
    return json.dumps(data, separators=(",", ":"))


def _samples(point: Datapoint) -> dict[str, float]:
    return {} if point.samples is None else {"sampleCount": point.samples}


def timestamp(epoch: float) -> str:
    """CloudWatch's own time format, in milliseconds."""
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"


def _short_time(epoch: float) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%d/%m/%y %H:%M:%S")
