"""Sentences about metrics, read back into levels, directions and times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from triage.first_look.document import moment
from triage.first_look.observations.facts import Reading, Watched
from triage.first_look.observations.quoting import Quote, Quoter
from triage.first_look.observations.walking import Node, hop_of, nodes, short
from triage.first_look.untyped import mapping, number, texts

if TYPE_CHECKING:
    from triage.first_look.document import Section

_NUMBER = r"-?[\d,]+(?:\.\d+)?(?: ?(?:ms|s|min|h|%|bytes|[kKMGT]i?B?))?(?![\w.])"
_MOVED = re.compile(
    rf"(?P<before>{_NUMBER}) → (?P<after>{_NUMBER})\s?(?P<name>[A-Za-z][\w.-]*)?(?:/\S+(?: min)?)?"
    r"(?:.*?(?:at|from|since) (?P<date>\d{4}-\d\d-\d\d )?(?P<clock>\d\d:\d\d) UTC)?"
)
_STEADY = re.compile(rf"steady at (?P<level>{_NUMBER})\s?(?P<name>[A-Za-z][\w.-]*)?")
_UNCLEAR = re.compile(
    rf"no clear change: .*? to .*?\s(?P<name>[A-Za-z][\w.-]*?)(?:/\S+)?, median (?P<level>{_NUMBER})"
)
_LABEL = re.compile(r"^(?P<name>[\w.:/ -]+?) \((?P<statistic>\w[\w.]*)\): ")
_UNITS = {"ms": 0.001, "s": 1, "min": 60, "h": 3600, "%": 1, "": 1, "bytes": 1}
_PREFIXES = {"k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
_BINARY = {"K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


def readings_of(section: Section, end: datetime | None, subject: str) -> Iterator[Reading]:
    """Every metric a section tells of; those that name no resource are the alarm's."""
    quoter = Quoter(section)
    for found in nodes(section):
        node = found if found.about else replace(found, about=_measured(section) or subject)
        for text in texts(node.data.get("metrics")):
            if "→" in text or "steady at" in text or "no clear change" in text or "no datapoint" in text:
                yield _reading(text, node, quoter, end)
        for name in texts_in_line(found.data.get("steady_at_0")):
            yield _at_zero(name, node, quoter)
        if section.helper in ("breach", "metric") and isinstance(node.data.get("reading"), str):
            yield _of_breach(node, quoter, end)


def _reading(text: str, node: Node, quoter: Quoter, end: datetime | None) -> Reading:
    label = _LABEL.match(text)
    said = text[label.end() :] if label else text
    made = parsed(said, end)
    return Reading(
        **{
            **made,
            "about": node.about,
            "hop": hop_of(quoter.section),
            "quotes": quoter.quotes(text[:160]),
            "text": f"{label[0]}{once(said, label['name'])}" if label else text,
            "name": label["name"] if label else made.get("name", ""),
        }
    )


def once(said: str, name: str) -> str:
    """What is said of a metric whose name was told: ``0 → 85/min`` for ``0 → 85 Errors/min``."""
    return re.sub(rf" {re.escape(name)}(?![\w.-])", "", said, count=1) if name else said


def texts_in_line(value: object) -> list[str]:
    """Names of a list, or of a text that names several."""
    return [each.strip() for each in value.split(",")] if isinstance(value, str) else texts(value)


def _at_zero(name: str, node: Node, quoter: Quoter) -> Reading:
    return Reading(
        about=node.about,
        hop=hop_of(quoter.section),
        quotes=quoter.quotes("steady_at_0", name),
        name=name,
        text=f"{name}: steady at 0",
        steady=0.0,
    )


def _measured(section: Section) -> str:
    """What the metrics of a section are about: of several dimensions the last, which is the narrowest."""
    found = section.asked.get("dimensions")
    return short(str(list(found.values())[-1])) if isinstance(found, Mapping) and found else ""


