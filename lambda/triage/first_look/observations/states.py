"""What resources complain of: stopped tasks, events, failed executions, targets, reasons, activities."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from triage.first_look.document import moment
from triage.first_look.observations.facts import Complaint, Origin
from triage.first_look.observations.quoting import Quoter, clean
from triage.first_look.observations.walking import Node, hop_of, nodes
from triage.first_look.untyped import count_of, objects, texts, whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from triage.first_look.document import Section

HELPERS = ("configuration", "surroundings", "failed_traces")

_BAD = re.compile(
    r"unable|fail|error|unhealthy|cannot|could not|insufficient|denied|not authorized|killed|exceed|exited|"
    r"not have|not sufficient|unavailable|reached|quota|throttl|invalid|rejected|not supported|does not exist|"
    r"expired|not found|interrupt|timed? ?out|no space|storage.full|out of memory|stopped|refused|limit|impaired",
    re.IGNORECASE,
)
_FINE = re.compile(
    r"steady state|deployment completed|has started \d+ tasks|has stopped|Successful|finished", re.IGNORECASE
)
_REASONS = (
    "StateReason",
    "LastUpdateStatusReason",
    "StateTransitionReason",
    "LastProcessingResult",
    "status_reason",
    "StatusReason",
    "StatusMessage",
)
_WELL = frozenset({"", "ok", "no records processed", "user action", "user_initiated", "user initiated", "-"})
_EVENT = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?Z?) (.*)$", re.DOTALL)
_ROUTINE_STOPS = frozenset({"ServiceSchedulerInitiated", "UserInitiated"})


def complaints_of(section: Section) -> Iterator[Complaint]:
    """What the objects of a section complain of, equal ones counted once."""
    quoter = Quoter(section)
    found: dict[tuple[str, str, str], Complaint] = {}
    for node in nodes(section):
        for complaint in _of_node(node, quoter):
            key = (complaint.origin, complaint.about, re.sub(r"\d+|[0-9a-f]{8,}", "#", complaint.text)[:160])
            known = found.get(key)
            found[key] = complaint if known is None else _merged(known, complaint)
    yield from found.values()


def _merged(known: Complaint, more: Complaint) -> Complaint:
    times = sorted(each for each in (known.first, known.last, more.first, more.last) if each)
    first, last = (times[0], times[-1]) if times else (None, None)
    kept = {**vars(known), "count": known.count + more.count, "since": known.since + more.since}
    return Complaint(**{**kept, "first": first, "last": last})


def _of_node(node: Node, quoter: Quoter) -> Iterator[Complaint]:
    yield from _stopped(node, quoter)
    yield from _stopped_before(node, quoter)
    yield from _events(node, quoter)
    yield from _executions(node, quoter)
    yield from _targets(node, quoter)
    yield from _reasons(node, quoter)
    yield from _activities(node, quoter)
    yield from _traces(node, quoter)


def _stopped(node: Node, quoter: Quoter) -> Iterator[Complaint]:
    """Tasks that were stopped by something else than a deployment or a person."""
    for task in objects(node.data.get("stopped_tasks")):
        containers = objects(task.get("containers"))
        parts = [str(task.get("code") or ""), str(task.get("reason") or "")]
        for each in containers:
            parts += [f"exitCode: {each['exitCode']}"] if each.get("exitCode") else []
            parts += [str(each["reason"])] if each.get("reason") and each["reason"] not in parts[1] else []
        routine = str(task.get("code")) in _ROUTINE_STOPS and not any(each.get("reason") for each in containers)
        if routine and "health check" not in parts[1]:
            continue
        text = clean("; ".join(part for part in parts if part))
        reason = next((str(each["reason"]) for each in containers if each.get("reason")), parts[1])
        revision = str(task.get("task_definition") or "")
        said = _said(
            node,
            quoter,
            Origin.TASK,
            f"{text} (task definition {revision})" if revision else text,
            moment(task.get("first")) or moment(task.get("stopped")),
            reason or parts[0],
            max(1, whole(task.get("count"))),
        )
        yield replace(said, last=moment(task.get("stopped")) or said.last)


_EARLIER = re.compile(
    r"^(?P<count>\d+) x (?P<text>.*?), first (?P<first>\S+?)(?:, last (?P<last>.*))?$", re.DOTALL
)


def _stopped_before(node: Node, quoter: Quoter) -> Iterator[Complaint]:
    """Why tasks stopped in the days before, counted by their reason."""
    for text in texts(node.data.get("stopped_before")):
        found = _EARLIER.match(text)
        if found and _BAD.search(text):
            last = moment((found["last"] or "").rpartition(" ")[2].strip(","))
            said = _said(node, quoter, Origin.TASK, text, moment(found["first"]), text, int(found["count"]))
            yield replace(said, last=last or said.last)


def _events(node: Node, quoter: Quoter) -> Iterator[Complaint]:
    for event in texts(node.data.get("events")):
        found = _EVENT.match(event)
        at, text = (moment(found[1]), found[2]) if found else (None, event)
        if _BAD.search(text) and not _FINE.search(text):
            yield _said(node, quoter, Origin.SERVICE_EVENT, text, at, text)


def _executions(node: Node, quoter: Quoter) -> Iterator[Complaint]:
    failures = objects(node.data.get("failures"))
    for each in failures:
        error, cause = str(each.get("error") or ""), str(each.get("cause") or "")
        if error or cause:
            state = f" in {each['in_state']}" if each.get("in_state") else ""
            text = f"{error}{state}: {cause}"
            yield _said(
                node, quoter, Origin.EXECUTION, text, moment(each.get("startDate")), cause or error, len(failures)
            )


def _targets(node: Node, quoter: Quoter) -> Iterator[Complaint]:
    unwell = objects(node.data.get("not_healthy"))
    for each in unwell[:3]:
        text = " ".join(str(each.get(key) or "") for key in ("State", "Reason", "Description"))
        yield _said(node, quoter, Origin.TARGET, text, None, str(each.get("Reason") or each.get("State")))


def _reasons(node: Node, quoter: Quoter) -> Iterator[Complaint]:
    for key in _REASONS:
        value = node.data.get(key)
        if isinstance(value, str) and value.strip().lower() not in _WELL and _BAD.search(value):
            yield _said(node, quoter, Origin.STATE, value, None, value, count_of(node.data))


def _activities(node: Node, quoter: Quoter) -> Iterator[Complaint]:
    """Scaling activities and events of databases and caches that tell of a failure."""
    for key in ("changes", "activities", "scaling_activities"):
        for each in objects(node.data.get(key)):
            text = str(each.get("what") or each.get("message") or "")
            if _BAD.search(text) and not _FINE.search(text):
                first = moment(each.get("first")) or moment(each.get("at"))
                said = _said(node, quoter, Origin.ACTIVITY, text, first, text, count_of(each))
                yield replace(said, last=moment(each.get("last")) or said.last)


def _traces(node: Node, quoter: Quoter) -> Iterator[Complaint]:
    for each in objects(node.data.get("failing")):
        text = str(each.get("says") or "")
        if text:
            about = f"{each.get('segment')}: {text}"
            yield _said(node, quoter, Origin.TRACE, about, None, text)


def _said(
    node: Node, quoter: Quoter, origin: Origin, text: str, at: datetime | None, quoted: str, count: int = 1
) -> Complaint:
    return Complaint(
        about=node.about,
        hop=hop_of(quoter.section),
        quotes=quoter.quotes(quoted[:120]),
        text=clean(text),
        template=clean(text),
        origin=origin,
        count=count,
        since=count,
        first=at,
        last=at,
    )
