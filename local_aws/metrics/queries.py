"""The queries of one request: metrics and the expressions over them (API reference, MetricDataQuery).

GetMetricData and the alarms on metric math are both answered from here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from local_aws.metrics import labels, statistics
from local_aws.metrics.errors import ServiceError, invalid, not_here
from local_aws.metrics.math import evaluation, parser, search
from local_aws.metrics.math.errors import ExpressionError
from local_aws.metrics.math.values import Series, SeriesArray, Source, Value
from local_aws.metrics.store import Metric, MetricStore
from local_aws.metrics.windows import DAY_S, Window, valid_period

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_QUERIES = 500
MOST_FOUND = 500
_SEARCHED_S = 14 * DAY_S
"""A search finds metrics that have reported data within two weeks."""

_MOST_PERIODS = 1_000_000

_ID = re.compile(r"[a-z][a-zA-Z0-9_]*")
_SQL = re.compile(r"\s*SELECT\s", re.IGNORECASE)


@dataclass(frozen=True)
class Range:
    """When and where to look.

    Attributes:
        start: Epoch seconds, inclusive.
        end: Epoch seconds, exclusive.
        now: Epoch seconds of the request.
        store: The metrics.
    """

    start: float
    end: float
    now: float
    store: MetricStore

    def window(self, period: int) -> Window:
        """The range in periods.

        Raises:
            ServiceError: CloudWatch does not know the period, or there would be too many of them.
        """
        if not valid_period(period):
            raise invalid(f"Period {period} must be 1, 5, 10, 20, 30 or a multiple of 60.")
        if (self.end - self.start) / period > _MOST_PERIODS:
            raise not_here(f"look at more than {_MOST_PERIODS:,} periods at once")
        return Window.asked(self.start, self.end, period, self.now)

    def series(self, source: Source, period: int, unit: str | None = None) -> Series:
        """A statistic of a metric, as far as there is data."""
        window = self.window(period)
        found = self.store.read(source.metric, window.start, window.end)
        of = statistics.parse(source.statistic).of
        slots = window.sorted_in(one for one in found if unit in (None, one.unit))
        values = {at: of(observations) for at, observations in slots.items()}
        points = {at: value for at, value in values.items() if value is not None}
        return Series(points, window, source.metric.name, source)


def check(queries: Sequence[Mapping[str, Any]], account: str) -> None:
    """Refuse queries CloudWatch, or this local AWS, does not answer.

    Raises:
        ServiceError: which query, and what is wrong.
    """
    if len(queries) > MOST_QUERIES:
        raise invalid(f"The collection MetricDataQueries must not have a size greater than {MOST_QUERIES}.")
    seen: set[str] = set()
    for number, query in enumerate(queries, 1):
        where = f"MetricDataQueries.member.{number}"
        if not _ID.fullmatch(query["Id"]):
            raise invalid(f"The value for parameter {where}.Id must match {_ID.pattern}: {query['Id']!r}")
        if query["Id"] in seen:
            raise invalid(f"The values for parameter id in MetricDataQueries are not unique: {query['Id']}")
        seen.add(query["Id"])
        _check_one(query, where, account)


def _check_one(query: Mapping[str, Any], where: str, account: str) -> None:
    stat, expression = query.get("MetricStat"), query.get("Expression")
    if (stat is None) == (expression is None):
        raise invalid(f"{where} must have either MetricStat or Expression, and not both.")
    if query.get("AccountId") not in (None, account):
        raise not_here(f"read metrics of the account {query['AccountId']}", f"It is the account {account}.")
    labels.check(query.get("Label") or "")
    if stat is not None:
        _check_stat(stat, where)
    elif _SQL.match(str(expression)):
        raise not_here("run Metrics Insights queries (SELECT …)", "Use MetricStat, metric math or SEARCH.")


def _check_stat(stat: Mapping[str, Any], where: str) -> None:
    for member in ("Namespace", "MetricName"):
        if not stat["Metric"].get(member):
            raise invalid(f"The parameter {where}.MetricStat.Metric.{member} is required.")
    try:
        statistics.parse(stat["Stat"])
    except statistics.UnknownStatisticError as error:
        raise invalid(str(error)) from error


class QuerySet:
    """The values of queries by their ids, computed when they are asked for."""

    def __init__(self, queries: Sequence[Mapping[str, Any]], looked: Range) -> None:
        self._queries = {query["Id"]: query for query in queries}
        self._range = looked
        self._values: dict[str, Value] = {}
        self._running: list[str] = []
        self._labels = self._default_labels()
        self.cut_off = False

    def value(self, identifier: str) -> Value:
        """The value of a query.

        Raises:
            ServiceError: its expression has none.
        """
        try:
            return self.named(identifier)
        except ExpressionError as error:
            running = self._running[-1] if self._running else identifier
            raise invalid(f"Error in expression '{running}' [{error}]") from error

    def default_label(self, identifier: str) -> str:
        """The label of a query that gives none."""
        return self._labels.get(identifier, identifier)

    def named(self, identifier: str) -> Value:
        """The value of a query, for the expressions that name it."""
        if identifier in self._values:
            return self._values[identifier]
        query = self._queries.get(identifier)
        if query is None:
            raise ExpressionError(f"There is no query with the id {identifier!r}")
        if identifier in self._running:
            raise ExpressionError(f"{' -> '.join((*self._running, identifier))} refer to each other")
        self._running.append(identifier)
        found = self._stat(query) if "MetricStat" in query else self._expression(query)
        self._running.pop()
        self._values[identifier] = found
        return found

    def metrics(self, part: str) -> SeriesArray:
        """METRICS(): the metrics of the request, in its order."""
        named = [name for name, query in self._queries.items() if "MetricStat" in query and part in name]
        return tuple(one for name in named if isinstance(one := self.named(name), Series))

    def found(self, query: str, statistic: str, period: int) -> SeriesArray:
        """SEARCH(): the metrics found, 500 at most."""
        try:
            statistics.parse(statistic)
        except statistics.UnknownStatisticError as error:
            raise ExpressionError(str(error)) from error
        parsed = search.parse(query)
        active = self._range.store.active_since(self._range.now - _SEARCHED_S)
        sources = [Source(metric, statistic) for metric in active if parsed.finds(metric)]
        self.cut_off = self.cut_off or len(sources) > MOST_FOUND
        sources = sources[:MOST_FOUND]
        names = labels.distinguishing([(source, period) for source in sources])
        return tuple(
            replace(self._range.series(source, period), label=name)
            for source, name in zip(sources, names, strict=True)
        )

    def period_of(self, query: Mapping[str, Any]) -> int:
        """The period of a constant: the query's own, or the one all metrics of the request have."""
        periods = {one["MetricStat"]["Period"] for one in self._queries.values() if "MetricStat" in one}
        if query.get("Period") or len(periods) == 1:
            return int(query.get("Period") or periods.pop())
        raise ExpressionError("Give the query a Period: it has no metric to take one from")

    def window(self, period: int) -> Window:
        """The periods of a series that is no metric."""
        return self._range.window(period)

    def _stat(self, query: Mapping[str, Any]) -> Series:
        stat = query["MetricStat"]
        series = self._range.series(_source(stat), stat["Period"], stat.get("Unit"))
        return replace(series, label=query.get("Label") or self.default_label(query["Id"]))

    def _expression(self, query: Mapping[str, Any]) -> Value:
        return evaluation.evaluate(parser.parse(query["Expression"]), _ExpressionScope(self, query))

    def _default_labels(self) -> dict[str, str]:
        stats = {name: query["MetricStat"] for name, query in self._queries.items() if "MetricStat" in query}
        names = labels.distinguishing([(_source(stat), stat["Period"]) for stat in stats.values()])
        return dict(zip(stats, names, strict=True))


