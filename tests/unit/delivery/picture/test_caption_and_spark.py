"""The chart for those who see no picture: in words, as one line of text, and as a table."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from hypothesis import given

from tests.builders import FIRED_AT, a_chart, a_mark
from tests.unit.delivery.picture.charts import IMPOSSIBLE, charts
from triage.delivery.picture.caption import MAX_MARKS, Caption, caption_of
from triage.delivery.picture.spark import GAP, LEVELS, ONSET, WIDTH, Spark, spark_of
from triage.delivery.picture.table import MAX_ROWS, table_of
from triage.domain.chart import Breach, Chart, MarkKind


def _caption(chart: Chart) -> Caption:
    caption = caption_of(chart)
    assert caption is not None
    return caption


def _spark(chart: Chart) -> Spark:
    spark = spark_of(chart)
    assert spark is not None
    return spark


def test_the_caption_says_what_when_how_far_and_what_is_missing() -> None:
    caption = _caption(a_chart())
    assert (
        caption.title == "AWS/Lambda Errors {FunctionName=prod-api-handler} Sum/60s, 2026-11-21 02:02 to 03:02 UTC"
    )
    assert caption.facts == (
        "Threshold 10, the alarm rings above it.",
        "Lowest 0 at 02:02, highest 47 at 03:01, last 47 at 03:01.",
        "No datapoint in 2 of 60 periods of 1 min.",
    )


def test_a_series_that_stopped_says_since_when() -> None:
    stopped = a_chart(values=(10.0, None, 4.0, None, None), breach=Breach.BELOW)
    assert _caption(stopped).facts[-1] == "No datapoint since 02:05, and none in 1 of 3 periods of 1 min."
    assert _caption(a_chart(values=(None, math.nan))).facts[-1] == "No datapoint in 2 periods of 1 min."


def test_a_constant_and_a_single_value_are_called_what_they_are() -> None:
    assert "Always 3." in _caption(a_chart(values=(3.0, 3.0))).facts
    assert "A single datapoint: 3 at 02:03." in _caption(a_chart(values=(None, 3.0))).facts


def test_a_band_is_told_by_its_edges() -> None:
    assert "Expected: at least 1 and at most 2.5." in _caption(a_chart(threshold=None, band=(1.0, 2.5))).facts
    assert "Expected: at most 2.5." in _caption(a_chart(threshold=None, band=(None, 2.5))).facts


def test_bytes_are_told_as_people_write_them() -> None:
    caption = _caption(a_chart(unit="Bytes", values=(3.4e9, 1.2e8), threshold=5e8, breach=Breach.BELOW))
    assert caption.facts[0] == "Threshold 477 MiB, the alarm rings below it."
    assert caption.facts[1] == "Lowest 114 MiB at 02:03, highest 3.17 GiB at 02:02, last 114 MiB at 02:03."


def test_times_have_their_day_where_the_picture_has_more_than_one() -> None:
    caption = _caption(a_chart(step_s=3600, start=FIRED_AT - timedelta(hours=60)))
    assert "2026-11-18 15:02 to 2026-11-21 03:02 UTC" in caption.title
    assert "last 47 at 21 Nov 02:02." in caption.facts[1]


def test_onset_and_alarm_are_always_marked_and_of_many_changes_the_nearest() -> None:
    changes = tuple(a_mark(-50 + number, MarkKind.CHANGE, f"release {number}") for number in range(40))
    caption = _caption(a_chart(marks=(*changes, a_mark(-3, MarkKind.ONSET), a_mark(0, MarkKind.ALARM))))
    assert len(caption.marks) == MAX_MARKS
    assert caption.left_out == 42 - MAX_MARKS
    assert [mark.text for mark in caption.marks][-3:] == ["Change: release 39", "Onset", "Alarm"]
    assert [mark.number for mark in caption.marks] == list(range(1, MAX_MARKS + 1))


def test_a_label_that_begins_with_its_kind_does_not_repeat_it() -> None:
    marks = (a_mark(-9, MarkKind.DEPLOYMENT, "deployment started"), a_mark(-3, MarkKind.ONSET, "onset"))
    assert [mark.text for mark in _caption(a_chart(marks=marks)).marks] == ["Deployment started", "Onset"]


def test_the_description_tells_all_of_it() -> None:
    description = _caption(a_chart()).description
    for part in ("still high.", "Threshold 10,", "02:58 Change: DeleteRolePolicy", "02:59 Onset"):
        assert part in description


def test_overlong_texts_are_shortened() -> None:
    caption = _caption(a_chart(title="t" * 5_000, reading="r" * 5_000, marks=(a_mark(-3, label="m" * 5_000),)))
    assert len(caption.description) + len(caption.title) < 1_500


def test_the_spark_line_rises_where_the_series_does_behind_the_onset() -> None:
    spark = _spark(a_chart(values=(0.0, 0.0, None, 24.0, 25.0), marks=(a_mark(-57, MarkKind.ONSET),)))
    assert spark.line == "▁▁·|██"
    assert spark.legend == (
        "One sign is 1 min. The bar | is the onset, 02:05. A dot · is a time without a datapoint."
    )


def test_a_long_series_is_thinned_to_the_side_that_rings() -> None:
    values = (0.0,) * 100 + (9.0,) + (0.0,) * 99
    above = _spark(a_chart(values=values, marks=()))
    below = _spark(a_chart(values=values, marks=(), breach=Breach.BELOW))
    assert above.line.count("█") == 1
    assert "█" not in below.line
    assert above.legend == "One sign is 5 min, its highest value."


@given(charts())
def test_a_spark_line_is_short_and_of_its_signs_only(chart: Chart) -> None:
    spark = _spark(chart)
    assert 0 < len(spark.line) <= WIDTH + 1
    assert set(spark.line) <= {*LEVELS, GAP, ONSET}
    assert "\n" not in spark.legend


@given(charts())
def test_the_table_has_every_time_once_and_no_more_rows_than_people_read(chart: Chart) -> None:
    table = table_of(chart)
    assert table is not None
    assert 0 < len(table.rows) <= MAX_ROWS
    assert all(value for _, value in table.rows)


@pytest.mark.parametrize("chart", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_a_chart_that_spans_no_time_has_no_spark_line_and_no_table(chart: Chart) -> None:
    assert spark_of(chart) is None
    assert table_of(chart) is None
