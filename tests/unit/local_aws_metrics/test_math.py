"""Metric math by the user guide's tables, and a parser that never fails in another way than its own."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local_aws.metrics.math.errors import ExpressionError
from local_aws.metrics.math.evaluation import NOT_EVALUATED, evaluate
from local_aws.metrics.math.parser import parse
from local_aws.metrics.math.series_functions import TRANSFORMATIONS
from local_aws.metrics.math.values import Series, SeriesArray, Value
from local_aws.metrics.windows import Window
from tests.unit.local_aws_metrics.builders import drawn, series, window


class Drawn:
    """A scope of drawn series by their ids."""

    def __init__(self, named: Mapping[str, Value]) -> None:
        self._named = named

    def named(self, identifier: str) -> Value:
        if identifier not in self._named:
            raise ExpressionError(f"There is no query with the id {identifier!r}")
        return self._named[identifier]

    def metrics(self, part: str) -> SeriesArray:
        return tuple(one for name, one in self._named.items() if part in name and isinstance(one, Series))

    def search(self, query: str, statistic: str, period: int | None) -> SeriesArray:
        return ()

    def window(self) -> Window:
        return window(3)


def value(expression: str, **named: Value) -> Value:
    return evaluate(parse(expression), Drawn(named))


def result(expression: str, **rows: str) -> str:
    return drawn(value(expression, **{name: series(row) for name, row in rows.items()}))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("8 / 4 / 2", 1.0),
        ("2 ^ 3 * 2", 16.0),
        ("-2 ^ 2", -4.0),
        ("2 ^ -1", 0.5),
        ("--3", 3.0),
        ("1 - -1", 2.0),
        ("1 < 2", 1.0),
        ("2 <= 1 || 3 == 3", 1.0),
        ("1 AND 0", 0.0),
        ("0 OR 2 > 1 AND 0", 0.0),
        (".5 + 1e2", 100.5),
    ],
)
def test_given_scalars_then_operators_bind_as_usual(expression: str, expected: float) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("m1 < m2", "0 0 1 0"),
        ("m1 >= 30", "1 0 0 0"),
        ("m1 > 15 AND m2 > 15", "1 0 0 0"),
        ("m1 + m2", "50 20 20 0"),
        ("m1 / m2", "1.5 - 0 -"),
        ("-m2", "-20 - -20 -"),
        ("100 / m1", "3.33333 5 - -"),
    ],
)
def test_given_the_guides_series_then_missing_values_are_zero_and_divisions_by_zero_are_dropped(
    expression: str, expected: str
) -> None:
    assert result(expression, m1="30 20 0 0", m2="20 - 20 -") == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("IF(m1, m2, m3)", "30 0 20 - -"),
        ("IF(m1, 5, m3)", "5 5 20 - -"),
        ("IF(m1, m2, 5)", "30 0 5 5 -"),
        ("IF(m1, m2)", "30 0 - - -"),
        ("IF(m1 > 0, 1, 0)", "1 1 0 0 -"),
        ("IF(1, m2, m3)", "30 - 0 0 30"),
        ("IF(0, m2, m3)", "0 0 20 - 20"),
        ("IF(0, m2)", "- - - - -"),
    ],
)
def test_given_the_guides_if_expressions_then_the_values_are_the_guides(expression: str, expected: str) -> None:
    assert result(expression, m1="1 1 0 0 -", m2="30 - 0 0 30", m3="0 0 20 - 20") == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("FILL(m1, 7)", "7 4 7 7 10 7"),
        ("FILL(m1, REPEAT)", "- 4 4 4 10 10"),
        ("FILL(m1, LINEAR)", "- 4 6 8 10 -"),
        ("FILL(m1, m2)", "1 4 - 1 10 1"),
        ("FILL(m1, MIN(m1))", "4 4 4 4 10 4"),
        ("DIFF(m1)", "- - - - 6 -"),
        ("DIFF_TIME(m1)", "- - - - 180 -"),
        ("RATE(m1) * 180", "- - - - 6 -"),
        ("RUNNING_SUM(m1)", "- 4 - - 14 -"),
        ("ABS(0 - m1)", "- 4 - - 10 -"),
        ("CEIL(m1 / 3)", "- 2 - - 4 -"),
        ("FLOOR(m1 / 3)", "- 1 - - 3 -"),
        ("LOG10(m1 * 0 + 100)", "- 2 - - 2 -"),
        ("LOG(m1 * 0)", "- - - - - -"),
        ("MINUTE(m1)", "0 1 2 3 4 5"),
        ("HOUR(m1)", "8 8 8 8 8 8"),
        ("DAY(m1)", "5 5 5 5 5 5"),
        ("DATE(m1)", "15 15 15 15 15 15"),
        ("MONTH(m1)", "1 1 1 1 1 1"),
        ("YEAR(m1)", "2027 2027 2027 2027 2027 2027"),
        ("EPOCH(m1) - 1800000000", "0 60 120 180 240 300"),
        ("m1 - AVG(m1)", "- -3 - - 3 -"),
        ("m1 / SUM(m1) * 14", "- 4 - - 10 -"),
        ("m1 * 0 + DATAPOINT_COUNT(m1)", "- 2 - - 2 -"),
        ("m1 * 0 + STDDEV(m1)", "- 3 - - 3 -"),
        ("m1 - MAX(m1)", "- -6 - - 0 -"),
    ],
)
def test_given_a_series_then_functions_are_the_guides(expression: str, expected: str) -> None:
    assert result(expression, m1="- 4 - - 10 -", m2="1 1 - 1 1 1") == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("SUM([m1, m2])", "4 2 -"),
        ("SUM(METRICS())", "4 2 -"),
        ('SUM(METRICS("2"))', "3 - -"),
        ('SUM([METRICS("1"), METRICS("2")])', "4 2 -"),
        ("AVG([m1, m2])", "2 1 -"),
        ("MIN([m1, m2])", "1 2 -"),
        ("MAX(METRICS())", "3 2 -"),
        ("DATAPOINT_COUNT(METRICS())", "2 1 -"),
        ("STDDEV(METRICS())", "1 0 -"),
        ("SUM(METRICS() * 10)", "40 20 -"),
        ("SUM([m1, m2] / m1)", "4 1 -"),
        ("m1 / METRIC_COUNT(METRICS())", "0.5 1 -"),
        ("FIRST(SORT(METRICS(), SUM, DESC))", "1 2 -"),
        ("LAST(SORT(METRICS(), MAX, DESC))", "1 2 -"),
        ("FIRST(SORT(METRICS(), AVG, ASC, 1))", "1 2 -"),
        ("FIRST(SLICE(METRICS(), 1))", "3 - -"),
        ("SUM(SLICE(METRICS(), 0, 1))", "1 2 -"),
        ("SUM(REMOVE_EMPTY(METRICS()))", "4 2 -"),
        ("SUM(FILL(METRICS(), 1))", "4 3 2"),
        ("TIME_SERIES(MAX(m1))", "2 2 2"),
    ],
)
def test_given_an_array_then_functions_are_the_guides(expression: str, expected: str) -> None:
    assert result(expression, m1="1 2 -", m2="3 - -") == expected


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("m9", "no query with the id 'm9'"),
        ("m1 +", "Unexpected 'the end'"),
        ("m1 m1", "Unexpected 'm1'"),
        ("(m1", r"Expected '\)'"),
        ("m1 % 2", "Unexpected character"),
        ("COUNT(m1)", "Unknown function COUNT"),
        ("sum(m1)", "Unknown function sum"),
        ("ABS(1)", "takes a time series"),
        ("SUM(m1, m1)", "takes 1 argument"),
        ("[1, 2]", "holds time series"),
        ("[m1] + [m1]", "Unsupported operand"),
        ("IF([m1], 1, 0)", "takes scalars and time series"),
        ("FILL(m1, MEAN)", "REPEAT or LINEAR"),
        ("SORT([m1], MEDIAN, ASC)", "SORT takes one of"),
        ("SLICE([m1], 0 - 1)", "whole numbers"),
        ("FIRST(SLICE([m1], 1))", "empty array"),
        ("PERIOD(m1 * 2)", "takes a metric"),
        ("METRICS(m1)", "quoted string"),
        ("m1 + m5", "different periods"),
        ("(" * 100 + "1" + ")" * 100, "nested"),
    ],
)
def test_given_what_has_no_value_then_the_error_says_why(expression: str, why: str) -> None:
    with pytest.raises(ExpressionError, match=why):
        value(expression, m1=series("1 2"), m5=series("1 2", period=300))


@pytest.mark.parametrize("function", NOT_EVALUATED)
def test_given_a_function_that_needs_what_is_not_here_then_it_is_refused_by_name(function: str) -> None:
    with pytest.raises(ExpressionError, match=f"This local AWS does not evaluate {function}; it evaluates"):
        value(f"{function}(m1)", m1=series("1"))


def test_given_a_long_chain_of_operators_then_it_is_evaluated() -> None:
    assert value("+".join(["1"] * 1000)) == 1000.0


words = st.sampled_from(
    [
        "m1",
        "m2",
        "a",
        "1",
        "0",
        "2.5",
        "1e400",
        '"x"',
        "'",
        "+",
        "-",
        "*",
        "/",
        "^",
        "(",
        ")",
        "[",
        "]",
        ",",
        "AND",
    ]
    + ["==", "<", "IF(", "FILL(", "REPEAT", "METRICS()", "SORT(", "SUM", "SUM(", "DESC", "SLICE(", "TIME_SERIES("]
    + [f"{name}(" for name in TRANSFORMATIONS]
)


@settings(max_examples=400)
@given(st.lists(words, max_size=14).map(" ".join) | st.text(max_size=40))
def test_given_any_text_then_it_has_a_value_or_one_clear_error(expression: str) -> None:
    named: dict[str, Value] = {"m1": series("1 - 0"), "m2": series("- 5 1e300"), "a": (series("2 2 2"),)}
    try:
        found = value(expression, **named)
    except ExpressionError as error:
        assert str(error)
    else:
        assert isinstance(found, float | Series | tuple)


atoms = st.sampled_from(["m1", "m2", "a", "0", "2", "1e300", "SUM(m1)", "METRICS()"])


def _extended(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    binary = st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "^", "<", "==", "AND", "OR"]), inner)
    named = sorted([*TRANSFORMATIONS, "SUM", "AVG", "STDDEV", "DATAPOINT_COUNT", "FIRST", "TIME_SERIES"])
    call = st.tuples(st.sampled_from(named), inner).map(lambda made: f"{made[0]}({made[1]})")
    chosen = st.tuples(inner, inner, inner).map(lambda made: f"IF({', '.join(made)})")
    filled = st.tuples(inner, inner).map(lambda made: f"FILL({', '.join(made)})")
    return binary.map(lambda made: f"({' '.join(made)})") | call | chosen | filled


@settings(max_examples=300)
@given(st.recursive(atoms, _extended, max_leaves=6))
def test_given_any_well_formed_expression_then_no_value_of_it_is_infinite(expression: str) -> None:
    named: dict[str, Value] = {"m1": series("1 - 0"), "m2": series("- 5 1e300"), "a": (series("2 2 2"),)}
    try:
        found = value(expression, **named)
    except ExpressionError:
        return
    for one in found if isinstance(found, tuple) else (found,):
        if isinstance(one, Series):
            assert all(abs(point) < float("inf") for point in one.points.values())