def _of_breach(node: Node, quoter: Quoter, end: datetime | None) -> Reading:
    text = str(node.data["reading"])
    name = str(node.data.get("name") or "")
    made = parsed(text, end)
    return Reading(
        **{
            **made,
            "about": node.about,
            "hop": hop_of(quoter.section),
            "quotes": quoter.quotes(text[:160]),
            "text": f"{name}: {once(text, name)}" if name else text,
            "name": name or made.get("name", ""),
            "at": moment(node.data.get("onset")) or made.get("at"),
            "watched": quoter.section.helper == "breach",
        }
    )


def parsed(text: str, end: datetime | None = None) -> dict[str, Any]:
    """Levels, time and direction of a sentence, as far as it has them."""
    silent = "no datapoint" in text
    moved = _MOVED.search(text)
    if moved:
        return {
            "name": moved["name"] or "",
            "before": quantity(moved["before"]),
            "after": quantity(moved["after"]),
            "at": _at(moved["date"], moved["clock"], end),
            "still": "back:" not in text,
            "silent": silent,
        }
    calm = _STEADY.search(text) or _UNCLEAR.search(text)
    if calm:
        return {"name": calm["name"] or "", "steady": quantity(calm["level"]), "silent": silent}
    return {"silent": silent}


def quantity(text: str) -> float | None:
    """``2.72 s`` as 2.72, ``138 ms`` as 0.138, ``8.92 GiB`` in bytes."""
    found = re.match(r"(-?[\d,]+(?:\.\d+)?) ?(.*)$", text.strip())
    if not found:
        return None
    value, unit = float(found[1].replace(",", "")), found[2]
    if unit in _UNITS:
        return value * _UNITS[unit]
    factors = _BINARY if "i" in unit else _PREFIXES
    return value * factors.get(unit[:1], 1)


def _at(date: str | None, clock: str | None, end: datetime | None) -> datetime | None:
    """A clock time of the last day before the end."""
    if not clock:
        return None
    if date:
        return moment(f"{date.strip()}T{clock}:00Z")
    if end is None:
        return None
    return latest(clock, end)


def latest(clock: str, end: datetime) -> datetime | None:
    """The last time it was so late before a moment; ``None`` for what is no time."""
    found = moment(f"{end:%Y-%m-%d}T{clock}:00Z")
    return found - timedelta(days=1) if found is not None and found > end else found


def _of_figures(data: Mapping[str, Any], quoter: Quoter) -> tuple[Quote, ...]:
    """The lines that say how many there were in all, and since when the threshold is crossed, if any do."""
    told = [f"{key}: {data[key]}" for key in ("in_all", "beyond_since") if data.get(key) is not None]
    return tuple(quote for line in told for quote in quoter.quotes(line))


def watched_of(section: Section) -> Watched:
    """The alarm's own metric."""
    data = section.data
    quoter = Quoter(section)
    usual = mapping(mapping(data.get("baseline")).get("yesterday"))
    latest = mapping(data.get("latest"))
    series = mapping(data.get("series")).get("values")
    values = tuple(number(each) for each in series) if isinstance(series, list | tuple) else ()
    reading = str(data.get("reading") or "")
    onset = moment(data.get("onset"))
    earlier = mapping(data.get("earlier")) or mapping(data.get("last_day"))
    return Watched(
        about=str(data.get("name") or ""),
        quotes=(*(quoter.quotes(reading[:160]) if reading else ()), *_of_figures(data, quoter)),
        name=str(data.get("name") or ""),
        text=reading,
        onset=onset,
        within_s=data["onset_within_s"] if isinstance(data.get("onset_within_s"), int) else None,
        earlier=moment(earlier.get("onset")),
        earlier_text=str(earlier.get("reading") or ""),
        earlier_quotes=quoter.quotes("earlier: ", str(earlier.get("reading") or "")),
        changed=onset is not None,
        still=bool(data.get("still")),
        before=number(data.get("before")),
        after=number(data.get("after")),
        latest=number(latest.get("value")),
        latest_at=moment(latest.get("at")),
        usual=number(usual.get("median")),
        usual_max=number(usual.get("max")),
        usual_min=number(usual.get("min")),
        threshold=number(data.get("threshold")),
        in_all=number(data.get("in_all")),
        beyond_since=moment(data.get("beyond_since")),
        silent="no datapoint" in reading,
        values=values,
    )
