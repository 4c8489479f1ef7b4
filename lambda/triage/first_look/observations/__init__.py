"""Observations: a first look's answers, read into facts that know the words they come from."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.first_look.change_kinds import by_aws
from triage.first_look.document import moment
from triage.first_look.observations import alarms, changes, log_error, logs, metrics, rows, settings, states
from triage.first_look.observations.changes import EDITED
from triage.first_look.observations.facts import AlarmFacts, Change, Complaint, Origin, Scene, Share
from triage.first_look.observations.walking import short, subject_of
from triage.first_look.untyped import objects

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from triage.domain.signal import LogError, Signal
    from triage.first_look.document import FirstLook, Section

_SAME_S = 90
_LONG_S = 300
#: The longest period of a metric (CloudWatch API reference, `PutMetricAlarm`): a day.
_LONGEST_S = 86_400
_SEVERAL = 3
_LINKED = ("configuration", "surroundings", "neighbourhood")
_RECORDING = ("configuration", "surroundings", "store_events")


def observe(signal: Signal, look: FirstLook) -> Scene:
    """Everything the sections say that is understood here; the rest is left out.

    Of sections with one id the last counts: it is the one whose evidence is known by that id.
    """
    look = replace(look, sections=tuple({section.id: section for section in look.sections}.values()))
    start, end = _bounds(look)
    subject = _subject(signal, look)
    ends = end or signal.occurred_at
    trail = [change for section in look.of("changes_before") for change in changes.changes_of(section, ends)]
    own = [change for section in look.of(*_RECORDING) for change in changes.own_changes_of(section)]
    near = [each for section in look.of("neighbourhood") for each in changes.neighbours_changes_of(section, ends)]
    edits = [change for section in look.of("describe_alarm") for change in changes.edits_of(section)]
    breach = next(iter(look.of("breach")), None)
    watched = metrics.watched_of(breach) if breach else None
    scene = Scene(
        signal=signal,
        look=look,
        onset=_onset(signal, look),
        subject=subject,
        start=start,
        end=ends,
        alarm=_alarm(signal, look),
        watched=watched,
        complaints=tuple(_complaints(look, trail)),
        readings=tuple(
            reading
            for section in look.of("breach", "metric", "related_metrics", "network_path", *_LINKED)
            for reading in metrics.readings_of(section, ends, subject)
        ),
        changes=_distinct([*trail, *near, *own, *edits]),
        settings=tuple(
            setting
            for section in look.of(*_LINKED, "network_path", "certificates")
            for setting in settings.settings_of(section)
        ),
        invocations=tuple(
            each for section in look.of("lambda_invocations") for each in settings.invocations_of(section)
        ),
        ringing=tuple(
            each for section in look.of("related_alarms", "describe_alarm") for each in alarms.ringing_of(section)
        ),
        health=tuple(each for section in look.of("health_events") for each in alarms.platform_events_of(section)),
        shares=tuple(_shares(look)),
        well=tuple(each for section in look.of("neighbourhood") for each in settings.well_of(section)),
        rows=tuple(rows.rows_of(look, ends)),
        idle=tuple(settings.idle_of(look)),
        quiet=tuple(each for section in look.of("log_errors") for each in logs.quiet_of(section)),
        quotas=tuple(each for section in look.of("service_quotas") for each in settings.quotas_of(section)),
        decisions=tuple(
            setting
            for section in look.of("may", "role_policies", "service_quotas")
            for setting in settings.settings_of(section)
        ),
    )
    return _refined(scene) if signal.log is None else _about_error(scene, signal.log)


def _refined(scene: Scene) -> Scene:
    """The scene with its onset from the first error inside the datapoint that holds it, where those are long."""
    watched = scene.watched
    if watched is None or watched.onset is None or watched.onset != scene.onset:
        return scene
    length = min(watched.within_s or scene.alarm.period_s, _LONGEST_S)
    if length < _LONG_S:
        return scene
    first = min((each.first for each in scene.complaints if each.first and _is_new_error(each)), default=None)
    if first is None or not timedelta(0) <= first - scene.onset < timedelta(seconds=length):
        return scene
    return replace(scene, onset=first, refined=True)


def _is_new_error(complaint: Complaint) -> bool:
    """Whether it is an error of the log of what the alarm is about, hardly said before."""
    own = complaint.origin is Origin.LOG and complaint.level == "error" and not complaint.hop
    few = not complaint.before or complaint.seldom_from is not None
    return own and few and complaint.since >= _SEVERAL


def _about_error(scene: Scene, log: LogError) -> Scene:
    """The scene of an error in a log: the error itself first, and its lines in place of an alarm's metric."""
    section = next(iter(scene.look.of("log_error")), None)
    own = log_error.complaint_of(log, section, scene.subject)
    others = log_error.of_its_writer(scene.complaints, log, scene.subject)
    return replace(
        scene,
        watched=log_error.watched_in(section) if section else None,
        complaints=(own, *log_error.without_its_parts(others, own)),
        shares=log_error.of_its_writer(scene.shares, log, scene.subject),
        quiet=log_error.of_its_writer(scene.quiet, log, scene.subject),
        past=log_error.past_of(section),
    )


