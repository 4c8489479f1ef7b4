"""From facts to one diagnosis, by fixed rules."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from local_aws.model.reading import clipped, message_of
from local_aws.model.shapes import Match, match_shape

if TYPE_CHECKING:
    from local_aws.model.backend import JsonObject
    from local_aws.model.reading import Fact, Facts

# CloudWatch evaluates a metric up to about two minutes after its datapoint began to count.
EVALUATION_LAG_S = 120


@dataclass(frozen=True)
class Observed:
    """A kind of failure that was seen.

    Attributes:
        category: category of the report schema.
        count: how many log lines or datapoints speak for it.
        fact: the fact that speaks loudest.
        match: what its message looks like; ``None`` for a fact without a message.
        last: when it was last seen; ``None`` for a fact without a time.
    """

    category: str
    count: float
    fact: Fact
    match: Match | None = None
    last: datetime | None = None

    def seen_since(self, moment: datetime | None) -> bool:
        """Whether it was still seen at or after a moment; what bears no time may have been."""
        return moment is None or self.last is None or self.last >= moment

    @property
    def details(self) -> dict[str, str]:
        """Names and numbers in the message."""
        return self.match.details if self.match else {}

    def cite(self) -> list[JsonObject]:
        """The telling part of the fact."""
        if self.match:
            return self.fact.cite_text(self.match.excerpt)
        if "sample" in self.fact.data:
            return self.fact.cite_text(clipped(self.fact.text("sample"), 160))
        return self.fact.cite("name", "sum")


@dataclass(frozen=True)
class Diagnosis:
    """The cause, as far as the facts carry it.

    Attributes:
        observed: what it rests on; ``None`` when nothing was found.
        others: other kinds of failure that were seen.
    """

    category: str
    confidence: str
    statement: str
    citations: list[JsonObject] = field(default_factory=list)
    observed: Observed | None = None
    others: tuple[Observed, ...] = ()


def observe(facts: Facts) -> list[Observed]:
    """Kinds of failure in the facts: those of the breach before older ones, then the most frequent first."""
    seen: dict[str, Observed] = {}
    for fact in facts.all("log_error"):
        match = match_shape(fact.text("sample"))
        category = match.shape.category if match else "unknown"
        _count(seen, Observed(category, fact.number("count"), fact, match, _moment(fact.text("last"))))
    for fact in facts.all("metric", name="Throttles"):
        if fact.number("sum") and "throttled" not in seen:
            _count(seen, Observed("throttled", fact.number("sum"), fact))
    if not seen:
        for fact in facts.all("invocations"):
            for name, category in (("timed_out", "timeout"), ("at_memory_limit", "out_of_memory")):
                if fact.number(name):
                    _count(seen, Observed(category, fact.number(name), fact))
    breach = _breach_began(facts)
    latest_first = sorted(seen.values(), key=lambda kind: kind.last.timestamp() if kind.last else 0, reverse=True)
    return sorted(
        latest_first, key=lambda kind: (kind.category == "unknown", not kind.seen_since(breach), -kind.count)
    )


def _breach_began(facts: Facts) -> datetime | None:
    """The earliest moment the alarm's last datapoint counts; an error that ended before it did not cause it."""
    signal = facts.first("signal")
    fired = _moment(signal.text("occurred_at")) if signal else None
    if signal is None or fired is None:
        return None
    periods = [metric.get("period_s") or 0 for metric in signal.data.get("metrics") or ()]
    return fired - timedelta(seconds=max(periods, default=0) + EVALUATION_LAG_S)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _count(seen: dict[str, Observed], new: Observed) -> None:
    old = seen.get(new.category)
    if old is None:
        seen[new.category] = new
        return
    louder = max(old, new, key=lambda kind: kind.count)
    last = max((moment for moment in (old.last, new.last) if moment), default=None)
    seen[new.category] = Observed(new.category, old.count + new.count, louder.fact, louder.match, last)


def diagnose(facts: Facts) -> Diagnosis:
    """The cause the most frequent kind of failure speaks for, with the confidence further facts give it."""
    kinds = observe(facts)
    if not kinds:
        return _without_error(facts)
    main, others = kinds[0], tuple(kinds[1:])
    rule = _RULES.get(main.category, _as_worded)
    confidence, statement, citations = rule(main, facts)
    return Diagnosis(main.category, confidence, statement, citations, main, others)


def _without_error(facts: Facts) -> Diagnosis:
    alarm = facts.first("alarm")
    if alarm and alarm.text("state") == "OK":
        statement = f"No failure was found, and alarm {alarm.text('name')} is OK again."
        return Diagnosis("healthy_now", "INCONCLUSIVE", statement, alarm.cite("name", "state"))
    groups = facts.all("log_group")
    if groups:
        statement = "No cause was found: the logs that belong to the alarm hold no line that reads like an error."
        return Diagnosis("unknown", "INCONCLUSIVE", statement, groups[0].cite("name", "errors"))
    opening = facts.first("signal")
    citations = opening.cite("name", "state") if opening else []
    return Diagnosis("unknown", "INCONCLUSIVE", "No cause was found: no log or metric could be read.", citations)


Judged = tuple[str, str, list[dict[str, Any]]]


