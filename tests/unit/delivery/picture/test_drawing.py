"""What a reader sees, measured: nothing overlaps, nothing is cut off, all is where time and value say."""

from __future__ import annotations

import itertools
import math
import re

import pytest
from hypothesis import given, settings

from tests.builders import a_chart, a_mark
from tests.unit.delivery.picture.charts import IMPOSSIBLE, charts
from tests.unit.delivery.picture.measure import boxes, overlap, words_box
from triage.delivery.picture.caption import caption_of
from triage.delivery.picture.drawing import NARROW, WIDE, Drawing, Format, drawing_of
from triage.delivery.picture.lettering import ELLIPSIS, Box, fitted, width
from triage.domain.chart import Breach, Chart, MarkKind

FORMATS = (WIDE, NARROW)
WORDY = "a change with a name as long as those that people give their changes"


def _drawn(chart: Chart, form: Format = WIDE) -> Drawing:
    caption = caption_of(chart)
    assert caption is not None
    drawing = drawing_of(chart, caption, form)
    assert drawing is not None
    return drawing


def _numbers(path: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.\d+", path)]


@given(charts())
@settings(max_examples=150, deadline=None)
def test_no_label_or_sign_covers_another_and_all_are_within_the_picture(chart: Chart) -> None:
    for form in FORMATS:
        drawing = _drawn(chart, form)
        taken = boxes(drawing)
        for box in taken:
            assert -0.01 <= box.left <= box.right <= form.width + 0.01
            assert -0.01 <= box.top <= box.bottom <= drawing.height + 0.01
        for one, other in itertools.combinations(taken, 2):
            assert not overlap(one, other), (form.name, one, other)


@given(charts())
@settings(max_examples=150, deadline=None)
def test_no_line_of_a_mark_runs_through_the_words_of_another(chart: Chart) -> None:
    for form in FORMATS:
        flown = _drawn(chart, form).flags
        for line, flag in itertools.permutations(flown, 2):
            words = words_box(flag)
            if words and line.lane < flag.lane:
                assert not words.left < line.x < words.right


@given(charts())
@settings(max_examples=100, deadline=None)
def test_the_series_stays_in_the_plot(chart: Chart) -> None:
    drawing = _drawn(chart)
    assert all(math.isfinite(number) for number in _numbers(drawing.line))
    for x in map(float, re.findall(r"[MH](-?[\d.]+)", drawing.line)):
        assert drawing.plot.left - 0.1 <= x <= drawing.plot.right + 0.1
    for y in map(float, re.findall(r"(?:V|M-?[\d.]+ )(-?[\d.]+)", drawing.line)):
        assert drawing.plot.top - 0.3 <= y <= drawing.plot.bottom + 0.3


def test_the_measure_of_these_tests_sees_an_overlap() -> None:
    assert overlap(Box(0, 0, 10, 10), Box(9, 9, 20, 20))
    assert not overlap(Box(0, 0, 10, 10), Box(10, 0, 20, 10))


def test_the_line_is_broken_where_data_is_missing_and_the_gap_marked_on_the_axis() -> None:
    drawing = _drawn(a_chart(values=(1.0, None, 2.0, 2.0, None)))
    assert drawing.line.count("M") == 2
    assert drawing.gaps.count("M") == 2


def test_a_single_value_is_as_wide_as_its_period() -> None:
    drawing = _drawn(a_chart(values=(None, None, 7.0, None), threshold=None, marks=()))
    begin, _, end = _numbers(drawing.line)
    assert end - begin == pytest.approx((drawing.plot.right - drawing.plot.left) / 4, abs=0.2)


def test_the_side_that_rings_is_shaded_from_the_threshold_on() -> None:
    above = _drawn(a_chart(values=(0.0, 20.0), threshold=10.0)).rings
    below = _drawn(a_chart(values=(0.0, 20.0), threshold=10.0, breach=Breach.BELOW)).rings
    assert above is not None
    assert below is not None
    assert above.bottom == below.top
    assert above.top < above.bottom < below.bottom


def test_without_a_threshold_nothing_is_shaded_and_a_band_is_drawn_between_its_edges() -> None:
    drawing = _drawn(a_chart(values=(0.0, 60.0), threshold=None, band=(10.0, 30.0)))
    assert drawing.rings is None
    assert drawing.limit is None
    assert drawing.band is not None
    assert len(drawing.edges) == 2
    assert (drawing.band.top, drawing.band.bottom) == (min(drawing.edges), max(drawing.edges))


def test_a_band_with_one_side_reaches_to_the_edge_of_the_plot() -> None:
    drawing = _drawn(a_chart(threshold=None, band=(None, 30.0)))
    assert drawing.band is not None
    assert drawing.band.bottom == drawing.plot.bottom
    assert len(drawing.edges) == 1


def test_marks_stand_where_their_time_is_and_near_ones_get_lanes_of_their_own() -> None:
    drawing = _drawn(a_chart(marks=(a_mark(-60), a_mark(-30), a_mark(-29, MarkKind.ONSET), a_mark(0))))
    first, second, third, last = drawing.flags
    assert first.x == drawing.plot.left
    assert last.x == drawing.plot.right
    assert second.x == pytest.approx((first.x + last.x) / 2)
    assert second.lane != third.lane


def test_a_mark_outside_the_picture_is_told_but_not_drawn() -> None:
    chart = a_chart(marks=(a_mark(-300, MarkKind.DEPLOYMENT, "release 41"), a_mark(-3, MarkKind.ONSET)))
    caption = caption_of(chart)
    assert caption is not None
    assert [mark.place for mark in caption.marks] == ["before the picture", ""]
    assert [flag.number for flag in _drawn(chart).flags] == [2]


def test_an_alarm_shortly_after_the_last_datapoint_widens_the_picture() -> None:
    drawing = _drawn(a_chart(marks=(a_mark(4, MarkKind.ALARM),)))
    assert drawing.flags[0].x == drawing.plot.right
    assert drawing.last is not None
    assert drawing.last[0] < drawing.plot.right


def test_words_are_shortened_to_their_room_and_left_out_rather_than_cut_to_nothing() -> None:
    near = a_chart(marks=tuple(a_mark(-8 * number, MarkKind.CHANGE, WORDY) for number in range(8)))
    wide, narrow = (_drawn(near, form).flags for form in FORMATS)
    assert all(ELLIPSIS in flag.words for flag in wide if flag.words)
    assert all(len(flag.words) > 3 or not flag.words for flag in narrow)
    assert len(narrow) == 8


def test_a_series_without_a_value_says_so() -> None:
    drawing = _drawn(a_chart(values=(None, math.nan)))
    assert drawing.line == ""
    assert drawing.last is None
    assert "no datapoint" in [note.text for note in drawing.notes]


def test_the_threshold_is_told_in_the_unit_of_the_axis() -> None:
    drawing = _drawn(a_chart(unit="Seconds", values=(4.0, 2_880.0), threshold=2_400.0))
    assert "threshold 2,400 s" in [note.text for note in drawing.notes]
    assert "3,000 s" in [tick.text for tick in drawing.ticks]


@pytest.mark.parametrize("chart", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_a_chart_that_spans_no_time_has_neither_picture_nor_words(chart: Chart) -> None:
    caption = caption_of(a_chart())
    assert caption is not None
    assert caption_of(chart) is None
    assert drawing_of(chart, caption, WIDE) is None


def test_text_is_fitted_by_what_it_takes_not_by_its_letters() -> None:
    assert fitted("iiiiiiiiii", 60, 12) == "iiiiiiiiii"
    assert fitted("WWWWWWWWWW", 60, 12) == f"WWWW{ELLIPSIS}"
    assert fitted("W", 5, 12) == ""
    assert width("更", 10) > width("i", 10)
    assert width("e\u0301", 10) == width("e", 10)
