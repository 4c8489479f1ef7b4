"""What a digest says, in every form: totals first, then group by group, most alarms first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.delivery.console_links import signal_link
from triage.delivery.origin import ERROR, Noun, noun_of_all
from triage.delivery.outline import Fact, counted, utc
from triage.delivery.presentable import clean, one_line
from triage.delivery.subject import subject

if TYPE_CHECKING:
    from datetime import datetime

    from triage.delivery.console_links import Link
    from triage.domain.digest import DigestEntry, DigestGroup, DigestReport

UNKNOWN_STATE = "not known"
MAX_REASONS = 6


@dataclass(frozen=True)
class AlarmLine:
    """One alarm, or one error in a log, which has no state.

    Attributes:
        times: ``14x``; empty for a single time.
        span: first and last time, one where they are the same.
        now: the state it is in now.
        reason: CloudWatch's own sentence for the last change.
        notes: what else is to be said.
    """

    name: str
    times: str
    span: str
    now: str
    reason: str
    notes: tuple[str, ...]
    link: Link | None


@dataclass(frozen=True)
class GroupOutline:
    """A group: title, what is in it, its alarms; the column is what those are."""

    title: str
    facts: str
    column: str
    alarms: tuple[AlarmLine, ...]


def introduction(report: DigestReport) -> str:
    """What the reader holds in hand, and where to start."""
    noun = _noun(report)
    first = "those that came most often" if noun is ERROR else "those that are still in ALARM"
    return (
        f"These {noun.many} are told together, for the reasons below. Nobody has looked into them yet: start with "
        f"{first}. Times are UTC."
    )


def _noun(report: DigestReport) -> Noun:
    return noun_of_all(entry.signal for entry in report.entries)


def subject_of(report: DigestReport) -> str:
    """The digest in one line, within the rules of SNS."""
    told = _noun(report).counted(len(report.entries))
    now = f", {report.in_state('ALARM')} in ALARM now" if report.now.states else ""
    return subject("[DIGEST]", told, f"not investigated one by one{now}")


def headline(report: DigestReport) -> str:
    """``312 alarms fired 1,000 times and were not investigated one by one``."""
    alarms, noun = len(report.entries), _noun(report)
    if not alarms:
        return "No alarm is waiting to be told"
    times = f" {counted(report.count, 'time')}" if report.count > alarms else ""
    were = "was" if alarms == 1 else "were"
    rest = "not investigated" if alarms == 1 else "not investigated one by one"
    return f"{noun.counted(alarms)} {'came' if noun is ERROR else noun.happened}{times} and {were} {rest}"


def facts(report: DigestReport) -> tuple[Fact, ...]:
    """Totals: why, since when, what still fires."""
    reasons = [f"{_noun(report).counted(number)}: {clean(one_line(reason))}" for reason, number in report.reasons]
    if len(reasons) > MAX_REASONS:
        reasons[MAX_REASONS - 1 :] = [f"and {len(reasons) - MAX_REASONS + 1} more reasons"]
    entries = report.entries
    rows = (
        *(Fact("Why" if number == 0 else "", reason) for number, reason in enumerate(reasons)),
        Fact("First", utc(min(entry.first_at for entry in entries)) if entries else ""),
        Fact("Last", utc(max(entry.last_at for entry in entries)) if entries else ""),
        Fact("Now", _states_now(report)),
    )
    return tuple(row for row in rows if row.value)


def gaps(report: DigestReport) -> tuple[str, ...]:
    """What could not be seen."""
    return tuple(clean(one_line(gap)) for gap in report.now.gaps)


def groups(report: DigestReport) -> tuple[GroupOutline, ...]:
    """Every group; the alarms that still fire come first in each."""
    dated = len({entry.first_at.date() for entry in report.entries} | {report.made_at.date()}) > 1
    return tuple(_group(group, report, dated=dated) for group in report.groups)


def _states_now(report: DigestReport) -> str:
    """``3 in ALARM, 2 OK, 1 not known, as of …``; nothing when nothing was seen."""
    if not report.now.states:
        return ""
    counts: dict[str, int] = {}
    for entry in (one for one in report.entries if one.signal.log is None):
        state = _state(entry, report)
        counts[state] = counts.get(state, 0) + 1
    order = sorted(counts, key=lambda state: (state != "ALARM", -counts[state], state))
    shown = (f"{counts[state]} {'in ' if state == 'ALARM' else ''}{state}" for state in order)
    return f"{', '.join(shown)}, as of {utc(report.now.at)}"


def _group(group: DigestGroup, report: DigestReport, *, dated: bool) -> GroupOutline:
    states = [report.now.of(entry.signal) for entry in group.entries if entry.signal.log is None]
    times = counted(group.count, "time") if group.count > 1 else "once"
    noun = noun_of_all(entry.signal for entry in group.entries)
    parts = [noun.counted(len(group.entries)), f"{'came' if noun is ERROR else noun.happened} {times}"]
    if any(states):
        parts.append(f"{states.count('ALARM')} in ALARM now")
    parts.append(f"account {group.account_id}, {group.region}")
    ordered = sorted(group.entries, key=lambda entry: report.now.of(entry.signal) != "ALARM")
    return GroupOutline(
        clean(one_line(group.title)),
        ", ".join(parts),
        noun.one.capitalize(),
        tuple(_alarm(entry, report, dated=dated) for entry in ordered),
    )


def _alarm(entry: DigestEntry, report: DigestReport, *, dated: bool) -> AlarmLine:
    first, last = _clock(entry.first_at, dated=dated), _clock(entry.last_at, dated=dated)
    attributes = entry.signal.contributor.attributes if entry.signal.contributor else {}
    series = f" ({', '.join(f'{key}={value}' for key, value in attributes.items())})" if attributes else ""
    return AlarmLine(
        name=clean(one_line(entry.signal.name + series)),
        times=f"{entry.count}x" if entry.count > 1 else "",
        span=first if first == last else f"{first} to {last}",
        now="" if entry.signal.log is not None else _state(entry, report),
        reason=clean(one_line(entry.signal.reason)),
        notes=tuple(clean(one_line(note)) for note in entry.notes),
        link=signal_link(entry.signal),
    )


def _state(entry: DigestEntry, report: DigestReport) -> str:
    return clean(one_line(report.now.of(entry.signal) or UNKNOWN_STATE))


def _clock(moment: datetime, *, dated: bool) -> str:
    """The time, UTC; with its date where the digest spans several."""
    return utc(moment)[5:-4] if dated else utc(moment)[11:-4]
