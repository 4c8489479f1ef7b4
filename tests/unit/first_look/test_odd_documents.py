"""Whatever a document holds, the report is written, its citations hold, and nothing breaks."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.first_look.builders import (
    FUNCTION,
    INCIDENTS,
    evidence_of,
    look_of,
    section,
    the_signal,
)
from triage.agent.grounding import ground
from triage.first_look.chart import chart_of
from triage.first_look.reading import Reading
from triage.first_look.report import report_of
from triage.first_look.suggestions import suggestions
from triage.first_look.untyped import count_of, number, whole

HELPERS = (
    "describe_alarm",
    "breach",
    "configuration",
    "surroundings",
    "neighbourhood",
    "log_errors",
    "log_shares",
    "changes_before",
    "related_metrics",
    "related_alarms",
    "health_events",
    "lambda_invocations",
    "network_path",
    "service_quotas",
    "certificates",
    "stream_shards",
    "metrics_like",
    "unknown_helper",
)
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5_000),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=40),
    st.sampled_from(
        ["0 → ", "12:99 a:b by c", "99:99", "{about}{0}", "2026-13-45T99:00:00Z", "99% (x)", "DISABLED", "0"]
    ),
)


def checked(*sections: dict[str, Any]) -> None:
    signal, look = the_signal(), look_of(*sections)
    ids, book = evidence_of(signal, look)
    found = ground(report_of(Reading(signal, look), ids, "no model"), book)
    chart_of(Reading(signal, look))
    suggestions(Reading(signal, look))

    assert found.problems == ()
    assert len(found.report.headline) <= 120


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_values_of_any_kind_break_nothing(data: st.DataObject) -> None:
    sections = copy.deepcopy(data.draw(st.sampled_from(INCIDENTS)))
    for each in sections:
        each["data"] = _mutated(each["data"], data)

    checked(*sections)


def _mutated(value: Any, data: st.DataObject) -> Any:
    if data.draw(st.integers(0, 19)) == 0:
        return data.draw(JUNK)
    if isinstance(value, dict):
        return {key: _mutated(item, data) for key, item in value.items()}
    if isinstance(value, list):
        return [_mutated(item, data) for item in value]
    return value


@pytest.mark.parametrize("helper", HELPERS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    data=st.recursive(
        JUNK,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=10,
    )
)
def test_an_answer_of_any_shape_breaks_nothing(helper: str, data: Any) -> None:
    keys = (
        "groups",
        "metrics",
        "changes",
        "related",
        "other",
        "changed",
        "events",
        "series",
        "shards",
        "failing",
        "quotas",
    )

    checked(section("odd", dict.fromkeys(keys, data), helper, asked={"function": FUNCTION, "resource": data}))


def test_sections_of_one_id_are_read_as_the_one_whose_evidence_is_known() -> None:
    first = section("rows", {"rows": ["a: 1 → 2 Errors at 02:13 UTC"]}, "unknown_helper")
    second = section("rows", {"rows": ["b: 1 → 3 Errors at 02:13 UTC"]}, "unknown_helper")

    checked(first, second)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 10**400, True, "7", None])
def test_what_is_no_finite_number_counts_as_absent(value: object) -> None:
    assert number(value) is None
    assert whole(value) == 0
    assert count_of({"times": value}) == 1
