"""Charts of every kind, for properties that hold whatever a series or a label is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from tests.builders import FIRED_AT
from triage.domain.chart import Breach, Chart, Mark, MarkKind

VALUES = st.none() | st.floats() | st.floats(0, 1000) | st.integers(0, 500).map(float) | st.just(0.0)
LABELS = st.text(max_size=60) | st.sampled_from(
    ["", "UpdateFunctionCode by ci", "m" * 400, "更新" * 30, "🔥" * 30]
)
UNITS = (
    st.sampled_from(["", "None", "Count", "Seconds", "Bytes", "Percent", "Bytes/Second", "Errors/5 min"]) | LABELS
)
_EDGES = st.none() | st.floats() | st.floats(-10, 1000)


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    """A chart whose marks lie before, in and after it."""
    step_s = draw(st.sampled_from([1, 10, 60, 300, 3600, 86_400]))
    values = draw(st.lists(VALUES, min_size=1, max_size=40)) * draw(st.sampled_from([1, 1, 1, 30]))
    length_s = step_s * len(values)
    start = draw(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
    marks = draw(
        st.lists(
            st.builds(
                Mark,
                st.floats(-0.2, 1.2).map(lambda share: start + timedelta(seconds=share * length_s)),
                st.sampled_from(MarkKind),
                LABELS,
            ),
            max_size=12,
        )
    )
    return Chart(
        title=draw(LABELS),
        unit=draw(UNITS),
        start=start,
        step_s=step_s,
        values=tuple(values),
        reading=draw(LABELS),
        threshold=draw(_EDGES),
        breach=draw(st.sampled_from(Breach)),
        band=draw(st.none() | st.tuples(_EDGES, _EDGES)),
        marks=tuple(sorted(marks, key=lambda mark: mark.at)),
    )


IMPOSSIBLE = {
    "no values": Chart("t", "", FIRED_AT, 60, ()),
    "no step": Chart("t", "", FIRED_AT, 0, (1.0,)),
    "backwards": Chart("t", "", FIRED_AT, -60, (1.0,)),
    "before 1970": Chart("t", "", datetime(1200, 1, 1, tzinfo=UTC), 60, (1.0,)),
    "beyond the calendar": Chart("t", "", datetime(9999, 12, 31, tzinfo=UTC), 86_400, (1.0,) * 400),
}
"""Charts that span no time that could be drawn."""
