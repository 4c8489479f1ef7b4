"""What a report says, section by section, for every form people read.

The renderers decide how a section looks; which sections there are, their order and their words are decided here,
so that the e-mail, the page and the Markdown never tell different stories.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from triage.delivery.presentable import is_defanged, one_line
from triage.delivery.quantity import amount, number
from triage.domain.recurrence import told, told_related
from triage.domain.report import Confidence, Disposition, Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from triage.domain.briefing import Effort
    from triage.domain.chart import Chart
    from triage.domain.grouping import LinkedAlarm
    from triage.domain.investigation import Investigation
    from triage.domain.recurrence import Recurrence
    from triage.domain.report import Action, Citation, Claimed, Hypothesis, Impact, Report, RootCause
    from triage.domain.signal import Band, Contributor, LogError, Metric, Query, Signal


class Style(StrEnum):
    """How the entries of a section follow each other."""

    PROSE = "prose"
    BULLETS = "bullets"
    STEPS = "steps"
    RANKED = "ranked"
    TIMES = "times"


@dataclass(frozen=True)
class Fact:
    """One row: about the alarm, the run, or a statement."""

    label: str
    value: str


@dataclass(frozen=True)
class Entry:
    """One statement of a section.

    Attributes:
        text: the statement.
        lead: what comes before it: a time, a hypothesis.
        note: what qualifies it: confidence, risk, effort.
        reasons: what speaks for and against it.
        command: to paste.
        citations: where the evidence shows it.
        verified: ``False`` is shown to the reader.
    """

    text: str
    lead: str = ""
    note: str = ""
    reasons: tuple[Fact, ...] = ()
    command: str = ""
    citations: tuple[Citation, ...] = ()
    verified: bool = True

    @property
    def evidence_ids(self) -> tuple[str, ...]:
        """The evidence cited, each once."""
        return tuple(dict.fromkeys(citation.evidence_id for citation in self.citations))


@dataclass(frozen=True)
class Section:
    """A titled group of entries; never empty."""

    key: str
    title: str
    style: Style
    entries: tuple[Entry, ...]


def body(investigation: Investigation) -> Iterator[Section | Chart]:
    """What every form shows between head and evidence, in reading order; the chart follows the summary."""
    found = sections(investigation)
    summed_up = 1 if found and found[0].key == "summary" else 0
    yield from found[:summed_up]
    if investigation.chart:
        yield investigation.chart
    yield from found[summed_up:]


def sections(investigation: Investigation) -> tuple[Section, ...]:
    """The report's sections in reading order, empty ones left out.

    Where the cause is not established, the other explanations follow it at once: they are what to look into.
    """
    report, recurrence = investigation.report, investigation.recurrence
    explanations = Section(
        "hypotheses", "Other explanations", Style.RANKED, tuple(map(_hypothesis, report.hypotheses))
    )
    open_cause = report.root_cause.confidence is Confidence.INCONCLUSIVE
    drafts = (
        Section("summary", "Executive summary", Style.PROSE, (Entry(report.summary),)),
        Section("root-cause", "Root cause", Style.PROSE, tuple(_root_cause(report.root_cause))),
        Section("recurrence", "Seen before", Style.BULLETS, tuple(_recurrence(recurrence)) if recurrence else ()),
        *((explanations,) if open_cause else ()),
        Section("impact", "Impact", Style.PROSE, tuple(_impact(report.impact))),
        Section(
            "also-covered",
            "Also covered by this investigation",
            Style.BULLETS,
            tuple(map(_linked, investigation.linked)),
        ),
        Section("actions", "Immediate actions", Style.STEPS, tuple(map(_step, report.immediate_actions))),
        Section(
            "timeline",
            "Timeline",
            Style.TIMES,
            tuple(_claimed(item, item.event, lead=_when(item.at)) for item in report.timeline),
        ),
        Section(
            "findings",
            "Findings",
            Style.BULLETS,
            tuple(_claimed(item, item.statement) for item in report.findings),
        ),
        *(() if open_cause else (explanations,)),
        Section(
            "ruled-out",
            "Ruled out",
            Style.BULLETS,
            tuple(_claimed(item, item.reason, lead=item.hypothesis) for item in report.ruled_out),
        ),
        Section("prevention", "Prevention", Style.BULLETS, _plain(report.prevention)),
        Section("monitoring", "Monitoring recommendations", Style.BULLETS, _plain(report.monitoring)),
        Section("questions", "Open questions", Style.BULLETS, _plain(report.open_questions)),
        Section("gaps", "What could not be seen", Style.BULLETS, _plain(report.gaps)),
    )
    return tuple(section for section in drafts if any(entry.text or entry.command for entry in section.entries))


def warnings(investigation: Investigation) -> tuple[str, ...]:
    """What a reader must know before believing the report."""
    report = investigation.report
    found = []
    if report.origin is Origin.FIRST_LOOK:
        found.append(f"First look only: {one_line(report.origin_note) or 'no model was asked'}")
    if investigation.stopped_by and investigation.stopped_by not in report.origin_note:
        found.append(f"Stopped by {one_line(investigation.stopped_by)}: the investigation is not complete.")
    if report.root_cause.confidence is Confidence.INCONCLUSIVE:
        found.append("The root cause is not established. Treat it as a lead, not as an answer.")
    if not investigation.archived:
        found.append("The archive did not accept this report: this message is the only copy, so keep it.")
    unverified = sum(not claimed.verified for claimed in all_claimed(report))
    if unverified:
        statements = "statement is" if unverified == 1 else "statements are"
        found.append(f"{unverified} {statements} marked UNVERIFIED: the evidence does not show what was claimed.")
    return tuple(found)


def verdict(report: Report) -> tuple[str, str, str]:
    """Severity, disposition and confidence, in words."""
    unknown = report.disposition is Disposition.UNKNOWN
    disposition = "not classified" if unknown else words(report.disposition.value)
    return (report.severity.value, disposition, f"cause {report.root_cause.confidence.value}")


def signal_facts(signal: Signal) -> tuple[Fact, ...]:
    """What fired or was logged, where and when; rows without a value left out."""
    if signal.log is not None:
        return tuple(row for row in _error_facts(signal, signal.log) if row.value)
    change = (
        f"{signal.previous_state.value} -> {signal.state.value}" if signal.previous_state else signal.state.value
    )
    rows = (
        Fact("Alarm", one_line(signal.name)),
        Fact("State", change),
        Fact("Since", utc(signal.occurred_at)),
        Fact("Account", signal.account_id),
        Fact("Region", signal.region),
        Fact("Contributor", _contributor(signal.contributor) if signal.contributor else ""),
        *(Fact("Metric", _metric(metric)) for metric in signal.metrics),
        *(_query(signal.query) if signal.query else ()),
        Fact("Rule", one_line(signal.alarm_rule or "")),
        Fact("Triggered by", ", ".join(map(one_line, signal.children))),
        Fact("Expected", _band(signal.band) if signal.band else ""),
        Fact("Suppressed by", one_line(signal.suppressed_by or "")),
        Fact("Reason", one_line(signal.reason)),
        Fact("Description", one_line(signal.description or "")),
    )
    return tuple(row for row in rows if row.value)


def _error_facts(signal: Signal, log: LogError) -> tuple[Fact, ...]:
    """An error in a log: what it says, where it comes from, and how often it was said when it was handed over."""
    several = f"{log.count:,} lines, the last at {utc(log.last_at)}" if log.count > 1 else "1 line"
    return (
        Fact("Error", one_line(log.message)),
        Fact("Log group", one_line(log.log_group)),
        Fact("Raised at", one_line(log.frames[0]) if log.frames else ""),
        Fact("Since", utc(log.first_at)),
        Fact("Handed over", several),
        Fact("Log stream", ", ".join(map(one_line, log.log_streams[:2]))),
        Fact("Account", signal.account_id),
        Fact("Region", signal.region),
    )


def run_facts(investigation: Investigation) -> tuple[Fact, ...]:
    """How the report came about: id, author, effort, cost."""
    usage = investigation.usage
    tokens = usage.tokens
    rows = (
        Fact("Investigation", investigation.id),
        Fact("Attempt", str(investigation.attempt) if investigation.attempt > 1 else ""),
        Fact("Written by", investigation.model_id or "code, from the evidence alone; no model"),
        Fact("Duration", f"{duration(investigation.duration_s)}, done {utc(investigation.finished_at)}"),
        Fact(
            "Effort",
            f"{counted(usage.turns, 'turn')}, {counted(usage.tool_calls, 'tool call')}, {tokens.total:,} tokens "
            f"({tokens.input_tokens:,} in, {tokens.output_tokens:,} out, {tokens.cache_read_tokens:,} from cache)",
        ),
        Fact(
            "Cost",
            f"{usage.usd:.4f} USD at list price" if usage.priced else "unknown: the model has no known price",
        ),
        Fact("First look", _effort(investigation.first_look) if investigation.first_look else ""),
        Fact("Stopped by", one_line(investigation.stopped_by or "")),
    )
    return tuple(row for row in rows if row.value)


def duration(seconds: float) -> str:
    """A time span as people say it: ``412 ms``, ``3.2 s``, ``1 min 11 s``."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def utc(moment: datetime) -> str:
    """A moment to the second, with its zone."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def counted(number: int, noun: str) -> str:
    """``1 turn``, ``2 turns``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def words(value: str) -> str:
    """An enumeration's value as words."""
    return value.replace("_", " ")