def _subject(facts: Facts, observed: Observed) -> tuple[str, list[JsonObject]]:
    """Who fails, in words, and where that can be seen."""
    function = facts.first("function")
    if function:
        return f"Function {function.text('name')}", function.cite("name")
    group = observed.fact.text("group")
    return (f"What logs to {group}", observed.fact.cite("group")) if group else ("The watched resource", [])


def _permission(main: Observed, facts: Facts) -> Judged:
    subject, seen = _subject(facts, main)
    action, resource = main.details.get("action"), main.details.get("resource")
    login = main.details.get("login")
    if login:
        statement = f"{subject} cannot log in as {login}: the password it uses is refused."
        return "LIKELY", statement, main.cite() + seen
    if not action:
        return "LIKELY", f"{subject} fails because a call is denied.", main.cite() + seen
    statement = f"{subject} may not call {action}" + (f" on {resource}" if resource else "") + "."
    citations = main.cite() + seen
    role = facts.first("grants") or facts.first("simulation")
    if role:
        statement = f"{statement[:-1]}: role {role.text('role')} "
        confidence, reason, proof = _grant(facts)
        return confidence, statement + reason, citations + role.cite("role") + proof
    return "LIKELY", statement, citations


def _grant(facts: Facts) -> Judged:
    """What the focused check says about the role: confidence, the end of the sentence, citations."""
    simulation, grants = facts.first("simulation"), facts.first("grants")
    decision = simulation.text("decision") if simulation else ""
    proof = simulation.cite("decision") if simulation else []
    proof += grants.cite("allow_statements", "deny_statements") if grants else []
    if decision == "explicitDeny" or (grants and grants.number("deny_statements")):
        return "CONFIRMED", "is denied this by a statement in its policies.", proof
    if grants and not grants.number("allow_statements"):
        return "CONFIRMED", "has no policy statement that allows it.", proof
    if decision == "implicitDeny":
        return "CONFIRMED", "has no policy that allows it.", proof
    return (
        "INCONCLUSIVE",
        "is allowed this by its own policies now, so the denial came from elsewhere or is over.",
        proof,
    )


def _timeout(main: Observed, facts: Facts) -> Judged:
    subject, seen = _subject(facts, main)
    citations = main.cite() + seen
    function = facts.first("function")
    limit = function.text("timeout_s") if function else ""
    words = facts.first("before_stop")
    last = clipped(message_of(words.text("line")), 160) if words else ""
    waiting = f" The last line it logged before that: {last}." if last else ""
    citations += words.cite_text(last) if words and last else []
    if function and _same_number(limit, main.details.get("seconds", limit)):
        statement = f"{subject} needs longer than its time limit of {limit} s and is stopped.{waiting}"
        return "CONFIRMED", statement, citations + function.cite("timeout_s")
    return "LIKELY", f"{subject} is stopped at its time limit.{waiting}", citations


def _memory(main: Observed, facts: Facts) -> Judged:
    subject, seen = _subject(facts, main)
    citations = main.cite() + seen
    for fact in (*facts.all("invocations"), *facts.all("durations")):
        size, used = fact.text("memory_mb"), fact.number("most_memory_used_mb")
        if size and used >= float(size):
            statement = f"{subject} needs more memory than its {size} MB and is killed."
            return "CONFIRMED", statement, citations + fact.cite("memory_mb", "most_memory_used_mb")
    return "LIKELY", f"{subject} runs out of memory.", citations


def _throttled(main: Observed, facts: Facts) -> Judged:
    subject, seen = _subject(facts, main)
    citations = main.cite() + seen
    limit = facts.first("reserved_concurrency") or facts.first("concurrency")
    if main.match is None and limit and limit.text("reserved") not in ("", "none"):
        statement = f"{subject} is throttled at its reserved concurrency of {limit.text('reserved')}."
        return "CONFIRMED", statement, citations + limit.cite("reserved")
    what = "Its invocations are throttled." if main.match is None else f"Its log says: {main.match.excerpt}"
    return "LIKELY", f"{subject} is affected by throttling. {what}", citations


def _missing(main: Observed, facts: Facts) -> Judged:
    subject, seen = _subject(facts, main)
    name = main.details.get("name")
    function = facts.first("function")
    if name and function and name not in function.data.get("environment", [name]):
        statement = f"{subject} reads {name}, which is not among its environment variables."
        return "CONFIRMED", statement, main.cite() + seen + function.cite("environment")
    return _as_worded(main, facts)


def _as_worded(main: Observed, facts: Facts) -> Judged:
    """For kinds without a check of their own: the message speaks."""
    subject, seen = _subject(facts, main)
    citations = main.cite() + seen
    if main.match:
        return "LIKELY", f"{subject} fails because {main.match.shape.meaning}: {main.match.excerpt}", citations
    words = clipped(main.fact.text("sample"), 160)
    return "INCONCLUSIVE", f"{subject} logs an error of a kind the script has no rule for: {words}", citations


def _same_number(one: str, other: str) -> bool:
    plain = re.compile(r"\d+(\.\d+)?")
    return bool(plain.fullmatch(one) and plain.fullmatch(other)) and float(one) == float(other)


_RULES = {
    "permission_denied": _permission,
    "timeout": _timeout,
    "out_of_memory": _memory,
    "throttled": _throttled,
    "configuration_missing": _missing,
}