def _onset(signal: Signal, look: FirstLook) -> datetime:
    return look.onset or signal.occurred_at


def _subject(signal: Signal, look: FirstLook) -> str:
    """The resource the alarm is about: the one whose configuration was read, else what its metric measures."""
    described = (subject_of(section) for section in look.of("configuration") if section.lead is None)
    named = next((name for name in described if name), "")
    if signal.log is not None:
        return named or logs.owner_of(signal.log.log_group)
    metric = signal.watched_metric
    dimensions = list(metric.dimensions.values()) if metric else []
    return named or (short(dimensions[-1]) if dimensions else signal.name)


def _bounds(look: FirstLook) -> tuple[datetime | None, datetime | None]:
    first, _, last = look.window.partition("/")
    return moment(first), moment(last)


def _alarm(signal: Signal, look: FirstLook) -> AlarmFacts:
    section: Section | None = next(iter(look.of("describe_alarm")), None)
    return alarms.alarm_of(section, signal) if section else AlarmFacts(about=signal.name, name=signal.name)


def _complaints(look: FirstLook, trail: list[Change]) -> Iterable[Complaint]:
    """Everybody's, the same log line once however many questions led to it."""
    seen: set[tuple[str, str, str]] = set()
    owners = _access_logs(look)
    for found in _all_complaints(look, trail):
        each = replace(found, about=owners.get(found.group, found.about))
        key = (each.origin, each.group or each.about, each.template if each.group else _gist(each.template))
        if key not in seen:
            seen.add(key)
            yield each


def _access_logs(look: FirstLook) -> dict[str, str]:
    """Log groups in which a resource tells of the requests it answers, and the resource."""
    return {
        str(stage["access_log"]): str(section.data.get("name") or subject_of(section))
        for section in look.of("configuration")
        for stage in objects(section.data.get("stages"))
        if stage.get("access_log")
    }


def _gist(text: str) -> str:
    """The beginning of a text without its numbers: answers cut the same text at different places."""
    return re.sub(r"\d+", "#", text)[:60]


def _shares(look: FirstLook) -> Iterable[Share]:
    """What lines have in common, once for each log however many questions led to it."""
    seen: set[tuple[str, str, str]] = set()
    for section in look.of("log_shares"):
        for each in logs.shares_of(section):
            key = (str(section.data.get("group")), each.compared, each.text)
            if key not in seen:
                seen.add(key)
                yield each


def _all_complaints(look: FirstLook, trail: list[Change]) -> Iterable[Complaint]:
    for section in look.of(*logs.HELPERS):
        yield from logs.complaints_of(section)
    for section in look.of("log_shares"):
        yield from logs.reasons_of(section)
    for section in look.of(*states.HELPERS):
        yield from states.complaints_of(section)
    names = {name for section in look.of("changes_before") for name in changes.asked_names_of(section)}
    yield from changes.refusals_of(trail, names)


def _distinct(found: list[Change]) -> tuple[Change, ...]:
    """Latest first, each call once however many sections tell of it, and once if its resource records it too."""
    seen: dict[tuple[object, ...], Change] = {}
    in_full = [each for each in found if not _is_brief(each)]
    for each in found:
        if _is_brief(each) and any(_call(each) == _call(full) and each.about in full.text for full in in_full):
            continue
        key = (*_call(each), each.about)
        known = seen.get(key)
        if known is None or (each.related and not known.related):
            seen[key] = each
    kept = [each for each in seen.values() if _tells_more(each) or not _is_recorded(each, seen.values())]
    return tuple(sorted(kept, key=lambda each: str(each.at), reverse=True))


def _call(change: Change) -> tuple[object, ...]:
    """What two tellings of one call have in common; short ones round its time."""
    return change.at and change.at.replace(second=0, microsecond=0), change.event, change.by


def _is_brief(change: Change) -> bool:
    """Whether a call is told without its parameters."""
    return bool(change.operation) and "=" not in change.given


def _tells_more(change: Change) -> bool:
    """Whether it is the call itself, or an edit of the alarm, whose history holds the old values too."""
    return bool(change.operation) or change.event == EDITED


def _is_recorded(change: Change, others: Iterable[Change]) -> bool:
    """Whether CloudTrail says who made the same change: same resource, same minutes."""
    return any(
        other.operation
        and not by_aws(other)
        and other.at is not None
        and change.at is not None
        and abs((other.at - change.at).total_seconds()) <= _SAME_S
        and change.about in other.text
        for other in others
    )