def _root_cause(cause: RootCause) -> Iterator[Entry]:
    note = f"Confidence: {cause.confidence.value}. Kind of cause: {words(cause.category.value)}."
    yield _claimed(cause, cause.statement, note=note)
    for citation in cause.contradictions:
        yield Entry(one_line(citation.quote), lead="Does not fit", citations=(citation,))
    for missing in cause.missing:
        yield Entry(missing, lead="Would decide, could not be read")


def _impact(impact: Impact) -> Iterator[Entry]:
    yield _claimed(impact, impact.statement)
    if impact.affected_resources:
        yield Entry(", ".join(map(one_line, impact.affected_resources)), lead="Affected resources")
    if impact.users:
        yield Entry(impact.users, lead="Users")


def _effort(effort: Effort) -> str:
    read = amount(effort.log_bytes, "Bytes")
    return f"{counted(effort.api_calls, 'API call')}, {read} of logs read, {duration(effort.seconds)}"


def _hypothesis(hypothesis: Hypothesis) -> Entry:
    reasons = (Fact("For it", hypothesis.speaks_for), Fact("Against it", hypothesis.speaks_against))
    note = f"Kind of cause: {words(hypothesis.category.value)}."
    return replace(
        _claimed(hypothesis, hypothesis.statement, note=note),
        reasons=tuple(reason for reason in reasons if reason.value.strip()),
    )


