"""The chart of a first look: the alarm's series with what happened around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from triage.domain.chart import Breach, Chart, Mark, MarkKind
from triage.first_look import change_kinds
from triage.first_look.change_kinds import Kin
from triage.first_look.document import moment
from triage.first_look.reporting.change_findings import telling_changes
from triage.first_look.untyped import number, whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from triage.first_look.document import Section
    from triage.first_look.observations.facts import Change, Scene
    from triage.first_look.reading import Reading

MOST_CHANGES = 4
_MOST_LABEL = 48


def chart_of(reading: Reading) -> Chart | None:
    """The breach as a picture shows it; ``None`` without a series."""
    for section in reading.look.of("breach"):
        found = section.data.get("series")
        series: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
        start, step, values = moment(series.get("from")), whole(series.get("step_s")), _values(series)
        if start is not None and step > 0 and any(value is not None for value in values):
            return _chart(reading, section, start, step, values)
    return None


def _values(series: Mapping[str, Any]) -> tuple[float | None, ...]:
    """All values of a series; nothing of one that was cut, for a picture of its beginning would mislead."""
    found = series.get("values")
    listed = found if isinstance(found, list | tuple) else ()
    return () if any(isinstance(value, str) for value in listed) else tuple(number(value) for value in listed)


def _chart(
    reading: Reading, section: Section, start: datetime, step: int, values: tuple[float | None, ...]
) -> Chart:
    signal, scene, data = reading.signal, reading.scene, section.data
    metric = signal.watched_metric
    name = str(data.get("name") or (metric.name if metric else "") or signal.name)
    band = (signal.band.lower, signal.band.upper) if signal.band else None
    shown = Chart(
        title=f"{scene.subject}: {name}" if scene.subject and scene.subject != name else name,
        unit=_unit(str(data.get("reading") or ""), name),
        start=start,
        step_s=step,
        values=values,
        reading=str(data.get("reading") or ""),
        threshold=number(data.get("threshold")),
        breach=_side(scene, band),
        band=band,
    )
    end = start.timestamp() + step * len(values)
    marks = [mark for mark in _marks(reading) if start.timestamp() <= mark.at.timestamp() <= end]
    return Chart(**{**vars(shown), "marks": tuple(sorted(marks, key=lambda mark: mark.at))})


def _side(scene: Scene, band: tuple[float | None, float | None] | None) -> Breach:
    comparison = scene.alarm.comparison
    below = comparison.startswith("Less") and "Greater" not in comparison
    if not comparison and band is None and " → " in (scene.watched.text if scene.watched else ""):
        watched = scene.watched
        below = bool(
            watched and watched.before is not None and watched.after is not None and watched.after < watched.before
        )
    return Breach.BELOW if below else Breach.ABOVE


def _unit(reading: str, name: str) -> str:
    """What stands behind the metric's name or the numbers of its sentence: ``/min``, ``s``, ``%``."""
    behind = reading.partition(name)[2]
    if behind.startswith("/"):
        words = behind[1:].split(" ")
        per = " ".join(words[:2]) if words[0].isdigit() else words[0]
        return f"/{per.rstrip(',;')}"
    first = reading.partition("→")[0].strip().rstrip(",")
    unit = first.lstrip("0123456789.,- ")
    return unit if len(unit) <= 5 and unit.isascii() and " " not in unit else ""


def _marks(reading: Reading) -> Iterator[Mark]:
    scene = reading.scene
    if scene.watched is not None and scene.watched.onset is not None:
        yield Mark(scene.watched.onset, MarkKind.ONSET, "onset")
    yield Mark(scene.signal.occurred_at, MarkKind.ALARM, scene.signal.state.value)
    for change in _worth_a_mark(telling_changes(reading.ranked, scene))[:MOST_CHANGES]:
        if change.at is not None:
            yield Mark(change.at, _kind(change), _label(change))


def _worth_a_mark(changes: list[Change]) -> list[Change]:
    """Calls and deployments, each label once; that a task definition was registered belongs to its roll-out."""
    calls = [each for each in changes if each.operation or _kind(each) is MarkKind.DEPLOYMENT]
    rolled_out_by = {each.by for each in calls if each.operation == "UpdateService"}
    kept = [each for each in calls if each.operation != "RegisterTaskDefinition" or each.by not in rolled_out_by]
    return list({_label(each): each for each in reversed(kept)}.values())[::-1]


def _kind(change: Change) -> MarkKind:
    return MarkKind.DEPLOYMENT if change_kinds.is_of(change, Kin.DEPLOYMENT) else MarkKind.CHANGE


def _label(change: Change) -> str:
    by = f" by {change.by}" if change.by else ""
    text = f"{change.operation or change.event}{by}"
    return text if len(text) <= _MOST_LABEL else f"{text[: _MOST_LABEL - 1]}…"