class _ExpressionScope:
    """What one expression refers to."""

    def __init__(self, queries: QuerySet, query: Mapping[str, Any]) -> None:
        self._queries = queries
        self._query = query

    def named(self, identifier: str) -> Value:
        return self._queries.named(identifier)

    def metrics(self, part: str) -> SeriesArray:
        return self._queries.metrics(part)

    def search(self, query: str, statistic: str, period: int | None) -> SeriesArray:
        chosen = self._query.get("Period") or period
        if chosen is None:
            raise ExpressionError("Give SEARCH a period as its third argument, or the query a Period")
        return self._queries.found(query, statistic, int(chosen))

    def window(self) -> Window:
        return self._queries.window(self._queries.period_of(self._query))


def _source(stat: Mapping[str, Any]) -> Source:
    metric = stat["Metric"]
    return Source(
        Metric.of(metric["Namespace"], metric["MetricName"], metric.get("Dimensions") or ()), stat["Stat"]
    )


def series_of(value: Value, identifier: str) -> SeriesArray:
    """The time series of a result.

    Raises:
        ServiceError: it is a scalar, which CloudWatch does not return.
    """
    if isinstance(value, float):
        raise ServiceError(
            "ValidationError",
            f"Error in expression '{identifier}' [The result of an expression must be a time series or an array"
            " of time series, not a scalar; TIME_SERIES(…) makes one of it]",
        )
    return value if isinstance(value, tuple) else (value,)