def _linked(alarm: LinkedAlarm) -> Entry:
    unseen = "" if alarm.examined else "Listed only: it came too late to be looked into, or no model looked."
    return Entry(
        f"{alarm.state.value} since {utc(alarm.occurred_at)}. {one_line(alarm.reason)}".strip(),
        lead=one_line(alarm.name),
        note=unseen,
    )


def _recurrence(recurrence: Recurrence) -> Iterator[Entry]:
    """It shows what was found then; the citation shows that it is from memory."""
    linked = "Its report is among the links." if recurrence.earlier and recurrence.earlier.folder else ""
    yield Entry(one_line(told(recurrence)), note=linked, citations=(recurrence.citation,))
    if recurrence.related:
        yield Entry(one_line(told_related(recurrence.related)))


def _step(action: Action) -> Entry:
    effort = f", about {action.minutes} min" if action.minutes is not None else ""
    command = action.command or ""
    caution = (
        " The address in it is written so that it is no link: mend it only if you know the host."
        if is_defanged(command)
        else ""
    )
    return Entry(action.title, note=f"Risk {action.risk.value}{effort}.{caution}", command=command)


def _claimed(claimed: Claimed, text: str, lead: str = "", note: str = "") -> Entry:
    derived = (f"{one_line(each.value)} = {one_line(each.expression)}" for each in claimed.derivations)
    computed = ", ".join(derived)
    notes = " ".join(part for part in (note, f"Computed: {computed}." if computed else "") if part)
    return Entry(text, one_line(lead), notes, citations=claimed.citations, verified=claimed.verified)


def _when(at: str) -> str:
    """A time as every other time of the report is written; one without a zone, or in words, stays as it is."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return at
    return utc(moment) if moment.tzinfo else at


def _plain(texts: Sequence[str]) -> tuple[Entry, ...]:
    return tuple(Entry(text) for text in texts if text.strip())


def all_claimed(report: Report) -> Iterable[Claimed]:
    """Everything the report asserts about the incident."""
    return (
        report.root_cause,
        report.impact,
        *report.timeline,
        *report.findings,
        *report.hypotheses,
        *report.ruled_out,
    )


def _metric(metric: Metric) -> str:
    if metric.expression:
        return f"{metric.id} = {one_line(metric.expression)}"
    name = " ".join(part for part in (metric.namespace, metric.name) if part)
    how = " of ".join(
        part for part in (metric.statistic, f"{metric.period_s} s" if metric.period_s else "") if part
    )
    where = ", ".join(f"{key}={value}" for key, value in metric.dimensions.items())
    return one_line(", ".join(part for part in (name, how, where) if part))


def _contributor(contributor: Contributor) -> str:
    """Its attributes, which people know it by; its id where it has none."""
    attributes = ", ".join(f"{key}={value}" for key, value in contributor.attributes.items())
    return one_line(attributes or contributor.id)


def _query(query: Query) -> tuple[Fact, ...]:
    return (
        Fact(f"{query.language.value} query", one_line(query.text)),
        Fact("Log groups", ", ".join(map(one_line, query.log_groups))),
    )


def _band(band: Band) -> str:
    lower = "" if band.lower is None else f"at least {number(band.lower)}"
    upper = "" if band.upper is None else f"at most {number(band.upper)}"
    measured = "" if band.measured is None else f"measured {number(band.measured)}"
    expected = " and ".join(part for part in (lower, upper) if part)
    return "; ".join(part for part in (expected, measured) if part)
