"""The queries of a request: metrics, expressions over them, labels, and pages of the result."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.metrics import labels, pages, queries
from local_aws.metrics.errors import ServiceError
from local_aws.metrics.pages import Result
from local_aws.metrics.queries import QuerySet, Range
from local_aws.metrics.store import Metric, MetricStore
from tests.unit.local_aws_metrics.builders import ERRORS, NOW, drawn, series, store_of

INVOCATIONS = ERRORS._replace(name="Invocations")
OTHER = Metric("AWS/Lambda", "Errors", (("FunctionName", "billing"),))

STORE = store_of(
    {
        ERRORS: {NOW - 180: 1.0, NOW - 60: 3.0},
        INVOCATIONS: {NOW - 180: 10.0, NOW - 120: 10.0, NOW - 60: 12.0},
        OTHER: {NOW - 120: 7.0},
    }
)


def stat(
    name: str, metric: Metric = ERRORS, statistic: str = "Sum", period: int = 60, **more: Any
) -> dict[str, Any]:
    asked = {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": metric.described()}
    return {"Id": name, "MetricStat": {"Metric": asked, "Period": period, "Stat": statistic}, **more}


def math(name: str, expression: str, **more: Any) -> dict[str, Any]:
    return {"Id": name, "Expression": expression, **more}


def evaluated(*asked: dict[str, Any], store: MetricStore = STORE, now: float = NOW) -> QuerySet:
    queries.check(asked, "111122223333")
    return QuerySet(asked, Range(NOW - 180, NOW, now, store))


def test_given_a_metric_then_its_statistic_is_read_by_exactly_its_dimensions() -> None:
    found = evaluated(stat("m1"), stat("m2", OTHER), stat("m3", ERRORS._replace(dimensions=())))
    assert [drawn(found.value(name)) for name in ("m1", "m2", "m3")] == ["1 - 3", "- 7 -", "- - -"]


def test_given_expressions_over_expressions_then_each_is_computed() -> None:
    found = evaluated(math("e2", "FILL(e1, 0) * 100"), stat("m1"), stat("m2", INVOCATIONS), math("e1", "m1 / m2"))
    assert drawn(found.value("e2")) == "10 0 25"


def test_given_a_period_then_it_is_that_of_the_metric() -> None:
    assert drawn(evaluated(stat("m1"), math("e", "m1 / PERIOD(m1) * 60")).value("e")) == "1 - 3"


def test_given_a_search_then_each_metric_found_is_a_series_told_apart_by_its_label() -> None:
    found = evaluated(math("e", "SEARCH('{AWS/Lambda,FunctionName} MetricName=\"Errors\"', 'Sum', 60)"))
    value = found.value("e")
    assert isinstance(value, tuple)
    assert {one.label: drawn(one) for one in value} == {"orders": "1 - 3", "billing": "- 7 -"}


def test_given_a_search_when_a_metric_was_silent_for_two_weeks_then_it_is_not_found() -> None:
    later = NOW + 14 * 86_400
    found = evaluated(math("e", "SEARCH('{AWS/Lambda,FunctionName}', 'Sum', 60)"), now=later).value("e")
    assert found == ()


def test_given_a_search_that_finds_too_many_then_it_is_cut_off() -> None:
    many = store_of({Metric("N", "m", (("D", f"{number:03}"),)): {NOW: 1.0} for number in range(501)})
    found = evaluated(math("e", "SEARCH('{N,D}', 'Sum', 60)"), store=many)
    value = found.value("e")
    assert isinstance(value, tuple)
    assert (len(value), found.cut_off) == (500, True)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ([stat("M1")], "must match"),
        ([stat("m1"), stat("m1")], "not unique: m1"),
        ([{"Id": "m1"}], "either MetricStat or Expression"),
        ([stat("m1") | {"Expression": "1"}], "either MetricStat or Expression"),
        ([stat("m1", statistic="Mode")], "Mode for parameter Stat"),
        ([stat("m1", AccountId="999999999999")], "does not read metrics of the account 999999999999"),
        ([stat("m1", Label="${LAST_TIME}")], r"does not write \$\{LAST_TIME\} into a label"),
        ([math("e", "SELECT AVG(x) FROM y")], r"does not run Metrics Insights queries \(SELECT"),
        ([stat(f"m{number}") for number in range(501)], "greater than 500"),
        ([stat("m1", period=45)], "Period 45 must be"),
        ([stat("m1", period=0)], "Period 0 must be"),
        ([math("m1", "m1")], "m1 -> m1 refer to each other"),
        ([math("m1", "e2"), math("e2", "m1 + 1")], "m1 -> e2 -> m1 refer to each other"),
        ([math("m1", "m1 +")], r"Error in expression 'm1' \[Unexpected"),
        ([math("m1", "TIME_SERIES(1)")], "Give the query a Period"),
        ([math("m1", "SEARCH('{N}', 'Sum')")], "Give SEARCH a period"),
        ([math("m1", "SEARCH('{N}', 'Mode', 60)")], "Mode for parameter Stat"),
        ([math("m1", "SEARCH('(', 'Sum', 60)")], "search term"),
    ],
)
def test_given_what_cannot_be_answered_then_the_error_says_which_query_and_why(
    asked: list[dict[str, Any]], why: str
) -> None:
    with pytest.raises(ServiceError, match=why):
        evaluated(*asked).value("m1")


def test_given_a_scalar_as_result_then_it_is_refused() -> None:
    with pytest.raises(ServiceError, match="must be a time series"):
        queries.series_of(1.0, "e")


@pytest.mark.parametrize(
    ("metrics", "expected"),
    [
        ([ERRORS], ["Errors"]),
        ([ERRORS, INVOCATIONS], ["Errors", "Invocations"]),
        ([ERRORS, OTHER], ["orders", "billing"]),
        ([INVOCATIONS, OTHER], ["orders Invocations", "billing Errors"]),
        ([ERRORS, ERRORS], ["Errors", "Errors"]),
    ],
)
def test_given_metrics_shown_together_then_default_labels_tell_them_apart(
    metrics: list[Metric], expected: list[str]
) -> None:
    found = evaluated(*(stat(f"m{number}", metric) for number, metric in enumerate(metrics)))
    assert [found.default_label(f"m{number}") for number in range(len(metrics))] == expected


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("max ${MAX} of ${LABEL}", "max 3 of Errors"),
        ("${AVG} ${MIN} ${SUM}", "2 1 4"),
        ("${FIRST} ${LAST} ${FIRST_LAST_RANGE} ${MIN_MAX_RANGE}", "1 3 2 2"),
        ("${DATAPOINT_COUNT}", "2"),
        ("${PROP('Dim.FunctionName')} ${PROP('Stat')} ${PROP('Period')}", "orders Sum 60"),
        ("${PROP('Region')} ${PROP('AccountId')} ${PROP('MetricName')}", "eu-west-1 111122223333 Errors"),
        ("plain", "plain"),
    ],
)
def test_given_a_dynamic_label_then_it_is_filled_in(label: str, expected: str) -> None:
    value = evaluated(stat("m1")).value("m1")
    assert isinstance(value, type(series("1")))
    assert labels.render(label, value, "Errors", "eu-west-1", "111122223333") == expected


points = st.lists(st.integers(0, 20).map(float), unique=True, max_size=20)


@given(st.lists(points, max_size=4), st.integers(1, 7), st.booleans())
def test_given_any_page_size_then_the_pages_add_up_to_the_result(
    given_points: list[list[float]], size: int, newest_first: bool
) -> None:
    results = [
        Result(f"m{number}", "", sorted(((at, at) for at in times), reverse=newest_first))
        for number, times in enumerate(given_points)
    ]
    collected: dict[str, list[float]] = {one.id: [] for one in results}
    position, seen = None, 0
    while True:
        shown, position = pages.page(results, size, position, newest_first=newest_first)
        page = [(at, one["Id"]) for one in shown for at in one["Timestamps"]]
        assert len(page) <= size
        for one in shown:
            collected[one["Id"]] += one["Timestamps"]
            complete = len(collected[one["Id"]]) == len(given_points[int(one["Id"][1:])])
            assert one["StatusCode"] == ("Complete" if complete else "PartialData")
        seen += len(page)
        if position is None:
            break
    assert collected == {one.id: [at for at, _ in one.points] for one in results}
    assert seen == sum(map(len, given_points))


def test_given_the_token_of_another_request_then_it_is_refused() -> None:
    request = {"StartTime": 1.0, "EndTime": 2.0}
    token = pages.token(request, (1.5, 0))
    assert pages.position_of({**request, "NextToken": token, "MaxDatapoints": 5}) == (1.5, 0)
    for wrong in ({**request, "EndTime": 3.0, "NextToken": token}, {**request, "NextToken": "x"}):
        with pytest.raises(ServiceError) as error:
            pages.position_of(wrong)
        assert error.value.code == "InvalidNextToken"
